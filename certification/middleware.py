import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from certification.htmx import Request, wants_json

GetResponse = Callable[[Request], HttpResponse]

REQUEST_START = re.compile(r"t=([0-9]{1,11}(?:\.[0-9]{1,6})?)")
LONGEST_QUEUE = timedelta(minutes=1)


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
