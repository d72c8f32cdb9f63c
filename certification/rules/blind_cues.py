"""What a candidate can see of a question without knowing the subject.

A `Reading` is a question with the key taken out, so that no measure can look at it. A `Measure` gives one
number for each option; a `Cue` is the habit of choosing the option with the greatest (or the least) of it.
The measures follow the testwiseness literature: the NBME checklist, Haladyna, Downing and Rodriguez (2002),
Tarrant (2009), and what the bank's own authors are warned of.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log
from statistics import median

from certification.rules.item_text import (
    absolutes,
    bigrams,
    content_lemmas,
    jaccard,
    lower_words,
    mean,
    mean_likeness,
    vague_words,
)
from certification.rules.item_text import normalise as normal
from certification.rules.items import Item

Scores = list[float]

DIGITS = re.compile(r"\d+")
QUOTED = re.compile(r"[«„]")
LATIN_WORD = re.compile(r"\b[A-Za-z]+\b")
INNER_CAPITAL = re.compile(r"(?<=\s)[«„(]?[A-ZА-ЯЁ]")
PATH_STEP = re.compile(r"»\s*[—–→>]\s*«|→|\s>\s")
LIST_LINK = re.compile(r",|;|\b(?:и|или|либо)\b", re.IGNORECASE)
CLAUSE = re.compile(
    r"\b(?:если|когда|чтобы|пока|хотя|потому|поскольку|котор\w+|что|где|куда|как только)\b", re.IGNORECASE
)
NEGATIVE = re.compile(r"\b(?:не|нет|ни|нельзя|без|невозможно|никогда)\b", re.IGNORECASE)
PERMISSION = re.compile(r"\b(?:можно|может|могут|возможно|допускается|разрешено)\b", re.IGNORECASE)
DUTY = re.compile(
    r"\b(?:нужно|надо|необходимо|обязательно|долж(?:ен|на|но|ны)|требуется|следует)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What is common in the bank's options, right or wrong."""

    options: Counter[str]
    words: Counter[str]
    bigrams: Counter[tuple[str, str]]

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Wording":
        options: Counter[str] = Counter()
        tokens: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for item in items:
            for text in item.texts:
                options[normal(text)] += 1
                tokens.update(set(lower_words(text)))
                pairs.update(set(bigrams(lower_words(text))))
        return cls(options, tokens, pairs)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as the blind candidate sees it: all but which options are right."""

    stem: str
    options: tuple[str, ...]
    tokens: tuple[tuple[str, ...], ...]
    lemmas: tuple[frozenset[str], ...]
    wording: Wording

    @classmethod
    def of(cls, item: Item, wording: Wording) -> "Reading":
        return cls(
            stem=item.text,
            options=item.texts,
            tokens=tuple(tuple(lower_words(text)) for text in item.texts),
            lemmas=tuple(content_lemmas(text) for text in item.texts),
            wording=wording,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """`most` and `least` name the habits of choosing by this number; an empty name is no habit."""

    most: str
    least: str
    scores: Callable[[Reading], Scores]


@dataclass(frozen=True, slots=True)
class Cue:
    name: str
    scores: Callable[[Reading], Scores]


def each(measure: Callable[[str], float]) -> Callable[[Reading], Scores]:
    """A measure of an option's text alone."""
    return lambda reading: [float(measure(text)) for text in reading.options]


def count(pattern: re.Pattern[str]) -> Callable[[Reading], Scores]:
    return each(lambda text: len(pattern.findall(text)))


def lengths(reading: Reading) -> Scores:
    return [float(len(text)) for text in reading.options]


def second_longest(reading: Reading) -> Scores:
    ranked = sorted(set(lengths(reading)), reverse=True)
    return [float(length == ranked[1]) if len(ranked) > 1 else 0.0 for length in lengths(reading)]


def second_shortest(reading: Reading) -> Scores:
    ranked = sorted(set(lengths(reading)))
    return [float(length == ranked[1]) if len(ranked) > 1 else 0.0 for length in lengths(reading)]


def near_median_length(reading: Reading) -> Scores:
    middle = median(lengths(reading))
    return [-abs(length - middle) for length in lengths(reading)]


def near_mean_length(reading: Reading) -> Scores:
    middle = mean(lengths(reading))
    return [-abs(length - middle) for length in lengths(reading)]


def word_counts(reading: Reading) -> Scores:
    return [float(len(tokens)) for tokens in reading.tokens]


def word_length(reading: Reading) -> Scores:
    return [mean(len(token) for token in tokens) for tokens in reading.tokens]


def stem_overlap(reading: Reading) -> Scores:
    stem = content_lemmas(reading.stem)
    return [float(len(stem & lemmas)) for lemmas in reading.lemmas]


def stem_share(reading: Reading) -> Scores:
    stem = content_lemmas(reading.stem)
    return [jaccard(stem, lemmas) for lemmas in reading.lemmas]


def precision(reading: Reading) -> Scores:
    """Digits, quotes, commas, brackets and names: the marks of an option that somebody took care of."""
    return [
        float(
            len(DIGITS.findall(text))
            + len(QUOTED.findall(text))
            + sum(text.count(mark) for mark in ",;(:%")
            + len(INNER_CAPITAL.findall(text))
        )
        for text in reading.options
    ]


def likeness(reading: Reading) -> Scores:
    return mean_likeness(list(reading.lemmas))


def paired(reading: Reading) -> Scores:
    """Likeness to the nearest other option: the key and its near miss."""
    return [
        max((jaccard(own, other) for j, other in enumerate(reading.lemmas) if j != i), default=0.0)
        for i, own in enumerate(reading.lemmas)
    ]


def shared_opening(reading: Reading) -> Scores:
    openings = Counter(tokens[:1] for tokens in reading.tokens)
    return [float(openings[tokens[:1]]) for tokens in reading.tokens]


def shared_ending(reading: Reading) -> Scores:
    endings = Counter(tokens[-1:] for tokens in reading.tokens)
    return [float(endings[tokens[-1:]]) for tokens in reading.tokens]


def opens_with(word: str) -> Callable[[Reading], Scores]:
    return lambda reading: [float(tokens[:1] == (word,)) for tokens in reading.tokens]


def common_bigrams(reading: Reading) -> Scores:
    return [
        mean(reading.wording.bigrams[pair] for pair in bigrams(list(tokens))) for tokens in reading.tokens
    ]


def familiar_option(reading: Reading) -> Scores:
    return [float(reading.wording.options[normal(text)]) for text in reading.options]


def rare_words(reading: Reading) -> Scores:
    return [mean(-log(reading.wording.words[token]) for token in tokens) for tokens in reading.tokens]


def greatest_number(reading: Reading) -> Scores:
    """The first number of each option, where every option has one."""
    found = [DIGITS.findall(text) for text in reading.options]
    return [float(numbers[0]) for numbers in found] if all(found) else [0.0] * len(found)


def middle_number(reading: Reading) -> Scores:
    numbers = greatest_number(reading)
    middle = median(numbers)
    return [-abs(number - middle) for number in numbers]


MEASURES: tuple[Measure, ...] = (
    Measure("longest", "shortest", lengths),
    Measure("second longest", "", second_longest),
    Measure("second shortest", "", second_shortest),
    Measure("median length", "", near_median_length),
    Measure("closest to the mean length", "furthest from the mean length", near_mean_length),
    Measure("most words", "fewest words", word_counts),
    Measure("longest words", "shortest words", word_length),
    Measure("most words of the stem", "fewest words of the stem", stem_overlap),
    Measure("greatest share of the stem", "least share of the stem", stem_share),
    Measure("most absolutes", "fewest absolutes", each(lambda text: len(absolutes(text)))),
    Measure("most hedges", "fewest hedges", each(lambda text: len(vague_words(text)))),
    Measure("permits", "does not permit", count(PERMISSION)),
    Measure("demands", "does not demand", count(DUTY)),
    Measure("denies", "does not deny", count(NEGATIVE)),
    Measure("most precise", "least precise", precision),
    Measure("most digits", "fewest digits", count(DIGITS)),
    Measure("most quotes", "fewest quotes", count(QUOTED)),
    Measure("most commas", "fewest commas", each(lambda text: text.count(","))),
    Measure("brackets", "no brackets", each(lambda text: text.count("("))),
    Measure("most names", "fewest names", count(INNER_CAPITAL)),
    Measure("most Latin words", "fewest Latin words", count(LATIN_WORD)),
    Measure("longest menu path", "shortest menu path", count(PATH_STEP)),
    Measure("longest list", "shortest list", count(LIST_LINK)),
    Measure("subordinate clause", "no subordinate clause", count(CLAUSE)),
    Measure("most alike", "odd one out", likeness),
    Measure("one of a pair", "without a pair", paired),
    Measure("opens as most do", "opens by itself", shared_opening),
    Measure("ends as most do", "ends by itself", shared_ending),
    Measure("«Да» first", "", opens_with("да")),
    Measure("«Нет» first", "", opens_with("нет")),
    Measure("common word pairs", "uncommon word pairs", common_bigrams),
    Measure("familiar option", "unfamiliar option", familiar_option),
    Measure("rare words", "common words", rare_words),
    Measure("greatest number", "least number", greatest_number),
    Measure("middle number", "", middle_number),
)


def _reversed(scores: Callable[[Reading], Scores]) -> Callable[[Reading], Scores]:
    return lambda reading: [-score for score in scores(reading)]


CUES: tuple[Cue, ...] = tuple(
    cue
    for measure in MEASURES
    for cue in (Cue(measure.most, measure.scores), Cue(measure.least, _reversed(measure.scores)))
    if cue.name
)


def top(scores: Scores) -> list[int]:
    """The places of the greatest score; more than one if tied (rounding apart)."""
    best = max(scores)
    return [place for place, score in enumerate(scores) if score >= best - 1e-9]
