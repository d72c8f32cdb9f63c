"""The drafts of the bank and what they lack, page by page."""

import pytest

from certification.states import QuestionState
from tests.factories import QuestionFactory, SectionFactory
from tests.pages import read, words
from tests.views.test_admin_import import READY
from tests.views.test_admin_pages import queries_of

pytestmark = pytest.mark.django_db


def test_readiness_is_listed_page_by_page(editor):
    section = SectionFactory()
    QuestionFactory.create_batch(51, section=section, state=QuestionState.DRAFT)
    QuestionFactory(section=section, text="Уже в тесте?")

    first, second = read(editor.get(READY)), read(editor.get(f"{READY}?p=2"))

    assert first.text.count(words("ready to be published")) == 50
    assert second.text.count(words("ready to be published")) == 1
    assert "Уже в тесте?" not in first.text + second.text
    assert ("?p=2" in first.links, "?p=1" in second.links) == (True, True)


def test_readiness_without_drafts_says_what_to_do(editor):
    sentence = "There are no drafts. Import questions, or add one, and it is here until it is published."
    assert words(sentence) in read(editor.get(READY)).text


@pytest.mark.parametrize("drafts", [1, 3])
def test_readiness_asks_the_same_queries_however_many_rows(editor, drafts):
    QuestionFactory.create_batch(drafts, section=SectionFactory(), state=QuestionState.DRAFT)

    assert queries_of(editor, READY) == 5
