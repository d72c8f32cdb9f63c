"""How allauth behaves here."""

from typing import Any, cast
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from certification import access_log
from certification.access import first_page
from certification.models import User


def on_site(address: str) -> str:
    """The same page at the address of the settings: a letter follows no header that its asker wrote."""
    return settings.SITE_URL + urlsplit(address).path


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, passwords and addresses."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are let in by somebody who knows them; nobody signs themselves up."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            access_log.write(request, "sign-in refused: too many tries", email=credentials.get("email"))
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for one account: allauth's is one for each host and port that a guesser writes."""
        return str(credentials.get("email") or "").lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return first_page(cast(User, request.user))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account" if self.request.user.is_authenticated else "account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {"contact": settings.CONTACT_EMAIL, **context})


class MFAAdapter(DefaultMFAAdapter):
    """The second factors."""

    def build_totp_svg(self, url: str) -> str:
        """An element for the page, not a data: address, which the policy refuses."""
        return segno.make(url, error="m").svg_inline(svgclass="qr", lineclass=None, omitsize=True)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number} if number > 1 else _("Passkey")
