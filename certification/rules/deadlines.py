"""How long an attempt lasts and when it is over. Moments are aware datetimes of the server's clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# A save under way at the deadline may arrive this much later and still counts.
GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ExtraTime:
    """One grant: `percent` of the exam's own time (150: half as much again), or `minutes` more."""

    percent: int | None = None
    minutes: int | None = None

    def beyond(self, limit: timedelta) -> timedelta:
        """How much longer than `limit` an attempt lasts by it."""
        if self.percent is not None:
            return limit * (self.percent - 100) / 100
        return timedelta(minutes=self.minutes or 0)


def allowed_time(limit: timedelta, grants: Iterable[ExtraTime]) -> timedelta:
    """The exam's time with the most generous of the grants; they do not add up."""
    return limit + max((grant.beyond(limit) for grant in grants), default=timedelta())


def deadline(*, start: datetime, time: timedelta, closes_at: datetime | None) -> datetime:
    """When an attempt ends that starts now: its time after the start, cut by the exam's window."""
    end = start + time
    return end if closes_at is None else min(end, closes_at)


def is_too_late(*, now: datetime, deadline: datetime) -> bool:
    """Whether a save that arrives `now` is refused and the attempt is to be closed."""
    return now > deadline + GRACE


def finish(*, now: datetime, deadline: datetime) -> tuple[datetime, bool]:
    """When an attempt closed `now` counts as finished, and whether its time had run out.

    At or before the deadline the candidate finished it, later it ended at the deadline.
    """
    return (now, False) if now <= deadline else (deadline, True)
