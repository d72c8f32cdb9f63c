"""Whether somebody may start an attempt, and if not, why and from when.

One function and one sentence for everybody who asks: the candidate, the manager, the e-mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Reason(Enum):
    NOT_PUBLISHED = "not_published"
    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    WAIT = "wait"
    OUT_OF_ATTEMPTS = "out_of_attempts"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and the moment from which it is allowed; None where only a person can change it."""

    reason: Reason
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the exam promises about retakes. `attempts_allowed` None: as many as wanted."""

    is_published: bool
    attempts_allowed: int | None
    first_wait: timedelta
    later_wait: timedelta
    cycle: timedelta
    retake_after_pass: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt that counts (voided ones do not). `finished_at` None: in progress."""

    started_at: datetime
    finished_at: datetime | None
    passed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with an exam. `left` None: as many as wanted."""

    refusal: Refusal | None
    used: int
    left: int | None


def current_cycle(terms: Terms, sittings: Sequence[Sitting], now: datetime) -> list[Sitting]:
    """The sittings that the limit counts, oldest first.

    A cycle begins with the first attempt, and anew with whatever starts `terms.cycle` or more
    after the end of the one before.
    """
    cycle: list[Sitting] = []
    for sitting in sittings:
        if begins_anew(terms, cycle, sitting.started_at):
            cycle = []
        cycle.append(sitting)
    return [] if begins_anew(terms, cycle, now) else cycle


def begins_anew(terms: Terms, cycle: Sequence[Sitting], start: datetime) -> bool:
    last = cycle[-1].finished_at if cycle else None
    return last is not None and start >= last + terms.cycle


def standing(terms: Terms, sittings: Sequence[Sitting], *, now: datetime) -> Standing:
    """Whether a new attempt may start `now`, and how many are used and left in this cycle.

    `sittings` are in the order of their start.
    """
    cycle = current_cycle(terms, sittings, now)
    left = None if terms.attempts_allowed is None else max(terms.attempts_allowed - len(cycle), 0)
    return Standing(refusal=may_start(terms, sittings, now=now), used=len(cycle), left=left)


def may_start(terms: Terms, sittings: Sequence[Sitting], *, now: datetime) -> Refusal | None:
    """None when an attempt may start `now`, else the first reason why it may not."""
    if not terms.is_published:
        return Refusal(Reason.NOT_PUBLISHED)
    finished = [sitting.finished_at for sitting in sittings if sitting.finished_at]
    if len(finished) < len(sittings):
        return Refusal(Reason.IN_PROGRESS)
    if not terms.retake_after_pass and any(sitting.passed for sitting in sittings):
        return Refusal(Reason.PASSED)
    cycle = current_cycle(terms, sittings, now)
    if not cycle:
        return None
    ended, anew = finished[-1], finished[-1] + terms.cycle
    if terms.attempts_allowed is not None and len(cycle) >= terms.attempts_allowed:
        return Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=anew)
    wait = terms.first_wait if len(cycle) == 1 else terms.later_wait
    retry_at = min(ended + wait, anew)
    return Refusal(Reason.WAIT, retry_at=retry_at) if now < retry_at else None
