"""What a candidate sees of a finished attempt, phase by phase."""

from datetime import UTC, datetime, timedelta

import pytest

from certification.rules.eligibility import Reason, Refusal
from certification.rules.review import JUST_FINISHED, Phase, Policy, level, may_meet_again, phase
from certification.states import ReviewLevel

FINISHED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = FINISHED + timedelta(days=1)
MS = timedelta(milliseconds=1)
POLICY = Policy(right_after=ReviewLevel.SCORE, meanwhile=ReviewLevel.SECTIONS, later=ReviewLevel.ANSWERS)
SETTLED = {Reason.PASSED, Reason.OUT_OF_ATTEMPTS, Reason.CLOSED}


def test_just_finished_lasts_a_quarter_of_an_hour():
    assert timedelta(minutes=15) == JUST_FINISHED


@pytest.mark.parametrize("reason", [None, *Reason])
@pytest.mark.parametrize("after", [timedelta(), JUST_FINISHED - MS])
def test_right_after_the_finish_nothing_else_matters(reason, after):
    refusal = reason and Refusal(reason)

    assert phase(now=FINISHED + after, finished_at=FINISHED, refusal=refusal) == Phase.RIGHT_AFTER


@pytest.mark.parametrize("reason", [None, *Reason])
@pytest.mark.parametrize("now", [FINISHED + JUST_FINISHED, LATER])
def test_then_it_matters_whether_the_exam_is_passed_or_can_be_tried_no_more(reason, now):
    refusal = reason and Refusal(reason, retry_at=LATER)

    found = phase(now=now, finished_at=FINISHED, refusal=refusal)

    assert found == (Phase.LATER if reason in SETTLED else Phase.MEANWHILE)


@pytest.mark.parametrize(
    ("now", "refusal", "expected"),
    [
        (FINISHED, Refusal(Reason.PASSED), ReviewLevel.SCORE),
        (LATER, Refusal(Reason.WAIT, retry_at=LATER), ReviewLevel.SECTIONS),
        (LATER, None, ReviewLevel.SECTIONS),
        (LATER, Refusal(Reason.PASSED), ReviewLevel.ANSWERS),
    ],
)
def test_level_is_the_policys_for_the_phase(now, refusal, expected):
    assert level(POLICY, now=now, finished_at=FINISHED, refusal=refusal) == expected


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("retry_at", [None, LATER])
def test_only_a_pass_without_renewal_and_the_end_of_the_window_keep_the_questions_away(reason, retry_at):
    final = reason in {Reason.PASSED, Reason.CLOSED} and retry_at is None

    assert may_meet_again(Refusal(reason, retry_at)) is not final


def test_whoever_may_start_meets_the_questions_again():
    assert may_meet_again(None)


@pytest.mark.parametrize("one", ReviewLevel)
@pytest.mark.parametrize("other", ReviewLevel)
def test_a_level_includes_itself_and_those_before_it(one, other):
    order = ["nothing", "score", "sections", "wrong", "answers"]

    assert one.includes(other) is (order.index(one) >= order.index(other))
