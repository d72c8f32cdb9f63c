"""Words, lemmas and sentences of a question's text.

The dictionary of pymorphy3 is loaded by the first call that needs it, never by an import.
"""

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import cache
from itertools import pairwise
from typing import Any

import pymorphy3

WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[»“)]?\s+(?=[«„(]?[A-ZА-ЯЁ\d])")

FUNCTION_PARTS_OF_SPEECH = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})
STOP_LEMMAS = frozenset(
    {
        "быть",
        "мочь",
        "можно",
        "нужно",
        "надо",
        "нельзя",
        "нет",
        "да",
        "это",
        "такой",
        "так",
        "уже",
        "еще",
        "тоже",
        "также",
        "там",
        "где",
        "когда",
        "как",
    }
)

# Words that people take for the sign of a wrong option.
ABSOLUTE_LEMMAS = frozenset(
    {
        "всегда",
        "никогда",
        "только",
        "весь",
        "исключительно",
        "невозможно",
        "любой",
        "гарантированно",
        "нельзя",
        "каждый",
        "лишь",
    }
)
# The forms of «весь» that the dictionary takes for pronouns of their own.
ABSOLUTE_FORMS = frozenset({"все", "всё"})
NOT_ONE = re.compile(r"\bни (?:один|одна|одно|одного|одной|одному|одним|одну|одном)\b", re.IGNORECASE)

# Words of vague frequency: a statement so hedged is hardly ever wrong.
VAGUE_LEMMAS = frozenset({"обычно", "часто", "иногда", "большинство", "мочь"})
AS_A_RULE = re.compile(r"\bкак правило\b", re.IGNORECASE)

LIKELY = 0.1  # how probable a reading of a word must be to count


@cache
def analyzer() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def _parse(word: str) -> Any:
    return analyzer().parse(word)[0]


@cache
def lemma(word: str) -> str:
    """The dictionary form in lower case, with «е» for «ё»."""
    return str(_parse(word.lower()).normal_form).replace("ё", "е")


@cache
def is_stop_word(word: str) -> bool:
    tag = _parse(word.lower()).tag
    return tag.POS in FUNCTION_PARTS_OF_SPEECH or "Apro" in tag or lemma(word) in STOP_LEMMAS


@cache
def is_imperative(word: str) -> bool:
    return any("impr" in parse.tag for parse in analyzer().parse(word.lower()) if parse.score >= LIKELY)


def words(text: str) -> list[str]:
    return WORD.findall(text)


def lower_words(text: str) -> list[str]:
    return [word.lower().replace("ё", "е") for word in words(text)]


def lemmas(text: str) -> list[str]:
    return [lemma(word) for word in words(text)]


@cache
def content_lemmas(text: str) -> frozenset[str]:
    """The lemmas that carry meaning: no prepositions, conjunctions, particles, pronouns or auxiliaries."""
    return frozenset(lemma(word) for word in words(text) if not is_stop_word(word))


def sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_END.split(text.strip()) if sentence]


def normalise(text: str) -> str:
    """`text` without the differences of case, «ё», spacing and punctuation; «%» and symbols remain."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    kept = (" " if char != "%" and unicodedata.category(char).startswith("P") else char for char in folded)
    return " ".join("".join(kept).split())


def jaccard(left: Set[str], right: Set[str]) -> float:
    """Shared part of two sets, 0 to 1; two empty sets share nothing."""
    shared = len(left & right)
    union = len(left) + len(right) - shared
    return shared / union if union else 0.0


def mean_likeness(token_sets: list[frozenset[str]]) -> list[float]:
    """For each set, its mean Jaccard to the others."""
    return [
        mean(jaccard(own, other) for index, other in enumerate(token_sets) if index != place)
        for place, own in enumerate(token_sets)
    ]


def bigrams(tokens: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(tokens))


def absolutes(text: str) -> list[str]:
    """The absolute words of `text` as they stand there: «только», «любого», «ни одного»."""
    found = [word for word in words(text) if lemma(word) in ABSOLUTE_LEMMAS or word.lower() in ABSOLUTE_FORMS]
    return found + NOT_ONE.findall(text)


def vague_words(text: str) -> list[str]:
    """The words of vague frequency in `text`: «обычно», «может», «как правило»."""
    return [word for word in words(text) if lemma(word) in VAGUE_LEMMAS] + AS_A_RULE.findall(text)


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; 0 of nothing."""
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
