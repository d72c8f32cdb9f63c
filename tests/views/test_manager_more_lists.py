"""The lists behind the numbers of the day: what they show, what they can be asked, what is decided there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.text import capfirst

from certification.actions import answers
from certification.models import JobRun, Notice
from certification.reports import today
from certification.states import NoticeState, Role, StandingJob
from tests.factories import (
    NOW,
    InvitationFactory,
    NoticeFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    revoke,
    started,
)
from tests.pages import read, tables, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LISTS = [
    "manage_certificates",
    "manage_invitations",
    "manage_notes",
    "manage_letters",
    "manage_jobs",
    "manage_audit",
    "manage_partners",
]


def first_cells(response, column=0):
    return [row[column] for table in tables(response) for row in table]


@pytest.mark.parametrize("name", LISTS)
def test_what_cannot_be_asked_is_said(office, name):
    response = office.get(reverse(name), {"colour": "blue"})

    said = words("There is no filter of this name: %(names)s.", names="colour")
    assert (response.status_code, said in read(response).text, tables(response)) == (422, True, [])


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("manage_letters", "manage_jobs")])
def test_an_empty_search_says_so_and_offers_all(office, name):
    key = "state" if name == "manage_notes" else "q"
    page = read(office.get(reverse(name), {key: "handled" if key == "state" else "Никто"}))

    assert words("Nothing here is like that. Show all, or choose something else.") in page.text
    assert reverse(name) in page.links


@pytest.fixture
def certificates():
    exam = bank_with_exam(questions=2, per_section=2)

    def of(name, days):
        return certified(UserFactory(name=name), exam, now=NOW - days * DAY)

    of("Фёдор Шмелёв", 10)
    of("Анна", 350)
    of("Вера", 320)
    of("Инна", 400)
    revoke(of("Олег", 30))
    renewed = of("Лидия", 330)
    certified(renewed.candidate, exam, now=NOW - DAY)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Инна", "Анна", "Лидия", "Вера", "Олег", "Фёдор Шмелёв", "Лидия"]),
        ({"expiring": "30"}, ["Анна"]),
        ({"expiring": "60"}, ["Анна", "Вера"]),
        ({"status": "valid"}, ["Анна", "Вера", "Фёдор Шмелёв", "Лидия"]),
        ({"status": "expired"}, ["Инна"]),
        ({"status": "superseded"}, ["Лидия"]),
        ({"status": "revoked"}, ["Олег"]),
        ({"q": "шмелев ФЁДОР"}, ["Фёдор Шмелёв"]),
        ({"q": "анна", "expiring": "90", "status": "valid"}, ["Анна"]),
    ],
)
def test_certificates_are_found(office, certificates, query, names):
    assert first_cells(office.get(reverse("manage_certificates"), query)) == names


def test_certificate_is_found_by_its_number(office):
    certificate = certified()
    certified()

    found = office.get(reverse("manage_certificates"), {"q": certificate.number.lower()})

    assert first_cells(found, 3) == [certificate.number]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("", ["open", "late", "used", "gone"]),
        ("open", ["open", "late"]),
        ("expired", ["late"]),
        ("accepted", ["used"]),
        ("revoked", ["gone"]),
    ],
)
def test_invitations_by_what_became_of_them(office, manager, state, names):
    def invited(name, days, **fields):
        InvitationFactory(email=f"{name}@example.com", name="", invited_at=NOW - days * DAY, **fields)

    invited("open", 1)
    invited("late", 15)
    invited("used", 16, accepted_at=NOW, accepted_by=UserFactory())
    invited("gone", 17, revoked_at=NOW, revoked_by=manager)

    response = office.get(reverse("manage_invitations"), {"state": state})

    assert first_cells(response, 1) == [f"{name}@example.com" for name in names]
    boxes = [attrs for tag, attrs in read(response).tags if attrs.get("name") == "invitation"]
    assert len(boxes) == len({"open", "late"} & set(names))


def test_job_that_has_stopped_is_told_from_one_that_runs(office):
    """One that must run and never did has stopped; of one that is no more nothing is said."""
    JobRun.objects.create(name=StandingJob.SWEEPER, ran_at=NOW - timedelta(seconds=60))
    JobRun.objects.create(name=StandingJob.SENDER, ran_at=NOW - timedelta(seconds=61), failures=3)
    JobRun.objects.create(name="what there was before", ran_at=NOW - timedelta(seconds=61))

    rows = tables(office.get(reverse("manage_jobs")))
    stopped = tables(office.get(reverse("manage_jobs"), {"state": "stopped"}))

    runs, has_stopped = (words(said, context="job") for said in ("Runs", "Stopped"))
    sweeper, sender, keeper = (capfirst(job.label) for job in StandingJob)
    dead = [
        [sender, has_stopped, "23.11.2026 09:58:59", "3"],
        [keeper, has_stopped, words("never"), "—"],
    ]
    assert rows == [[[sweeper, runs, "23.11.2026 09:59:00", "0"], *dead]]
    assert stopped == [dead]


def test_no_job_has_stopped_while_all_run(office):
    for job in StandingJob:
        JobRun.objects.create(name=job, ran_at=NOW)

    page = read(office.get(reverse("manage_jobs"), {"state": "stopped"}))

    assert words("Nothing here is like that. Show all, or choose something else.") in page.text


def noted(user=None, text="Опечатка."):
    attempt = started(user)
    note = answers.Answer(note=text)
    return answers.save_answer(attempt.pk, 1, note, by=attempt.candidate_id, now=NOW).response


def test_note_is_handled_and_put_back_from_the_list(office, manager):
    response = noted()
    handle, back = (
        reverse(name, args=[response.pk]) for name in ("manage_handle_note", "manage_put_note_back")
    )
    new, handled = ({"state": state} for state in ("new", "handled"))
    address = reverse("manage_notes")
    assert len(first_cells(office.get(address, new))) == 1

    [form] = [form for form in read(office.get(address, new)).forms if form.action == handle]
    done = office.post(handle, form.data(), follow=True)
    assert (
        first_cells(office.get(address, new)),
        words("The note counts as handled.") in read(done).text,
    ) == (
        [],
        True,
    )
    assert str(manager) in first_cells(office.get(address, handled), 5)[0]

    office.post(back)
    assert (len(first_cells(office.get(address, new))), first_cells(office.get(address, handled))) == (1, [])


@pytest.mark.parametrize("sent", [{"revision": "1"}, {"revision": "x"}, {}])
def test_note_that_was_written_anew_is_shown_instead_of_handled(office, sent):
    response = noted()
    anew = answers.Answer(note="Два ответа верны.")
    answers.save_answer(response.attempt_id, 1, anew, by=response.attempt.candidate_id, now=NOW)
    before = all_rows()

    refused = office.post(reverse("manage_handle_note", args=[response.pk]), sent)

    assert (refused.status_code, changed_tables(before)) == (409, [])
    assert first_cells(refused, 1) == ["Два ответа верны."]
    sentence = words("The candidate has written this note anew meanwhile: read it first.")
    assert sentence in read(refused).text


@pytest.mark.parametrize("name", ["manage_handle_note", "manage_put_note_back"])
def test_note_of_another_company_is_not_there(office, manager, name):
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    response = noted()
    before = all_rows()

    assert office.post(reverse(name, args=[response.pk])).status_code == 404
    assert (changed_tables(before), tables(office.get(reverse("manage_notes")))) == ([], [])


def test_letters_that_were_given_up_are_sent_again(office, manager):
    failed = NoticeFactory(state=NoticeState.FAILED, error="550 no such user", tries=9)
    stuck = NoticeFactory(state=NoticeState.SENDING, claimed_at=NOW - timedelta(hours=1))
    waiting = NoticeFactory()
    rows = tables(office.get(reverse("manage_letters")))
    assert {row[1].split(" ")[0] for row in rows[0]} == {failed.email, stuck.email}

    office.post(reverse("manage_letters_again"), {"letter": [failed.pk, waiting.pk, "x"]})

    found = dict(Notice.objects.values_list("pk", "state"))
    assert (found[failed.pk], found[stuck.pk]) == (NoticeState.WAITING, NoticeState.SENDING)
    assert first_cells(office.get(reverse("manage_letters")), 1) == [f"{stuck.email} {stuck.person}"]


def test_letters_of_other_companies_stay_as_they_are(office, manager):
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    letter = NoticeFactory(state=NoticeState.FAILED)

    office.post(reverse("manage_letters_again"), {"letter": [letter.pk]})

    letter.refresh_from_db()
    assert (letter.state, tables(office.get(reverse("manage_letters")))) == (NoticeState.FAILED, [])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"coverage": "short"}, ["Короткие", "Пустые"]),
        ({"coverage": "later"}, ["Короткие", "Пустые", "Скоро"]),
        ({"coverage": "enough"}, ["Полные"]),
        ({"sort": "missing"}, ["Пустые", "Короткие", "Полные", "Скоро"]),
    ],
)
def test_companies_by_how_many_are_certified(office, query, names):
    exam = bank_with_exam(questions=2, per_section=2)

    def company(name, needed, *ages):
        partner = PartnerFactory(name=name, certified_needed=needed)
        for days in ages:
            certified(UserFactory(partner=partner), exam, now=NOW - days * DAY)
        return partner

    company("Полные", 1, 10)
    company("Скоро", 1, 300)
    short = company("Короткие", 2, 10)
    gone = certified(UserFactory(partner=short, is_active=True), exam, now=NOW - 9 * DAY).candidate
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    company("Пустые", 3)

    assert first_cells(office.get(reverse("manage_partners"), query)) == names


def test_company_tells_which_certificate_ends_first(office):
    exam = bank_with_exam(questions=2, per_section=2)
    partner = PartnerFactory(certified_needed=3)
    for days in (10, 300, 320):
        certified(UserFactory(partner=partner), exam, now=NOW - days * DAY)

    page = read(office.get(partner.get_absolute_url()))

    ends = words(
        "%(count)s certificate ends, on %(date)s",
        plural="%(count)s certificates end, the first on %(date)s",
        n=2,
        count=2,
        date="7 января 2027 г.",
    )
    assert ends in page.text


def test_person_shows_the_best_result_and_why_there_is_no_next_attempt(office):
    exam = bank_with_exam(title="Тест 1", attempts_allowed=3, gives_certificate=False)
    person = UserFactory(name="Олег", role=Role.CANDIDATE)
    from_list = [(4, 3), (2, 1)]
    for day, right in from_list:
        attempt = started(person, exam, now=NOW - day * DAY)
        for response in attempt.responses.with_question()[:right]:
            key = [i for i, option in enumerate(response.shown_options) if option.is_correct]
            answers.save_answer(
                attempt.pk,
                response.position,
                answers.Answer(chosen=tuple(key)),
                by=person.pk,
                now=attempt.started_at,
            )
        answers.attempts.submit(attempt.pk, by=person.pk, now=attempt.started_at + timedelta(minutes=10))

    standing, history = tables(office.get(reverse("manage_person", args=[person.pk])))

    until = words("The next attempt may start from %(date)s (Moscow).", date="28 ноября 2026 г., 10:10")
    best = f"{words('Not passed')} {words('%(score)s of %(max)s', score=3, max=5)}"
    used = words("%(used)s of %(allowed)s used", used=2, allowed=3)
    assert standing == [["Тест 1", best, used, until]]
    of = words("of", context="score of maximum")
    assert [(row[1], row[4]) for row in history] == [("2", f"1 {of} 5"), ("1", f"3 {of} 5")]


def test_help_tells_what_the_reader_sees(office, manager):
    everything = words("You see every company.")
    assert everything in read(office.get(reverse("manage_help"))).text

    manager.all_companies = False
    manager.save(update_fields=["all_companies"])

    page = read(office.get(reverse("manage_help")))
    assert everything not in page.text
    assert [
        link for link in page.links if link.startswith("/manage/") and office.get(link).status_code != 200
    ] == []


def test_invitations_are_those_that_one_may_decide_about(office, editor, manager):
    staff = InvitationFactory(role=Role.MANAGER, partner=None, email="manager@programme.example")
    lead = InvitationFactory(role=Role.LEAD, email="lead@company.example")
    manager.all_companies = True
    manager.save(update_fields=["all_companies"])

    lists = [browser.get(reverse("manage_invitations")) for browser in (office, editor)]

    assert [{*response.context["page"].rows} for response in lists] == [{lead}, {lead, staff}]
    tiles = [tile for group in today.today(manager, now=NOW).groups for tile in group.tiles]
    assert {tile.kind.name: tile.count for tile in tiles}["invitations_open"] == 1


def test_manager_to_whom_no_company_is_given_is_told_whom_to_ask(office, manager):
    PartnerFactory()
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])

    page = read(office.get(reverse("manage_partners")))

    sentence = (
        "None of the companies is given to you yet. An administrator can make you the manager responsible."
    )
    assert words(sentence) in page.text
