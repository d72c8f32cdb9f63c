"""Lint rules of overlap: two options of which one is true whenever the other is (NBME checklist)."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_text import lemma, lower_words, normalise
from certification.rules.items import Item

# What shuts out the rest: «только на базовом» is no part of «только на базовом и старшем».
EXCLUSIVE = frozenset({"без", "исключительно", "кроме", "лишь", "один", "одна", "одни", "одно", "только"})
# What turns a sentence round: only options with as many of these say the same and more.
TURNING = frozenset({"да", "если", "каждый", "любой", "все", "не", "нельзя", "нет", "ни", "но"})
LINKING = frozenset(
    {
        "и",
        "или",
        "а",
        "в",
        "во",
        "на",
        "с",
        "со",
        "из",
        "от",
        "до",
        "для",
        "по",
        "к",
        "ко",
        "о",
        "об",
        "у",
        "за",
        "при",
        "через",
    }
)

NUMBER = r"(\d+(?:[ \u00a0]\d{3})*(?:,\d+)?)"
RANGE = re.compile(rf"(?:\bот |\bс )?{NUMBER}(?: ?[–—-] ?| до | по ){NUMBER}", re.IGNORECASE)
ABOVE = re.compile(rf"\b(?:более|больше|свыше|старше|дольше|чаще|дороже)(?: чем)? {NUMBER}", re.IGNORECASE)
BELOW = re.compile(rf"\b(?:менее|меньше|младше|короче|реже|дешевле)(?: чем)? {NUMBER}", re.IGNORECASE)
AT_MOST = re.compile(
    rf"\b(?:не (?:более|больше|старше|дольше|чаще|дороже|позже|позднее)(?: чем)?|до|максимум) {NUMBER}",
    re.IGNORECASE,
)
AT_LEAST = re.compile(
    rf"\b(?:не (?:менее|меньше|младше|короче|реже|дешевле|раньше)(?: чем)?|от|минимум) {NUMBER}",
    re.IGNORECASE,
)
POINT = re.compile(NUMBER)

RULES = RuleBook()


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, with or without the ends; `unit` is what else the option says.

    A `limit` («не более 20») names one number, so that two limits of one kind are two answers.
    """

    low: float
    high: float
    is_open: bool
    limit: str
    unit: str

    def overlaps(self, other: "Interval") -> bool:
        if self.unit != other.unit or (self.limit and self.limit == other.limit):
            return False
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and self.includes(low) and other.includes(low))

    def includes(self, value: float) -> bool:
        return self.low <= value <= self.high and not (self.is_open and value in (self.low, self.high))


def interval(text: str) -> Interval | None:
    """What the only interval or number of `text` covers; None without one, or with several."""
    for pattern, kind in (
        (RANGE, "range"),
        (AT_MOST, "at most"),
        (AT_LEAST, "at least"),
        (ABOVE, "above"),
        (BELOW, "below"),
        (POINT, "point"),
    ):
        if match := pattern.search(text):
            rest = text[: match.start()] + text[match.end() :]
            if POINT.search(rest):
                return None
            return spanned(kind, [value_of(number) for number in match.groups()], unit_of(rest))
    return None


def spanned(kind: str, numbers: list[float], unit: str) -> Interval:
    first, last = numbers[0], numbers[-1]
    if kind in ("range", "point"):
        return Interval(first, last, is_open=False, limit="", unit=unit)
    is_upper = kind in ("at most", "below")
    return Interval(
        -math.inf if is_upper else first,
        first if is_upper else math.inf,
        is_open=kind in ("above", "below"),
        limit=kind if kind.startswith("at") else "",
        unit=unit,
    )


def value_of(number: str) -> float:
    return float(re.sub(r"\s", "", number).replace(",", "."))


def unit_of(rest: str) -> str:
    """The other words in their dictionary form; «%» and signs stay."""
    return " ".join(sorted(lemma(word) for word in normalise(rest).split()))


@RULES.rule("option-overlap", "warning")
def option_overlap(item: Item) -> Iterator[Flaw]:
    """Intervals of numbers exclude one another: «1–10» and «10–20» share ten, «более 5» holds «более 10»."""
    spans = [(span, text) for text in item.texts if (span := interval(text)) is not None]
    for (one, text), (other, wider) in combinations(spans, 2):
        if (one.low, one.high) != (other.low, other.high) and one.overlaps(other):
            yield _("The numbers of “%(option)s” and “%(other)s” overlap."), {"option": text, "other": wider}
            return


@RULES.rule("option-subset", "warning")
def option_subset(item: Item) -> Iterator[Flaw]:
    """No option says what another says and more, so that both are true or neither is.

    «Сделки» and «Сделки и контакты» are such. «Только», «кроме» and the like make a difference, and so do a
    negation and another form of the word: «Администратор» and «Помощник администратора» are two people.
    """
    meanings = [(text, *meaning(text)) for text in item.texts]
    for (text, said, turns), (wider, more, other_turns) in permutations(meanings, 2):
        if said and said < more and turns == other_turns and not EXCLUSIVE & more.keys():
            yield _("“%(other)s” says all that “%(option)s” says."), {"option": text, "other": wider}
            return


def meaning(text: str) -> tuple[Counter[str], Counter[str]]:
    """The words and numbers that carry the meaning, as often as they occur; and those that turn it round."""
    tokens = Counter([*lower_words(POINT.sub(" ", text)), *POINT.findall(text)])
    turns = Counter({word: count for word, count in tokens.items() if word in TURNING})
    return Counter({word: n for word, n in tokens.items() if word not in LINKING}) - turns, turns
