"""What a letter tells of an attempt: no more than its page would."""

from dataclasses import dataclass
from datetime import datetime

from certification.models import Attempt
from certification.reports.holding import lost_at, standing_at
from certification.rules.eligibility import Standing
from certification.states import ReviewLevel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a finished attempt, and where its candidate stands at the exam.

    `lost_at`: when the certificate that it gave was revoked.
    """

    standing: Standing
    shows_score: bool
    lost_at: datetime | None


def verdict(attempt: Attempt, *, now: datetime) -> Verdict:
    """Shows the score where the review shows it right after the finish and still does. Two queries.

    A letter is kept for ever: one that goes out late tells nothing that was not promised at once.
    """
    candidate = attempt.candidate
    attempts = list(candidate.attempts.with_certificates())
    standing = standing_at(attempt.exam, attempts, candidate.allowances.in_force(), now=now)
    levels = (attempt.review.right_after, attempt.review_level(standing, now=now))
    return Verdict(
        standing=standing,
        shows_score=all(level.includes(ReviewLevel.SCORE) for level in levels),
        lost_at=lost_at(attempt, attempts),
    )
