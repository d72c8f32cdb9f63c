"""Where a Russian line must not end; `~` stands for a no-break space."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.typography import NBSP, typo

EXAMPLES = [
    # A short word and the next
    ("в пути", "в~пути"),
    ("на столе", "на~столе"),
    ("не вы и не мы", "не~вы~и~не~мы"),
    ("В 14:03:21", "В~14:03:21"),
    ("(в скобках)", "(в~скобках)"),
    ("«о главном»", "«о~главном»"),
    ("да", "да"),
    ("раздел и", "раздел и"),
    # A dash
    ("Тест 1 — основы", "Тест 1~— основы"),
    ("— Да.", "— Да."),
    ("5–10 вопросов", "5–10~вопросов"),
    # Particles
    ("тот же", "тот~же"),
    ("верно ли это", "верно~ли это"),
    ("было бы лучше", "было~бы лучше"),
    ("список желаний", "список желаний"),
    # Numbers
    ("5 вопросов", "5~вопросов"),
    ("80 %", "80~%"),
    ("10 000", "10~000"),
    ("12 345 678 ₽", "12~345~678~₽"),
    ("с 26 ноября 2026 г.", "с~26~ноября 2026~г."),
    ("№ 5", "№~5"),
    ("§ 7", "§~7"),
    ("вопросы 8 и 31", "вопросы 8~и~31"),
    ("глава 5 Устава", "глава 5~Устава"),
    ("version 5 of", "version 5 of"),
    # Abbreviations and initials
    ("и т. д.", "и~т.~д."),
    ("и т. п.", "и~т.~п."),
    ("т. е. всё", "т.~е. всё"),
    ("А. С. Пушкин", "А.~С.~Пушкин"),
    # Words with a hyphen
    ("кое-как", "кое-как"),
    ("из-за него", "из-за него"),
    ("по-русски говоря", "по-русски говоря"),
    ("что-то новое", "что-то новое"),
    # HTML
    ("&quot;Почта&quot; и &quot;Телефония&quot;", "&quot;Почта&quot; и~&quot;Телефония&quot;"),
    ("Rock &amp; roll", "Rock &amp; roll"),
    ('<span class="a b" title="на стол — и 5 раз">', '<span class="a b" title="на стол — и 5 раз">'),
    ('в <a href="/" class="x y">том же</a> месте', 'в~<a href="/" class="x y">том~же</a> месте'),
    ("Вопрос <b>17</b> — из 40", "Вопрос <b>17</b>~— из~40"),
    ('<IMG ALT="на стол">', '<IMG ALT="на стол">'),
    ("при 5 < 6 и 7 > 3", "при 5 < 6~и~7 > 3"),
    # Places in messages
    ("Сохранено в {time}", "Сохранено в~{time}"),
    ("из %(total)s", "из~%(total)s"),
]

WORDS = "в не и т. д. же бы слово кое-как А. 5 000 % № — – « » &quot; < > , <b> </b>"
PIECES = st.sampled_from(
    [*re.findall(r"\S+", WORDS), '<i title="на 5 раз">', " ", " ", " ", "  ", NBSP, "\n"]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(st.characters(exclude_characters="\0"))


@pytest.mark.parametrize(("plain", "bound"), EXAMPLES)
def test_a_line_may_not_end_here(plain, bound):
    assert typo(plain).replace(NBSP, "~") == bound


def test_the_space_is_the_character_of_that_name():
    assert NBSP == "\N{NO-BREAK SPACE}"


@given(TEXTS)
def test_applying_it_twice_changes_nothing(text):
    assert typo(typo(text)) == typo(text)


@given(TEXTS)
def test_only_spaces_change(text):
    assert typo(text).replace(NBSP, " ") == text.replace(NBSP, " ")


@given(TEXTS)
def test_tags_and_entities_stay(text):
    marks = re.compile(r"</?[A-Za-z][^<>]*>|&[a-z]+;")

    assert marks.findall(typo(text)) == marks.findall(text)


@given(TEXTS.filter(lambda text: "<" not in text and ">" not in text and "&" not in text))
def test_escaping_before_or_after_is_the_same(text):
    assert typo(html.escape(text)) == html.escape(typo(text))
