"""Names as they are searched and sorted: as people type them, not as they are written."""

import unicodedata


def folded(text: str) -> str:
    """In lower case, with е for ё, and each letter one character where there is such a one.

    Names are kept like this in a column of their own: SQLite knows the case of ASCII only, PostgreSQL that
    of its locale, and neither knows that ё and е are one letter.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower()).replace("ё", "е")
