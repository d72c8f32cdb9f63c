"""What anybody may ask without signing in: whether a certificate holds."""

import ipaddress
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certification.forms.verify import CodeForm
from certification.htmx import Request
from certification.models import Certificate
from certification.rules import certificates as rules

View = Callable[..., HttpResponse]

MOST = 60  # looks from one address in each minute
MINUTE = 60  # seconds
IPV6_PREFIX = 64  # what one subscriber has


def unlisted(view: View) -> View:
    """No search engine keeps it."""

    @wraps(view)
    def marked(request: Request, **kwargs: str) -> HttpResponse:
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return marked


def limited(view: View) -> View:
    """429 from the sixty-first look of a minute on. Every process counts the same; of two looks at one moment
    one may go uncounted.
    """

    @wraps(view)
    def counted(request: Request, **kwargs: str) -> HttpResponse:
        key = f"verify:{network(request)}:{int(request.now.timestamp()) // MINUTE}"
        looks = cache.get(key, 0)
        if looks >= MOST:
            return render(request, "429.html", status=429)
        cache.set(key, looks + 1, timeout=2 * MINUTE)
        return view(request, **kwargs)

    return counted


def network(request: Request) -> str:
    """The address that asks; of IPv6 the part that one subscriber has."""
    address = get_adapter().get_client_ip(request)
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    prefix = IPV6_PREFIX if known.version == 6 else known.max_prefixlen
    return str(ipaddress.ip_network(f"{known}/{prefix}", strict=False).network_address)


@login_not_required
@require_safe
@unlisted
def form(request: Request) -> HttpResponse:
    """Asks for a code; one in the address leads to its page."""
    typed = request.GET.get("code", "")
    if not typed.strip():
        return render(request, "certification/verify/form.html", {"form": CodeForm()})
    code = rules.normalised(typed)
    return redirect("verify_code", code) if code else unknown(request)


@login_not_required
@require_safe
@unlisted
@limited
def code(request: Request, code: str) -> HttpResponse:
    """What a certificate is worth now. Unknown and malformed answer alike, in the same steps."""
    found = Certificate.objects.with_successors().filter(code=rules.normalised(code)).first()
    if found is None:
        return unknown(request)
    context = {
        "certificate": found,
        "words": found.wording,
        "status": found.status(now=request.now).value,
        "code": rules.grouped(found.code),
        "now": request.now,
        "form": CodeForm(),
    }
    return render(request, "certification/verify/certificate.html", context)


def unknown(request: Request) -> HttpResponse:
    return render(request, "certification/verify/unknown.html", {"form": CodeForm()}, status=404)
