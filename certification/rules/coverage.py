"""Whether a company has the certified people that it needs, now and for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many people a company needs, has now, and will have in 90 days if nobody does anything.

    `ends`: when each of those is lost who are counted now and not then, the first one first.
    """

    needed: int
    certified: int
    later: int
    agreement_accepted: bool
    ends: tuple[datetime, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.needed - self.certified, 0)

    @property
    def is_enough(self) -> bool:
        return self.missing == 0

    @property
    def missing_later(self) -> int:
        return max(self.needed - self.later, 0)

    @property
    def is_certified(self) -> bool:
        """Enough people, and the agreement in force is accepted."""
        return self.is_enough and self.agreement_accepted


def coverage(
    held: Iterable[tuple[int, datetime]], *, needed: int, agreement_accepted: bool, now: datetime
) -> Coverage:
    """`held`: (person, end) of certificates that nobody revoked, of the people in the company now.

    Somebody with several certificates counts once, until the last of them ends; at that moment no more.
    """
    last: dict[int, datetime] = {}
    for person, ends in held:
        last[person] = max(ends, last.get(person, ends))
    valid = sorted(ends for ends in last.values() if ends > now)
    lost = tuple(ends for ends in valid if ends <= now + AHEAD)
    return Coverage(
        needed=needed,
        certified=len(valid),
        later=len(valid) - len(lost),
        agreement_accepted=agreement_accepted,
        ends=lost,
    )
