"""One decision about many: what would come of each, the deed, and the report."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import Allowance, Attempt, Event, Invitation
from certification.states import AttemptState, EventKind
from tests.factories import (
    NOW,
    InvitationFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    started,
    void,
)
from tests.pages import read, tables, words
from tests.rows import all_rows, changed_tables
from tests.views.office import REASON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SENT = {
    "extend": {"extra": "minutes", "minutes": "15"},
    "grant_time": {"extra": "150"},
    "grant_attempts": {"attempts": "2"},
    "waive_wait": {},
    "void": {},
    "reopen": {"minutes": "20"},
    "revoke": {"cause": "mistake"},
}
WILL = words("Will be carried out")
LEFT = words("It is left", context="attempt")


def decide(browser, chosen, decision, **sent):
    data = {"attempt": [attempt.pk for attempt in chosen], "decision": decision, **sent}
    return browser.post(reverse("manage_bulk"), data)


def confirm(browser, chosen, decision, **sent):
    return decide(browser, chosen, decision, **{"confirmed": "1", "reason": REASON, **SENT[decision], **sent})


def lines(browser, response):
    """(who, what came of it) in the report to which a decision leads."""
    assert (response.status_code, response["Location"]) == (302, reverse("manage_bulk_report"))
    [rows] = tables(browser.get(response["Location"]))
    return dict(rows)


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1", questions=2, per_section=2)


@pytest.fixture
def people(exam, manager):
    """Attempts in each state, and the manager's own."""

    def person(name):
        return UserFactory(name=name)

    failed = finished(person("Олег"), exam, now=NOW - timedelta(hours=1))
    passed = certified(person("Вера"), exam, now=NOW - DAY).attempt
    voided = void(finished(person("Инна"), exam, now=NOW - 2 * DAY))
    open_one = started(person("Анна"), exam, now=NOW)
    own = finished(manager, exam, now=NOW - 3 * DAY)
    return {"Олег": failed, "Вера": passed, "Инна": voided, "Анна": open_one, "Ольга Тимофеева": own}


WHO = ["Анна", "Вера", "Инна", "Олег"]


@pytest.mark.parametrize(
    ("decision", "possible"),
    [
        ("extend", ["Анна"]),
        ("grant_time", WHO),
        ("grant_attempts", WHO),
        ("waive_wait", ["Анна", "Олег"]),
        ("void", ["Анна", "Вера", "Олег"]),
        ("reopen", ["Вера", "Инна", "Олег"]),
        ("revoke", ["Вера"]),
    ],
)
def test_what_is_foretold_comes_true(office, people, decision, possible):
    """And nothing happens before it is confirmed."""
    before = all_rows()
    foretold = decide(office, people.values(), decision)
    assert (foretold.status_code, changed_tables(before)) == (200, [])
    [rows] = tables(foretold)
    outlook = {row[0].split(" person")[0]: row[4].startswith(WILL) for row in rows}

    done = lines(office, confirm(office, people.values(), decision))

    assert sorted(who for who, will in outlook.items() if will) == possible
    assert sorted(
        who.split(",")[0] for who, said in done.items() if said == words("Done", context="decision")
    ) == (possible)
    assert len(done) == 5
    events = Event.objects.filter(facts__reason=REASON, at=NOW).exclude(kind=EventKind.CERTIFICATE_REVOKED)
    assert events.count() == (0 if decision == "revoke" else len(possible))


def test_each_that_is_left_says_why(office, people):
    done = lines(office, confirm(office, people.values(), "void"))

    left = words("Left as it was")
    assert done["Ольга Тимофеева, Тест 1"] == f"{left} " + words(
        "Nobody decides about themselves: ask another manager."
    )
    assert done["Инна, Тест 1"] == f"{left} " + words("It is voided already.")


def test_time_is_added_to_those_in_progress(office, people, clock):
    done = lines(office, confirm(office, people.values(), "extend"))

    people["Анна"].refresh_from_db()
    assert people["Анна"].deadline == NOW + timedelta(minutes=75)
    finished_already = words(
        "The attempt is finished by now, so there is nothing to add time to. It can be reopened."
    )
    assert done["Олег, Тест 1"] == f"{words('Left as it was')} {finished_already}"

    clock.shift(timedelta(hours=2))
    [[row]] = tables(decide(office, [people["Анна"]], "extend"))
    overdue = words("Its time is up, and it is closed in a moment. Then it can be reopened.")
    assert row[4] == f"{LEFT} {overdue}"


def test_the_form_says_what_is_missing_and_decides_nothing(office, people):
    before = all_rows()

    response = confirm(office, people.values(), "reopen", reason=" ", minutes="0")

    assert (response.status_code, changed_tables(before)) == (422, [])
    assert words("Write the reason.") in read(response).text
    assert len(read(response).forms[-1].named("attempt")) == 5


def test_a_reload_of_the_report_decides_nothing_again(office, people):
    confirm(office, [people["Олег"]], "grant_attempts")

    first, second = (office.get(reverse("manage_bulk_report")) for _ in range(2))

    assert (tables(first), Allowance.objects.count()) == (tables(second), 1)


@pytest.mark.parametrize("decision", SENT)
def test_form_that_is_sent_twice_is_carried_out_once(office, people, clock, decision):
    """The second report tells of each what the first did."""
    [once] = read(decide(office, people.values(), decision)).forms[-1].data()["once"]
    first = lines(office, confirm(office, people.values(), decision, once=once))
    clock.shift(timedelta(seconds=1))
    before = all_rows()

    second = confirm(office, people.values(), decision, once=once)

    assert changed_tables(before) == []
    assert (
        words("It was carried out already: nothing was done twice.")
        in read(office.get(second["Location"])).text
    )
    assert lines(office, second) == first


def test_two_attempts_of_a_person_at_an_exam_are_granted_once(office):
    exam = bank_with_exam(first_wait=timedelta(), later_wait=timedelta(), attempts_allowed=9)
    person = UserFactory()
    both = [finished(person, exam, now=NOW - day * DAY) for day in (2, 1)]

    [rows] = tables(decide(office, both, "grant_attempts"))
    confirm(office, both, "grant_attempts")

    twice = words("The same person at the same exam stands here already: they get it once.")
    assert [row[4] for row in rows] == [WILL, f"{LEFT} {twice}"]
    assert Allowance.objects.get().attempts == 2


def test_later_attempt_keeps_the_earlier_one_closed(office):
    exam = bank_with_exam(first_wait=timedelta(), later_wait=timedelta(), attempts_allowed=9)
    person = UserFactory()
    earlier, later = [finished(person, exam, now=NOW - day * DAY) for day in (2, 1)]

    confirm(office, [earlier, later], "reopen")

    states = dict(Attempt.objects.values_list("pk", "state"))
    assert states == {earlier.pk: AttemptState.SUBMITTED, later.pk: AttemptState.OPEN}


def test_reopening_is_promised_only_where_it_is_possible(office):
    exam = bank_with_exam(first_wait=timedelta(), later_wait=timedelta(), attempts_allowed=9)
    person = UserFactory()
    earlier, later = [finished(person, exam, now=NOW - day * DAY) for day in (2, 1)]

    [rows] = tables(decide(office, [earlier, later], "extend"))

    over = words("The attempt is finished, so there is nothing to add time to.")
    reopens = words("The attempt is finished by now, so there is nothing to add time to. It can be reopened.")
    assert {row[2]: row[4] for row in rows} == {"1": f"{LEFT} {over}", "2": f"{LEFT} {reopens}"}


@pytest.mark.parametrize(
    ("decision", "lead", "button"),
    [
        ("grant_attempts", "It would be carried out for %(count)s people. Nothing is decided yet.", "people"),
        ("void", "It would be carried out for %(count)s attempts. Nothing is decided yet.", "attempts"),
    ],
)
def test_what_people_get_counts_people(office, decision, lead, button):
    """Two of them, one at two exams, one twice at one."""
    exams = [bank_with_exam(first_wait=timedelta(), attempts_allowed=9) for _exam in range(2)]
    anna, boris = UserFactory(name="Анна"), UserFactory(name="Борис")
    chosen = [finished(anna, exams[0], now=NOW - 2 * DAY), finished(anna, exams[1], now=NOW - 2 * DAY)]
    chosen += [finished(boris, exams[0], now=NOW - day * DAY) for day in (2, 1)]

    response = decide(office, chosen, decision)

    count = 2 if decision == "grant_attempts" else 4
    assert response.context["possible"] == count
    singular = lead.replace("people", "person").replace("attempts", "attempt")
    page = read(response)
    assert words(singular, plural=lead, n=count, count=count) in page.text
    title = response.context["form"].title
    one = f"%(title)s: %(count)s {'person' if button == 'people' else 'attempt'}"
    told = words(one, plural=f"%(title)s: %(count)s {button}", n=count, title=title, count=count)
    assert told in page.text


def test_attempts_of_other_companies_are_not_there(office, manager, exam):
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    own = finished(UserFactory(name="Своя", partner=PartnerFactory(manager=manager)), exam)
    other = finished(UserFactory(name="Чужая"), exam)

    done = lines(office, confirm(office, [own, other], "void"))

    assert list(done) == ["Своя, Тест 1"]
    other.refresh_from_db()
    assert other.state == AttemptState.SUBMITTED


@pytest.mark.parametrize(
    "sent",
    [
        {"decision": "void"},
        {"attempt": ["7", "x", "9" * 30], "decision": "void"},
        {"attempt": ["7"], "decision": "erase"},
        {},
    ],
)
def test_nothing_chosen_leads_back_to_the_list_as_it_was(office, sent):
    response = office.post(reverse("manage_bulk"), {**sent, "list": "q=анна&sort=name"})

    assert response.status_code == 302
    back = office.get(response["Location"])
    assert (back.status_code, words("Choose attempts and what to decide about them.") in read(back).text) == (
        200,
        True,
    )
    assert response["Location"].startswith(reverse("manage_attempts") + "?q=%D0%B0")


def test_fifty_at_most(office):
    response = decide(office, [started(exam=bank_with_exam())], "void", attempt=list(range(1, 99)))

    assert len(tables(response)[0]) == 1


def test_report_is_its_readers_own(office, client):
    assert office.get(reverse("manage_bulk_report")).status_code == 302
    assert client.get(reverse("manage_bulk_report")).status_code == 403


def test_list_of_results_offers_it(office, people):
    page = read(office.get(reverse("manage_attempts"), {"q": "Олег"}))

    [form] = [form for form in page.forms if form.action == reverse("manage_bulk")]
    assert form.data()["list"] == ["q=%D0%9E%D0%BB%D0%B5%D0%B3"]
    offered = {attrs["value"] for tag, attrs in page.tags if tag == "option" and attrs.get("value") in SENT}
    assert offered == set(SENT)
    boxes = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("form") == "bulk"]
    assert [box["value"] for box in boxes if box["name"] == "attempt"] == [str(people["Олег"].pk)]


def test_invitations_are_sent_anew_together(office, manager):
    late = InvitationFactory(invited_at=NOW - 20 * DAY)
    known = InvitationFactory(invited_at=NOW - DAY)
    UserFactory(email=known.email)
    settled = InvitationFactory(revoked_at=NOW, revoked_by=manager)
    chosen = {"invitation": [late.pk, known.pk, settled.pk]}
    before = all_rows()
    asked = office.post(reverse("manage_resend_many"), chosen)
    assert (asked.status_code, changed_tables(before)) == (200, [])
    assert [i.email for i in (late, known, settled) if i.email not in read(asked).text] == []

    done = lines(office, office.post(reverse("manage_resend_many"), {**chosen, "confirmed": "1"}))

    assert [done[i.email] == words("Done", context="decision") for i in (late, known, settled)] == [
        True,
        False,
        False,
    ]
    assert dict(Invitation.objects.filter(sent_at=NOW).values_list("pk", "expires_at")) == {
        late.pk: NOW + timedelta(days=14),
        settled.pk: settled.expires_at,
    }


def test_letters_are_sent_once_by_one_form(office, clock):
    invitations = [InvitationFactory(), InvitationFactory()]
    asked = office.post(reverse("manage_resend_many"), {"invitation": [row.pk for row in invitations]})
    [form] = [form for form in read(asked).forms if form.action == reverse("manage_resend_many")]
    sent = {**form.data(), "confirmed": "1"}
    clock.shift(timedelta(minutes=1))
    lines(office, office.post(form.action, sent))
    clock.shift(timedelta(minutes=1))
    before = all_rows()

    done = lines(office, office.post(form.action, sent))

    said = words("A letter was sent already since this page was shown: it was not sent twice.")
    assert done == {row.email: f"{words('Left as it was')} {said}" for row in invitations}
    assert changed_tables(before) == []
