"""What the plan of an import shows of each question before it is confirmed."""

import pytest

from certification.rules.items import ItemOption
from tests.factories import item
from tests.pages import read, words
from tests.sources import changed, row, workbook
from tests.views.test_admin_import import upload

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
