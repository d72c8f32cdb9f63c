"""`manage.py close_overdue_attempts`: one pass, or passes until it is told to stop."""

import os
import signal
import threading
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from certification.management.commands.close_overdue_attempts import ClockWatch
from certification.models import Attempt, JobRun
from tests.factories import NOW, bank_with_exam, started

LATER = NOW + timedelta(hours=2)
PATIENCE = 20  # seconds


def close(**options):
    out, err = StringIO(), StringIO()
    call_command("close_overdue_attempts", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def states():
    return list(Attempt.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def handlers():
    """The signals' handlers, as they were."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.getsignal(number) for number in numbers}
    yield former
    for number, handler in former.items():
        signal.signal(number, handler)


def tell_to_stop(number, former, *, until):
    """Send this process the signal once the command listens to it and `until` holds."""

    def send():
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if signal.getsignal(number) != former[number] and until():
                os.kill(os.getpid(), number)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


@pytest.mark.django_db
def test_one_pass_closes_what_is_overdue_and_says_so():
    exam = bank_with_exam()
    overdue = started(exam=exam)
    started(exam=exam, now=LATER)

    with time_machine.travel(LATER, tick=False):
        out, err = close(once=True)

    assert states() == ["expired", "open"]
    assert Attempt.objects.get(pk=overdue.pk).finished_at == overdue.deadline
    assert (out, err) == ("Closed 1, could not close 0.\n", "")
    assert JobRun.objects.values_list("ran_at", "failures").get() == (LATER, 0)


@pytest.mark.django_db
def test_one_pass_without_work_is_silent():
    started()

    with time_machine.travel(NOW, tick=False):
        assert close(once=True) == ("", "")

    assert states() == ["open"]
    assert JobRun.objects.get().ran_at == NOW


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.django_db(transaction=True)
def test_loop_makes_a_pass_at_once_and_leaves_when_told(handlers, number):
    started(now=NOW - timedelta(days=3650))
    begun = time.monotonic()
    thread = tell_to_stop(number, handlers, until=lambda: True)

    out, err = close()

    thread.join(PATIENCE)
    assert time.monotonic() - begun < PATIENCE
    assert (out, err) == ("Closed 1, could not close 0.\n", "")
    assert states() == ["expired"]


@pytest.fixture
def jobs_table_away(transactional_db):
    """The jobs' table is not there, as in a database that is being restored; call it to bring it back."""

    def rename(old, new):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def bring_back():
        if "away" in connection.introspection.table_names():
            rename("away", JobRun._meta.db_table)

    rename(JobRun._meta.db_table, "away")
    yield bring_back
    bring_back()


def test_loop_outlives_a_pass_that_the_database_fails(handlers, jobs_table_away, monkeypatch):
    monkeypatch.setattr("certification.management.commands.close_overdue_attempts.Command.pause", 0.05)
    failed = threading.Event()

    class Stderr(StringIO):
        def write(self, text):
            jobs_table_away()
            failed.set()
            return super().write(text)

    thread = tell_to_stop(signal.SIGTERM, handlers, until=failed.is_set)
    err = Stderr()

    call_command("close_overdue_attempts", stderr=err)

    thread.join(PATIENCE)
    assert err.getvalue().count("The pass failed and is tried again: ") == 1
    assert "certification_jobrun" in err.getvalue()


@pytest.mark.parametrize(
    ("steps", "told"), [([0, 1.9, 0], []), ([0, -300, 0], ["-300.0"]), ([3, -3], ["+3.0", "-3.0"])]
)
def test_clock_that_was_set_is_told_once(monkeypatch, caplog, steps, told):
    """By the clock that nobody can set a second passes between two looks."""
    monotonic, wall = [1000.0], [5000.0]
    monkeypatch.setattr(time, "monotonic", lambda: monotonic[0])
    monkeypatch.setattr(time, "time", lambda: wall[0])
    watch = ClockWatch()

    for step in steps:
        monotonic[0] += 1
        wall[0] += 1 + step
        watch.look()

    said = [
        record.getMessage() for record in caplog.records if record.name.endswith("close_overdue_attempts")
    ]
    assert said == [
        f"the system's clock was set by {step} s; attempts in progress end by the new one" for step in told
    ]
