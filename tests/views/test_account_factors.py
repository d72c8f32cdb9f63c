"""The second factor: how one is made, asked for and taken away, and to whom it is a duty."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse

from certification import sessions
from certification.states import Role
from tests.pages import plain, read, words
from tests.views.test_account import PASSWORD, invited, sign_in, signed_in

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
AUTHENTICATE = "/accounts/2fa/authenticate/"
ROLES = [Role.MANAGER, Role.ADMIN]


@pytest.fixture
def earnest(settings):
    """Not the demo, where nobody is asked for a second factor."""
    settings.AMOQUIZ_DEMO = False


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(person):
    Authenticator.objects.create(user=person, type="totp", data={"secret": SECRET})
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 0})
    return person


def codes_of(person):
    return person.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()


def boss(role=Role.MANAGER, **fields):
    return invited(f"{role}@example.com", role=role, partner=None, **fields)


def prove(browser, next_page):
    """Show the password once more, as every change of a factor asks."""
    address = f"{reverse('account_reauthenticate')}?next={next_page}"
    return browser.post(address, {"password": PASSWORD, "next": next_page})


def enrol(browser):
    """Connect an app by its pages; what the last answer was. What follows waits for the commit."""
    address = reverse("mfa_activate_totp")
    prove(browser, address)
    page = browser.get(address)
    [secret] = re.findall(r"<code[^>]*>(\w+)</code>", page.content.decode())
    return browser.post(address, {"code": code(secret)})


@pytest.mark.django_db(transaction=True)
def test_connecting_an_app_asks_for_the_password_and_makes_recovery_codes(anonymous):
    maria = invited("maria@example.com")
    sign_in(anonymous)
    asked = anonymous.get(reverse("mfa_activate_totp"))
    before = anonymous.session.session_key

    done = enrol(anonymous)

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert {a.type for a in maria.authenticator_set.all()} == {"totp", "recovery_codes"}
    assert anonymous.session.session_key != before
    shown = read(anonymous.get(done["Location"])).text
    assert [code in shown for code in codes_of(maria)] == [True] * 10
    [letter] = mail.outbox
    assert (letter.to, plain(letter.subject)) == (
        ["maria@example.com"],
        words("An app with codes was connected"),
    )


def test_the_picture_for_the_app_is_an_element_of_the_page(anonymous):
    invited("maria@example.com")
    sign_in(anonymous)
    prove(anonymous, "/")

    page = anonymous.get(reverse("mfa_activate_totp")).content.decode()

    assert '<svg viewBox="0 0' in page
    assert 'class="qr"' in page
    assert "data:" not in page
    assert "style=" not in page


def test_codes_are_downloaded_as_text(anonymous):
    maria = with_app(invited("maria@example.com"))
    anonymous.force_login(maria)
    prove(anonymous, "/")

    response = anonymous.get(reverse("mfa_download_recovery_codes"))

    assert response.content.decode().split() == codes_of(maria)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_sign_in_with_a_second_factor(anonymous, by):
    maria = with_app(invited("maria@example.com"))
    first = sign_in(anonymous, next="/tutorial/")
    between = signed_in(anonymous), anonymous.session.session_key
    shown = code() if by == "app" else codes_of(maria)[3]

    done = anonymous.post(AUTHENTICATE, {"code": shown})

    assert first["Location"] == AUTHENTICATE
    assert between[0] is None
    assert (done["Location"], signed_in(anonymous)) == ("/tutorial/", str(maria.pk))
    assert anonymous.session.session_key != between[1]


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_a_code_opens_once(anonymous, by):
    maria = with_app(invited("maria@example.com"))
    shown = code() if by == "app" else codes_of(maria)[3]
    sign_in(anonymous)
    anonymous.post(AUTHENTICATE, {"code": shown})
    other = Client()
    sign_in(other)

    page = other.post(AUTHENTICATE, {"code": shown})

    assert words("Incorrect code.") in read(page).text
    assert signed_in(other) is None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["home", "manage_attempts", "admin:index", "account_change_password"])
def test_without_a_second_factor_a_manager_is_sent_to_make_one(earnest, anonymous, role, page):
    boss(role)
    sign_in(anonymous, f"{role}@example.com")

    answers = [anonymous.get(reverse(page)), anonymous.post(reverse(page))]

    assert [(a.status_code, a["Location"]) for a in answers] == [(302, reverse("mfa_index"))] * 2


def test_without_a_second_factor_a_fragment_sends_the_whole_page(earnest, anonymous):
    boss()
    sign_in(anonymous, "manager@example.com")

    answer = anonymous.get(reverse("manage_attempts"), headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("mfa_index"))


@pytest.mark.parametrize("page", ["mfa_index", "account", "account_email", "account_reauthenticate"])
def test_without_a_second_factor_a_manager_finds_the_way_to_one(earnest, anonymous, page):
    boss()
    sign_in(anonymous, "manager@example.com")

    assert anonymous.get(reverse(page)).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ROLES)
def test_an_app_opens_the_pages_at_once_and_the_last_one_taken_away_closes_them(earnest, anonymous, role):
    manager = boss(role)
    sign_in(anonymous, manager.email)

    enrol(anonymous)
    opened = anonymous.get(reverse("manage_attempts")).status_code
    anonymous.post(reverse("mfa_deactivate_totp"))
    closed = anonymous.get(reverse("manage_attempts"))

    assert opened == 200
    assert manager.authenticator_set.count() == 0
    assert (closed.status_code, closed["Location"]) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("role", ROLES)
def test_a_second_factor_leads_managers_to_who_needs_them(earnest, anonymous, role):
    with_app(boss(role))

    asked = sign_in(anonymous, f"{role}@example.com")
    opened = anonymous.post(AUTHENTICATE, {"code": code()})

    assert (asked["Location"], opened["Location"]) == (AUTHENTICATE, reverse("manage_today"))
    assert anonymous.get(reverse("manage_today")).status_code == 200


def test_candidates_and_leads_are_not_asked(earnest, anonymous):
    invited("maria@example.com", role=Role.LEAD)
    sign_in(anonymous)

    assert anonymous.get(reverse("home")).status_code == 200


def test_in_the_demo_nobody_is_asked(settings, anonymous):
    settings.AMOQUIZ_DEMO = True
    boss()
    sign_in(anonymous, "manager@example.com")

    assert anonymous.get(reverse("manage_attempts")).status_code == 200


def test_whoever_becomes_a_manager_is_asked_at_the_next_page(earnest, anonymous):
    maria = invited("maria@example.com")
    sign_in(anonymous)
    maria.role, maria.partner = Role.MANAGER, None
    maria.save()

    assert anonymous.get(reverse("home"))["Location"] == reverse("mfa_index")


def test_a_second_factor_of_somebody_else_in_the_session_does_not_count(earnest, anonymous):
    manager = boss()
    sign_in(anonymous, manager.email)
    session = anonymous.session
    session[sessions.FACTOR] = manager.pk + 1
    session.save()

    assert anonymous.get(reverse("manage_attempts"))["Location"] == reverse("mfa_index")


def test_a_manager_who_has_a_factor_shows_it_and_goes_on(earnest, anonymous):
    """As in a browser that was signed in before the factor was made in another."""
    manager = with_app(boss())
    anonymous.force_login(manager)
    closed = anonymous.get(reverse("manage_attempts"))

    anonymous.post(reverse("mfa_reauthenticate"), {"code": code()})

    assert closed["Location"] == reverse("mfa_index")
    assert anonymous.get(reverse("manage_attempts")).status_code == 200


@pytest.mark.parametrize("page", ["mfa_add_webauthn", "mfa_activate_totp", "account_email"])
def test_a_manager_who_has_a_factor_makes_no_other_by_the_password_alone(earnest, anonymous, page):
    """As in a session from before they had one."""
    manager = with_app(boss())
    anonymous.force_login(manager)
    address = reverse(page)
    prove(anonymous, address)
    before = list(manager.authenticator_set.order_by("pk"))

    refused = [anonymous.get(address)["Location"], anonymous.post(address)["Location"]]
    anonymous.post(f"{reverse('mfa_reauthenticate')}?next={address}", {"code": code(), "next": address})

    assert refused == [reverse("mfa_index")] * 2
    assert list(manager.authenticator_set.order_by("pk")) == before
    # The app is there already: its page leads to the one that disconnects it.
    assert anonymous.get(address).status_code == (302 if page == "mfa_activate_totp" else 200)
    assert anonymous.get(address).headers.get("Location") != reverse("mfa_index")


def test_a_password_set_anew_does_not_do_without_the_second_factor(earnest, anonymous):
    manager = with_app(boss())
    anonymous.post(reverse("account_reset_password"), {"email": manager.email})
    link = re.search(r"(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = anonymous.get(link, follow=True)
    fresh = "mountains and moons"

    anonymous.post(page.request["PATH_INFO"], {"password1": fresh, "password2": fresh})
    after_reset = signed_in(anonymous)
    answer = sign_in(anonymous, manager.email, fresh)

    assert after_reset is None
    assert (answer["Location"], signed_in(anonymous)) == (AUTHENTICATE, None)


def test_the_question_for_the_second_factor_is_no_query(earnest, anonymous, django_assert_num_queries):
    manager = with_app(boss())
    sign_in(anonymous, manager.email)
    anonymous.post(AUTHENTICATE, {"code": code()})

    with django_assert_num_queries(2):  # the session and whose it is
        answer = anonymous.post(reverse("manage_attempts"))

    assert answer.status_code == 405


def test_the_second_factor_is_not_asked_of_pages_for_everybody(earnest, anonymous, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert anonymous.get("/healthz").status_code == 200


def test_the_admin_takes_a_lost_factor_away_and_never_shows_its_secret(editor):
    factor = with_app(invited("maria@example.com")).authenticator_set.get(type="totp")
    pages = [
        editor.get(reverse("admin:mfa_authenticator_changelist")),
        editor.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])),
    ]

    editor.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})

    assert [page.status_code for page in pages] == [200, 200]
    assert [SECRET in page.content.decode() for page in pages] == [False, False]
    assert not Authenticator.objects.filter(pk=factor.pk).exists()
    assert editor.get(reverse("admin:mfa_authenticator_add")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_the_account_takes_as_many_statements_whatever_it_shows(
    client, person, rows, django_assert_num_queries
):
    for number in range(rows):
        Authenticator.objects.create(user=person, type="webauthn", data={"name": f"ключ {number}"})

    with django_assert_num_queries(4):
        page = read(client.get(reverse("account")))

    assert page.text.count("ключ ") == rows


def test_the_page_of_the_account_is_behind_the_name(client, person):
    assert reverse("account") in read(client.get(reverse("home"))).links


def test_sessions_of_another_browser_are_not_ended_by_the_second_factor(anonymous, clock):
    maria = with_app(invited("maria@example.com"))
    sign_in(anonymous)
    clock.shift(timedelta(minutes=16))

    anonymous.post(AUTHENTICATE, {"code": code()})

    assert anonymous.session.get(SESSION_KEY) is None, "the password is too long ago"
    assert maria.authenticator_set.count() == 2
