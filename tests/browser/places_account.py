"""The pages of one's own account: the address, the password, the second factor."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.place import Place, press
from tests.browser.sitting import PASSWORD
from tests.factories import UserFactory
from tests.pages import words


def account_places(texts):
    bare = somebody(texts)
    full = somebody(texts, "a-pending-address-that-is-longer-than-a-narrow-page-is-wide@example.com")
    coded = somebody(texts)  # signs in by codes, as a passkey would want its device
    passkey = {"name": texts.passkey[:60], "passwordless": True, "credential": {}}
    for user in (full, coded):
        Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        codes = {"seed": "ab" * 40, "used_mask": 0}
        Authenticator.objects.create(user=user, type="recovery_codes", data=codes)
    key = Authenticator.objects.create(user=full, type="webauthn", data=passkey)

    def page(name, user, address, *args, **more):
        return Place(name, reverse(address, args=args), user, **more)

    return [
        page("account", bare, "account"),
        page("account with everything", full, "account"),
        page("e-mail", bare, "account_email"),
        page("e-mail that waits", full, "account_email"),
        page("e-mail refused", bare, "account_email", reach=change_address("нет")),
        page("e-mail that is the same", bare, "account_email", reach=change_address(bare.email)),
        page("password change refused", bare, "account_change_password", reach=press("Change the password")),
        page("proof of oneself refused", bare, "account_reauthenticate", reach=prove("wrong")),
        page("second factor, none", bare, "mfa_index"),
        page("second factor", full, "mfa_index"),
        page("app to connect", bare, "mfa_activate_totp", reach=prove(PASSWORD)),
        page("app refused", bare, "mfa_activate_totp", reach=connect_wrongly),
        page("app to disconnect", full, "mfa_deactivate_totp", reach=prove(PASSWORD)),
        page("recovery codes", full, "mfa_view_recovery_codes", reach=prove(PASSWORD)),
        page("recovery codes to make", full, "mfa_generate_recovery_codes", reach=prove(PASSWORD)),
        page("passkeys, none", bare, "mfa_list_webauthn", reach=prove(PASSWORD)),
        page("passkeys", full, "mfa_list_webauthn", reach=prove(PASSWORD)),
        page("passkey to add", bare, "mfa_add_webauthn", reach=prove(PASSWORD)),
        page("passkey to rename", full, "mfa_edit_webauthn", key.pk, reach=prove(PASSWORD)),
        page("passkey to remove", full, "mfa_remove_webauthn", key.pk, reach=prove(PASSWORD)),
        page("second step", None, "account_login", reach=sign_in_as(coded)),
        page("second step refused", None, "account_login", reach=fail_the_second_step(coded)),
    ]


def somebody(texts, waiting=None):
    """With a password and an address, and perhaps another one that waits to be confirmed."""
    user = UserFactory(name=texts.name, password=make_password(PASSWORD))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if waiting:
        EmailAddress.objects.create(user=user, email=waiting)
    return user


def prove(password):
    """It asks for the password before anything is changed."""

    def reach(page):
        if not page.locator("[name=password]").count():
            page.goto(f"{reverse('account_reauthenticate')}?next={page.url}")
        page.locator("[name=password]").fill(password)
        press("Confirm")(page)
        page.wait_for_load_state()

    return reach


def change_address(address):
    def reach(page):
        page.locator("[name=email][type=email]").fill(address)
        press("Change the address")(page)

    return reach


def connect_wrongly(page):
    prove(PASSWORD)(page)
    page.locator("[name=code]").fill("1")
    press("Connect")(page)
    expect(page.get_by_role("alert").first).to_be_visible()


def sign_in_as(user):
    def reach(page):
        page.locator("[name=login]").fill(user.email)
        page.locator("[name=password]").fill(PASSWORD)
        press("Sign in", context="button")(page)
        expect(page.locator("h1")).to_have_text(words("Second step"))

    return reach


def fail_the_second_step(user):
    def reach(page):
        sign_in_as(user)(page)
        page.locator("[name=code]").fill("000000")
        press("Sign in", context="button")(page)
        expect(page.get_by_role("alert").first).to_be_visible()

    return reach
