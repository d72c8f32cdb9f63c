"""Which standing jobs are alive."""

from datetime import timedelta

import pytest

from certification.models import JobRun
from tests.factories import NOW

MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_a_job_is_fresh_for_a_minute():
    ages = {
        "ahead": -MS,
        "just now": timedelta(),
        "within": MINUTE - MS,
        "at the limit": MINUTE,
        "beyond": MINUTE + MS,
        "long ago": 60 * MINUTE,
    }
    for name, age in ages.items():
        JobRun.objects.create(name=name, ran_at=NOW - age)
    fresh = {job.name for job in JobRun.objects.fresh(NOW)}
    assert fresh == {name for name, age in ages.items() if age <= MINUTE}
    assert fresh == {"ahead", "just now", "within", "at the limit"}
