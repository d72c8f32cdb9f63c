"""From an attempt to its person, company and question: a link where the reader may open the page."""

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import answers, people
from tests.factories import NOW, ManagerFactory, PartnerFactory, UserFactory, started
from tests.pages import read, tables
from tests.views.office import REASON, attempt_page

pytestmark = pytest.mark.django_db


def page_of(person):
    return reverse("manage_person", args=[person.pk])


def results(browser):
    return browser.get(reverse("manage_attempts"))


def to_people_and_companies(response):
    parts = ("/manage/people/", "/manage/partners/")
    return [link for link in read(response).links if link.startswith(parts) and link != parts[1]]


def test_attempt_leads_to_its_person_and_company(office):
    attempt = started()
    wanted = {page_of(attempt.candidate), attempt.partner.get_absolute_url()}

    for response in (results(office), attempt_page(office, attempt)):
        assert set(to_people_and_companies(response)) == wanted
        assert [office.get(link).status_code for link in wanted] == [200, 200]
    assert reverse("manage_attempt", args=[attempt.pk]) in read(results(office)).links


def test_company_that_the_reader_does_not_see_is_no_link(admin):
    """The attempt stays with the company of then."""
    reader = ManagerFactory(all_companies=False)
    own = PartnerFactory(manager=reader)
    attempt, browser = started(UserFactory(partner=PartnerFactory())), Client()
    people.move(attempt.candidate_id, own.pk, by=admin.pk, now=NOW, reason=REASON)
    browser.force_login(reader)

    for response in (results(browser), attempt_page(browser, attempt)):
        assert to_people_and_companies(response) == [page_of(attempt.candidate)]
        assert browser.get(attempt.partner.get_absolute_url()).status_code == 404


def test_staff_who_sit_an_exam_have_no_page(office):
    attempt = started(ManagerFactory(name="<b>Пётр</b>", partner=None))

    for response in (results(office), attempt_page(office, attempt)):
        assert to_people_and_companies(response) == []
        assert "<b>Пётр</b>" not in response.content.decode()
    assert tables(results(office))[0][0][2] == "—"


def test_note_leads_to_its_question(office):
    attempt = started()
    answers.save_answer(attempt.pk, 1, answers.Answer(note="Опечатка."), by=attempt.candidate_id, now=NOW)
    question = attempt.responses.get(position=1).question

    [link] = [
        link
        for link in read(office.get(reverse("manage_notes"))).links
        if link.startswith("/manage/questions/") and link != reverse("manage_items")
    ]

    assert link == reverse("manage_item", args=[question.key])
    assert office.get(link).status_code == 200
