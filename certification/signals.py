"""What follows when somebody signs in or changes how they do: in the session and in the log."""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from certification import access_log, sessions
from certification.models import User


@receiver(auth.user_logged_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.begin(request, now=getattr(request, "now", None) or timezone.now())
    access_log.write(request, "signed in", user=user.pk)


@receiver(auth.user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    access_log.write(request, "signed out", user=user.pk if user else None)


@receiver(auth.user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    access_log.write(request, "sign-in failed", email=credentials.get("email"))


@receiver(account.authentication_step_completed)
def proved(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """Who proves anew who they are goes on under a new session id."""
    if kwargs.get("reauthenticated"):
        request.session.cycle_key()
        access_log.write(request, "proved anew", user=user.pk, method=method)


@receiver(mfa.authenticator_used)
def factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    sessions.trust(request, user.pk)
    access_log.write(request, "second factor used", user=user.pk, type=authenticator.type)


@receiver(mfa.authentication_failed)
def factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    access_log.write(request, "second factor failed", user=user.pk, type=authenticator.type)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A new factor counts in this session at once, under a new id."""
    if authenticator.type in sessions.FACTORS:
        sessions.trust(request, user.pk)
        request.session.cycle_key()
    seen(authenticator)
    access_log.write(request, "second factor added", user=user.pk, type=authenticator.type)


@receiver(mfa.authenticator_reset)
def codes_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    seen(authenticator)
    access_log.write(request, "recovery codes renewed", user=user.pk)


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Without the last factor the session is that of a password again."""
    if not sessions.has_factor(user):
        sessions.distrust(request)
    access_log.write(request, "second factor removed", user=user.pk, type=authenticator.type)


def seen(authenticator: Authenticator) -> None:
    """allauth would note the first look at recovery codes when they are looked at; a GET does not write."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.wrap().mark_as_viewed()


def log_as(what: str) -> Callable[..., None]:
    def log(request: HttpRequest, user: User, **kwargs: Any) -> None:
        access_log.write(request, what, user=user.pk)

    return log


for signal, what in (
    (account.password_changed, "password changed"),
    (account.password_set, "password set"),
    (account.password_reset, "password reset"),
    (account.email_changed, "e-mail changed"),
):
    signal.connect(log_as(what), weak=False)
