"""The plain-text form, trap by trap."""

from time import thread_time

import pytest
from django.utils import translation

from certification.importing.document import DocumentError, parse_document, right_options, with_moved
from tests.sources import COUNTS, DOCUMENT, changed


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


@pytest.fixture
def document():
    return parse_document(DOCUMENT)


def answers(document):
    return {(q.section, q.number): q.answers for q in document.questions}


def told(text):
    return [tuple(problem) for problem in parse_document(text).problems]


def test_sections_are_read_with_their_questions(document):
    sections = [(s.number, s.title, s.announced, s.place, len(s.questions)) for s in document.sections]

    assert sections == [
        (1, "Знакомство", 3, 4, 0),
        (2, "Склад и доставка", 4, 5, 4),
        (3, "Возврат", 2, 16, 3),
        (4, "Касса", 2, 24, 2),
    ]
    assert [count for *_, count in sections] == COUNTS


def test_questions_are_read_word_for_word_with_their_lines(document):
    assert [(q.section, q.number, q.place, q.text) for q in document.questions] == [
        (2, 1, 6, "Кто принимает товар на склад?"),
        (2, 2, 8, "Что делать, если товар повреждён?"),
        (2, 3, 11, "Где лежит образец акта?"),
        (2, 4, 14, "Выберите верное утверждение:"),
        (3, 1, 17, "«Когда можно вернуть товар?"),
        (3, 2, 19, "Какие есть шаги возврата?"),
        (3, 3, 22, "Кто платит за возврат?"),
        (4, 1, 25, "Как открыть смену?"),
        (4, 2, 27, "Кто закрывает смену?"),
    ]


def test_answers_have_all_their_lines_but_the_last_one(document):
    assert answers(document) == {
        (2, 1): ("Кладовщик.",),
        (2, 2): ("Составить акт.", "Сфотографировать упаковку."),
        (2, 3): ("В базе знаний", "//wiki.example.com/akt?_ga=1.181"),
        (2, 4): ("Доставка занимает до 2 дней.",),
        (3, 1): ("В течение 14 дней",),
        (3, 2): ("1. Написать заявление.", "2. Упаковать товар."),
        (3, 3): ("Продавец.",),
        (4, 1): ("Кнопкой «Открыть смену»",),
        (4, 2): ("Старший кассир.",),
    }
    assert [tuple(line) for line in document.tail] == [
        (29, "Смену закрывают каждый вечер."),
        (30, "Отчёт уходит бухгалтеру."),
    ]


def test_what_is_odd_is_told_with_its_line():
    out_of_turn = "This looks like a question but is out of turn: it is read as an answer."

    assert told(DOCUMENT) == [
        (1, "2 lines stand before the first section and are left out."),
        (4, "Section 1: questions announced 3, found 0."),
        (16, "Section 3: questions announced 2, found 3."),
        (17, "A quotation mark has no pair: «Когда можно вернуть товар?"),
        (20, out_of_turn),
        (21, out_of_turn),
        (29, "2 lines follow the last question's answer: are they of a question?"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2. Что делать", "Что делать", (11, "Before this question 2 is missing.")),
        ("3. Где лежит", "4. Где лежит", (11, "Before this question 3 is missing.")),
        (
            "Кладовщик.\n2. Что делать, если товар повреждён?\nСоставить акт.\nСфотографировать упаковку.\n",
            "Кладовщик.\n",
            (8, "Before this question 2 is missing."),
        ),
        ("Кладовщик.\n", "", (6, "The question has no answer.")),
        ("Составить акт.", "Составить «акт.", (9, "A quotation mark has no pair: Составить «акт.")),
        ("2 / 4.", "2 / 5.", (5, "The headings before this one say that there are 4.")),
        (
            "Знакомство (3 вопроса)",
            "Знакомство (3 вопроса)\nСлово",
            (5, "This line stands before the section's first question: it is left out."),
        ),
        ("4 / 4.", "5 / 4.", (4, "The sections are not numbered in their order: 1, 2, 3, 5.")),
        (
            "1 / 4. Знакомство (3 вопроса)\n",
            "",
            (23, "The headings say that there are 4 sections, but 3 are here."),
        ),
    ],
)
def test_one_more_oddity_is_told(old, new, problem):
    assert problem in told(changed((old, new)))


def test_a_document_as_it_should_be_has_nothing_to_tell():
    assert told("1 / 1. Касса (1 вопрос)\n1. Кто?\nОн.\n") == []


def test_line_ends_and_spaces_are_of_no_matter(document):
    for text in (
        DOCUMENT.replace("\n", "\r\n"),
        DOCUMENT.replace(" ", "\u00a0"),
        DOCUMENT.replace("\n", " \n"),
    ):
        assert parse_document(text) == document


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "There is no section heading here, such as “2 / 9. General settings (10 questions)”."),
        (
            "1. Кто?\nОн.",
            1,
            "There is no section heading here, such as “2 / 9. General settings (10 questions)”.",
        ),
        (DOCUMENT + DOCUMENT, 34, "Section 1 occurs twice."),
        ("0 / 1. Касса (1 вопрос)", 1, "Sections are numbered from 1."),
        (f"{DOCUMENT}{'а' * 5001}", 31, "The line is longer than 5000 characters."),
        ("\n" * 20_000, 20_001, "The file has more than 20000 lines."),
        (f"1 / 1. {'а' * 201} (1 вопрос)", 1, "The section's title is longer than 200 characters."),
    ],
)
def test_what_is_no_such_document_is_refused_with_the_line(text, line, sentence):
    with pytest.raises(DocumentError) as refused:
        parse_document(text)

    assert (refused.value.line, refused.value.sentence) == (line, sentence)


def test_lines_of_the_tail_go_where_a_person_says(document):
    moved = with_moved(document, {30: (2, 1)})

    assert answers(moved) == answers(document) | {(2, 1): ("Кладовщик.", "Отчёт уходит бухгалтеру.")}
    assert [line.place for line in moved.tail] == [29]
    assert with_moved(document, {}) == document


def options_of(answers):
    return right_options(answers, most=3, longest=60)


def test_a_link_continues_the_line_before_it():
    assert options_of(["В базе", "//wiki.example.com/a", "https://b.example.com", "Там", "В базе"]) == (
        "В базе //wiki.example.com/a https://b.example.com",
        "Там",
        "В базе",
    )
    assert options_of(["//wiki.example.com/a", "Там", "Там"]) == ("//wiki.example.com/a", "Там")


@pytest.mark.parametrize(
    "answers",
    [[f"Строка {n}" for n in range(19_000)], ["В базе", *["//wiki.example.com/" + "a" * 80] * 19_000]],
)
def test_an_answer_that_is_no_option_is_known_as_such_at_once(answers):
    began = thread_time()

    assert options_of(answers) == ()
    assert thread_time() - began < 0.1


def test_options_are_no_more_and_no_longer_than_is_possible():
    assert options_of(["а", "б", "в"]) == ("а", "б", "в")
    assert options_of(["а", "б", "в", "г"]) == ()
    assert options_of(["а" * 60]) == ("а" * 60,)
    assert options_of(["а" * 61]) == ()
