"""Lint rules of two questions: one that repeats another, and one whose stem tells another's answer.

Enemies may do both, since no paper has two of a group. What is cheap to compare comes first, so that one
question is held against 5,000 in a fraction of a second.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Finding
from certification.rules.item_text import content_lemmas, is_stop_word, jaccard, lemma, normalise, words
from certification.rules.items import Item

SAME_STEM = 0.8
SAME_STEM_OF_ONE_KEY = 0.6
GRAM = 3
MIN_KEY_LEMMAS = 2  # a shorter key is a word like any other: «Сделки»
OPENING = 3  # letters that the forms of a word have in common

# What every other question speaks of, and what two that speak of it have therefore not in common.
BACKGROUND = frozenset(
    {
        "amocrm",
        "crm",
        "аккаунт",
        "клиент",
        "компания",
        "менеджер",
        "партнер",
        "просить",
        "руководитель",
        "система",
        "сотрудник",
        "хотеть",
    }
)


def pair_findings(item: Item, others: Iterable[Item]) -> list[Finding]:
    """What is to be said of `item` beside `others`, none of which is a version of it."""
    bank = [other for other in others if not are_enemies(item, other)]
    return [
        *near_duplicates(item, bank),
        *(hinge(item, other, key) for other in bank if (key := told_key(item, other))),
        *(hinged(item, other, key) for other in bank if (key := told_key(other, item))),
    ]


def bank_pair_findings(items: Sequence[Item]) -> Iterator[Finding]:
    """The same of a whole bank, each pair once: of two alike the later is named, of a hinge the stem."""
    alike, telling = alike_earlier(items), telling_stems(items)
    for place, item in enumerate(items):
        yield from near_duplicates(item, [items[other] for other in alike[place]])
        for other in telling[place]:
            if not are_enemies(item, items[other]) and (key := told_key(item, items[other])):
                yield hinge(item, items[other], key)


def are_enemies(item: Item, other: Item) -> bool:
    return bool(item.enemies) and item.enemies == other.enemies


# Near-duplicates.


def near_duplicates(item: Item, others: Iterable[Item]) -> Iterator[Finding]:
    """The question most like this one, if they share 0.8 of their 3-grams, or 0.6 and section and key."""
    alike = [(likeness, other) for other in others if (likeness := repetition(item, other))]
    if alike:
        likeness, other = max(alike, key=lambda one: one[0])
        yield Finding(
            "near-duplicate",
            "warning",
            item.number,
            _("The stem is that of %(other)s in %(percent)s %%: “%(stem)s”."),
            {"other": other.number, "percent": math.floor(100 * likeness), "stem": other.text},
        )


def repetition(item: Item, other: Item) -> float:
    """How alike the stems are; 0 where that is not too much."""
    own, grams = grams_of(item.text), grams_of(other.text)
    if min(len(own), len(grams)) < SAME_STEM_OF_ONE_KEY * max(len(own), len(grams)):
        return 0.0
    likeness = jaccard(own, grams)
    if likeness >= SAME_STEM or (likeness >= SAME_STEM_OF_ONE_KEY and topic(item) == topic(other)):
        return likeness
    return 0.0


def topic(item: Item) -> tuple[int, tuple[str, ...]]:
    return item.section, tuple(sorted(map(normalise, item.right)))


@lru_cache(maxsize=20_000)
def grams_of(text: str) -> frozenset[str]:
    padded = f" {normalise(text)} "
    return frozenset(padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1))


def alike_earlier(items: Sequence[Item]) -> list[set[int]]:
    """For each question the earlier ones that may be near-duplicates of it.

    Two sets that share 0.8 of their elements share one of the rarest 0.2 of each (the prefix filter of
    Chaudhuri, Ganti and Kaushik, 2006). Of those with one section and key all are tried.
    """
    frequency = Counter(gram for item in items for gram in grams_of(item.text))
    with_gram: dict[str, list[int]] = defaultdict(list)
    with_topic: dict[object, list[int]] = defaultdict(list)
    found = []
    for place, item in enumerate(items):
        grams = sorted(grams_of(item.text), key=lambda gram: (frequency[gram], gram))
        rarest = grams[: len(grams) - math.ceil(SAME_STEM * len(grams)) + 1]
        earlier = set(with_topic[topic(item)]).union(*(with_gram[gram] for gram in rarest))
        found.append({other for other in earlier if not are_enemies(item, items[other])})
        with_topic[topic(item)].append(place)
        for gram in rarest:
            with_gram[gram].append(place)
    return found


# Hinges.


def hinge(item: Item, other: Item, key: str) -> Finding:
    return Finding(
        "hinge",
        "warning",
        item.number,
        _("The stem tells the key of %(other)s: “%(key)s”."),
        {"other": other.number, "key": key},
    )


def hinged(item: Item, other: Item, key: str) -> Finding:
    return Finding(
        "hinge",
        "warning",
        item.number,
        _("The stem of %(other)s tells this key: “%(key)s”."),
        {"other": other.number, "key": key},
    )


def told_key(item: Item, other: Item) -> str:
    """The right option of `other` that stands in the stem of `item`, whatever the forms of its words; or "".

    The stem must also speak of something else that `other` asks for, and must not have a wrong option of it.
    """
    if not any(openings(key) <= openings(item.text) for key in other.right):
        return ""
    stem = meaning(item.text)
    told = [key for key in other.right if has(stem, meaning(key))]
    if not told or any(has(stem, meaning(text)) for text in other.wrong):
        return ""
    shared = content_lemmas(item.text) & content_lemmas(other.text)
    return told[0] if shared - BACKGROUND - content_lemmas(told[0]) else ""


def has(stem: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return size >= MIN_KEY_LEMMAS and any(
        stem[start : start + size] == phrase for start in range(len(stem) - size + 1)
    )


@lru_cache(maxsize=20_000)
def meaning(text: str) -> tuple[str, ...]:
    """The lemmas that carry meaning, in their order."""
    return tuple(lemma(word) for word in words(text) if not is_stop_word(word))


@lru_cache(maxsize=20_000)
def openings(text: str) -> frozenset[str]:
    """How the longer words begin."""
    folded = text.lower().replace("ё", "е")
    return frozenset(word[:OPENING] for word in words(folded) if len(word) > OPENING)


def telling_stems(items: Sequence[Item]) -> list[set[int]]:
    """For each stem the questions one of whose keys begins with two words of it."""
    keyed: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for place, item in enumerate(items):
        for key in map(meaning, item.right):
            keyed[key[:MIN_KEY_LEMMAS]].add(place)
    return [
        set().union(*(keyed.get(pair, ()) for pair in pairwise(meaning(item.text)))) - {place}
        for place, item in enumerate(items)
    ]
