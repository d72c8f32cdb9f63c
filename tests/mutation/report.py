"""The table of a run, and its place in docs/mutation.md."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from tests.mutation.trials import Outcome

LEAST_PERCENT = 85
BEGIN, END = "<!-- the last run -->\n", "<!-- end of the last run -->\n"

Tallies = Mapping[str, Counter[Outcome]]


def tallies(results: Iterable[tuple[str, Outcome]]) -> Tallies:
    """How many mutants of each module came to which end, modules by name."""
    found: dict[str, Counter[Outcome]] = {}
    for module, outcome in results:
        found.setdefault(module, Counter())[outcome] += 1
    return dict(sorted(found.items()))


def is_enough(found: Tallies) -> bool:
    """At least 85 % of all mutants are killed; none at all is not enough."""
    total = sum(found.values(), Counter())
    return total.total() > 0 and 100 * killed(total) >= LEAST_PERCENT * total.total()


def killed(tally: Counter[Outcome]) -> int:
    """A mutant that never ends has been noticed too."""
    return tally[Outcome.KILLED] + tally[Outcome.TIMEOUT]


def table(found: Tallies) -> str:
    rows = [*found.items(), ("**total**", sum(found.values(), Counter()))]
    lines = [
        f"| {name} | {tally.total()} | {killed(tally)} | {tally[Outcome.TIMEOUT]} "
        f"| {tally[Outcome.SURVIVED]} | {percent(tally)} |"
        for name, tally in rows
    ]
    head = [
        "| module | mutants | killed | of these by time | survived | killed, % |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*head, *lines])


def percent(tally: Counter[Outcome]) -> str:
    """Of a tenth, rounded down, so that 85.0 is never less than that."""
    tenths = 1000 * killed(tally) // tally.total() if tally.total() else 0
    return f"{tenths // 10}.{tenths % 10}"


def rewrite(document: Path, written: str, *, day: date, minutes: int) -> None:
    """Put the table between the document's marks; raises ValueError where a mark is missing."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _former, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the table")
    took = f"{day.isoformat()}, {minutes} minutes."
    document.write_text(f"{before}{begin}\n{took}\n\n{written}\n\n{end}{after}", encoding="utf-8")
