import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from certification import access_log, sessions
from certification.htmx import Request, asks_by_itself, wants_json

GetResponse = Callable[[Request], HttpResponse]

REQUEST_START = re.compile(r"t=([0-9]{1,11}(?:\.[0-9]{1,6})?)")
LONGEST_QUEUE = timedelta(minutes=1)
DENIED = {403, 429}
HIDDEN = 404  # so the gates answer to whom a thing does not belong
# No tokens among them.
IDS = {
    "allowance_id",
    "attempt_id",
    "certificate_id",
    "filter_id",
    "invitation_id",
    "manager_id",
    "object_id",
    "partner_id",
    "person_id",
    "pk",
    "position",
    "question_key",
    "response_id",
    "slug",
}
# What a manager may open who has shown no second factor: the way to show it, and out.
UNPROVED = {
    "account",
    "account_reauthenticate",
    "admin:logout",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
# And one who has none: the way to one, and their address. To others a password alone opens neither.
WITHOUT_FACTOR = {"account_email", "mfa_activate_totp", "mfa_add_webauthn"}


def arrival(get_response: GetResponse) -> GetResponse:
    """Read the clock once, when a request arrives, before anything is waited for.

    Behind a proxy of ours it is the moment at which the proxy had it (`X-Request-Start: t=<seconds>`), so
    that a queue at the server takes nobody's time. Believed only there, and for a minute at most: what comes
    from elsewhere, from the future or from long ago is not.
    """

    def middleware(request: Request) -> HttpResponse:
        request.now = timezone.now()
        if settings.ALLAUTH_TRUSTED_PROXY_COUNT:
            request.now = began(request.headers.get("X-Request-Start", ""), now=request.now)
        return get_response(request)

    return middleware


def began(header: str, *, now: datetime) -> datetime:
    """The proxy's moment, or `now` where the header tells none that can be believed."""
    match = REQUEST_START.fullmatch(header)
    if match is None:
        return now
    moment = datetime.fromtimestamp(float(match[1]), tz=UTC)
    return moment if now - LONGEST_QUEUE <= moment <= now else now


def denied(get_response: GetResponse) -> GetResponse:
    """Log whoever was turned away, and from what; refuse TRACE, which no page wants.

    Of what is not found only a page that there is counts, asked for by somebody who is signed in.
    """

    def middleware(request: Request) -> HttpResponse:
        response = HttpResponse(status=405) if request.method == "TRACE" else get_response(request)
        user, match = getattr(request, "user", None), request.resolver_match
        hidden = response.status_code == HIDDEN and match is not None and user is not None and user.pk
        if response.status_code in DENIED or hidden:
            access_log.write(
                request,
                "denied",
                status=response.status_code,
                user=user.pk if user else None,
                method=request.method,
                page=match.view_name if match else None,
                **{name: value for name, value in (match.kwargs if match else {}).items() if name in IDS},
            )
        return response

    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that was left alone for too long, or began too long ago: whose it was signs in again."""

    def middleware(request: Request) -> HttpResponse:
        return get_response(request)

    def process_view(request: Request, view: Any, args: Any, kwargs: Any) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        if sessions.is_over(request, request.user, now=request.now):
            logout(request)
        elif not asks_by_itself(request):
            sessions.refresh(request, now=request.now)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def second_factor(get_response: GetResponse) -> GetResponse:
    """Send managers and administrators who have shown no second factor to make or to show one.

    Whether they have lies in the session; only the pages that make one ask the database. Everything else is
    closed to them until then, a POST as well.
    In the demo nobody is asked: its logins are in the README.
    """

    def middleware(request: Request) -> HttpResponse:
        return get_response(request)

    def process_view(request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.AMOQUIZ_DEMO or not getattr(view, "login_required", True):
            return None
        user, match = request.user, request.resolver_match
        if not user.is_manager or sessions.is_trusted(request, user):
            return None
        page = match.view_name if match else ""
        if page in UNPROVED or (page in WITHOUT_FACTOR and not sessions.has_factor(user)):
            return None
        if request.htmx:
            response = HttpResponse(status=204)
            response["HX-Redirect"] = reverse("mfa_index")
            return response
        return redirect("mfa_index")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def no_store(get_response: GetResponse) -> GetResponse:
    """No page is kept by a browser or a proxy: after signing out, Back must show nothing."""

    def middleware(request: Request) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


def forget_at_sign_out(get_response: GetResponse) -> GetResponse:
    """Let the browser throw away what the exam's page kept there for a network that might fail."""

    def middleware(request: Request) -> HttpResponse:
        response = get_response(request)
        page = request.resolver_match.url_name if request.resolver_match else None
        if page == "account_logout" and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"storage"'
        return response

    return middleware


def signed_out(get_response: GetResponse) -> GetResponse:
    """Tell a script that it is signed out, where a page would be redirected to the login.

    A fragment or a save would swallow the login page; htmx is sent there as a whole, and a save
    gets 401 with a sentence. Both come back to the page that was open.
    """

    def middleware(request: Request) -> HttpResponse:
        response = get_response(request)
        if not is_login_redirect(response):
            return response
        if request.htmx:
            return_to = request.htmx.current_url_abs_path or "/"
            redirect = HttpResponse(status=204)
            redirect["HX-Redirect"] = login_url(return_to)
            return redirect
        if wants_json(request):
            return JsonResponse(
                {
                    "reason": "signed_out",
                    "sentence": _("You are signed out. Sign in again: what was saved is kept."),
                    "login": login_url(request.path),
                },
                status=401,
            )
        return response

    return middleware


def is_login_redirect(response: HttpResponse) -> bool:
    location = urlsplit(response.get("Location", ""))
    return response.status_code == 302 and location.path == resolve_url(settings.LOGIN_URL)


def login_url(return_to: str) -> str:
    return redirect_to_login(return_to).url
