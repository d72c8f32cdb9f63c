"""People and staff as managers and administrators decide about them, and what such pages cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.models import Event, Invitation
from certification.states import EventKind, Role
from tests.certified import certified
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AgreementFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    finished,
)
from tests.pages import press, read, tables, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def company():
    return PartnerFactory(name="Северный контур")


@pytest.fixture
def leading(company):
    """A browser in which the company's lead is signed in."""
    client = Client()
    client.force_login(UserFactory(role=Role.LEAD, partner=company))
    return client


def page_of(company):
    return reverse("manage_partner", args=[company.pk])


def text(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    return read(response).text


def decide(office, person, name, **typed):
    return office.post(reverse(name, args=[person.pk]), {"reason": "Так решили", **typed})


def test_person_is_moved_and_the_page_tells_of_it(office, manager, company):
    person = UserFactory(name="Мария Лебедева", role=Role.LEAD, partner=company)
    target = PartnerFactory(name="Вектор продаж")

    response = decide(office, person, "manage_move", partner=target.pk)

    person.refresh_from_db()
    assert (response.status_code, person.partner, person.role) == (302, target, "candidate")
    page = text(office, reverse("manage_person", args=[person.pk]))
    assert "Северный контур → Вектор продаж" in page
    assert f"{manager.name}: Так решили" in page
    decide(office, person, "manage_move", partner="")
    assert "Мария Лебедева" in text(office, reverse("manage_partners"))
    assert decide(office, person, "manage_move", partner="").status_code == 422


def test_person_is_made_lead_put_out_and_let_in(office, company):
    person = UserFactory(partner=company)

    assert decide(office, person, "manage_role", role="lead").status_code == 302
    assert decide(office, person, "manage_role", role="manager").status_code == 422
    assert decide(office, person, "manage_deactivate").status_code == 302
    person.refresh_from_db()
    assert (person.role, person.is_active) == ("lead", False)
    assert words("may not sign in") in text(office, page_of(company))
    assert decide(office, person, "manage_reactivate").status_code == 302
    person.refresh_from_db()
    assert person.is_active is True


@pytest.mark.parametrize("name", ["manage_move", "manage_role", "manage_deactivate", "manage_reactivate"])
def test_decision_without_a_reason_is_asked_again(office, name):
    person = UserFactory()
    before = all_rows()

    response = decide(office, person, name, reason="", partner=PartnerFactory().pk, role="lead")

    assert response.status_code == 422
    assert words("Write the reason.") in read(response).text
    assert changed_tables(before) == ["Partner"]


def test_lead_without_a_company_is_refused_with_a_sentence(office):
    person = UserFactory(partner=None)

    response = decide(office, person, "manage_role", role="lead")

    assert response.status_code == 409
    assert words("A company lead needs a company.") in read(response).text


def test_administrator_invites_staff_on_their_page(editor, admin):
    page = press(
        editor,
        editor.get(reverse("manage_staff")),
        words("Send the invitation"),
        email="boss@example.com",
        role="manager",
    )

    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.partner, invitation.invited_by) == ("manager", None, admin)
    assert "boss@example.com" in tables(page)[1][0][0]
    page = press(editor, page, words("Revoke", context="invitation"))
    assert page.redirect_chain == [(reverse("manage_staff"), 302)]
    assert Event.objects.latest("id").kind == EventKind.INVITATION_REVOKED
    assert editor.post(reverse("manage_resend", args=[invitation.pk])).status_code == 409


def test_administrator_decides_what_a_manager_sees(editor, admin):
    manager = ManagerFactory(name="Ирина Васильева", all_companies=False)
    page = editor.get(reverse("manage_staff"))
    assert words("the companies they run") in tables(page)[0][0][2]

    page = press(editor, page, words("Show every company"), reason="")
    assert (page.status_code, Event.objects.count()) == (422, 0)
    page = press(editor, page, words("Show every company"), reason="Замещает коллегу")

    assert page.redirect_chain == [(reverse("manage_staff"), 302)]
    assert words("every company") in tables(page)[0][0][2]
    assert words("%(name)s sees every company.", name="Ирина Васильева") in read(page).text
    event = Event.objects.get()
    told = (event.kind, event.actor, event.subject_id, event.facts)
    facts = {"reason": "Замещает коллегу", "all_companies": True}
    assert told == (EventKind.SIGHT_CHANGED, admin, manager.pk, facts)

    page = press(editor, page, words("Show only the companies they run"), reason="Вернулся коллега")
    assert words("%(name)s sees only the companies they run.", name="Ирина Васильева") in read(page).text


def test_manager_offers_only_companies_that_they_see_and_lands_where_they_may(company):
    narrow, other = ManagerFactory(all_companies=False), PartnerFactory(manager=ManagerFactory())
    own = PartnerFactory(name="Вектор продаж", manager=narrow)
    company.manager = narrow
    company.save()
    person, browser = UserFactory(partner=company), Client()
    browser.force_login(narrow)

    offered = browser.get(reverse("manage_person", args=[person.pk])).context["decisions"]["manage_move"]
    assert decide(browser, person, "manage_move", partner=other.pk).status_code == 422
    within = decide(browser, person, "manage_move", partner=own.pk)
    away = decide(browser, person, "manage_move", partner="")

    assert list(offered.fields["partner"].queryset) == [own]
    assert within.headers["Location"] == reverse("manage_person", args=[person.pk])
    assert away.headers["Location"] == reverse("manage_partners")


def queries(leading, address):
    with CaptureQueriesContext(connection) as captured:
        assert leading.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def full(company, request):
    """A company with so many people, each with attempts, certificates and allowances, and invitations."""
    agreement = AgreementFactory()
    AcceptanceFactory(agreement=agreement, partner=company)
    for _ in range(request.param):
        person = certified(UserFactory(partner=company))
        finished(person, now=NOW - DAY)
        InvitationFactory(partner=company)
        AcceptanceFactory(agreement=agreement)
        UserFactory(partner=None)
    return company


ROWS = pytest.mark.parametrize("full", [1, 3], indirect=True)


@ROWS
def test_queries_of_the_leads_page(leading, full):
    assert queries(leading, reverse("company")) == 11


@ROWS
def test_queries_of_a_managers_page_of_a_company(office, full):
    assert queries(office, page_of(full)) == 11


@ROWS
def test_queries_of_the_list_of_companies(office, full):
    assert queries(office, reverse("manage_partners")) == 7


@ROWS
def test_queries_of_a_person(office, full):
    assert queries(office, reverse("manage_person", args=[full.people.first().pk])) == 11
