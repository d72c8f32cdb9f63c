"""Where the marks of a question's charts stand: SVG in percent across and pixels down, without a style."""

from dataclasses import dataclass
from datetime import date

from certification.reports.item import Version
from certification.rules.item_analysis import Facility

TOP, BOTTOM = 16, 166  # pixels, of 100 % and of 0
LEFT = 0.08  # of the width, for the scale's words
FEWEST = 5  # papers, before a share of them is a percentage
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """Of the scale, at so many percent."""

    percent: int
    y: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one option, from the lowest third to the highest. `index` None: no answer."""

    index: int | None
    is_right: bool
    at: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One month; without `y` where there are too few answers for a facility."""

    month: date
    facility: Facility
    at: str
    y: str
    low: str
    high: str


LINES = tuple(Line(percent, f"{BOTTOM - (BOTTOM - TOP) * percent / 100:.1f}") for percent in (0, 50, 100))


def across(share: float) -> str:
    return f"{100 * share:.2f}%"


def down(share: float) -> str:
    return f"{BOTTOM - (BOTTOM - TOP) * share:.1f}"


def thirds_chart(version: Version) -> tuple[Group, ...]:
    """How large a share of each third took each option; nothing where there are too few answers."""
    if not version.did.analysis.facility.is_enough:
        return ()
    room = (1 - LEFT) / len(version.options)
    groups = []
    for place, option in enumerate(version.options):
        left = LEFT + place * room
        bars = [
            Bar(
                x=across(left + room * (0.14 + 0.25 * third)),
                y=down(count / size),
                width=across(room * 0.22),
                height=f"{(BOTTOM - TOP) * count / size:.1f}",
            )
            for third, (count, size) in enumerate(zip(option.choice.counts, version.thirds, strict=True))
            if size >= FEWEST
        ]
        groups.append(Group(option.index, option.is_right, across(left + room / 2), tuple(bars)))
    return tuple(groups)


def months_chart(version: Version) -> tuple[Mark, ...]:
    """The facility of the last months, each with its interval; nothing where not two of them have enough
    answers.
    """
    months = version.did.months[-MONTHS:]
    if sum(facility.is_enough for _month, facility in months) < 2:
        return ()
    room = (1 - LEFT) / len(months)
    return tuple(
        mark(month, facility, at=across(LEFT + room * (place + 0.5)))
        for place, (month, facility) in enumerate(months)
    )


def mark(month: date, facility: Facility, *, at: str) -> Mark:
    if not facility.is_enough:
        return Mark(month, facility, at, "", "", "")
    low, high = facility.interval
    return Mark(month, facility, at, down(facility.share), down(low), down(high))
