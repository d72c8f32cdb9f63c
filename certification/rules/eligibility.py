"""Whether somebody may start an attempt, and if not, why and from when.

One function and one sentence for everybody who asks: the candidate, the manager, the e-mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from certification.rules.certificates import renewal_opens

FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Reason(Enum):
    NOT_PUBLISHED = "not_published"
    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    CLOSED = "closed"
    NOT_YET = "not_yet"
    WAIT = "wait"
    OUT_OF_ATTEMPTS = "out_of_attempts"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and the moment from which it is allowed; None where only a person can change it."""

    reason: Reason
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the exam promises about retakes. `attempts_allowed` None: as many as wanted.

    Attempts start from `opens_at` on and before `closes_at`; None: no limit on that side.
    """

    is_published: bool
    attempts_allowed: int | None
    first_wait: timedelta
    later_wait: timedelta
    cycle: timedelta
    retake_after_pass: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt that counts (voided ones do not). `finished_at` None: in progress.

    `passed`: and what that gave has not been revoked. `wait_waived`: the wait that follows it was waived for
    this person. `valid_until`: when the certificate of the pass expires, which holds from the finish on;
    None: it gave none.
    """

    started_at: datetime
    finished_at: datetime | None
    passed: bool
    wait_waived: bool = False
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExtraAttempts:
    """So many attempts more, granted at that moment; they belong to the cycle in which they were granted."""

    granted_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with an exam. `allowed` and `left` None: as many as wanted."""

    refusal: Refusal | None
    used: int
    allowed: int | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Cycle:
    """The sittings that the limit counts, oldest first, and when their cycle began; None: the first one."""

    sittings: tuple[Sitting, ...]
    since: datetime | None


def current_cycle(terms: Terms, sittings: Sequence[Sitting], now: datetime) -> Cycle:
    """A cycle begins with the first attempt, and anew when the certificate of its last one may be renewed or,
    where that gave none, `terms.cycle` after its finish, where nothing was started before that.
    """
    cycle = Cycle((), None)
    for sitting in sittings:
        cycle = renewed(terms, cycle, sitting.started_at)
        cycle = Cycle((*cycle.sittings, sitting), cycle.since)
    return renewed(terms, cycle, now)


def renewed(terms: Terms, cycle: Cycle, moment: datetime) -> Cycle:
    """The cycle that `moment` belongs to, when `cycle` is the one before it."""
    last = cycle.sittings[-1] if cycle.sittings else None
    if last is None or last.finished_at is None:
        return cycle
    anew = cycle_anew(terms, last, last.finished_at)
    return cycle if moment < anew else Cycle((), anew)


def cycle_anew(terms: Terms, last: Sitting, finished_at: datetime) -> datetime:
    """When a new cycle begins after this sitting, which was finished then."""
    if last.passed and last.valid_until is not None and not terms.retake_after_pass:
        return renewal_opens(finished_at, last.valid_until)
    return finished_at + terms.cycle


def attempts_allowed(terms: Terms, cycle: Cycle, extras: Sequence[ExtraAttempts]) -> int | None:
    """The exam's number and what was granted in this cycle on top; None: as many as wanted."""
    if terms.attempts_allowed is None:
        return None
    granted = (e.attempts for e in extras if cycle.since is None or e.granted_at >= cycle.since)
    return terms.attempts_allowed + sum(granted)


def standing(
    terms: Terms, sittings: Sequence[Sitting], *, now: datetime, extras: Sequence[ExtraAttempts] = ()
) -> Standing:
    """Whether a new attempt may start `now`, and how many are used and left in this cycle.

    `sittings` are in the order of their start.
    """
    cycle = current_cycle(terms, sittings, now)
    used, allowed = len(cycle.sittings), attempts_allowed(terms, cycle, extras)
    return Standing(
        refusal=may_start(terms, sittings, now=now, extras=extras),
        used=used,
        allowed=allowed,
        left=None if allowed is None else max(allowed - used, 0),
    )


def may_start(
    terms: Terms, sittings: Sequence[Sitting], *, now: datetime, extras: Sequence[ExtraAttempts] = ()
) -> Refusal | None:
    """None when an attempt may start `now`, else the first reason why it may not."""
    if not terms.is_published:
        return Refusal(Reason.NOT_PUBLISHED)
    if any(sitting.finished_at is None for sitting in sittings):
        return Refusal(Reason.IN_PROGRESS)
    passed = passed_until(terms, sittings)
    if passed is not None and now < passed:
        return Refusal(Reason.PASSED, retry_at=renewable(terms, passed))
    if terms.closes_at is not None and now >= terms.closes_at:
        return Refusal(Reason.CLOSED)
    return within_window(terms, held_back(terms, current_cycle(terms, sittings, now), extras), now)


def passed_until(terms: Terms, sittings: Sequence[Sitting]) -> datetime | None:
    """Until when a pass stands in the way: for ever where it gave no certificate that could be renewed."""
    if terms.retake_after_pass:
        return None
    return max((pass_ends(sitting) for sitting in sittings if sitting.passed), default=None)


def pass_ends(sitting: Sitting) -> datetime:
    if sitting.valid_until is None or sitting.finished_at is None:
        return FOR_EVER
    return renewal_opens(sitting.finished_at, sitting.valid_until)


def renewable(terms: Terms, passed: datetime) -> datetime | None:
    """From when on an exam may be sat again that is passed until then; None: never. Whether it is published
    is another question.
    """
    opens = max(passed, terms.opens_at or passed)
    never = passed == FOR_EVER or (terms.closes_at is not None and opens >= terms.closes_at)
    return None if never else opens


def held_back(terms: Terms, cycle: Cycle, extras: Sequence[ExtraAttempts]) -> tuple[Reason, datetime] | None:
    """What the cycle's attempts put in the way of the next one, and until when."""
    last = cycle.sittings[-1] if cycle.sittings else None
    if last is None or last.finished_at is None:
        return None
    anew, allowed = cycle_anew(terms, last, last.finished_at), attempts_allowed(terms, cycle, extras)
    if allowed is not None and len(cycle.sittings) >= allowed:
        return Reason.OUT_OF_ATTEMPTS, anew
    if last.wait_waived:
        return None
    wait = terms.first_wait if len(cycle.sittings) == 1 else terms.later_wait
    return Reason.WAIT, min(last.finished_at + wait, anew)


def within_window(terms: Terms, held: tuple[Reason, datetime] | None, now: datetime) -> Refusal | None:
    """The obstacle that falls last. One that lasts until the exam closes has no `retry_at`."""
    obstacles = [held] if held else []
    if terms.opens_at is not None:
        obstacles.append((Reason.NOT_YET, terms.opens_at))
    reason, until = max(obstacles, key=lambda obstacle: obstacle[1], default=(Reason.WAIT, now))
    if now >= until:
        return None
    beyond = terms.closes_at is not None and until >= terms.closes_at
    return Refusal(reason, retry_at=None if beyond else until)
