import re

import pytest

from certification.rules.search import pattern


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("лебед", "Мария Лебедева"),
        ("ЛЕБЕД", "Мария Лебедева"),
        ("Фёдор", "ФЕДОР ШМЕЛЕВ"),
        ("шмелев", "Фёдор Шмелёв"),
        ("шмелёв", "Федор Шмелев"),
        ("O'Neil", "o'neil@example.com"),
        ("mary+test", "mary+test@example.com"),
        ("a.b", "a.b@example.com"),
        ("(1)", "Лебедева (1)"),
        ("straße", "STRASSE und Straße"),
        ("", "кто угодно"),
    ],
)
def test_text_with_the_words_is_found_in_either_case(typed, text):
    assert re.search(pattern(typed), text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("лебедь", "Мария Лебедева"),
        ("a.b", "acb@example.com"),
        (".*", "кто угодно"),
        ("[а-я]", "кто угодно"),
        ("^кто", "кто угодно"),
        ("a|b", "a"),
        ("(?i)x", "x"),
        ("\\w", "слово"),
        ("***", "a*b"),
    ],
)
def test_nothing_that_is_typed_has_a_meaning_of_its_own(typed, text):
    assert not re.search(pattern(typed), text)
    assert re.search(pattern(typed), f"x{typed}x")
