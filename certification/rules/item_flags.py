"""What the answers to a question give reason to look at. Where there are too few of them, nothing."""

from collections.abc import Mapping, Sequence

from certification.rules.item_analysis import ENOUGH_TO_DISCRIMINATE, Analysis, Choice, Facility
from certification.rules.item_tally import NO_ANSWER
from certification.states import ItemFlag

EASY = 0.95
DEAD = 0.05
TOP = 2  # of the thirds

Options = Mapping[int, Choice]


def flags(
    analysis: Analysis, options: Options, right: frozenset[int], months: Sequence[Facility]
) -> tuple[ItemFlag, ...]:
    """`options`: by position, those that nobody chose among them; `right`: the positions of the key;
    `months`: the facility in each, the oldest first.
    """
    found = {
        ItemFlag.NEGATIVE: is_negative(analysis),
        ItemFlag.WRONG_KEY: bool(rivals(analysis, options, right)),
        ItemFlag.LEAKED: has_risen(months),
        ItemFlag.EASY: analysis.facility.is_enough and analysis.facility.share >= EASY,
        ItemFlag.DEAD: bool(dead(analysis, options, right)),
    }
    return tuple(flag for flag, holds in found.items() if holds)


def is_negative(analysis: Analysis) -> bool:
    discrimination = analysis.discrimination
    return analysis.is_enough_to_discriminate and discrimination is not None and discrimination < 0


def rivals(analysis: Analysis, options: Options, right: frozenset[int]) -> frozenset[int]:
    """Wrong options that the best third of papers chose more often than a right one."""
    if not analysis.is_enough_to_discriminate or not right:
        return frozenset()
    least = min(options[position].counts[TOP] for position in right)
    return frozenset(p for p in wrong(options, right) if options[p].counts[TOP] > least)


def dead(analysis: Analysis, options: Options, right: frozenset[int]) -> frozenset[int]:
    """Wrong options that fewer than 5 % choose: in truth the question has so many options less."""
    if analysis.count < ENOUGH_TO_DISCRIMINATE:
        return frozenset()
    return frozenset(p for p in wrong(options, right) if options[p].count < DEAD * analysis.count)


def wrong(options: Options, right: frozenset[int]) -> set[int]:
    return set(options) - right - {NO_ANSWER}


def has_risen(months: Sequence[Facility]) -> bool:
    """Whether the last months are easier than those before by more than chance.

    As many of the last months are taken together as have enough answers, and all before them must have enough
    as well. Then the whole of one 95 % interval lies above the other, which of two equal halves happens by
    chance in fewer than one case in a hundred.
    """
    later = Facility(count=0, marks=0)
    earlier = list(months)
    while earlier and not later.is_enough:
        later = together([earlier.pop(), later])
    before = together(earlier)
    return later.is_enough and before.is_enough and later.interval[0] > before.interval[1]


def together(months: Sequence[Facility]) -> Facility:
    return Facility(count=sum(month.count for month in months), marks=sum(month.marks for month in months))
