"""What a candidate sees of a finished attempt, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from certification.rules.eligibility import Reason, Refusal
from certification.states import ReviewLevel

# How long after its finish an attempt counts as just finished.
JUST_FINISHED = timedelta(minutes=15)


class Phase(Enum):
    RIGHT_AFTER = "right_after"
    MEANWHILE = "meanwhile"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Policy:
    """The level of each phase: right after the finish; until the person has passed or has no attempt left;
    and later.
    """

    right_after: ReviewLevel
    meanwhile: ReviewLevel
    later: ReviewLevel


def phase(*, now: datetime, finished_at: datetime, refusal: Refusal | None) -> Phase:
    """Where a finished attempt stands `now`; `refusal` is why its exam may not be started again."""
    if now < finished_at + JUST_FINISHED:
        return Phase.RIGHT_AFTER
    settled = refusal is not None and refusal.reason in (
        Reason.PASSED,
        Reason.OUT_OF_ATTEMPTS,
        Reason.CLOSED,
    )
    return Phase.LATER if settled else Phase.MEANWHILE


def level(policy: Policy, *, now: datetime, finished_at: datetime, refusal: Refusal | None) -> ReviewLevel:
    """What is shown of a finished attempt `now`."""
    levels = {
        Phase.RIGHT_AFTER: policy.right_after,
        Phase.MEANWHILE: policy.meanwhile,
        Phase.LATER: policy.later,
    }
    return levels[phase(now=now, finished_at=finished_at, refusal=refusal)]


def may_meet_again(refusal: Refusal | None) -> bool:
    """Whether somebody whom an exam answers like this may ever sit it again, and so meet its questions.

    A wait, a cycle that begins anew or a certificate to be renewed only delays; a pass that is never renewed
    and the end of the exam's window are final. An exam that is off the list may come back. What is withheld
    can be shown later; a key that is shown cannot be taken back.
    """
    if refusal is None or refusal.retry_at is not None:
        return True
    return refusal.reason not in (Reason.PASSED, Reason.CLOSED)
