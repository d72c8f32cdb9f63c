"""Lint rules of wording: phrases, negations, stems and typography.

The phrases, negative stems and the cover test are guidelines of Haladyna, Downing and Rodriguez (2002) and of
the NBME; lengths and typography are the house's own.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_text import is_imperative, sentences, words
from certification.rules.items import Item

MIN_STEM_WORDS = 3
MAX_STEM_WORDS = 80
MAX_SENTENCE_WORDS = 25

_OPTION_NAME = r"[«„(]?[а-еa-f1-6][»“)]?"
_OPTION_PAIR = rf"{_OPTION_NAME}(?:, {_OPTION_NAME})*,? и {_OPTION_NAME}(?![\w-])"
_NAMED = r"(?:перечислен|указан|назван|сказан|привед[её]н)н\w+"
_TRUE = r"(?:верн|правильн|подход)\w+"
FORBIDDEN_PHRASES = re.compile(
    "|".join(
        (
            rf"\b(?:вс[её]|люб(?:ой|ое)) (?:из )?(?:выше|ниже)?\s*{_NAMED}",
            r"\bвс[её] из (?:этого|них|этих)\b",
            rf"\bвс[её] (?:эти )?(?:варианты|ответы|пункты)(?: ответ(?:а|ов))?(?: {_TRUE}|\W*$)",
            r"\b(?:ничего|ничто|ни один|ни одно|ни одна|никакой|никакое) из\b",
            rf"\bнет {_TRUE}(?: ответа| варианта)?\W*$",
            rf"\b{_TRUE} (?:(?:ответы|варианты|пункты) )?{_OPTION_PAIR}",
            rf"\b(?:ответы|варианты|пункты) {_OPTION_PAIR}",
            rf"^(?:и )?{_OPTION_PAIR}(?: {_TRUE}|$)",
            r"\bоба (?:варианта|ответа|утверждения|пункта)\b",
        )
    ),
    re.IGNORECASE,
)

EXCLUDING = re.compile(
    r"\b(?:кроме|исключая|за исключением|неверн\w+|неправильн\w+|ошибочн\w+)\b", re.IGNORECASE
)
NEGATION = re.compile(
    r"\bне\b(?! (?:только|менее|более|меньше|больше|раньше|позже|позднее|реже|чаще)\b)", re.IGNORECASE
)
SUBORDINATE = re.compile(
    r"^(?:а |и |но )?(?:в |на |у |из |с |от |до |для |о |об |к |по )?"
    r"(?:если|когда|чтобы|пока|хотя|потому|поскольку|так как|который\w*|котор\w+|где|куда)\b",
    re.IGNORECASE,
)
WHO_OF_THEM = re.compile(
    r"\bт(?:от|ого|ому|ем|ом|е|ех|еми|а|ой|у), (?:у |с |от )?к(?:то|ого|ому|ем)\b[^,?]*", re.I
)
ASKS_FOR_CAUSE = re.compile(
    r"\b(?:почему|отчего|зачем|из-за чего|по какой причине|что делать|как быть)\b", re.IGNORECASE
)

WORD_PART = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
# A Latin letter that stands for a Russian word: «Контакт c телефоном».
LONE_LATIN = re.compile(r"(?<=[А-Яа-яЁё,.»] )[acokyABCKOY](?= [А-Яа-яЁё«])|^[ABCKOY](?= [а-яё])")
STRAIGHT_QUOTE = re.compile(r"\S*\"\S*")
# “Quotes” of English, and «ёлочки» within «ёлочки».
ENGLISH_QUOTE = re.compile(r"(?<!\S)[(«]?“\S*|\S*”\S*")
NESTED_QUOTE = re.compile(r"«[^»]*«[^»]*»?")
HYPHEN_FOR_DASH = re.compile(r"(?:\S+ )?(?:(?<=\s)|^)--?(?=\s)(?: \S+)?|(?<![\d-])\d+-\d+(?![\d-])")

RULES = RuleBook()


def texts_of(item: Item) -> tuple[str, ...]:
    return (item.text, *item.texts, item.explanation)


def _question_clauses(stem: str) -> list[str]:
    """The clauses that ask: the last sentence without its conditions and relative clauses."""
    last = sentences(stem)[-1:]
    return [
        clause
        for sentence in last
        for clause in re.split(r"[,;:]\s+|\s[—–]\s", WHO_OF_THEM.sub("", sentence))
        if not SUBORDINATE.match(clause)
    ]


def negations(stem: str) -> list[str]:
    """Words that turn the question round; «почему не…» asks for a cause and is none."""
    if ASKS_FOR_CAUSE.search(stem):
        return []
    return [
        match.group()
        for clause in _question_clauses(stem)
        for pattern in (NEGATION, EXCLUDING)
        for match in pattern.finditer(clause)
    ]


@RULES.rule("forbidden-phrase", "error")
def forbidden_phrase(item: Item) -> Iterator[Flaw]:
    """No option points at other options: «всё перечисленное», «ничего из», «нет верного», «верны А и Б»."""
    for text in item.texts:
        if match := FORBIDDEN_PHRASES.search(text):
            yield _("An option says “%(phrase)s”."), {"phrase": match.group().strip()}


@RULES.rule("negative-stem", "warning")
def negative_stem(item: Item) -> Iterator[Flaw]:
    """A stem asks for what is, not for what is not (NBME: irrelevant difficulty)."""
    for word in negations(item.text)[:1]:
        yield _("The stem is negative: “%(word)s”."), {"word": word}


@RULES.rule("negation-capitals", "warning")
def negation_capitals(item: Item) -> Iterator[Flaw]:
    """Where a negative stem cannot be avoided, the negation stands out as «НЕ»."""
    for word in negations(item.text):
        if word == "не":
            yield _("Write the negation “%(word)s” of the stem in capitals."), {"word": word}


@RULES.rule("stem-form", "warning")
def stem_form(item: Item) -> Iterator[Flaw]:
    """Cover test: the stem ends with «?» or tells what to do («Укажите …»), so it stands without options."""
    stem = item.text.rstrip()
    if stem.endswith("?"):
        return
    last = sentences(stem)[-1:]
    if not any(
        is_imperative(word) and word.endswith(("те", "тесь")) for text in last for word in words(text)
    ):
        yield _("The stem neither ends with a question mark nor gives an instruction."), {}


@RULES.rule("stem-length", "warning")
def stem_length(item: Item) -> Iterator[Flaw]:
    """Cover test: 3 to 80 words."""
    count = len(words(item.text))
    if not MIN_STEM_WORDS <= count <= MAX_STEM_WORDS:
        yield (
            _("The stem has %(count)s words; %(fewest)s to %(most)s are wanted."),
            {"count": count, "fewest": MIN_STEM_WORDS, "most": MAX_STEM_WORDS},
        )


@RULES.rule("stem-question-marks", "warning")
def stem_question_marks(item: Item) -> Iterator[Flaw]:
    """Cover test: one question at a time."""
    count = item.text.count("?")
    if count > 1:
        yield _("The stem asks %(count)s questions."), {"count": count}


@RULES.rule("sentence-length", "info")
def sentence_length(item: Item) -> Iterator[Flaw]:
    """Readability: at most 25 words a sentence, in the stem, the options and the explanation."""
    for text in texts_of(item):
        for sentence in sentences(text):
            count = len(words(sentence))
            if count > MAX_SENTENCE_WORDS:
                yield (
                    _("A sentence of %(count)s words: “%(start)s …”."),
                    {"count": count, "start": " ".join(sentence.split()[:4])},
                )


@RULES.rule("mixed-script", "warning")
def mixed_script(item: Item) -> Iterator[Flaw]:
    """No word has both Latin and Cyrillic letters; the parts of «CRM-система» are words of their own.

    A preposition or conjunction of one letter is not Latin either.
    """
    for text in texts_of(item):
        for letter in LONE_LATIN.findall(text):
            yield _("The word “%(word)s” mixes Latin and Cyrillic letters."), {"word": letter}
        for part in WORD_PART.findall(text):
            if LATIN.search(part) and CYRILLIC.search(part):
                yield _("The word “%(word)s” mixes Latin and Cyrillic letters."), {"word": part}


@RULES.rule("straight-quotes", "warning")
def straight_quotes(item: Item) -> Iterator[Flaw]:
    """Russian quotes are «ёлочки» and „лапки“."""
    for text in texts_of(item):
        if match := STRAIGHT_QUOTE.search(text):
            yield _("Straight quotes: “%(words)s”."), {"words": match.group()}
        if match := ENGLISH_QUOTE.search(text) or NESTED_QUOTE.search(text):
            yield _("Quotes are «…», and „…“ within them: “%(words)s”."), {"words": match.group()}


@RULES.rule("hyphen-for-dash", "warning")
def hyphen_for_dash(item: Item) -> Iterator[Flaw]:
    """A dash between words is «—», between numbers «–»."""
    for text in texts_of(item):
        if match := HYPHEN_FOR_DASH.search(text):
            yield _("A hyphen stands for a dash: “%(words)s”."), {"words": match.group()}
