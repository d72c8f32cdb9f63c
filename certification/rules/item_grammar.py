"""What opens an option, grammatically: a noun in some case, an infinitive, a sentence.

Russian forms are ambiguous («письма» is three cases), so that a shape holds every reading that is likely, and
shapes differ only where no reading is common to them.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from certification.rules.item_text import LIKELY, analyzer, words

Mould = Literal["nominal", "prepositional", "infinitive", "imperative", "clause", "free"]
CASES = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct"}
NOMINAL = frozenset({"NOUN", "ADJF", "PRTF", "NPRO"})
PREDICATIVE = frozenset({"PRED", "PRTS", "ADJS"})
UNTIL_COMMA = re.compile(r"[,;:]|\s[—–-]\s|\(")
OPENS_WITH_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
PERSONS = frozenset({"он", "она", "оно", "они"})  # «оно общее» is a sentence without a verb

Agreement = frozenset[str]
"""Likely numbers and genders: «plur», «masc», «femn», «neut»."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`cases` and `agreement` are empty where they say nothing, as of an infinitive or a name in quotes."""

    mould: Mould
    cases: frozenset[str] = frozenset()
    agreement: Agreement = frozenset()
    is_noun: bool = False


FREE = Shape("free")


@cache
def readings(word: str) -> tuple[Any, ...]:
    """Every form that a word may be of the words that it is likely to be, the likeliest first.

    How often a form is met says nothing here: «учёт» is an accusative in 92 of 100 texts.
    """
    parses = analyzer().parse(word.lower())
    likely = {(parse.normal_form, parse.tag.POS) for parse in parses if parse.score >= LIKELY}
    return tuple(parse for parse in parses if (parse.normal_form, parse.tag.POS) in likely) or (parses[0],)


def part_of_speech(word: str) -> frozenset[str | None]:
    return frozenset(reading.tag.POS for reading in readings(word))


def case_of(tag: Any) -> str:
    return CASES.get(str(tag.case), str(tag.case))


def agreement_of(tag: Any) -> str:
    return "plur" if tag.number == "plur" else str(tag.gender or tag.number)


def is_finite(word: str) -> bool:
    return word.lower() == "есть" or all(
        reading.tag.POS == "VERB" or reading.tag.POS in PREDICATIVE for reading in readings(word)
    )


@cache
def shape(text: str) -> Shape:
    """The shape of the option up to its first comma; what does not begin with a Russian word is free."""
    main = UNTIL_COMMA.split(text.strip())[0]
    spoken = [word for word in words(main) if word.lower() != "не"]
    if not spoken or not OPENS_WITH_CYRILLIC.match(text.strip()) or spoken[0].lower() == "нет":
        return FREE
    first = spoken[0]
    if part_of_speech(first) == {"INFN"}:
        return Shape("infinitive")
    if all("impr" in reading.tag for reading in readings(first)):
        return Shape("imperative")
    if any(is_finite(word) for word in spoken):
        predicates = [reading.tag for reading in readings(first) if reading.tag.POS in ("PRTS", "ADJS")]
        return Shape("clause", agreement=frozenset(map(agreement_of, predicates)))
    if first.lower() in PERSONS and len(spoken) > 1:
        return Shape("clause")
    if part_of_speech(first) == {"PREP"}:
        return Shape("prepositional")
    if part_of_speech(first) & NOMINAL and part_of_speech(first) <= NOMINAL | {"ADJS"}:
        return nominal_shape(spoken)
    return FREE


def nominal_shape(spoken: list[str]) -> Shape:
    """Of «новая сделка» the readings on which both words agree; an adjective alone keeps its own."""
    first, rest = readings(spoken[0]), spoken[1:]
    if len(rest) == 1 and is_predicate(first, readings(rest[0])):
        return FREE
    nouns = [reading.tag for reading in first if reading.tag.POS in ("NOUN", "NPRO")]
    adjectives = [reading.tag for reading in first if reading.tag.POS in ("ADJF", "PRTF")]
    followers = [r.tag for r in readings(rest[0]) if r.tag.POS in ("NOUN", "ADJF", "PRTF")] if rest else []
    agreeing = [
        parse.tag
        for parse in analyzer().parse(spoken[0].lower())
        if parse.tag.POS in ("ADJF", "PRTF") and any(agrees(parse.tag, follower) for follower in followers)
    ]
    tags = agreeing or nouns + adjectives
    stands_alone = not nouns and not any("NOUN" in part_of_speech(word) for word in rest)
    is_noun = not stands_alone and not any("Apro" in tag for tag in tags)
    return Shape(
        "nominal",
        frozenset() if any("Fixd" in tag for tag in tags) else frozenset(map(case_of, tags)),
        frozenset(map(agreement_of, tags)) if stands_alone or is_noun else frozenset(),
        is_noun=is_noun,
    )


def is_predicate(nouns: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """«Тариф бесплатный» is a sentence, not a noun with its adjective."""
    adjectives = [other.tag for other in others if other.tag.POS in ("ADJF", "PRTF")]
    return any(agrees(adjective, n.tag) for adjective in adjectives for n in nouns if n.tag.POS == "NOUN")


def agrees(adjective: Any, noun: Any) -> bool:
    return (
        case_of(adjective) == case_of(noun)
        and adjective.number == noun.number
        and (adjective.number == "plur" or adjective.gender == noun.gender)
    )
