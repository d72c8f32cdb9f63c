"""What the plan of an import shows of each question before it is confirmed."""

import pytest

from certification.models import Question
from certification.rules.items import ItemOption
from certification.states import QuestionState
from tests.factories import item
from tests.pages import press, read, typed, words
from tests.sources import changed, row, workbook
from tests.views.test_admin_import import IMPORT, confirm, ticks, upload

pytestmark = pytest.mark.django_db


def test_answers_of_new_questions_are_shown_as_they_will_be_written(editor):
    page = upload(editor)

    text = read(page).text
    for answer in (
        "Что делать, если товар повреждён? ✓ Составить акт. ✓ Сфотографировать упаковку.",
        "Где лежит образец акта? ✓ В базе знаний //wiki.example.com/akt?_ga=1.181",
        "Кто закрывает смену? ✓ Старший кассир.",
    ):
        assert answer in text


def test_answer_that_becomes_the_explanation_is_shown_as_such(editor):
    lines = [f"Строка {n}" for n in range(11)]
    text = read(upload(editor, changed(("Кладовщик.", "\n".join(lines))))).text

    sentence = words("Options cannot hold this answer: it becomes the explanation.")
    assert f"{sentence} {words('Explanation')} {' '.join(lines)}" in text


def test_right_and_wrong_options_of_a_row_are_told_apart(editor):
    options = (ItemOption("Кладовщик", is_correct=False), ItemOption("Кассир", is_correct=True))
    bare = row(number="1.2", options=(), explanation="")
    page = upload(editor, workbook(row(options=options, explanation="Так надо."), bare), name="a.xlsx")

    text = read(page).text
    assert f"— Кладовщик ✓ Кассир {words('Explanation')} Так надо." in text
    assert f"{item().text} {words('No options.')}" in text


def test_second_workbook_of_a_name_retires_nothing_unless_it_is_ticked(editor):
    name = "questions-template.xlsx"
    confirm(editor, upload(editor, workbook(), name=name))
    second = workbook(row(number="1.2", text="Где лежит акт?"))
    sentence = "A workbook may hold only some of the questions: what it has not is retired where you tick it."

    page = upload(editor, second, name=name)

    [gone] = ticks(page)
    assert ticks(page) == {gone: False}
    assert words(sentence) in read(page).text
    confirm(editor, page)
    assert set(Question.objects.values_list("number", "state")) == {
        ("1.1", QuestionState.DRAFT),
        ("1.2", QuestionState.DRAFT),
    }


def test_upload_page_says_what_becomes_of_questions_that_a_file_has_no_more(editor):
    sentence = (
        "Questions that this document had before and has no more are proposed to be retired. For a text "
        "document they are ticked. For a workbook they are not, since it may hold only some of the "
        "questions; a row deleted from the bank's own workbook retires nothing."
    )

    assert words(sentence) in read(editor.get(IMPORT)).text


def test_line_moved_to_a_question_that_is_gone_is_proposed_to_none(editor):
    page = upload(editor)
    shown = press(editor, page, words("Show the plan with these lines moved"), **{"line-29": "3.3"})
    confirm(editor, shown)
    copy = changed(("3. Кто платит за возврат?\nПродавец.\n", ""))

    page = upload(editor, copy)

    assert typed(page, "plan")["line-27"] == [""]
    assert confirm(editor, page).status_code == 200
    assert Question.objects.get(number="3.3").state == QuestionState.RETIRED
