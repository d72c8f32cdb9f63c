"""Attempts counted, voided and resat by several at once. See test_concurrency.py."""

from datetime import timedelta

import pytest

from certification.actions import attempts
from certification.actions.statistics import refresh
from certification.models import Attempt
from tests.actions.test_statistics import counted_as_anew
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished
from tests.test_concurrency import (
    ROUNDS,
    at_once,
    real_connections,  # noqa: F401  a fixture
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=50)


def test_counts_are_whole_whoever_counts_and_decides_at_once():
    """Two keepers, a void and a reopening of the same and of other attempts, before and while they count."""
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
            )

            assert [result for result in results if isinstance(result, Exception)] == []
        attempts.void(two.pk, **by)
        assert set(Attempt.objects.filter(is_tallied=False)) >= {one, two}
        assert Attempt.objects.get(pk=three.pk).is_tallied
