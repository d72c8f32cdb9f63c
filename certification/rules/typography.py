"""No-break spaces for Russian text, so that authors and translators type ordinary ones."""

import re

NBSP = "\u00a0"

# A word of one or two letters clings to the next one; so do № and §.
SHORT_WORD = re.compile(r"(?<![\w-])((?:[А-Яа-яЁё]{1,2}|№|§)) (?=\S)")
# A dash clings to the word before it.
DASH = re.compile(r" (?=—)")
# A number clings to its unit or noun, and its groups of thousands to one another.
NUMBER = re.compile(r"(?<=\d) (?=[А-Яа-яЁё%₽]|\d{3}(?!\d))")
ABBREVIATION = re.compile(r"\b(и|т) (?=(?:т\.|д\.|п\.))|(?<=т\.) (?=[дпе]\.)")
# Particles cling to the word before them.
PARTICLE = re.compile(r" (?=(?:же|ли|бы|б)(?![\w-]))")


def typo(text: str) -> str:
    """`text` with no-break spaces where a line must not end. Applying it twice changes nothing."""
    text = ABBREVIATION.sub(lambda match: match.group(0).rstrip(" ") + NBSP, text)
    # Twice, since two short words in a row share a space.
    for _ in range(2):
        text = SHORT_WORD.sub(rf"\1{NBSP}", text)
    text = PARTICLE.sub(NBSP, text)
    text = DASH.sub(NBSP, text)
    return NUMBER.sub(NBSP, text)
