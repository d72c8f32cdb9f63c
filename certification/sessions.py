"""How long a session lasts, and whether a second factor was shown in it; both lie in the session."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from certification.models import User

BEGAN, SEEN, FACTOR = "began", "seen", "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# A candidate's outlives the longest exam many times; a manager's is a working day, and two of them at most.
CANDIDATES = timedelta(hours=24), timedelta(days=7)
MANAGERS = timedelta(hours=8), timedelta(hours=24)
REFRESH = timedelta(minutes=5)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """Somebody signed in just now."""
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def is_over(request: HttpRequest, user: User, *, now: datetime) -> bool:
    """Whether it was left alone for too long, or began too long ago. One from before there were limits is."""
    idle, whole = MANAGERS if user.is_manager else CANDIDATES
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    if began is None or seen is None:
        return True
    return now.timestamp() - seen > idle.total_seconds() or now.timestamp() - began > whole.total_seconds()


def refresh(request: HttpRequest, *, now: datetime) -> None:
    """Note that somebody is there, at most once in five minutes."""
    if now.timestamp() - request.session[SEEN] > REFRESH.total_seconds():
        request.session[SEEN] = now.timestamp()


def has_factor(user: User) -> bool:
    """Whether they have a second factor to show; recovery codes are none by themselves. One query."""
    return Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()


def trust(request: HttpRequest, user_id: int) -> None:
    """A second factor of this user was shown, or made, in this session."""
    request.session[FACTOR] = user_id


def distrust(request: HttpRequest) -> None:
    request.session.pop(FACTOR, None)


def is_trusted(request: HttpRequest, user: User) -> bool:
    return bool(request.session.get(FACTOR) == user.pk)
