"""When an attempt is over. Moments are aware datetimes of the server's clock."""

from datetime import datetime, timedelta

# A save under way at the deadline may arrive this much later and still counts.
GRACE = timedelta(seconds=10)


def is_too_late(*, now: datetime, deadline: datetime) -> bool:
    """Whether a save that arrives `now` is refused and the attempt is to be closed."""
    return now > deadline + GRACE


def finish(*, now: datetime, deadline: datetime) -> tuple[datetime, bool]:
    """When an attempt closed `now` counts as finished, and whether its time had run out.

    At or before the deadline the candidate finished it, later it ended at the deadline.
    """
    return (now, False) if now <= deadline else (deadline, True)
