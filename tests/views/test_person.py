"""The page of one person: what they earned and went through. Decisions: test_people.py."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import people
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    revoke,
)
from tests.pages import read, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1", slug="test-1", attempts_allowed=1, gives_certificate=False)


def page_of(browser, person):
    return browser.get(reverse("manage_person", args=[person.pk]))


def test_every_certificate_stands_there_with_what_became_of_it(office, person):
    first = certified(person, now=NOW - 40 * DAY)
    revoked = revoke(first, now=NOW - 30 * DAY)
    second = certified(person, now=NOW - DAY)

    page = read(page_of(office, person)).text
    candidate = Client()
    candidate.force_login(person)

    assert first.number in page
    assert second.number in page
    cause = f"{revoked.get_revocation_cause_display()}. {revoked.revocation_reason}"
    assert f"{revoked.revoked_by}: {cause}" in page
    assert page.count(words("Revoked", context="certificate")) == 1
    assert words("There is none.") not in page
    assert revoked.revocation_reason not in read(candidate.get(reverse("home"))).text


def test_certificate_that_was_revoked_is_not_nothing(office, person):
    revoked = revoke(certified(person, now=NOW - 40 * DAY), now=NOW - DAY)

    page = read(page_of(office, person)).text

    assert revoked.number in page
    assert words("There is none.") not in page


def test_who_may_not_sign_in_may_not_start_either(office, exam):
    person = UserFactory(is_active=False)

    [row] = page_of(office, person).context["home"].standings
    page = read(page_of(office, person)).text

    assert row.standing.refusal is None
    assert words("may start now") not in page
    assert page.count(words("may not sign in")) == 2  # at the role, and at the exam


def test_company_that_the_reader_does_not_see_is_not_named(admin):
    reader = ManagerFactory(all_companies=False)
    secret = PartnerFactory(name="Секретная компания", manager=ManagerFactory())
    own = PartnerFactory(name="Вектор продаж", manager=reader)
    person, browser = UserFactory(partner=secret), Client()
    people.move(person.pk, own.pk, by=admin.pk, now=NOW, reason="Перешла")
    browser.force_login(reader)

    page = read(page_of(browser, person)).text

    assert "Секретная" not in page
    assert f"{words('another company')} → Вектор продаж." in page
    browser.force_login(admin)
    assert "Секретная компания → Вектор продаж." in read(page_of(browser, person)).text
