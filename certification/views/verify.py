"""What anybody may ask without signing in: whether a certificate holds."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certification.forms.verify import CodeForm
from certification.htmx import Request
from certification.models import Certificate
from certification.rules import certificates as rules
from certification.views.limits import limited

View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """No search engine keeps it."""

    @wraps(view)
    def marked(request: Request, **kwargs: str) -> HttpResponse:
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return marked


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
@limited("verify")
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
