"""When somebody who has passed may sit the exam again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.certificates import RENEWAL
from certification.rules.eligibility import Reason, Refusal, Standing, may_start, standing
from tests.rules.test_eligibility import (
    BEGIN,
    DAY,
    HOUR,
    MS,
    TERMS,
    TRAINING,
    all_terms,
    end_of,
    histories,
    sat,
)

YEAR = 365 * DAY


def certified(day, *, valid=YEAR):
    """A pass of that day whose certificate is valid so long."""
    passed = sat(day, passed=True)
    return replace(passed, valid_until=passed.finished_at + valid)


OPENS = end_of(0) + YEAR - RENEWAL


@pytest.mark.parametrize("now", [end_of(0), end_of(100), OPENS - MS])
def test_pass_stands_in_the_way_until_its_renewal(now):
    assert may_start(TERMS, [certified(0)], now=now) == Refusal(Reason.PASSED, retry_at=OPENS)


@pytest.mark.parametrize("now", [OPENS, OPENS + RENEWAL, OPENS + 9 * YEAR])
def test_renewal_begins_a_new_cycle_and_stays_open(now):
    spent = [sat(-20), sat(-10), certified(0)]

    assert standing(TERMS, spent, now=now) == Standing(refusal=None, used=0, allowed=3, left=3)


def test_pass_without_a_certificate_stands_in_the_way_for_ever():
    for sittings in ([sat(0, passed=True)], [sat(0, passed=True), certified(1)]):
        assert may_start(TERMS, sittings, now=end_of(9999)) == Refusal(Reason.PASSED)


def test_what_is_revoked_is_no_pass_and_counts_as_an_attempt():
    revoked = [sat(0, passed=False)]

    assert standing(TERMS, revoked, now=end_of(1)) == Standing(refusal=None, used=1, allowed=3, left=2)


def test_failed_renewals_wait_and_run_out_as_any():
    renewing = OPENS - end_of(0)
    first = replace(sat(0), started_at=OPENS, finished_at=OPENS + HOUR)
    sittings = [certified(0), first]
    assert renewing > TERMS.cycle

    assert may_start(TERMS, sittings, now=OPENS + HOUR) == Refusal(Reason.WAIT, retry_at=OPENS + HOUR + DAY)
    one = replace(TERMS, attempts_allowed=1)
    anew = OPENS + HOUR + TERMS.cycle
    assert may_start(one, sittings, now=OPENS + HOUR) == Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=anew)
    assert standing(one, sittings, now=anew) == Standing(refusal=None, used=0, allowed=1, left=1)


def test_renewed_certificate_stands_in_the_way_anew():
    second = replace(
        certified(0), started_at=OPENS, finished_at=OPENS + HOUR, valid_until=OPENS + HOUR + YEAR
    )
    opens = OPENS + HOUR + YEAR - RENEWAL

    assert may_start(TERMS, [certified(0), second], now=opens - MS) == Refusal(Reason.PASSED, retry_at=opens)
    assert may_start(TERMS, [certified(0), second], now=opens) is None


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "retry_at"),
    [
        (None, OPENS, None),
        (None, OPENS + MS, OPENS),
        (OPENS + DAY, None, OPENS + DAY),
        (OPENS + DAY, OPENS + DAY + MS, OPENS + DAY),
        (OPENS + DAY, OPENS + DAY, None),
        (OPENS - DAY, None, OPENS),
    ],
)
def test_window_of_the_exam_moves_the_renewal(opens_at, closes_at, retry_at):
    terms = replace(TERMS, opens_at=opens_at, closes_at=closes_at)

    assert may_start(terms, [certified(0)], now=end_of(1)) == Refusal(Reason.PASSED, retry_at=retry_at)


def test_after_the_closing_the_renewal_is_closed():
    terms = replace(TERMS, closes_at=OPENS + DAY)

    assert may_start(terms, [certified(0)], now=OPENS + DAY - MS) is None
    assert may_start(terms, [certified(0)], now=OPENS + DAY) == Refusal(Reason.CLOSED)


@pytest.mark.parametrize("days", [1, 30, 61, 100, 119])
def test_short_certificate_stands_in_the_way_for_half_of_its_time(days):
    short = certified(0, valid=days * DAY)
    half = end_of(0) + days * DAY / 2

    assert may_start(TERMS, [short], now=half - MS) == Refusal(Reason.PASSED, retry_at=half)
    assert standing(TERMS, [short], now=half) == Standing(refusal=None, used=0, allowed=3, left=3)


def test_training_is_taken_again_whatever_it_once_gave():
    one = replace(TRAINING, attempts_allowed=1)

    assert may_start(TRAINING, [certified(0)], now=end_of(2)) is None
    anew = end_of(0) + one.cycle
    assert may_start(one, [certified(0)], now=end_of(2)) == Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=anew)


@given(all_terms, histories(), st.timedeltas(timedelta(), 900 * DAY), st.timedeltas(DAY, 900 * DAY))
def test_refusal_for_a_pass_names_the_moment_from_which_it_is_none(terms, history, valid, later):
    sittings = [
        replace(s, valid_until=s.finished_at + valid) if s.passed and s.finished_at else s for s in history[0]
    ]
    refusal = may_start(terms, sittings, now=BEGIN + later)

    if refusal is not None and refusal.reason == Reason.PASSED and refusal.retry_at is not None:
        assert refusal.retry_at > BEGIN + later
        after = may_start(terms, sittings, now=refusal.retry_at)
        assert after is None or after.reason != Reason.PASSED
