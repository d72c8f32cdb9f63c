"""What a manager decides about an attempt, and what is offered when. Refusals: test_manager_refusals.py."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import allowances, attempts
from certification.models import Allowance, Event
from certification.states import AllowanceKind, AttemptState, EventKind
from tests.factories import NOW, UserFactory, bank_with_exam, certified, finished, started
from tests.pages import press, read, words
from tests.rows import all_rows, changed_tables
from tests.views.office import REASON, SENT, attempt_page, decide, forms, last_event, told, typed

pytestmark = pytest.mark.django_db


def offered(response):
    return list(forms(response))


def stored(attempt):
    attempt.refresh_from_db()
    return attempt


def test_open_attempt_can_be_extended_and_voided(office, open_attempt):
    assert offered(attempt_page(office, open_attempt)) == [
        "extend",
        "waive_wait",
        "grant_attempts",
        "grant_time",
        "void",
    ]


def test_finished_attempt_can_be_reopened_and_voided(office, failed):
    assert offered(attempt_page(office, failed)) == [
        "reopen",
        "waive_wait",
        "grant_attempts",
        "grant_time",
        "void",
    ]


def test_voided_attempt_can_be_reopened(office, manager, failed):
    attempts.void(failed.pk, by=manager.pk, now=NOW, reason=REASON)

    assert offered(attempt_page(office, failed)) == ["reopen", "grant_attempts", "grant_time"]


def test_attempt_with_a_later_one_is_not_reopened(office, failed):
    started(failed.candidate, failed.exam, now=NOW + timedelta(days=1))

    assert offered(attempt_page(office, failed)) == ["grant_attempts", "grant_time", "void"]


def test_overdue_attempt_is_not_extended(office, clock, open_attempt):
    clock.shift(timedelta(minutes=60, seconds=10))
    assert "extend" in offered(attempt_page(office, open_attempt))

    clock.shift(timedelta(seconds=1))
    assert "extend" not in offered(attempt_page(office, open_attempt))


@pytest.mark.parametrize(
    ("extra", "minutes"),
    [
        ({"extra": "125", "minutes": ""}, 15),
        ({"extra": "150", "minutes": "7"}, 30),  # the minutes belong to another choice
        ({"extra": "200"}, 60),
        ({"extra": "minutes", "minutes": "1"}, 1),
        ({"extra": "minutes", "minutes": "600"}, 600),
    ],
)
def test_extend(office, manager, open_attempt, extra, minutes):
    sent = {**extra, "reason": f"  {REASON} "}
    response = office.post(reverse("extend", args=[open_attempt.pk]), sent)

    assert response["Location"] == reverse("manage_attempt", args=[open_attempt.pk])
    deadline = NOW + timedelta(minutes=60 + minutes)
    assert stored(open_attempt).deadline == deadline
    assert last_event() == (EventKind.ATTEMPT_EXTENDED, manager.pk, open_attempt.pk, REASON, NOW)
    said = f"23 ноября 2026 г., {deadline.astimezone(NOW.tzinfo):%H:%M:%S}"
    sentence = words("Time was added: the attempt lasts until %(deadline)s (Moscow).", deadline=said)
    assert told(office, response) == [sentence]


def test_extension_reaches_its_candidate(office, open_attempt):
    decide(office, open_attempt, "extend")

    candidate = Client()
    candidate.force_login(open_attempt.candidate)
    clock = candidate.get(reverse("clock", args=[open_attempt.pk])).json()
    assert datetime.fromisoformat(clock["deadline"]) == NOW + timedelta(minutes=75)


def test_void(office, manager, failed):
    response = decide(office, failed, "void")

    attempt = stored(failed)
    assert (attempt.state, attempt.void_reason, attempt.voided_by) == (
        AttemptState.VOIDED,
        REASON,
        manager,
    )
    assert last_event() == (EventKind.ATTEMPT_VOIDED, manager.pk, failed.pk, REASON, NOW)
    assert told(office, response) == [words("The attempt was voided: it counts nowhere any more.")]


def test_void_of_an_open_attempt_finishes_it_first(office, open_attempt):
    decide(office, open_attempt, "void")

    attempt = stored(open_attempt)
    assert (attempt.state, attempt.finished_at, attempt.score) == (AttemptState.VOIDED, NOW, 0)


def test_reopen(office, manager, failed):
    response = decide(office, failed, "reopen")

    attempt = stored(failed)
    assert (attempt.state, attempt.reopened_at, attempt.score) == (AttemptState.OPEN, NOW, None)
    assert attempt.deadline == NOW + timedelta(minutes=20)
    assert last_event() == (EventKind.ATTEMPT_REOPENED, manager.pk, failed.pk, REASON, NOW)
    sentence = words(
        "The attempt was reopened: it goes on until %(deadline)s (Moscow).",
        deadline="23 ноября 2026 г., 10:20:00",
    )
    assert told(office, response) == [sentence]


def test_reopening_offers_the_minutes_that_were_left(office, failed):
    assert typed(attempt_page(office, failed), "reopen") == {"minutes": ["50"], "reason": [""]}


@pytest.mark.parametrize(
    ("extra", "stored"),
    [
        ({"extra": "125"}, (125, None)),
        ({"extra": "200", "minutes": "5"}, (200, None)),
        ({"extra": "minutes", "minutes": "45"}, (None, 45)),
    ],
)
def test_grant_time(office, manager, failed, extra, stored):
    sent = {**extra, "reason": REASON}
    response = office.post(reverse("grant_time", args=[failed.pk]), sent)

    allowance = Allowance.objects.get()
    assert (allowance.kind, allowance.percent, allowance.minutes) == (AllowanceKind.TIME, *stored)
    assert (allowance.candidate, allowance.exam) == (failed.candidate, failed.exam)
    assert (allowance.granted_by, allowance.granted_at, allowance.reason) == (manager, NOW, REASON)
    assert last_event() == (EventKind.ALLOWANCE_GRANTED, manager.pk, allowance.pk, REASON, NOW)
    assert told(office, response) == [words("Extra time was granted: it counts from the next attempt on.")]


def test_extra_time_for_later_is_told_not_to_reach_an_attempt_in_progress(office, open_attempt):
    response = decide(office, open_attempt, "grant_time")

    assert stored(open_attempt).deadline == NOW + timedelta(minutes=60)
    assert told(office, response) == [
        words("Extra time was granted: it counts from the next attempt on."),
        words("This attempt is in progress and gets none of it: add time to it."),
    ]


def test_grant_attempts(office, manager, failed):
    response = decide(office, failed, "grant_attempts")

    allowance = Allowance.objects.get()
    assert (allowance.kind, allowance.attempts) == (AllowanceKind.ATTEMPTS, 2)
    assert last_event() == (EventKind.ALLOWANCE_GRANTED, manager.pk, allowance.pk, REASON, NOW)
    sentence = words(
        "%(count)d attempt more was granted.",
        plural="%(count)d attempts more were granted.",
        n=2,
        count=2,
    )
    assert told(office, response) == [sentence]
    used = words("%(used)s of %(allowed)s used", used=1, allowed=5)
    assert used in read(attempt_page(office, failed)).text


def test_extra_attempts_are_not_offered_where_they_are_not_counted(office):
    attempt = finished(exam=bank_with_exam(attempts_allowed=None), now=NOW - timedelta(hours=1))

    assert "grant_attempts" not in offered(attempt_page(office, attempt))


def test_waive_wait(office, manager, failed):
    response = decide(office, failed, "waive_wait")

    allowance = Allowance.objects.get()
    assert (allowance.kind, allowance.attempt) == (AllowanceKind.NO_WAIT, failed)
    assert last_event() == (EventKind.ALLOWANCE_GRANTED, manager.pk, allowance.pk, REASON, NOW)
    assert told(office, response) == [words("The wait after this attempt was waived.")]
    after = attempt_page(office, failed)
    assert words("It may start now.") in read(after).text
    assert "waive_wait" not in offered(after)


def test_withdraw(office, manager, failed):
    allowance = allowances.grant_attempts(
        failed.candidate_id, failed.exam_id, 2, by=manager.pk, now=NOW, reason=REASON
    )

    response = press(office, attempt_page(office, failed), words("Withdraw"), reason=REASON)

    allowance.refresh_from_db()
    assert (allowance.withdrawn_at, allowance.withdrawn_by) == (NOW, manager)
    assert last_event() == (EventKind.ALLOWANCE_WITHDRAWN, manager.pk, allowance.pk, REASON, NOW)
    text = read(response).text
    assert words("The allowance was withdrawn: what starts from now on goes without it.") in text
    said = words("Withdrawn %(date)s, %(who)s", date="23.11.2026 10:00", who=manager.name)
    assert said in text
    assert words("Withdraw") not in [button.text for form in read(response).forms for button in form.buttons]
    assert words("%(used)s of %(allowed)s used", used=1, allowed=3) in text


def test_allowance_of_another_person_or_exam_is_not_withdrawn_from_here(office, manager, failed):
    given = {"by": manager.pk, "now": NOW, "reason": REASON}
    others = [
        allowances.grant_attempts(UserFactory().pk, failed.exam_id, 1, **given),
        allowances.grant_attempts(failed.candidate_id, bank_with_exam().pk, 1, **given),
    ]
    before = all_rows()

    statuses = [
        office.post(reverse("withdraw", args=[failed.pk, pk]), {"reason": REASON}).status_code
        for pk in (*(other.pk for other in others), 10**6)
    ]

    assert (statuses, changed_tables(before)) == ([404] * 3, [])


@pytest.mark.parametrize("name", SENT)
def test_form_that_is_sent_twice_is_carried_out_once(office, clock, name):
    """A second press, or the browser's way back and another press."""
    attempt = finished(right=2, now=NOW - timedelta(minutes=30)) if name != "extend" else started()
    if name == "revoke":
        attempt = certified(now=NOW - timedelta(minutes=30)).attempt
    keys = [forms(attempt_page(office, attempt))[name].data()["once"] for _ in range(2)]
    first = decide(office, attempt, name, once=keys[0])
    told(office, first)
    clock.shift(timedelta(seconds=1))
    before = all_rows()

    second = decide(office, attempt, name, once=keys[0])

    assert (changed_tables(before), second["Location"]) == ([], first["Location"])
    assert told(office, second) == [words("It was carried out already: nothing was done twice.")]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("name", ["extend", "grant_time", "grant_attempts"])
def test_form_that_is_shown_anew_is_carried_out_anew(office, open_attempt, name):
    for _ in range(2):
        [once] = forms(attempt_page(office, open_attempt))[name].data()["once"]
        decide(office, open_attempt, name, once=once)

    assert Event.objects.filter(facts__reason=REASON).count() == 2


# Somebody did it meanwhile: nothing is done twice, and the page says so.


def test_void_of_a_voided_attempt_changes_nothing(office, manager, clock, failed):
    decide(office, failed, "void")
    attempt_page(office, failed)
    clock.shift(timedelta(minutes=1))
    before = all_rows()

    response = decide(office, failed, "void", reason="Иначе.")

    assert changed_tables(before) == []
    said = words(
        "Nothing was changed: the attempt was voided on %(at)s (Moscow).", at="23 ноября 2026 г., 10:00:00"
    )
    assert told(office, response) == [said]


def test_reopening_of_an_open_attempt_changes_nothing(office, open_attempt):
    before = all_rows()

    response = decide(office, open_attempt, "reopen")

    assert changed_tables(before) == []
    said = words(
        "Nothing was changed: the attempt goes on until %(deadline)s (Moscow).",
        deadline="23 ноября 2026 г., 11:00:00",
    )
    assert told(office, response) == [said]


def test_wait_is_waived_once(office, clock, failed):
    decide(office, failed, "waive_wait")
    attempt_page(office, failed)
    clock.shift(timedelta(minutes=1))
    before = all_rows()

    response = decide(office, failed, "waive_wait")

    assert changed_tables(before) == []
    said = words(
        "Nothing was changed: the wait was waived on %(at)s (Moscow).", at="23 ноября 2026 г., 10:00:00"
    )
    assert told(office, response) == [said]


def test_allowance_is_withdrawn_once(office, manager, clock, failed):
    given = {"by": manager.pk, "now": NOW, "reason": REASON}
    allowance = allowances.grant_attempts(failed.candidate_id, failed.exam_id, 2, **given)
    allowances.withdraw(allowance.pk, **given)
    clock.shift(timedelta(minutes=1))
    before = all_rows()

    response = office.post(reverse("withdraw", args=[failed.pk, allowance.pk]), {"reason": REASON})

    assert changed_tables(before) == []
    said = words(
        "Nothing was changed: the allowance was withdrawn on %(at)s (Moscow).",
        at="23 ноября 2026 г., 10:00:00",
    )
    assert told(office, response) == [said]


@pytest.mark.parametrize("name", ["void", "reopen"])
def test_certificate_that_goes_with_the_result_is_named_before_and_after(office, clock, name):
    certificate = certified(now=NOW - timedelta(minutes=30))
    attempt = certificate.attempt
    before = words("Certificate %(number)s is revoked.", number=certificate.number)
    after = words("Certificate %(number)s was revoked.", number=certificate.number)

    page = read(attempt_page(office, attempt)).text
    response = decide(office, attempt, name)

    assert page.count(before) == 2  # at void and at reopen, nowhere else
    assert told(office, response)[1:] == [after]
    assert before not in read(attempt_page(office, attempt)).text
    clock.shift(timedelta(minutes=1))
    assert told(office, decide(office, attempt, name))[1:] == []


def test_result_without_a_certificate_takes_none_away(office, failed):
    page = attempt_page(office, failed)

    assert "_revoked_with_it.html" not in {template.name.rpartition("/")[2] for template in page.templates}
    assert len(told(office, decide(office, failed, "void"))) == 1
