"""Editing a section in Django admin."""

import pytest

from certification.models import Event, Section
from tests.factories import ExamFactory, QuestionFactory, SectionFactory, UserFactory, started
from tests.pages import read, typed, words

pytestmark = pytest.mark.django_db

WARNING = (
    "Questions of it are in papers, so the number stays. Finished results show the title as it is now; a "
    "change of it is recorded."
)


@pytest.mark.parametrize("is_served", [False, True])
def test_the_number_stays_once_papers_have_it_and_the_title_is_told(editor, admin, is_served):
    section = SectionFactory(number=1, title="Основы")
    QuestionFactory(section=section)
    if is_served:
        started(UserFactory(), ExamFactory(lines={section: None}))
    url = f"/admin/certification/section/{section.pk}/change/"

    page = editor.get(url)
    assert (words(WARNING) in read(page).text) is is_served
    response = editor.post(url, {**typed(page, "title"), "number": "7", "title": "Основы продукта"})

    assert response.status_code == 302
    assert list(Section.objects.values_list("number", "title")) == [
        (1 if is_served else 7, "Основы продукта")
    ]
    [event] = Event.objects.filter(kind="section_renamed")
    assert (event.actor, event.facts["title"]) == (admin, ["Основы", "Основы продукта"])
    assert ("number" in event.facts) is not is_served
