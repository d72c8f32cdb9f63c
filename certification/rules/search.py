"""What somebody types to find a person, as a pattern that every database reads alike."""

import re


def folded(text: str) -> str:
    """`text` as it is kept to be searched: in lower case, ё and е one letter."""
    return text.lower().replace("ё", "е")


def pattern(typed: str) -> str:
    """A regular expression for text with `typed` in it, in whatever case; ё and е are one letter.

    Both cases are spelt out: SQLite knows the case of ASCII only, PostgreSQL that of its locale. Nothing in
    `typed` has a meaning of its own, and nothing repeats, so that no text makes it slow.
    """
    return "".join(either_case(character) for character in typed)


def either_case(character: str) -> str:
    if character in "еёЕЁ":
        return "[еёЕЁ]"
    return f"[{character.lower()}{character.upper()}]" if character.isalpha() else re.escape(character)
