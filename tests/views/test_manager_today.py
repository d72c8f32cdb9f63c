"""The page of the day: every number is that of the list to which it leads."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import answers
from certification.models import JobRun
from certification.reports import today as reports
from certification.states import NoticeState, StandingJob
from tests.factories import (
    NOW,
    InvitationFactory,
    NoticeFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    started,
)
from tests.pages import read, tables, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RETAKES = {
    "attempts_allowed": 9,
    "first_wait": timedelta(),
    "later_wait": timedelta(),
}


def note(attempt, text="Опечатка."):
    answers.save_answer(attempt.pk, 1, answers.Answer(note=text), by=attempt.candidate_id, now=NOW)


def busy_day(manager, *, people=1):
    """Something of every kind, `people` times, in companies of this manager."""
    exam, training = bank_with_exam(**RETAKES), bank_with_exam(gives_certificate=False)
    certifying = bank_with_exam(questions=2, per_section=2)
    for index in range(people):
        company = PartnerFactory(manager=manager, certified_needed=4)

        def person(name, company=company, index=index):
            return UserFactory(name=f"{name} {index}", partner=company)

        note(started(person("Ирина"), exam))
        finished(person("Вера"), training, right=5, now=NOW - 2 * DAY)
        tired = person("Олег")
        for day in (4, 3, 2):
            finished(tired, exam, right=0, now=NOW - day * DAY)
        finished(person("Анна"), exam, right=3, now=NOW - DAY)
        for days in (350, 320, 290):  # of 365
            certified(person(f"Лидия {days}"), certifying, now=NOW - days * DAY)
        InvitationFactory(partner=company, invited_at=NOW - 20 * DAY, invited_by=manager)
        InvitationFactory(partner=company, invited_at=NOW - DAY, invited_by=manager)
        NoticeFactory(attempt=finished(tired, bank_with_exam(**RETAKES)), state=NoticeState.FAILED)
        short = PartnerFactory(manager=manager)
        lone = UserFactory(partner=short)
        certified(lone, certifying, now=NOW - 300 * DAY)


def all_jobs_run():
    for job in StandingJob:
        JobRun.objects.create(name=job, ran_at=NOW)


def tiles(user):
    today = reports.today(user, now=NOW)
    return [today.running.tile, *(tile for group in today.groups for tile in group.tiles)]


def listed(browser, url):
    """The keys of the rows of a list, and how many it tells of."""
    response = browser.get(url)
    assert response.status_code == 200, url
    if "jobs" in response.context:
        jobs = response.context["jobs"]
        return {job.job for job in jobs}, len(jobs)
    page = response.context["page"]
    return {row.pk for row in page.rows}, page.total


@pytest.fixture
def bound(manager):
    """A manager who sees no company but their own."""
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    return manager


def plant_elsewhere():
    """The same of somebody else's companies."""
    busy_day(UserFactory(role="manager", partner=None))


@pytest.mark.parametrize("sees_everything", [True, False])
def test_every_number_is_that_of_its_list(office, manager, sees_everything):
    manager.all_companies = sees_everything
    manager.save(update_fields=["all_companies"])
    busy_day(manager, people=2)
    plant_elsewhere()
    JobRun.objects.create(name=StandingJob.SWEEPER, ran_at=NOW)
    JobRun.objects.create(name=StandingJob.SENDER, ran_at=NOW - DAY)

    found = {tile.kind.name: tile for tile in tiles(manager)}

    rows = {
        name: {getattr(row, "pk", row) for row in tile.kind.rows(manager, NOW)}
        for name, tile in found.items()
    }
    assert {name: listed(office, tile.url) for name, tile in found.items()} == {
        name: (rows[name], tile.count) for name, tile in found.items()
    }
    each = 3 if sees_everything else 2
    assert {name: tile.count for name, tile in found.items()} == {
        "running": each,
        "passed": each,
        "failed": 5 * each,
        "third_failures": each,
        "borderline": each,
        "expiring_30": each,
        "expiring_60": 2 * each,
        "expiring_90": 4 * each,
        "coverage_short": each,
        "coverage_later": 2 * each,
        "notes": each,
        "invitations_expired": each,
        "invitations_open": 2 * each,
        "letters": each,
        "jobs": 2,  # one is late, one never ran
    }


def test_manager_sees_nothing_of_other_companies(office, bound):
    plant_elsewhere()
    all_jobs_run()

    assert {tile.kind.name: tile.count for tile in tiles(bound) if tile.count} == {}
    text = read(office.get(reverse("manage_today"))).text
    assert [name for name in ("Ирина", "Олег", "Анна", "Лидия") if name in text] == []


def test_page_names_the_first_few_of_each_list(office, bound):
    busy_day(bound, people=4)

    few = {tile.kind.name: (tile.count, len(tile.few), tile.others) for tile in tiles(bound)}
    page = read(office.get(reverse("manage_today")))

    assert few["third_failures"] == (4, 3, 1)
    assert few["expiring_30"] == (4, 3, 1)
    assert few["expiring_90"] == (16, 3, 13)
    assert few["jobs"] == (3, 3, 0)
    assert ", ".join(str(job.label) for job in StandingJob) in page.text
    assert "Олег 3, Олег 2, Олег 1 " + words(
        "and %(count)s more", plural="and %(count)s more", n=1, count=1
    ) in (page.text)
    assert [tile.url for tile in tiles(bound) if tile.url not in page.links] == []


def test_beginning_of_a_list_is_the_list_before(bound):
    """What a narrower list names are the first of the wider one: it is its beginning."""
    busy_day(bound, people=3)
    by_name = {kind.name: kind for kind in reports.KINDS}
    narrower = [kind for kind in reports.KINDS if kind.begins]

    for kind in narrower:
        wider = by_name[kind.begins]
        own = list(kind.rows(bound, NOW).order_by(*wider.order).values_list("pk", flat=True))
        all_of_it = list(wider.rows(bound, NOW).order_by(*wider.order).values_list("pk", flat=True))
        assert own == all_of_it[: len(own)], kind.name
    assert len(narrower) == 4


def test_who_sits_now_is_shown_with_time_and_answers(office, bound):
    exam = bank_with_exam(title="Тест 1")
    partner = PartnerFactory(name="Северный контур", manager=bound)
    attempt = started(UserFactory(name="Ирина", partner=partner), exam, now=NOW - timedelta(minutes=20))
    answers.save_answer(
        attempt.pk, 2, answers.Answer(chosen=(0,)), by=attempt.candidate_id, now=NOW - timedelta(minutes=3)
    )
    started(UserFactory(name="Чужая"), exam)

    whole = office.get(reverse("manage_today"))
    part = office.get(reverse("manage_today"), headers={"HX-Request": "true"})

    answered = words("%(answered)s of %(questions)s", answered=1, questions=5)
    row = ["Ирина Северный контур", "Тест 1", answered, "40:00", "09:57:00"]
    assert (tables(whole), tables(part)) == ([[row]], [[row]])
    assert "<html" not in part.content.decode()
    assert 'id="running-count" hx-swap-oob="true"' in part.content.decode()


@pytest.mark.parametrize(("people", "is_cut"), [(2, False), (3, True)])
def test_of_many_who_sit_now_those_with_the_least_time_are_shown(office, bound, monkeypatch, people, is_cut):
    monkeypatch.setattr(reports, "RUNNING_SHOWN", 2)
    partner = PartnerFactory(name="Северный контур", manager=bound)
    for minutes in range(people):
        person = UserFactory(name=f"Ирина {minutes}", partner=partner)
        started(person, bank_with_exam(), now=NOW - timedelta(minutes=minutes))

    response = office.get(reverse("manage_today"), headers={"HX-Request": "true"})

    page = read(response)
    said = words("Shown are %(shown)s of %(all)s, those with the least time left.", shown=2, all=people)
    assert [row[0].split(" Сев")[0] for row in tables(response)[0]] == [
        f"Ирина {minutes}" for minutes in range(people)[:-3:-1]
    ]
    assert (said in page.text, "running-rest" in response.content.decode()) == (is_cut, is_cut)
    assert reports.RUNNING.url(NOW) in page.links


def test_ten_who_sit_now_are_shown():
    assert reports.RUNNING_SHOWN == 10


def test_quiet_day_says_so(office, bound):
    all_jobs_run()
    page = read(office.get(reverse("manage_today")))

    said = words(
        "Nobody sits an exam at the moment. As of %(time)s; looked up every 10 seconds.", time="10:00:00"
    )
    assert said in page.text
    assert {tile.count for tile in tiles(bound)} == {0}


def test_asking_again_keeps_no_session_alive(office, manager, clock):
    """Whoever has gone away is signed out in time, though their page asks on."""
    seen = office.session["seen"]
    clock.move_to(NOW + timedelta(minutes=30))

    office.get(reverse("manage_today"), headers={"HX-Request": "true", "HX-Trigger": "running"})
    asked = office.session["seen"]
    office.get(reverse("manage_today"))

    assert (asked == seen, office.session["seen"] > seen) == (True, True)


def test_help_says_which_decisions_want_a_reason(office):
    sentence = (
        "Each decision about an attempt or a person wants a reason, and so does each allowance, given or "
        "taken back. To send an invitation or a letter again, to revoke an invitation and to handle a note "
        "wants none. All of it stays for ever, with your name and the time."
    )

    assert words(sentence) in read(office.get(reverse("manage_help"))).text
