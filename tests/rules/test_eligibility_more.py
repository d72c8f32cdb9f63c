"""What windows and managers change about who may start."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.eligibility import ExtraAttempts, Reason, Refusal, Standing, may_start, standing
from tests.rules.test_eligibility import (
    BEGIN,
    DAY,
    HOUR,
    MS,
    TERMS,
    all_terms,
    end_of,
    histories,
    in_progress,
    sat,
    spans,
)

OPENS, CLOSES = BEGIN + 10 * DAY, BEGIN + 20 * DAY
WINDOW = replace(TERMS, opens_at=OPENS, closes_at=CLOSES)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (OPENS - MS, Refusal(Reason.NOT_YET, retry_at=OPENS)),
        (OPENS, None),
        (CLOSES - MS, None),
        (CLOSES, Refusal(Reason.CLOSED)),
        (CLOSES + MS, Refusal(Reason.CLOSED)),
    ],
)
def test_attempts_start_within_the_window(now, refusal):
    assert may_start(WINDOW, [], now=now) == refusal


def test_wait_that_outlasts_the_opening_is_the_one_that_is_told():
    """Failed in a window before this one."""
    failed = sat(9)
    long = replace(WINDOW, first_wait=7 * DAY)
    assert may_start(long, [failed], now=OPENS - MS) == Refusal(Reason.WAIT, retry_at=end_of(9) + 7 * DAY)
    short = replace(WINDOW, first_wait=HOUR)
    assert may_start(short, [failed], now=end_of(9)) == Refusal(Reason.NOT_YET, retry_at=OPENS)


@pytest.mark.parametrize(
    ("wait", "refusal"),
    [
        (CLOSES - MS, Refusal(Reason.WAIT, retry_at=CLOSES - MS)),
        (CLOSES, Refusal(Reason.WAIT)),
        (CLOSES + MS, Refusal(Reason.WAIT)),
    ],
)
def test_wait_until_the_closing_has_no_date(wait, refusal):
    terms = replace(WINDOW, first_wait=wait - end_of(12))
    assert may_start(terms, [sat(12)], now=end_of(12)) == refusal


def test_new_attempts_that_would_come_after_the_closing_have_no_date():
    terms = replace(WINDOW, attempts_allowed=1)
    assert may_start(terms, [sat(12)], now=end_of(12)) == Refusal(Reason.OUT_OF_ATTEMPTS)


@pytest.mark.parametrize(
    ("sittings", "now", "reason"),
    [
        ([in_progress(12)], CLOSES, Reason.IN_PROGRESS),
        ([sat(12, passed=True)], CLOSES, Reason.PASSED),
        ([sat(12)], CLOSES, Reason.CLOSED),
    ],
)
def test_what_somebody_has_at_an_exam_comes_before_its_window(sittings, now, reason):
    assert may_start(WINDOW, sittings, now=now).reason is reason


def test_waived_wait_is_the_one_after_that_attempt_alone():
    waived = replace(sat(0), wait_waived=True)
    assert may_start(TERMS, [waived], now=end_of(0)) is None
    assert may_start(TERMS, [waived, sat(1)], now=end_of(1)).reason is Reason.WAIT
    assert may_start(TERMS, [sat(0), replace(sat(2), wait_waived=True)], now=end_of(2)) is None


def test_waived_wait_gives_no_attempt():
    sittings = [sat(0), sat(2), replace(sat(9), wait_waived=True)]
    assert may_start(TERMS, sittings, now=end_of(9)).reason is Reason.OUT_OF_ATTEMPTS


def test_extra_attempts_add_up():
    sittings = [sat(0), sat(2), sat(9)]
    extras = [ExtraAttempts(end_of(2), 1), ExtraAttempts(end_of(9), 2)]
    now = end_of(9) + 7 * DAY
    assert standing(TERMS, sittings, now=now, extras=extras) == Standing(None, used=3, allowed=6, left=3)
    assert may_start(TERMS, sittings, now=now).reason is Reason.OUT_OF_ATTEMPTS


def test_extra_attempts_of_an_exam_without_a_limit_change_nothing():
    free = replace(TERMS, attempts_allowed=None)
    assert standing(free, [], now=BEGIN, extras=[ExtraAttempts(BEGIN, 2)]).allowed is None


@pytest.mark.parametrize(
    ("granted_at", "allowed"),
    [
        (BEGIN, 3),
        (end_of(0) + 90 * DAY - MS, 3),
        (end_of(0) + 90 * DAY, 5),
        (end_of(0) + 95 * DAY, 5),
    ],
)
def test_extra_attempts_belong_to_the_cycle_in_which_they_were_granted(granted_at, allowed):
    found = standing(TERMS, [sat(0)], now=end_of(0) + 100 * DAY, extras=[ExtraAttempts(granted_at, 2)])
    assert (found.used, found.allowed) == (0, allowed)


def test_extra_attempts_granted_before_the_first_attempt_count():
    assert standing(TERMS, [], now=BEGIN, extras=[ExtraAttempts(BEGIN - 500 * DAY, 2)]).allowed == 5


extra_attempts = st.lists(
    st.builds(ExtraAttempts, spans.map(lambda span: BEGIN + span), st.integers(1, 3)), max_size=3
)


@given(all_terms, histories(), extra_attempts)
def test_grants_and_waivers_never_make_anything_worse(terms, history, extras):
    sittings, now = history
    waived = [replace(sitting, wait_waived=True) for sitting in sittings]
    before = may_start(terms, sittings, now=now)
    for after in (
        may_start(terms, sittings, now=now, extras=extras),
        may_start(terms, waived, now=now),
        may_start(terms, waived, now=now, extras=extras),
    ):
        if before is None:
            assert after is None
        elif before.retry_at is not None and after is not None:
            assert after.retry_at is not None
            assert after.retry_at <= before.retry_at


@given(all_terms, histories(), extra_attempts, spans, spans)
def test_promised_moment_is_exactly_when_it_is_allowed_in_a_window_too(terms, history, extras, opens, length):
    sittings, now = history
    terms = replace(
        terms,
        opens_at=BEGIN + opens,
        closes_at=BEGIN + opens + length + HOUR,
        first_wait=min(terms.first_wait, terms.cycle),
        later_wait=min(terms.later_wait, terms.cycle),
    )
    refusal = may_start(terms, sittings, now=now, extras=extras)
    if refusal is not None and refusal.retry_at is not None:
        assert now < refusal.retry_at < terms.closes_at
        assert may_start(terms, sittings, now=refusal.retry_at, extras=extras) is None
        assert may_start(terms, sittings, now=refusal.retry_at - MS, extras=extras) == refusal
    elif refusal is not None and refusal.reason in (Reason.WAIT, Reason.OUT_OF_ATTEMPTS):
        closing = terms.closes_at - MS
        assert now > closing or may_start(terms, sittings, now=closing, extras=extras) is not None


@pytest.mark.parametrize("late_by", [-MS, timedelta(), MS])
def test_window_without_one_side(late_by):
    opening = replace(TERMS, opens_at=OPENS)
    closing = replace(TERMS, closes_at=CLOSES)
    assert (may_start(opening, [], now=OPENS + late_by) is None) is (late_by >= timedelta())
    assert (may_start(closing, [], now=CLOSES + late_by) is None) is (late_by < timedelta())
