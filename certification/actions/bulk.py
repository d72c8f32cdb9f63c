"""The same decision about many rows, each in a transaction of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from certification.actions.refused import Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it for one row: `refused` says why nothing was written."""

    pk: int
    refused: Refused | None = None


def each(pks: Iterable[int], carry_out: Callable[[int], object]) -> list[Outcome]:
    """Carry it out for one after another; what refuses one keeps it from none of the others."""
    outcomes = []
    for pk in pks:
        try:
            carry_out(pk)
            outcomes.append(Outcome(pk))
        except Refused as refused:
            outcomes.append(Outcome(pk, refused))
    return outcomes
