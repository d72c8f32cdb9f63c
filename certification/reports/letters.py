"""What a letter tells of an attempt: no more than its page would."""

from dataclasses import dataclass
from datetime import datetime

from certification.models import Attempt
from certification.reports.result import standing_at
from certification.rules.eligibility import Standing
from certification.states import ReviewLevel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a finished attempt, and where its candidate stands at the exam."""

    standing: Standing
    shows_score: bool


def verdict(attempt: Attempt, *, now: datetime) -> Verdict:
    """Shows the score where the review shows it right after the finish and still does. Two queries.

    A letter is kept for ever: one that goes out late tells nothing that was not promised at once.
    """
    candidate = attempt.candidate
    standing = standing_at(
        attempt.exam, candidate.attempts.with_certificates(), candidate.allowances.in_force(), now=now
    )
    levels = (attempt.review.right_after, attempt.review_level(standing, now=now))
    return Verdict(standing, shows_score=all(level.includes(ReviewLevel.SCORE) for level in levels))
