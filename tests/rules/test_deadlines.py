"""The two limits of an attempt: the deadline, and ten seconds of network grace after it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.deadlines import GRACE, ExtraTime, allowed_time, deadline, finish, is_too_late

MS = timedelta(milliseconds=1)
DEADLINE = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=3)))


def test_grace_is_ten_seconds():
    assert timedelta(seconds=10) == GRACE


@pytest.mark.parametrize(
    ("late_by", "too_late"),
    [
        (-MS, False),
        (timedelta(), False),
        (MS, False),
        (GRACE - MS, False),
        (GRACE, False),
        (GRACE + MS, True),
    ],
)
def test_a_save_is_too_late_only_after_the_grace(late_by, too_late):
    assert is_too_late(now=DEADLINE + late_by, deadline=DEADLINE) is too_late


@pytest.mark.parametrize(
    ("late_by", "finished_late_by", "ran_out"),
    [
        (-MS, -MS, False),
        (timedelta(), timedelta(), False),
        (MS, timedelta(), True),
        (GRACE - MS, timedelta(), True),
        (GRACE, timedelta(), True),
        (GRACE + MS, timedelta(), True),
    ],
)
def test_an_attempt_finishes_when_closed_or_at_its_deadline(late_by, finished_late_by, ran_out):
    assert finish(now=DEADLINE + late_by, deadline=DEADLINE) == (
        DEADLINE + finished_late_by,
        ran_out,
    )


@given(st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=1)))
def test_what_is_too_late_has_run_out(late_by):
    now = DEADLINE + late_by
    finished_at, ran_out = finish(now=now, deadline=DEADLINE)
    assert finished_at == min(now, DEADLINE)
    assert ran_out is (now > DEADLINE)
    assert is_too_late(now=now, deadline=DEADLINE) <= ran_out


@pytest.mark.parametrize("late_by", [GRACE, GRACE + MS])
def test_the_zone_of_a_moment_does_not_matter(late_by):
    now = DEADLINE + late_by
    assert is_too_late(now=now.astimezone(UTC), deadline=DEADLINE) is is_too_late(now=now, deadline=DEADLINE)
    assert finish(now=now.astimezone(UTC), deadline=DEADLINE) == finish(now=now, deadline=DEADLINE)


START = DEADLINE - timedelta(minutes=60)
LIMIT = timedelta(minutes=60)


@pytest.mark.parametrize(
    ("extra", "beyond"),
    [
        (ExtraTime(percent=125), timedelta(minutes=15)),
        (ExtraTime(percent=150), timedelta(minutes=30)),
        (ExtraTime(percent=200), timedelta(minutes=60)),
        (ExtraTime(minutes=7), timedelta(minutes=7)),
        (ExtraTime(), timedelta()),
    ],
)
def test_extra_time_is_a_share_of_the_exams_own_or_so_many_minutes(extra, beyond):
    assert extra.beyond(LIMIT) == beyond


def test_the_most_generous_grant_counts_and_they_do_not_add_up():
    grants = [ExtraTime(percent=125), ExtraTime(minutes=20), ExtraTime(minutes=10)]
    assert allowed_time(LIMIT, grants) == timedelta(minutes=80)
    assert allowed_time(LIMIT, []) == LIMIT


@pytest.mark.parametrize(
    ("closes_at", "end"),
    [
        (None, DEADLINE),
        (DEADLINE + MS, DEADLINE),
        (DEADLINE, DEADLINE),
        (DEADLINE - MS, DEADLINE - MS),
    ],
)
def test_window_cuts_the_deadline(closes_at, end):
    assert deadline(start=START, time=LIMIT, closes_at=closes_at) == end


@given(
    st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes)),
    st.lists(
        st.builds(ExtraTime, percent=st.sampled_from([125, 150, 200]))
        | st.builds(ExtraTime, minutes=st.integers(1, 600))
    ),
)
def test_a_grant_never_shortens(limit, grants):
    time = allowed_time(limit, grants)
    assert time >= limit
    assert all(time >= limit + grant.beyond(limit) for grant in grants)
