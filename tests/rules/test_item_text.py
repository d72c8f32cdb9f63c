"""Normalising, lemmas and sentences."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.item_text import (
    absolutes,
    bigrams,
    content_lemmas,
    is_imperative,
    jaccard,
    lemmas,
    lower_words,
    mean,
    mean_likeness,
    normalise,
    sentences,
    vague_words,
    words,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Счёт", "счет"), ("«Почта» — письма", "почта  письма"), ("да.", "Да"), ("ﬁle", "FILE")],
)
def test_texts_that_differ_in_dress_only_are_normalised_alike(left, right):
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(
    ("left", "right"), [("5–10", "510"), ("5 %", "5"), ("C", "C++"), ("сделка", "сделки")]
)
def test_texts_that_differ_in_substance_stay_apart(left, right):
    assert normalise(left) != normalise(right)


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


def test_words_keep_their_hyphens():
    assert words("CRM-система, e-mail и «Почта»") == ["CRM-система", "e-mail", "и", "Почта"]


def test_content_lemmas_leave_out_what_carries_no_meaning():
    assert content_lemmas("Где и у какого контакта можно увидеть счёта?") == {"контакт", "увидеть", "счет"}


MEANINGLESS = {
    "parts of speech": "при или же увы он который такой это да",
    "auxiliaries": "был будет может можно нужно надо нельзя нет",
    "adverbs": "так уже ещё Ещё тоже также там где когда как",
}


@pytest.mark.parametrize("word", " ".join(MEANINGLESS.values()).split())
def test_word_without_meaning_is_no_content(word):
    assert content_lemmas(f"{word} контакт") == {"контакт"}


@pytest.mark.parametrize("word", ["укажите", "Выберите", "вели"])
def test_imperative_is_told_by_a_likely_reading(word):
    assert is_imperative(word)


@pytest.mark.parametrize("word", ["место", "три"])
def test_word_that_is_hardly_ever_an_imperative_is_none(word):
    assert not is_imperative(word)


def test_words_and_pairs_are_compared_in_lower_case_without_yo():
    assert lower_words("Ещё ОДИН e-mail") == ["еще", "один", "e-mail"]
    assert lemmas("Ещё ЗВОНКИ") == ["еще", "звонок"]
    assert bigrams(["а", "б", "в"]) == [("а", "б"), ("б", "в")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" Раз. Два! Три? Да… 5 раз. ", ["Раз.", "Два!", "Три?", "Да…", "5 раз."]),
        ("Он сказал: «Да.» «Нет», — ответил он.", ["Он сказал: «Да.", "«Нет», — ответил он."]),
        ("Это т. е. всё", ["Это т. е. всё"]),
        ("", []),
    ],
)
def test_sentence_ends_before_a_capital_or_a_digit(text, found):
    assert sentences(text) == found


def test_sentences_do_not_end_at_an_abbreviated_number():
    assert sentences("Тариф 3.7 включён. Что дальше? Ждать") == ["Тариф 3.7 включён.", "Что дальше?", "Ждать"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Только в сделке", ["Только"]),
        ("На любом тарифе", ["любом"]),
        ("Во всех воронках", ["всех"]),
        ("Ни одного контакта", ["Ни одного"]),
        ("Ещё одна сделка", []),
        ("Никогда не всегда", ["Никогда", "всегда"]),
        ("Исключительно и гарантированно", ["Исключительно", "гарантированно"]),
        ("Невозможно, нельзя, лишь", ["Невозможно", "нельзя", "лишь"]),
        ("У каждого во всём", ["каждого", "всём"]),
        ("Все, всё, весь, вся, всю", ["Все", "всё", "весь", "вся", "всю"]),
        ("Всего, всей, всему, всем, всеми", ["Всего", "всей", "всему", "всем", "всеми"]),
        ("Только ни один, ни одной", ["Только", "ни один", "ни одной"]),
    ],
)
def test_absolutes_are_found_in_any_form(text, found):
    assert absolutes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Как правило, в сделке", ["Как правило"]),
        ("Могут менеджеры", ["Могут"]),
        ("По правилу", []),
        ("Обычно и часто, иногда", ["Обычно", "часто", "иногда"]),
        ("У большинства", ["большинства"]),
    ],
)
def test_vague_words_are_found_in_any_form(text, found):
    assert vague_words(text) == found


def test_jaccard_of_nothing_is_nothing():
    assert jaccard(set(), set()) == 0
    assert jaccard({"а", "б"}, {"б", "в"}) == pytest.approx(1 / 3)
    assert mean_likeness([frozenset("аб"), frozenset("б"), frozenset("в")]) == [0.25, 0.25, 0]
    assert mean([]) == 0


def test_mean_is_that_of_all_values():
    assert mean(iter([1, 2, 6])) == 3


def test_importing_does_not_load_the_dictionary():
    code = (
        "import certification.rules.item_lint, certification.rules.bank_check as _;"
        "from certification.rules.item_text import analyzer;"
        "raise SystemExit(analyzer.cache_info().currsize)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
