"""More time for an attempt in progress."""

from datetime import datetime, timedelta

import pytest

from certification.actions import answers, attempts
from certification.actions.answers import Answer
from certification.actions.refused import Refused
from certification.models import Event
from certification.rules.deadlines import ExtraTime
from certification.states import EventKind
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
SOON = NOW + 10 * MINUTE
GRACE = timedelta(seconds=10)


def extend(attempt, *, now=SOON, by=None, **extra):
    by = by or ManagerFactory().pk
    return attempts.extend(attempt.pk, ExtraTime(**extra), by=by, now=now, reason="Болезнь")


@pytest.mark.parametrize(
    ("extra", "longer_by"),
    [
        ({"percent": 125}, 15 * MINUTE),
        ({"percent": 150}, 30 * MINUTE),
        ({"percent": 200}, 60 * MINUTE),
        ({"minutes": 7}, 7 * MINUTE),
    ],
)
def test_extension_moves_the_deadline_and_nothing_else(extra, longer_by):
    attempt = started(exam=bank_with_exam(minutes=60))
    before = all_rows()
    manager = ManagerFactory()

    extended = extend(attempt, by=manager.pk, **extra)

    assert extended.deadline == NOW + 60 * MINUTE + longer_by
    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.time_limit) == (extended.deadline, 60 * MINUTE + longer_by)
    assert attempt.extra_time == longer_by
    assert sorted(changed_tables(before)) == ["Attempt", "Event", "User"]
    event = Event.objects.get(kind=EventKind.ATTEMPT_EXTENDED)
    assert (event.at, event.actor, event.subject_id) == (SOON, manager, attempt.pk)
    moments = {name: event.facts.pop(name) for name in ("former_deadline", "deadline")}
    assert {name: datetime.fromisoformat(moment) for name, moment in moments.items()} == {
        "former_deadline": NOW + 60 * MINUTE,
        "deadline": extended.deadline,
    }
    assert event.facts == {"reason": "Болезнь", "percent": None, "minutes": None} | extra


def test_extensions_add_up_and_a_share_is_of_the_exams_own_time():
    attempt = started(exam=bank_with_exam(minutes=60))
    attempt.exam.minutes = 600
    attempt.exam.save(update_fields=["minutes"])

    extend(attempt, percent=150)
    extended = extend(attempt, percent=150)

    assert extended.deadline == NOW + 120 * MINUTE


def test_extension_goes_beyond_the_exams_window():
    attempt = started(exam=bank_with_exam(minutes=60, closes_at=NOW + 30 * MINUTE))
    assert attempt.deadline == NOW + 30 * MINUTE

    assert extend(attempt, minutes=20).deadline == NOW + 50 * MINUTE


@pytest.mark.parametrize("late_by", [-MS, timedelta(), MS])
def test_answers_are_taken_until_the_new_deadline_and_its_grace(late_by):
    attempt = started(exam=bank_with_exam(minutes=60))
    extend(attempt, minutes=5)
    now = NOW + 65 * MINUTE + GRACE + late_by

    saved = answers.save_answer(attempt.pk, 1, Answer(chosen=(1,)), by=attempt.candidate_id, now=now)

    assert saved.accepted is (late_by <= timedelta())


@pytest.mark.parametrize(("late_by", "code"), [(-MS, None), (timedelta(), None), (MS, "overdue")])
def test_attempt_can_be_extended_until_it_is_to_be_closed(late_by, code):
    attempt = started(exam=bank_with_exam(minutes=60))
    now = NOW + 60 * MINUTE + GRACE + late_by
    if code is None:
        assert extend(attempt, now=now, minutes=5).is_open
        return
    before, manager = all_rows(), ManagerFactory()

    with pytest.raises(Refused) as caught:
        extend(attempt, now=now, by=manager.pk, minutes=5)

    assert (caught.value.code, changed_tables(before)) == (code, ["User"])


def test_finished_attempt_is_not_extended():
    attempt = finished()
    before, manager = all_rows(), ManagerFactory()

    with pytest.raises(Refused) as caught:
        extend(attempt, by=manager.pk, minutes=5)

    assert (caught.value.code, changed_tables(before)) == ("finished", ["User"])


def test_nobody_extends_their_own_attempt():
    attempt = started(ManagerFactory())
    before = all_rows()

    with pytest.raises(Refused) as caught:
        extend(attempt, by=attempt.candidate_id, minutes=5)

    assert (caught.value.code, changed_tables(before)) == ("own", [])
    assert extend(attempt, minutes=5).deadline == NOW + 65 * MINUTE
