from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from certification.htmx import Request, wants_json

GetResponse = Callable[[Request], HttpResponse]


def no_store(get_response: GetResponse) -> GetResponse:
    """No page is kept by a browser or a proxy: after signing out, Back must show nothing."""

    def middleware(request: Request) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
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
