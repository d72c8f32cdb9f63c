"""Who may open what: every address there is, walked from the resolver, as everybody there is.

access_matrix.txt is the answer, one row an address: whatever is not in it fails here.
"""

from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from certification.states import Role
from tests.addresses import addresses, arguments_for, known, signed_in, writes_of
from tests.factories import NOW, AdminFactory, InvitationFactory, ManagerFactory, UserFactory, started
from tests.pages import read
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

WHO, *ROWS = [
    line.split()
    for line in Path(__file__).with_name("access_matrix.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
MATRIX = {name: dict(zip(WHO, cells, strict=True)) for name, *cells in ROWS}
IDS = ("attempt_id", "certificate_id", "invitation_id")
OF_A_PERSON = ["manage_person", "manage_move", "manage_role", "manage_deactivate", "manage_reactivate"]
OF_AN_INVITATION = ["manage_resend", "manage_revoke"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people():
    """{column: whom the matrix means by it}; the candidate is the one whom all the objects are of."""
    candidate = known(UserFactory())
    company = {"partner": candidate.partner}
    return {
        "nobody": None,
        "candidate": candidate,
        "colleague": known(UserFactory(**company)),
        "lead": known(UserFactory(role=Role.LEAD, **company)),
        "other_lead": known(UserFactory(role=Role.LEAD)),
        "manager": known(ManagerFactory()),
        "unproved": known(ManagerFactory()),
        "admin": known(AdminFactory()),
    }


@pytest.fixture
def arguments(people):
    return arguments_for(started(people["candidate"]), people["admin"])


@pytest.fixture
def pages(arguments):
    return addresses(arguments)


def asks_to_sign_in(response, address):
    """Sends to the login, which comes back to `address`; Django admin goes there by its own."""
    location = urlsplit(response.headers.get("Location", ""))
    logins = {reverse("account_login"), reverse("admin:login")}
    return (
        response.status_code == 302
        and location.path in logins
        and parse_qs(location.query).get("next") == [address]
    )


def cell(response, statements, address):
    """How the matrix writes what came of one request."""
    if response.headers.get("Location") == reverse("mfa_index"):
        answer = "prove"
    else:
        answer = "in" if asks_to_sign_in(response, address) else str(response.status_code)
    return answer + ("*" if statements else "")


def answers(person, pages):
    """{name: GET/POST, as the matrix has it}, nothing of which stays."""
    client = signed_in(person) if person else Client()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def answer(method, address):
        client.cookies = SimpleCookie(cookies)
        with transaction.atomic():
            response, statements = writes_of(lambda: getattr(client, method)(address))
            transaction.set_rollback(True)
        return cell(response, statements, address)

    return {
        name: "/".join(answer(method, address) for method in ("get", "post"))
        for name, address in pages.items()
    }


def outside(pages):
    """The addresses that are not in the admin."""
    return {name: address for name, address in pages.items() if not name.startswith("admin:")}


def test_every_address_is_in_the_matrix_and_no_other(pages):
    assert set(outside(pages)) == set(MATRIX)
    assert len(pages) - len(MATRIX) >= 60  # the admin's


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_where_the_matrix_says_and_nowhere_else(people, pages, settings, who):
    settings.AMOQUIZ_DEMO = who != "unproved"  # the demo asks nobody for a second factor

    assert answers(people[who], outside(pages)) == {name: cells[who] for name, cells in MATRIX.items()}


@pytest.mark.parametrize("who", ["nobody", "lead", "manager"])
def test_admin_is_closed_to_everybody_but_administrators(people, pages, who):
    inside = {name: address for name, address in pages.items() if name.startswith("admin:")}
    expected = dict.fromkeys(inside, "in/in")
    if who != "nobody":
        expected |= {"admin:login": "403/403", "admin:logout": "302/302"}

    assert answers(people[who], inside) == expected
    assert signed_in(people["admin"]).get(inside["admin:index"]).status_code == 200


@pytest.mark.parametrize("method", [0, 1], ids=["get", "post"])
@pytest.mark.parametrize("who", ["colleague", "other_lead"])
def test_what_is_somebody_elses_is_as_what_is_not_there(people, pages, arguments, who, method):
    """Nobody learns of an object by asking for it."""
    missing = addresses({**arguments, **dict.fromkeys(IDS, 10**6)})
    hidden = [name for name, row in MATRIX.items() if row[who].split("/")[method] == "404"]
    others = [name for name in hidden if missing[name] != pages[name]]
    client = signed_in(people[who])

    def answer(address):
        response = (client.get, client.post)[method](address)
        return response.status_code, read(response).text

    assert {n: answer(pages[n]) for n in others} == {n: answer(missing[n]) for n in others}
    assert len(others) >= (6 if who == "colleague" else 4) - 4 * method


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_of_another_managers_company_is_as_what_is_not_there(people, pages, arguments, method):
    """A manager who sees their own companies only, and has none."""
    ids = (*IDS, "partner_id", "person_id", "allowance_id")
    missing = addresses({**arguments, **dict.fromkeys(ids, 10**6)})
    closed = [name for name, row in MATRIX.items() if row["manager"] == "403/403"]
    others = [name for name in outside(pages) if missing[name] != pages[name] and name not in closed]
    client = signed_in(known(ManagerFactory(all_companies=False)))

    def answer(address):
        response = getattr(client, method)(address)
        return response.status_code, read(response).text

    before = all_rows()
    assert {n: answer(pages[n]) for n in others} == {n: answer(missing[n]) for n in others}
    assert {"manage_attempt", "manage_partner", "manage_person", "manage_resend"} < set(others)
    assert changed_tables(before) == []


@pytest.mark.parametrize(("who", "name"), [("colleague", "exam"), ("admin", "admin:index")])
def test_who_signs_in_comes_back_to_the_page(pages, people, who, name):
    person = people[who]
    person.set_password("a password")
    person.save()
    client = Client()
    login = client.get(pages[name], follow=True).redirect_chain[-1][0]

    response = client.post(login, {"login": person.email, "password": "a password"}, follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == pages[name]


def test_attempt_of_somebody_else_stays_as_it_is(people, pages):
    """Not even for an administrator is it a page, or a button, of theirs."""
    browsers = [signed_in(people[who]) for who in ("colleague", "lead", "manager", "admin")]
    before = all_rows()

    statuses = {
        browser.post(pages[name], {"choice": "1"}).status_code
        for browser in browsers
        for name in ("question", "finish")
    }

    assert statuses == {404}
    assert changed_tables(before) == []


@pytest.mark.parametrize("name", ["company_resend", "company_revoke"])
def test_lead_decides_about_no_lead(people, name):
    of_a_lead = InvitationFactory(partner=people["lead"].partner, role=Role.LEAD)
    browser = signed_in(people["lead"])
    before = all_rows()

    assert browser.post(reverse(name, args=[of_a_lead.pk])).status_code == 404
    assert changed_tables(before) == []


@pytest.mark.parametrize("name", OF_AN_INVITATION)
def test_manager_changes_no_invitation_of_staff(people, name):
    invitation = InvitationFactory(role=Role.MANAGER, partner=None, invited_by=people["admin"])
    address = reverse(name, args=[invitation.pk])
    browser = signed_in(people["manager"])
    before = all_rows()

    assert browser.post(address).status_code == 404
    assert changed_tables(before) == []
    assert signed_in(people["admin"]).post(address).status_code == 302


@pytest.mark.parametrize("name", OF_A_PERSON)
@pytest.mark.parametrize("who", ["manager", "admin"])
def test_page_of_a_person_is_of_candidates_and_leads_only(people, who, name):
    browser = signed_in(people[who])
    address = reverse(name, args=[people["unproved"].pk])

    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code == (405 if name == "manage_person" else 404)
