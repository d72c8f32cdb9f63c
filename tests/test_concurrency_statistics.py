"""Attempts counted, voided and resat by several at once. See test_concurrency.py."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from certification.actions import attempts, statistics
from certification.actions.statistics import forget_all, refresh
from certification.models import Attempt
from tests.actions.test_statistics import counted_as_anew
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished
from tests.test_concurrency import (
    PATIENCE,
    ROUNDS,
    at_once,
    real_connections,  # noqa: F401  a fixture
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=50)


def test_counts_are_whole_whoever_counts_and_decides_at_once():
    """Two keepers, a void and a reopening of the same and of other attempts, before and while they count,
    and somebody who has everything counted anew.
    """
    exam = bank_with_exam(questions=2, per_section=2, gives_certificate=False)
    by = {"by": ManagerFactory().pk, "now": LATER, "reason": "Сбой"}
    for _ in range(ROUNDS // 5):
        one, two, three = (finished(exam=exam, right=right) for right in range(3))
        with counted_as_anew():
            results = at_once(
                lambda: refresh(now=LATER),
                lambda: refresh(now=LATER),
                lambda one=one: attempts.void(one.pk, **by),
                lambda two=two: attempts.reopen(two.pk, minutes=9, **by),
                forget_all,
            )

            assert [result for result in results if isinstance(result, Exception)] == []
        attempts.void(two.pk, **by)
        assert set(Attempt.objects.filter(is_tallied=False)) >= {one, two}
        assert Attempt.objects.get(pk=three.pk).is_tallied


def somebody_waits_for_a_lock():
    """SQLite does not tell; there whoever wants to write waits from its first statement on."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_what_enters_while_all_is_forgotten_is_forgotten_or_counted(monkeypatch):
    """A keeper has written its counts and not yet committed them when somebody empties all."""
    exam = bank_with_exam(questions=2, per_section=2, gives_certificate=False)
    finished(exam=exam, right=1)
    refresh(now=LATER)
    finished(exam=exam, right=1)
    write = statistics.write

    def forget():
        forget_all()
        connection.close()

    forgetting = threading.Thread(target=forget)

    def write_while_forgetting(*args, **kwargs):
        write(*args, **kwargs)
        forgetting.start()
        while forgetting.is_alive() and not somebody_waits_for_a_lock():
            pass

    with counted_as_anew():
        with monkeypatch.context() as patched:
            patched.setattr(statistics, "write", write_while_forgetting)
            refresh(now=LATER)
        forgetting.join(timeout=PATIENCE)
        assert not forgetting.is_alive(), "stuck"
