"""What is granted to one person at one exam, and what it does."""

from datetime import timedelta

import pytest

from certification.actions import allowances, attempts
from certification.actions.refused import Refused
from certification.models import Allowance, Event
from certification.rules.deadlines import ExtraTime
from certification.rules.eligibility import Reason
from certification.states import EventKind
from tests.factories import NOW, ManagerFactory, UserFactory, bank_with_exam, finished, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def manager():
    return ManagerFactory()


@pytest.fixture
def user():
    return UserFactory()


def said(manager, *, now=NOW):
    return {"by": manager.pk, "now": now, "reason": "Справка от врача"}


def start(exam, user, *, now=NOW):
    return attempts.start(exam.pk, by=user.pk, now=now, name=user.name)


GRANTS = {
    "time": lambda user, exam, **kw: allowances.grant_time(user.pk, exam.pk, ExtraTime(percent=150), **kw),
    "minutes": lambda user, exam, **kw: allowances.grant_time(user.pk, exam.pk, ExtraTime(minutes=20), **kw),
    "attempts": lambda user, exam, **kw: allowances.grant_attempts(user.pk, exam.pk, 2, **kw),
}


@pytest.mark.parametrize(
    ("grant", "values"),
    [
        ("time", {"kind": "time", "percent": 150}),
        ("minutes", {"kind": "time", "minutes": 20}),
        ("attempts", {"kind": "attempts", "attempts": 2}),
    ],
)
def test_grant_is_kept_with_who_when_and_why(manager, user, grant, values):
    exam = bank_with_exam()

    allowance = GRANTS[grant](user, exam, **said(manager))

    assert rows_of(Allowance.objects.all()) == [
        {
            "id": allowance.pk,
            "candidate_id": user.pk,
            "exam_id": exam.pk,
            "percent": None,
            "minutes": None,
            "attempts": None,
            "attempt_id": None,
            "reason": "Справка от врача",
            "granted_at": NOW,
            "granted_by_id": manager.pk,
            "withdrawn_at": None,
            "withdrawn_by_id": None,
        }
        | values
    ]
    event = Event.objects.get()
    assert (event.kind, event.at, event.actor) == (EventKind.ALLOWANCE_GRANTED, NOW, manager)
    assert (event.subject_table, event.subject_id) == ("certification_allowance", allowance.pk)
    assert event.facts == {
        "reason": "Справка от врача",
        "allowance": values["kind"],
        "candidate": user.pk,
        "exam": exam.pk,
    }


def test_extra_time_is_in_the_deadline_of_the_next_attempt_and_of_no_other(manager, user):
    exam = bank_with_exam(minutes=60)
    running = start(exam, user)

    GRANTS["time"](user, exam, **said(manager))

    running.refresh_from_db()
    assert running.deadline == NOW + 60 * MINUTE
    other = started(UserFactory(), exam)
    elsewhere = started(user, bank_with_exam(minutes=60))
    assert [a.deadline for a in (other, elsewhere)] == [NOW + 60 * MINUTE] * 2
    attempts.submit(running.pk, by=user.pk, now=NOW)
    tomorrow = NOW + timedelta(days=2)
    assert start(exam, user, now=tomorrow).deadline == tomorrow + 90 * MINUTE


def test_the_most_generous_time_counts_and_the_window_cuts_it(manager, user):
    exam = bank_with_exam(minutes=60, closes_at=NOW + 80 * MINUTE)
    GRANTS["minutes"](user, exam, **said(manager))
    GRANTS["time"](user, exam, **said(manager))

    attempt = start(exam, user)

    assert attempt.deadline == NOW + 80 * MINUTE
    assert (attempt.minutes, attempt.extra_time) == (60, 20 * MINUTE)


def test_extra_attempts_are_had_on_top_of_the_exams(manager, user):
    exam = bank_with_exam(attempts_allowed=1, first_wait=timedelta(), later_wait=timedelta())
    finished(user, exam)
    assert start(exam, user, now=LATER).reason == Reason.OUT_OF_ATTEMPTS

    GRANTS["attempts"](user, exam, **said(manager, now=LATER))

    for number in (2, 3):
        attempt = start(exam, user, now=LATER)
        assert attempt.number == number
        attempts.submit(attempt.pk, by=user.pk, now=LATER)
    assert start(exam, user, now=LATER).reason == Reason.OUT_OF_ATTEMPTS


def test_waived_wait_is_the_one_after_that_attempt(manager, user):
    exam = bank_with_exam(first_wait=timedelta(days=1), later_wait=timedelta(days=7))
    first = finished(user, exam)
    assert start(exam, user, now=LATER).reason == Reason.WAIT

    allowance = allowances.waive_wait(first.pk, **said(manager, now=LATER))

    assert (allowance.kind, allowance.attempt, allowance.candidate) == ("no_wait", first, user)
    second = start(exam, user, now=LATER)
    assert second.number == 2
    attempts.submit(second.pk, by=user.pk, now=LATER)
    assert start(exam, user, now=LATER).reason == Reason.WAIT


def test_wait_after_an_attempt_in_progress_can_be_waived_before_it_begins(manager, user):
    exam = bank_with_exam(first_wait=timedelta(days=1))
    running = start(exam, user)

    allowances.waive_wait(running.pk, **said(manager))

    attempts.submit(running.pk, by=user.pk, now=NOW)
    assert start(exam, user).number == 2


def test_wait_is_waived_once(manager, user):
    attempt = finished(user)
    allowance = allowances.waive_wait(attempt.pk, **said(manager))
    before = all_rows()

    assert allowances.waive_wait(attempt.pk, **said(manager, now=LATER)) == allowance
    assert changed_tables(before) == []


def test_withdrawn_allowance_counts_no_more(manager, user):
    exam = bank_with_exam(minutes=60, attempts_allowed=1)
    time = GRANTS["time"](user, exam, **said(manager))
    more = GRANTS["attempts"](user, exam, **said(manager))
    running = start(exam, user)

    for allowance in (time, more):
        withdrawn = allowances.withdraw(allowance.pk, **said(manager, now=LATER))
        assert (withdrawn.withdrawn_at, withdrawn.withdrawn_by) == (LATER, manager)

    running.refresh_from_db()
    assert running.deadline == NOW + 90 * MINUTE
    attempts.submit(running.pk, by=user.pk, now=NOW)
    assert start(exam, user, now=LATER).reason == Reason.OUT_OF_ATTEMPTS
    events = Event.objects.filter(kind=EventKind.ALLOWANCE_WITHDRAWN).order_by("id")
    assert list(events.values_list("at", "actor", "subject_id", "facts")) == [
        (LATER, manager.pk, time.pk, {"allowance": "time", "reason": "Справка от врача"}),
        (LATER, manager.pk, more.pk, {"allowance": "attempts", "reason": "Справка от врача"}),
    ]


def test_wait_waived_and_withdrawn_holds_again_and_can_be_waived_anew(manager, user):
    exam = bank_with_exam()
    attempt = finished(user, exam)
    allowance = allowances.waive_wait(attempt.pk, **said(manager))
    allowances.withdraw(allowance.pk, **said(manager, now=LATER))
    assert start(exam, user, now=LATER).reason == Reason.WAIT

    assert allowances.waive_wait(attempt.pk, **said(manager, now=LATER)) != allowance
    assert start(exam, user, now=LATER).number == 2


def test_second_withdrawal_changes_nothing(manager, user):
    allowance = GRANTS["time"](user, bank_with_exam(), **said(manager))
    allowances.withdraw(allowance.pk, **said(manager))
    before = all_rows()

    again = allowances.withdraw(allowance.pk, **said(manager, now=LATER))

    assert (again.withdrawn_at, changed_tables(before)) == (NOW, [])


def waive(user, exam, **said):
    return allowances.waive_wait(finished(user, exam).pk, **said)


def withdraw(user, exam, *, by, now, reason):
    granted = GRANTS["time"](user, exam, by=ManagerFactory().pk, now=now, reason=reason)
    return allowances.withdraw(granted.pk, by=by, now=now, reason=reason)


@pytest.mark.parametrize("grant", [*GRANTS.values(), waive, withdraw])
def test_nobody_grants_anything_to_themselves(manager, grant):
    exam = bank_with_exam()

    with pytest.raises(Refused) as caught:
        grant(manager, exam, **said(manager))

    assert caught.value.code == "own"
    assert not Allowance.objects.filter(granted_by=manager).exists()
    assert not Allowance.objects.filter(withdrawn_by=manager).exists()
