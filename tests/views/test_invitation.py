"""The page behind the letter's link."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from certification.models import Invitation, User
from certification.states import Role
from tests.factories import NOW, InvitationFactory, PartnerFactory, UserFactory
from tests.pages import inline_code, press, read, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

GOOD = {"name": "Сергей Панов", "password": "a long enough word"}
HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"
NOTHING = words("This link opens nothing")


@pytest.fixture
def invitation():
    return InvitationFactory(
        email="new@example.com",
        partner=PartnerFactory(name="Северный контур"),
        invited_by=UserFactory(name="Олег Соколов"),
    )


def address(invitation):
    return reverse("invitation", args=[invitation.token])


def secrecy(response):
    return response["Referrer-Policy"], "no-store" in response["Cache-Control"]


def test_page_says_who_invites_whom_to_what(anonymous, invitation):
    response = anonymous.get(address(invitation))

    page = read(response)
    assert response.status_code == 200
    assert (
        words(
            "%(who)s invites you to the certification of amoCRM partners: company %(company)s.",
            who="Олег Соколов",
            company="Северный контур",
        )
        in page.text
    )
    assert "new@example.com" in page.text
    [form] = [form for form in page.forms if form.named("password")]
    assert form.named("name")[0].value == "Сергей Панов"
    assert secrecy(response) == ("no-referrer, strict-origin", True)
    assert inline_code(response) == []


def test_page_for_staff_names_no_company(anonymous):
    invitation = InvitationFactory(role=Role.MANAGER, partner=None, invited_by=UserFactory(name="Анна"))

    text = read(anonymous.get(address(invitation))).text

    assert words("%(who)s invites you to run the certification of amoCRM partners.", who="Анна") in text


def test_accepting_signs_in_with_a_new_session_and_leads_home(anonymous, invitation):
    page = anonymous.get(address(invitation))
    anonymous.session["seen"] = True
    before = anonymous.session.session_key

    response = press(anonymous, page, words("Accept the invitation"), **GOOD)

    assert response.redirect_chain == [(reverse("home"), 302)]
    person = User.objects.get(email="new@example.com")
    assert (response.wsgi_request.user, person.partner, person.name) == (
        person,
        invitation.partner,
        "Сергей Панов",
    )
    assert anonymous.session.session_key not in (before, None)
    # The next time they sign in by themselves, with no letter in between.
    signed_in = Client().post(
        reverse("account_login"), {"login": "New@example.com", "password": GOOD["password"]}
    )
    assert (signed_in.status_code, signed_in.url) == (302, reverse("home"))


@pytest.mark.parametrize(("role", "first"), [(Role.LEAD, "company"), (Role.MANAGER, "manage_today")])
def test_accepting_leads_to_what_the_role_is_for(anonymous, role, first):
    company = {"partner": None} if role == Role.MANAGER else {}
    invitation = InvitationFactory(role=role, email="new@example.com", **company)

    response = press(anonymous, anonymous.get(address(invitation)), words("Accept the invitation"), **GOOD)

    assert response.redirect_chain[0] == (reverse(first), 302)


def test_form_passes_the_check_of_its_token_and_its_origin(invitation):
    browser = Client(enforce_csrf_checks=True)
    browser.get(address(invitation))
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}

    refused = browser.post(address(invitation), GOOD | token, headers={"origin": "null"})
    taken = browser.post(address(invitation), GOOD | token, headers={"origin": "http://testserver"})

    assert (refused.status_code, taken.status_code) == (403, 302)


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"name": ""}, ["Write your name as the certificate should carry it."]),
        ({"name": " \u200b- "}, ["Write your name as the certificate should carry it."]),
        ({"password": ""}, ["Think of a password."]),
        ({"password": "password"}, ["This password is too common."]),
        ({"password": "new@example.com"}, []),
    ],
)
def test_form_that_is_refused_says_why_and_keeps_the_name_only(anonymous, invitation, typed, sentences):
    before = all_rows()

    response = anonymous.post(address(invitation), GOOD | typed)

    page = read(response)
    assert response.status_code == 422
    assert [sentence for sentence in sentences if words(sentence) not in page.text] == []
    [form] = [form for form in page.forms if form.named("password")]
    assert form.named("password")[0].value == ""
    assert form.named("name")[0].value == (GOOD | typed)["name"]
    assert changed_tables(before) == []


def links():
    """Links that open nothing, by what is wrong with them."""
    by, late = UserFactory(), NOW - timedelta(days=14)
    resent = InvitationFactory()
    former = resent.token
    Invitation.objects.filter(pk=resent.pk).update(nonce="1" * 32, token_hash="2" * 64)
    return {
        "unknown": "0" * 64,
        "malformed": "Ж%20?",
        "former": former,
        "revoked": InvitationFactory(revoked_at=NOW, revoked_by=by).token,
        "used": InvitationFactory(accepted_at=NOW, accepted_by=by).token,
        "revoked and expired": InvitationFactory(
            invited_at=late, revoked_at=NOW, revoked_by=UserFactory()
        ).token,
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_links_that_open_nothing_are_alike(anonymous, method):
    addresses = {name: reverse("invitation", args=[token]) for name, token in links().items()}
    before = all_rows()

    answers = {name: getattr(anonymous, method)(page, GOOD) for name, page in addresses.items()}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({read(answer).text for answer in answers.values()}) == 1
    assert NOTHING in read(answers["unknown"]).text
    assert {secrecy(answer) for answer in answers.values()} == {("no-referrer, strict-origin", True)}
    assert changed_tables(before) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_expired_link_says_so(anonymous, method):
    invitation = InvitationFactory(invited_at=NOW - timedelta(days=14))
    before = all_rows()

    response = getattr(anonymous, method)(address(invitation), GOOD)

    assert response.status_code == 404
    assert words("The invitation has expired") in read(response).text
    assert invitation.email not in read(response).text
    assert changed_tables(before) == []


def test_person_who_came_otherwise_is_told_to_sign_in(anonymous, invitation):
    UserFactory(email="new@example.com")
    before = all_rows()

    response = anonymous.post(address(invitation), GOOD)

    sentence = words("There is a person with this e-mail in the programme already. Sign in with it.")
    assert response.status_code == 409
    assert sentence in read(response).text
    assert changed_tables(before) == []


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 409)])
def test_somebody_signed_in_signs_out_first(client, invitation, method, status):
    before = all_rows()

    response = getattr(client, method)(address(invitation), GOOD)

    assert response.status_code == status
    assert words("Sign out first") in read(response).text
    assert "new@example.com" not in read(response).text
    assert changed_tables(before) == []
    out = press(client, response, words("Sign out and open the invitation"))
    assert out.request["PATH_INFO"] == address(invitation)
    assert "new@example.com" in read(out).text


def test_links_cannot_be_tried_without_end(anonymous, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invitation": "3/m/ip"}
    cache.clear()
    page = reverse("invitation", args=["0" * 64])

    statuses = [Client().get(page).status_code for _ in range(4)]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").get(page).status_code

    assert (statuses, elsewhere) == ([404, 404, 404, 429], 404)


def test_hostile_names_are_text(anonymous):
    invitation = InvitationFactory(
        name=HOSTILE, partner=PartnerFactory(name=HOSTILE), invited_by=UserFactory(name=HOSTILE)
    )

    response = anonymous.get(address(invitation))

    assert HOSTILE in read(response).text
    assert "<script>alert" not in response.content.decode()
    assert inline_code(response) == []
