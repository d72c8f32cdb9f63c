"""What one version of a question says otherwise than another, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from certification.rules.items import Item, ItemOption

Change = Literal["same", "gone", "new"]

# Two options with this share of their words in common are one that was reworded.
ALIKE = 0.5
# What is told as it was and as it is.
FACTS = ("section", "number", "kind", "weight", "enemies")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row with one fate."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class OptionDiff:
    """One option; `was_right` is None of one that was not there, `is_right` of one that is not there now."""

    runs: tuple[Run, ...]
    was_right: bool | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    was: object
    now: object


@dataclass(frozen=True, slots=True)
class ItemDiff:
    text: tuple[Run, ...]
    options: tuple[OptionDiff, ...]
    explanation: tuple[Run, ...]
    facts: tuple[Fact, ...]


def diff(old: Item, new: Item) -> ItemDiff:
    return ItemDiff(
        text=words(old.text, new.text),
        options=tuple(option_diffs(old.options, new.options)),
        explanation=words(old.explanation, new.explanation),
        facts=tuple(
            Fact(name, getattr(old, name), getattr(new, name))
            for name in FACTS
            if getattr(old, name) != getattr(new, name)
        ),
    )


def words(old: str, new: str) -> tuple[Run, ...]:
    """`old` without what is new is `new` without what is gone."""
    before, after = re.findall(r"\s+|\w+|[^\w\s]", old), re.findall(r"\s+|\w+|[^\w\s]", new)
    runs: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(before[a:b])))
            continue
        if gone := "".join(before[a:b]):
            runs.append(Run("gone", gone))
        if added := "".join(after[c:d]):
            runs.append(Run("new", added))
    return tuple(runs)


def option_diffs(old: Sequence[ItemOption], new: Sequence[ItemOption]) -> Iterator[OptionDiff]:
    """The options in their new order; those that are gone stand where they stood."""
    matcher = SequenceMatcher(None, [o.text for o in old], [o.text for o in new], autojunk=False)
    for _tag, a, b, c, d in matcher.get_opcodes():
        for former, later in paired(old[a:b], new[c:d]):
            yield OptionDiff(
                runs=words(former.text if former else "", later.text if later else ""),
                was_right=former.is_correct if former else None,
                is_right=later.is_correct if later else None,
            )


def paired(
    old: Sequence[ItemOption], new: Sequence[ItemOption]
) -> Iterator[tuple[ItemOption | None, ItemOption | None]]:
    """Each with the one that it was reworded from or to, in their order; alone where there is none."""
    left = list(old)
    for later in new:
        place = next((at for at, former in enumerate(left) if alike(former.text, later.text)), None)
        if place is None:
            yield None, later
            continue
        yield from ((former, None) for former in left[:place])
        yield left[place], later
        left = left[place + 1 :]
    yield from ((former, None) for former in left)


def alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one.split(), other.split()).ratio() >= ALIKE
