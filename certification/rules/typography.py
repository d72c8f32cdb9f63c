"""No-break spaces for Russian text, so that authors and translators type ordinary ones."""

import re

NBSP = "\u00a0"

# A word of one or two letters clings to the next one, unless it is a particle; so do № and §.
SHORT_WORD = re.compile(r"(?<![\w-])(?!(?:же|ли|бы|б) )((?:[А-Яа-яЁё]{1,2}|№|§)) (?=\S)")
# A dash clings to the word before it.
DASH = re.compile(r" (?=—)")
# A number clings to its unit or noun, and its groups of thousands to one another.
NUMBER = re.compile(r"(?<=\d) (?=[А-Яа-яЁё%₽]|\d{3}(?!\d))")
ABBREVIATION = re.compile(r"\b(и|т) (?=(?:т\.|д\.|п\.))|(?<=т\.) (?=[дпе]\.)")
# An initial clings to the next one, or to the family name.
INITIAL = re.compile(r"(?<![\w-])([А-ЯЁ]\.) (?=[А-ЯЁ])")
# Particles cling to the word before them.
PARTICLE = re.compile(r" (?=(?:же|ли|бы|б)(?![\w-]))")

TAG = re.compile(r"</?[A-Za-z][^<>]*>")
# Stands for a space of a tag meanwhile; no text has it, since neither HTML nor PostgreSQL allows it.
TAG_SPACE = "\0"


def typo(text: str) -> str:
    """`text` with no-break spaces where a line must not end. Applying it twice changes nothing.

    Only spaces change, and none inside an HTML tag.
    """
    text = TAG.sub(lambda tag: tag.group().replace(" ", TAG_SPACE), text)
    text = ABBREVIATION.sub(lambda match: match.group().rstrip(" ") + NBSP, text)
    for pattern in (SHORT_WORD, INITIAL):
        text = pattern.sub(rf"\1{NBSP}", text)
    for pattern in (PARTICLE, DASH, NUMBER):
        text = pattern.sub(NBSP, text)
    return text.replace(TAG_SPACE, " ")
