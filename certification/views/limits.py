"""Tries of our own pages are counted as allauth counts those of its pages: by ACCOUNT_RATE_LIMITS."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpResponse

from certification.htmx import Request

View = Callable[..., HttpResponse]


def limited(action: str) -> Callable[[View], View]:
    """429 beyond what the settings allow of this action. Every GET counts: allauth's public way lets them
    through.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if not ratelimit.consume(
                request, app="allauth.account", action=action, user=request.user, limit_get=True
            ):
                return ratelimit.respond_429(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate
