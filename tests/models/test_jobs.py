"""Which standing jobs are alive."""

from datetime import timedelta

import pytest

from certification.models import JobRun
from certification.states import StandingJob
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


@pytest.mark.django_db
def test_a_job_that_must_run_has_stopped_where_it_is_late_or_never_ran():
    JobRun.objects.create(name=StandingJob.SWEEPER, ran_at=NOW - MINUTE)
    JobRun.objects.create(name=StandingJob.SENDER, ran_at=NOW - MINUTE - MS)
    JobRun.objects.create(name="what there was before", ran_at=NOW - 60 * MINUTE)

    assert JobRun.objects.stopped(NOW) == [StandingJob.SENDER, StandingJob.KEEPER]
