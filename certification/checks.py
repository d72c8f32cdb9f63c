"""What must not go into production: `manage.py check --deploy` says so."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from certification.demo import EMAILS
from certification.models import User


@register(Tags.security, deploy=True)
def demo_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.AMOQUIZ_DEMO:
        return [
            Error(
                "This is the demo: SECRET_KEY is not set.",
                hint="Set SECRET_KEY and ALLOWED_HOSTS in the environment (deploy/README.md).",
                id="certification.E001",
            )
        ]
    return []


@register(Tags.security)
def site_has_an_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Letters and the QR codes of certificates lead there, and those that are printed do for ever."""
    parts = urlsplit(settings.SITE_URL)
    schemes = ("http", "https") if settings.AMOQUIZ_DEMO else ("https",)
    host = parts.hostname or ""
    if parts.scheme in schemes and host.strip(".*") == host != "" and parts[2:] == ("", "", ""):
        return []
    return [
        Error(
            f"SITE_URL is no address of a site: {settings.SITE_URL}",
            hint="It is scheme and host, as https://exam.example.com; by default the first of ALLOWED_HOSTS.",
            id="certification.E011",
        )
    ]


@register(Tags.security)
def second_factor_is_asked(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demo managers and administrators have no way around a second factor."""
    asked = "certification.middleware.second_factor" in settings.MIDDLEWARE
    if settings.AMOQUIZ_DEMO or (asked and not settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN):
        return []
    return [
        Error(
            "Managers can work without a second factor, or with a passkey of any origin.",
            hint="Only the demo may leave the middleware out or allow insecure origins.",
            id="certification.E010",
        )
    ]


@register(Tags.database)
def no_demo_people(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demo nobody may keep the logins that the README prints.

    Runs where the database is at hand: `migrate`, and `check --database default`.
    """
    if settings.AMOQUIZ_DEMO or not databases:
        return []
    try:
        found = list(User.objects.filter(email__in=EMAILS, is_active=True).values_list("email", flat=True))
    except DatabaseError:  # before the first migrate
        return []
    if found:
        return [
            Error(
                f"People of the demo can sign in: {', '.join(found)}.",
                hint="Delete or deactivate them.",
                id="certification.E002",
            )
        ]
    return []
