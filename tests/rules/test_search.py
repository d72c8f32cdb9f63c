import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.search import folded


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("лебед", "Мария Лебедева"),
        ("ЛЕБЕД", "Мария Лебедева"),
        ("Фёдор", "ФЕДОР ШМЕЛЕВ"),
        ("шмелев", "Фёдор Шмелёв"),
        ("шмелёв", "Федор Шмелев"),
        ("Ё", "ЕЛЕНА"),
        ("є", "ЄВГЕН"),
        ("әлия", "ӘЛИЯ"),
        ("é", "CAFE\u0301"),  # as two characters
        ("е\u0308лка", "Ёлка"),
        ("й", "И\u0306"),
        ("O'Neil", "o'neil@example.com"),
        ("straße", "STRASSE und Straße"),
        ("", "кто угодно"),
    ],
)
def test_text_with_the_words_is_found_in_either_case(typed, text):
    assert folded(typed) in folded(text)


@pytest.mark.parametrize(("typed", "text"), [("лебедь", "Мария Лебедева"), ("и", "й"), ("a", "а")])
def test_other_letters_stay_others(typed, text):
    assert folded(typed) not in folded(text)


@given(st.text())
def test_folding_twice_is_folding_once_and_leaves_nothing_empty(text):
    assert folded(folded(text)) == folded(text)
    assert (folded(text) == "") == (text == "")
