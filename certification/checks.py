"""What must not go into production: `manage.py check --deploy` says so."""

from typing import Any

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
