"""Who may start, when, and why not."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.eligibility import (
    Cycle,
    Reason,
    Refusal,
    Sitting,
    Standing,
    Terms,
    current_cycle,
    may_start,
    standing,
)

MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=3)))
TERMS = Terms(
    is_published=True,
    attempts_allowed=3,
    first_wait=DAY,
    later_wait=7 * DAY,
    cycle=90 * DAY,
    retake_after_pass=False,
)
TRAINING = replace(TERMS, attempts_allowed=None, later_wait=DAY, retake_after_pass=True)


def sat(day, *, passed=False):
    """An attempt that began so many days after BEGIN and took an hour."""
    start = BEGIN + day * DAY
    return Sitting(started_at=start, finished_at=start + HOUR, passed=passed)


def in_progress(day):
    return Sitting(started_at=BEGIN + day * DAY, finished_at=None, passed=False)


def end_of(day):
    """When the attempt of that day was finished."""
    return BEGIN + day * DAY + HOUR


def test_the_first_attempt_may_start_at_once():
    assert may_start(TERMS, [], now=BEGIN) is None


def test_an_unpublished_exam_may_not_be_started():
    hidden = replace(TERMS, is_published=False)
    assert may_start(hidden, [], now=BEGIN) == Refusal(Reason.NOT_PUBLISHED)


@pytest.mark.parametrize("terms", [TERMS, TRAINING])
def test_an_attempt_in_progress_comes_first(terms):
    sittings = [sat(0), in_progress(2)]
    assert may_start(terms, [sat(0)], now=BEGIN + 3 * DAY) is None
    assert may_start(terms, sittings, now=BEGIN + 3 * DAY) == Refusal(Reason.IN_PROGRESS)


@pytest.mark.parametrize("days", [2, 89, 90, 91, 1000])
def test_after_a_pass_there_is_no_retake(days):
    now = end_of(0) + days * DAY
    assert may_start(TERMS, [sat(0)], now=now) is None
    assert may_start(TERMS, [sat(0, passed=True)], now=now) == Refusal(Reason.PASSED)


def test_a_pass_in_an_earlier_cycle_still_stands():
    sittings = [sat(0, passed=True), sat(100)]
    assert may_start(TERMS, sittings, now=BEGIN + 300 * DAY) == Refusal(Reason.PASSED)


@pytest.mark.parametrize(
    ("passed_by", "refusal"),
    [
        (-MS, Refusal(Reason.WAIT, retry_at=end_of(0) + DAY)),
        (timedelta(), None),
        (MS, None),
    ],
)
@pytest.mark.parametrize(("terms", "passed"), [(TERMS, False), (TRAINING, False), (TRAINING, True)])
def test_the_wait_after_the_first_attempt_counts_from_its_end(terms, passed, passed_by, refusal):
    """Training is taken again after a pass, by the same wait."""
    now = end_of(0) + DAY + passed_by
    assert may_start(terms, [sat(0, passed=passed)], now=now) == refusal


@pytest.mark.parametrize(
    ("passed_by", "refusal"),
    [
        (-MS, Refusal(Reason.WAIT, retry_at=end_of(2) + 7 * DAY)),
        (timedelta(), None),
        (MS, None),
    ],
)
def test_the_wait_after_the_second_attempt_is_the_later_one(passed_by, refusal):
    now = end_of(2) + 7 * DAY + passed_by
    assert may_start(TERMS, [sat(0), sat(2)], now=now) == refusal


@pytest.mark.parametrize(
    ("passed_by", "refusal"),
    [
        (-MS, Refusal(Reason.WAIT, retry_at=end_of(9) + 7 * DAY)),
        (timedelta(), None),
        (MS, None),
    ],
)
def test_the_wait_after_the_third_attempt_is_the_later_one(passed_by, refusal):
    unlimited = replace(TERMS, attempts_allowed=None)
    now = end_of(9) + 7 * DAY + passed_by
    assert may_start(unlimited, [sat(0), sat(2), sat(9)], now=now) == refusal


def test_no_wait_means_at_once():
    terms = replace(TERMS, first_wait=timedelta(), later_wait=timedelta())
    assert may_start(terms, [sat(0)], now=end_of(0)) is None
    assert may_start(terms, [sat(0), sat(1)], now=end_of(1)) is None


@pytest.mark.parametrize(
    ("passed_by", "refusal"),
    [
        (-MS, Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=end_of(9) + 90 * DAY)),
        (timedelta(), None),
        (MS, None),
    ],
)
def test_out_of_attempts_until_a_new_cycle_begins(passed_by, refusal):
    now = end_of(9) + 90 * DAY + passed_by
    assert may_start(TERMS, [sat(0), sat(2), sat(9)], now=now) == refusal


def test_out_of_attempts_is_said_before_the_wait():
    sittings = [sat(0), sat(2), sat(9)]
    refusal = Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=end_of(9) + 90 * DAY)
    assert may_start(TERMS, sittings, now=end_of(9) + MS) == refusal


@pytest.mark.parametrize(
    ("sittings", "terms", "reason"),
    [
        ([sat(0, passed=True), in_progress(1)], replace(TERMS, is_published=False), Reason.NOT_PUBLISHED),
        ([sat(0, passed=True), in_progress(1)], TERMS, Reason.IN_PROGRESS),
        ([sat(0), sat(2), sat(9, passed=True)], TERMS, Reason.PASSED),
        ([sat(0), sat(2), sat(9)], TERMS, Reason.OUT_OF_ATTEMPTS),
        ([sat(0), sat(9)], TERMS, Reason.WAIT),
    ],
)
def test_of_several_reasons_the_first_is_given(sittings, terms, reason):
    assert may_start(terms, sittings, now=end_of(9) + MS).reason is reason


@pytest.mark.parametrize(("passed_by", "counted"), [(-MS, [0]), (timedelta(), []), (MS, [])])
def test_a_cycle_is_over_its_days_after_the_last_attempt(passed_by, counted):
    now = end_of(0) + 90 * DAY + passed_by
    assert current_cycle(TERMS, [sat(0)], now).sittings == tuple(sat(day) for day in counted)


@pytest.mark.parametrize(("passed_by", "counts_both"), [(-MS, True), (timedelta(), False), (MS, False)])
def test_an_attempt_begins_a_cycle_its_days_after_the_one_before(passed_by, counts_both):
    start = end_of(0) + 90 * DAY + passed_by
    second = Sitting(started_at=start, finished_at=start + HOUR, passed=False)
    expected = Cycle((sat(0), second), None) if counts_both else Cycle((second,), end_of(0) + 90 * DAY)
    assert current_cycle(TERMS, [sat(0), second], start + DAY) == expected


def test_a_cycle_counts_from_the_last_attempt_not_from_the_first():
    sittings = [sat(0), sat(80), sat(160)]
    assert current_cycle(TERMS, sittings, BEGIN + 200 * DAY) == Cycle(tuple(sittings), None)


def test_an_attempt_in_progress_never_ends_its_cycle():
    assert current_cycle(TERMS, [in_progress(0)], BEGIN + 1000 * DAY) == Cycle((in_progress(0),), None)


def test_in_a_new_cycle_limit_and_waits_start_afresh():
    """Three failures long ago leave three attempts, and the first wait after the first of them."""
    sittings = [sat(0), sat(2), sat(9), sat(200)]
    refusal = Refusal(Reason.WAIT, retry_at=end_of(200) + DAY)
    assert standing(TERMS, sittings, now=end_of(200)) == Standing(refusal, used=1, allowed=3, left=2)
    assert standing(TERMS, sittings, now=end_of(200) + DAY) == Standing(None, used=1, allowed=3, left=2)


@pytest.mark.parametrize(
    ("sittings", "used", "left"),
    [
        ([], 0, 3),
        ([sat(0)], 1, 2),
        ([sat(0), in_progress(9)], 2, 1),
        ([sat(0), sat(2), sat(9)], 3, 0),
        ([sat(-200), sat(0)], 1, 2),
        ([sat(-200), sat(-190)], 0, 3),
        ([sat(0), sat(1), sat(2), sat(3)], 4, 0),  # the limit was lowered meanwhile
    ],
)
def test_standing_tells_used_and_left(sittings, used, left):
    now = end_of(10)
    assert standing(TERMS, sittings, now=now) == Standing(
        may_start(TERMS, sittings, now=now), used=used, allowed=3, left=left
    )


@pytest.mark.parametrize(("sittings", "used"), [([], 0), ([sat(0), sat(2)], 2)])
def test_standing_without_a_limit_tells_no_left(sittings, used):
    assert standing(TRAINING, sittings, now=BEGIN + 5 * DAY) == Standing(
        None, used=used, allowed=None, left=None
    )


spans = st.integers(0, 200).map(lambda hours: hours * HOUR)
all_terms = st.builds(
    Terms,
    is_published=st.just(True),
    attempts_allowed=st.none() | st.integers(1, 4),
    first_wait=spans,
    later_wait=spans,
    cycle=st.integers(1, 10).map(lambda days: days * DAY),
    retake_after_pass=st.booleans(),
)


@st.composite
def histories(draw):
    """Attempts one after another, each after its own pause."""
    sittings, at = [], BEGIN
    for pause in draw(st.lists(spans, max_size=6)):
        start = at + pause
        at = start + HOUR
        sittings.append(Sitting(start, at, draw(st.booleans())))
    return sittings, at + draw(spans)


def promise_is_kept(terms, sittings, now):
    refusal = may_start(terms, sittings, now=now)
    if refusal is not None and refusal.retry_at is not None:
        assert now < refusal.retry_at
        assert may_start(terms, sittings, now=refusal.retry_at - MS) == refusal
        assert may_start(terms, sittings, now=refusal.retry_at) is None


@given(all_terms, histories())
def test_the_promised_moment_is_exactly_when_it_is_allowed(terms, history):
    sittings, now = history
    terms = replace(
        terms,
        first_wait=min(terms.first_wait, terms.cycle),
        later_wait=min(terms.later_wait, terms.cycle),
    )
    promise_is_kept(terms, sittings, now)


@pytest.mark.parametrize("sittings", [[sat(0)], [sat(-1), sat(0)]])
def test_the_promised_moment_holds_where_a_wait_outlasts_the_cycle(sittings):
    """Which of the two then decides is for the rule to say; date and deed must agree."""
    terms = replace(TERMS, first_wait=7 * DAY, later_wait=7 * DAY, cycle=5 * DAY)
    assert may_start(terms, sittings, now=end_of(0)).reason is Reason.WAIT
    promise_is_kept(terms, sittings, end_of(0))


@given(all_terms, histories())
def test_whoever_may_start_has_an_attempt_left(terms, history):
    sittings, now = history
    found = standing(terms, sittings, now=now)
    assert found.used <= len(sittings)
    if found.refusal is None:
        assert found.left is None or found.left >= 1
    elif found.refusal.reason is Reason.OUT_OF_ATTEMPTS:
        assert found.left == 0


@given(all_terms, histories())
def test_only_the_passed_are_refused_without_a_date(terms, history):
    sittings, now = history
    refusal = may_start(terms, sittings, now=now)
    barred = not terms.retake_after_pass and any(sitting.passed for sitting in sittings)
    assert (refusal == Refusal(Reason.PASSED)) is barred
    assert barred or refusal is None or refusal.retry_at is not None
