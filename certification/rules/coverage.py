"""Whether a company has the certified people that it needs, now and for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many people a company needs, has now, and will have in 90 days if nobody does anything."""

    needed: int
    certified: int
    later: int
    agreement_accepted: bool

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
    held = list(held)
    return Coverage(
        needed=needed,
        certified=len({person for person, ends in held if ends > now}),
        later=len({person for person, ends in held if ends > now + AHEAD}),
        agreement_accepted=agreement_accepted,
    )
