"""The sweep over everything whose time is gone."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import JSONField, Value

from certification.actions import attempts
from certification.actions.attempts import Sweep
from certification.models import Attempt, Event, JobRun, Response
from certification.models.triggers import Trigger, postgresql_sql, sqlite_sql
from certification.states import EventKind
from tests.factories import NOW, answer, bank_with_exam, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=10)
LATER = NOW + timedelta(hours=2)


def corrupt(attempt):
    """An answer that no code of ours can have written."""
    Response.objects.filter(attempt=attempt, position=1).update(chosen=Value(None, JSONField()))


def refuse_in_the_database(attempt):
    trigger = Trigger(
        "test_attempt_refused", "UPDATE", "certification_attempt", f"OLD.id = {attempt.pk}", "Not this one."
    )
    sql = sqlite_sql if connection.vendor == "sqlite" else postgresql_sql
    with connection.cursor() as cursor:
        for statement in sql(trigger):
            cursor.execute(statement)


def states():
    return dict(Attempt.objects.values_list("pk", "state"))


def test_sweep_closes_what_is_overdue_and_nothing_else():
    exam = bank_with_exam()
    overdue = [started(exam=exam), started(exam=exam, now=NOW - timedelta(days=1))]
    answer(overdue[0], right=4)
    now = overdue[0].deadline + GRACE + MS
    at_the_end_of_grace = started(exam=exam, now=NOW + MS)
    in_time = started(exam=exam, now=NOW + timedelta(minutes=30))
    submitted = attempts.submit(started(exam=exam).pk, by=None, now=NOW)

    sweep = attempts.close_overdue(now=now)

    assert sweep == Sweep(closed=2, failures=0)
    assert states() == {
        overdue[0].pk: "expired",
        overdue[1].pk: "expired",
        at_the_end_of_grace.pk: "open",
        in_time.pk: "open",
        submitted.pk: "submitted",
    }
    columns = ("finished_at", "score", "passed")
    assert Attempt.objects.values_list(*columns).get(pk=overdue[0].pk) == (
        overdue[0].deadline,
        400,
        True,
    )


def test_sweep_records_each_closing_as_done_by_the_system():
    attempt = started()

    attempts.close_overdue(now=LATER)

    events = Event.objects.filter(kind=EventKind.ATTEMPT_EXPIRED)
    assert list(events.values_list("subject_id", "actor", "at")) == [(attempt.pk, None, LATER)]


@pytest.mark.parametrize("spoil", [corrupt, refuse_in_the_database])
@pytest.mark.parametrize("bad", [0, 1, 2])
def test_sweep_goes_on_after_one_that_cannot_be_closed(spoil, bad, caplog):
    exam = bank_with_exam()
    overdue = [started(exam=exam, now=NOW + timedelta(minutes=n)) for n in range(3)]
    spoil(overdue[bad])
    before = rows_of(Attempt.objects.filter(pk=overdue[bad].pk))

    with caplog.at_level(logging.ERROR):
        sweep = attempts.close_overdue(now=LATER)

    assert sweep == Sweep(closed=2, failures=1)
    good = [attempt.pk for attempt in overdue if attempt != overdue[bad]]
    assert states() == {overdue[bad].pk: "open", **dict.fromkeys(good, "expired")}
    assert rows_of(Attempt.objects.filter(pk=overdue[bad].pk)) == before
    assert Event.objects.filter(kind=EventKind.ATTEMPT_EXPIRED).count() == 2
    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == (
        "close_overdue_attempts",
        LATER,
        1,
    )
    assert [record.args for record in caplog.records] == [(overdue[bad].pk,)]


def test_pass_without_work_is_noted_once_for_the_job():
    started(now=LATER)
    attempts.close_overdue(now=NOW)
    before = all_rows()

    sweep = attempts.close_overdue(now=NOW + timedelta(seconds=5))

    assert sweep == Sweep(closed=0, failures=0)
    assert changed_tables(before) == ["JobRun"]
    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == (
        "close_overdue_attempts",
        NOW + timedelta(seconds=5),
        0,
    )


def test_failures_of_an_earlier_pass_are_not_carried_on():
    attempt = started()
    corrupt(attempt)
    attempts.close_overdue(now=LATER)
    assert JobRun.objects.get().failures == 1
    Response.objects.filter(attempt=attempt).update(chosen=[])

    attempts.close_overdue(now=LATER)

    assert JobRun.objects.get().failures == 0
    assert states() == {attempt.pk: "expired"}
