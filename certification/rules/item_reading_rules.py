"""Lint rules of reading: stems that lean on their options, double negations, names, spelling.

The unfocused stem is a guideline of Haladyna, Downing and Rodriguez (2002); names are as amoCRM writes them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_phrase_rules import negations, texts_of
from certification.rules.item_text import analyzer, content_lemmas, lemma, sentences
from certification.rules.items import Item
from certification.rules.product_words import GLOSSARY, KNOWN, TERMS

UNFOCUSED = re.compile(
    r"\b(?:как(?:ое|ие|ой|ая) из (?:\w+ )?(?:утверждени\w+|высказывани\w+|ответ\w+|вариант\w+)"
    r"|(?:что|какое|какие|кто) из (?:ниже|выше)?(?:перечисленн|следующ|указанн|привед[её]нн|названн)\w+"
    r"|(?:вы|у)(?:берите|кажите|бери|кажи) (?:\w+ )?(?:верн|правильн)\w+"
    r"|что (?:здесь )?(?:верно|правильно|неверно|справедливо)\b"
    r"|как(?:ое|ие) утверждени\w+)",
    re.IGNORECASE,
)

NEGATING = re.compile(
    r"\b(?:не|нет|нельзя|невозможно|неверно|неправильно|отсутству\w+|запрещ\w+)\b", re.IGNORECASE
)
CLAUSE_END = re.compile(r"[,;:.?!]\s|\s[—–]\s|\s(?:и|или|а|но|что|чтобы|если)\s")
NOT_NEGATING = re.compile(r"\bне (?:только|более|менее|больше|меньше|раньше|позже|старше)\b", re.IGNORECASE)

ABBREVIATION = re.compile(r"(?<![\w.@/-])[A-ZА-ЯЁ]{2,5}(?![\w.@/])")
PUNCTUATION = re.compile(
    r"(?<!\S)\S*(?: {2,}\S*| [,;:.!?»)](?!\w)|[«(] \S*|[а-яё][,;:](?=[А-Яа-яЁё])\S*|\.{2,}|,{2,})"
)

RUSSIAN = re.compile(r"(?<![\w@./-])[А-ЯЁ]?[а-яё]{3,}(?![\w@/-]|\.\w)")

ROOT = 4
CONTRAST = re.compile(
    r"\b(?:а не|остальн\w+|други\w+|друг(?:ой|ая|ое)|пута\w+|неверн\w+|лишь|ни|незачем|вместо|в отличие)\b",
    re.IGNORECASE,
)

RULES = RuleBook()


@RULES.rule("stem-unfocused", "warning")
def stem_unfocused(item: Item) -> Iterator[Flaw]:
    """Cover test: the stem asks something that can be answered without seeing the options."""
    if match := UNFOCUSED.search(item.text):
        yield _("The stem cannot be answered without its options: “%(words)s”."), {"words": match.group()}


@RULES.rule("double-negation", "info")
def double_negation(item: Item) -> Iterator[Flaw]:
    """Nobody has to count negations: not two in a clause, and none in an option of a negative stem."""
    for text in (item.text, *item.texts):
        for clause in CLAUSE_END.split(text):
            found = NEGATING.findall(NOT_NEGATING.sub("", clause))
            if len(found) > 1:
                yield _("Two negations in one clause: “%(words)s”."), {"words": clause.strip()}
                return
    denied = [text for text in item.texts if NEGATING.search(NOT_NEGATING.sub("", text))]
    if denied and negations(item.text):
        yield _("The stem is negative and so is the option “%(words)s”."), {"words": denied[0]}


@RULES.rule("abbreviation", "info")
def abbreviation(item: Item) -> Iterator[Flaw]:
    """An abbreviation that is not in the glossary is spelled out, before or behind it in brackets."""
    for text in texts_of(item):
        for short in ABBREVIATION.findall(text):
            is_explained = f"({short})" in text or f"{short} (" in text
            if short not in GLOSSARY and not is_explained and not is_shouted(short):
                yield _("The abbreviation “%(word)s” is explained nowhere."), {"word": short}
                return


def is_shouted(word: str) -> bool:
    """«ЕЩЁ» and «НЕ» are ordinary words in capitals."""
    return is_known(word.lower()) and not any("Abbr" in parse.tag for parse in analyzer().parse(word.lower()))


@RULES.rule("product-term", "warning")
def product_term(item: Item) -> Iterator[Flaw]:
    """Names of the product and of its parts are written as in the product."""
    for text in texts_of(item):
        for pattern, term in TERMS:
            if match := pattern.search(text):
                yield _("“%(words)s” is written “%(term)s”."), {"words": match.group(), "term": term}


@RULES.rule("punctuation", "warning")
def punctuation(item: Item) -> Iterator[Flaw]:
    """One space between words, none before a mark, one after a comma; an ellipsis is «…»."""
    for text in texts_of(item):
        if match := PUNCTUATION.search(text):
            yield _("Spaces or marks are wrong here: “%(words)s”."), {"words": match.group().strip()}


@RULES.rule("spelling", "info")
def spelling(item: Item) -> Iterator[Flaw]:
    """Every Russian word is in the dictionary; a name begins with a capital within its sentence."""
    unknown = [word for text in texts_of(item) for word in unknown_words(text)]
    for word in dict.fromkeys(unknown):
        yield _("The dictionary does not know “%(word)s”."), {"word": word}


def unknown_words(text: str) -> list[str]:
    return [
        word
        for sentence in sentences(text)
        for match in RUSSIAN.finditer(sentence)
        if (word := match.group()).islower() or not match.start()
        if not is_known(word.lower())
    ]


@cache
def is_known(word: str) -> bool:
    return bool(analyzer().word_is_known(word)) or word in KNOWN or lemma(word) in KNOWN


@RULES.rule("explanation-thin", "warning")
def explanation_thin(item: Item) -> Iterator[Flaw]:
    """The explanation says what is wrong with the wrong options too: it names something of theirs."""
    said = roots([item.explanation])
    wrong = roots(item.wrong) - roots([item.text, *item.right])
    if said and wrong and not said & wrong and not CONTRAST.search(item.explanation):
        yield _("The explanation says nothing of the wrong options."), {}


def roots(texts: Iterable[str]) -> set[str]:
    """How the words begin that carry meaning: enough to see «удалят» in «удаляет»."""
    return {word[:ROOT] for text in texts for word in content_lemmas(text)}
