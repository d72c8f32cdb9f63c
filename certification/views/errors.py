"""What is shown when a page cannot be: a sentence that says what happened and what to do next."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from certification.htmx import wants_json

RETRY_AFTER = 5  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return refusal(_("This page is out of date. Open it anew: what was saved is kept."), "csrf", 403)
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return refusal(
            _("There is no such question in this attempt. What was saved is kept."), "not_found", 404
        )
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is busy or away is a 503 that may be tried again, never a 200."""
    request.user = AnonymousUser()  # the page must not ask the database who is signed in
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        response = unavailable(request)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return render(request, "500.html", status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return refusal(_("Not saved yet: the server is busy. The page will try again."), "busy", 503)
    return render(request, "503.html", status=503)


def refusal(
    sentence: str, reason: str, status: int, *, value: list[int] | None = None, **stored: object
) -> JsonResponse:
    """Why a save was not taken, and what stands stored (displayed indices)."""
    said = {"reason": reason, "sentence": sentence, "value": value}
    return JsonResponse(said | stored, status=status)
