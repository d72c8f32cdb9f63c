"""Second factors in a browser: an app with codes, recovery codes, and a passkey of a virtual device."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.sitting import PASSWORD
from tests.browser.test_axe import AXE, COLOURS, RULES, findings
from tests.browser.test_layout import OUTSIDE
from tests.browser.test_sign_in import enter
from tests.pages import words

LIST = "/accounts/2fa/webauthn/"
PAGES = [
    "/accounts/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/inactive/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
    LIST,
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/keys/{key}/edit/",
    "/accounts/2fa/webauthn/keys/{key}/remove/",
]
SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
]


@pytest.fixture
def gadget(page):
    """A device that keeps passkeys and knows its owner by the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    abilities = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": abilities})
    return lambda method, **more: session.send(f"WebAuthn.{method}", {**made, **more})


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def button(page, msgid, **context):
    return page.locator("main").get_by_role("button", name=words(msgid, **context), exact=True)


def prove(page):
    """It asks for the password before anything is changed."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Is it you?"))
    page.locator("[name=password]").fill(PASSWORD)
    button(page, "Confirm").click()


def enrol_app(page):
    page.goto("/accounts/2fa/totp/activate/")
    prove(page)
    expect(page.locator("figure svg.qr")).to_be_visible()
    page.locator("summary").click()
    secret = page.locator("code").text_content()
    page.locator("[name=code]").fill(code(secret))
    button(page, "Connect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Recovery codes"))
    return secret, page.locator(".codes code").all_text_contents()


def enrol_passkey(page):
    page.goto("/accounts/2fa/webauthn/add/")
    prove(page)
    page.locator("[name=name]").fill("рабочий ноутбук")
    button(page, "Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Recovery codes"))


def sign_out(page):
    page.get_by_role("button", name=words("Sign out")).first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_app_and_recovery_codes_open_the_account(page, base_url, person, faults):
    enter(page, person.email, PASSWORD)
    secret, codes = enrol_app(page)
    assert len(codes) == 10

    sign_out(page)
    enter(page, person.email, PASSWORD)
    cache.clear()  # the same half minute: as if its code had not been used
    page.locator("[name=code]").fill(code(secret))
    button(page, "Sign in", context="button").click()
    expect(page).to_have_url(f"{base_url}/")

    sign_out(page)
    enter(page, person.email, PASSWORD)
    page.locator("[name=code]").fill("000000")
    button(page, "Sign in", context="button").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    page.locator("[name=code]").fill(codes[4])
    button(page, "Sign in", context="button").click()
    expect(page).to_have_url(f"{base_url}/")
    assert faults == []


def test_passkey_alone_opens_the_account(page, base_url, person, gadget, faults):
    enter(page, person.email, PASSWORD)
    enrol_passkey(page)
    [kept] = gadget("getCredentials")["credentials"]
    assert kept["isResidentCredential"] is True

    sign_out(page)
    button(page, "Use a passkey").click()

    expect(page).to_have_url(f"{base_url}/")
    expect(page.get_by_role("link", name=person.name)).to_be_visible()
    assert faults == []


def test_passkey_is_the_second_factor_after_a_password(page, base_url, person, gadget, faults):
    enter(page, person.email, PASSWORD)
    enrol_passkey(page)
    sign_out(page)

    enter(page, person.email, PASSWORD)
    button(page, "Use the passkey").click()

    expect(page).to_have_url(f"{base_url}/")
    assert faults == []


def test_passkey_of_a_device_that_does_not_know_its_owner_opens_nothing(page, person, gadget, faults):
    enter(page, person.email, PASSWORD)
    enrol_passkey(page)
    sign_out(page)
    gadget("setUserVerified", isUserVerified=False)

    button(page, "Use a passkey").click()

    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert faults == []


def test_passkey_can_be_renamed_and_removed(page, person, gadget, faults):
    enter(page, person.email, PASSWORD)
    enrol_passkey(page)

    page.goto(LIST)
    page.get_by_role("link", name=words("Rename")).click()
    page.locator("[name=name]").fill("телефон")
    button(page, "Rename").click()
    expect(page.get_by_role("rowheader")).to_have_text("телефон")
    page.get_by_role("link", name=words("Remove")).click()
    button(page, "Remove").click()

    expect(page.get_by_text(words("There are none yet."))).to_be_visible()
    assert person.authenticator_set.count() == 0
    assert len(mail.outbox) == 2
    assert faults == []


def test_pages_of_the_account_break_no_rule(page, person, gadget, faults):
    page.set_viewport_size({"width": 320, "height": 900})
    look(page, SIGNED_OUT)
    enter(page, person.email, PASSWORD)
    look(page, ["/accounts/2fa/", "/accounts/2fa/webauthn/"])
    enrol_app(page)
    page.goto("/accounts/2fa/webauthn/add/")
    button(page, "Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("Second factor"))
    key = Authenticator.objects.get(type="webauthn").pk
    look(page, [address.format(key=key) for address in PAGES])
    sign_out(page)
    enter(page, person.email, PASSWORD)
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))
    look(page, ["/accounts/2fa/authenticate/"])

    assert faults == []


def look(page, addresses):
    """One heading, one main button at most, a label at every field, nothing outside the window."""
    for address in addresses:
        response = page.goto(address)
        assert (address, response.status) == (address, 200)
        assert (address, page.locator("h1").count()) == (address, 1)
        assert (address, page.locator(".btn.main:visible").count() <= 1) == (address, True)
        fields = page.locator("main input:visible").all()
        assert (address, [f.evaluate("f => f.labels.length") for f in fields]) == (address, [1] * len(fields))
        assert (address, page.evaluate(OUTSIDE)) == (address, [])
        page.evaluate(AXE)
        assert (address, findings(page, "light", RULES)) == (address, [])
        assert (address, findings(page, "dark", COLOURS)) == (address, [])
