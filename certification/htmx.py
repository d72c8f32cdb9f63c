"""How a request wants its answer: a page, a fragment for htmx, or JSON for a script."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from certification.models import User


class Request(HttpRequest):
    """A request as a view gets it: from somebody who is signed in, asked by htmx or not."""

    user: User
    htmx: HtmxDetails
    now: datetime  # when it arrived: by this moment everything in it is decided


def turned(request: Request) -> dict[str, str]:
    """Which page of a list is asked for, as `reports.pages.turn` has it."""
    return {name: request.GET.get(name, "") for name in ("after", "before")}


def wants_fragment(request: Request) -> bool:
    """A part of the page will do. Going Back asks by htmx as well, but for the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def push_url(request: Request, response: HttpResponse, url: str) -> None:
    """Let the address bar show where a fragment belongs, if it does not yet."""
    if request.htmx and request.htmx.current_url_abs_path != url:
        response["HX-Push-Url"] = url


def redirect(request: Request, url: str, *, status: int = 200) -> HttpResponse:
    """Send the browser there: a script would follow a redirect by itself and swap in what it gets."""
    if not request.htmx:
        return HttpResponseRedirect(url)
    response = HttpResponse(status=status)
    response["HX-Redirect"] = url
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asks for JSON and nothing else will do."""
    return request.headers.get("Accept", "").startswith("application/json")


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether an open page looks for news, as the manager's does, and says nothing of anybody being there."""
    return request.headers.get("HX-Trigger") == "running"
