"""Who may open the pages of a company, of invitations and of people."""

import pytest
from django.urls import reverse

from certification.states import Role
from tests import test_access
from tests.factories import InvitationFactory, UserFactory
from tests.rows import all_rows, changed_tables
from tests.test_access import crawl, signed_in

pytestmark = pytest.mark.django_db

admin, attempt, clock, pages = (getattr(test_access, n) for n in ("admin", "attempt", "clock", "pages"))

LEADS_PAGES = {"company"}
OF_A_LEAD = {"company_invite", "company_invite_list", "company_resend", "company_revoke"}


def companies(pages):
    """The addresses under /company/."""
    return {name: page for name, page in pages.items() if page.startswith("/company/")}


def test_every_page_of_leads_is_known(pages):
    assert set(companies(pages)) == LEADS_PAGES | OF_A_LEAD


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.MANAGER, Role.ADMIN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_leads_pages_are_closed_to_everybody_else(pages, attempt, role, method):
    client = signed_in(UserFactory(role=role, partner=attempt.partner if role == Role.CANDIDATE else None))
    before = all_rows()

    statuses = {name: getattr(client, method)(page).status_code for name, page in companies(pages).items()}

    assert {name for name, status in statuses.items() if status != 403} == set()
    assert changed_tables(before) == []


@pytest.mark.parametrize("whose", ["own", "another"])
def test_get_of_a_lead_never_writes_and_finds_own_invitations_only(pages, attempt, whose):
    company = {"partner": attempt.partner} if whose == "own" else {}
    statuses = crawl(signed_in(UserFactory(role=Role.LEAD, **company)), companies(pages))

    of_invitations = dict.fromkeys(["company_resend", "company_revoke"], 302 if whose == "own" else 404)
    sent_back = dict.fromkeys(["company_invite", "company_invite_list"], 302)
    assert statuses == {"company": 200} | sent_back | of_invitations


@pytest.mark.parametrize("name", ["company_resend", "company_revoke"])
def test_lead_of_another_company_changes_no_invitation(pages, attempt, name):
    other = InvitationFactory(partner=attempt.partner, role=Role.LEAD)
    lead = UserFactory(role=Role.LEAD, partner=attempt.partner)
    browser, stranger = signed_in(lead), signed_in(UserFactory(role=Role.LEAD))
    before = all_rows()

    statuses = [
        stranger.post(pages[name]).status_code,
        browser.post(reverse(name, args=[other.pk])).status_code,
        browser.post(reverse(name, args=[10**6])).status_code,
    ]

    assert statuses == [404, 404, 404]
    assert changed_tables(before) == []


@pytest.mark.parametrize("name", ["manage_resend", "manage_revoke"])
def test_manager_changes_no_invitation_of_staff(admin, name):
    invitation = InvitationFactory(role=Role.MANAGER, partner=None, invited_by=admin)
    address = reverse(name, args=[invitation.pk])
    browser = signed_in(UserFactory(role=Role.MANAGER))
    before = all_rows()

    assert browser.post(address).status_code == 404
    assert changed_tables(before) == []
    assert signed_in(admin).post(address).status_code == 302


@pytest.mark.parametrize("name", ["manage_person", "manage_move", "manage_deactivate"])
@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_page_of_a_person_is_of_candidates_and_leads_only(admin, role, name):
    address = reverse(name, args=[admin.pk])

    assert signed_in(UserFactory(role=role, partner=None)).get(address).status_code == 404
