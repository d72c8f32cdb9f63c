"""The results: whatever attempts are asked for, as a table."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from certification.access import manager_required
from certification.filters import AttemptFilter
from certification.htmx import Request, push_url, wants_fragment
from certification.models import Attempt
from certification.reports import pages


@manager_required
@require_safe
@vary_on_headers("HX-Request")
def results(request: Request) -> HttpResponse:
    """The page, or the table alone where htmx asks; its address is without what was left empty."""
    asked = asked_for(request, request.GET)
    response = results_page(request, asked)
    if not request.htmx.boosted:  # then htmx shows by itself where a link led
        push_url(request, response, address(asked))
    return response


def asked_for(request: Request, data: QueryDict) -> AttemptFilter:
    return AttemptFilter(data, Attempt.objects.visible_to(request.user), user=request.user, now=request.now)


def address(asked: AttemptFilter) -> str:
    query = asked.query
    return reverse("manage_attempts") + (f"?{query}" if query else "")


def results_page(request: Request, asked: AttemptFilter, *, status: int = 200) -> HttpResponse:
    rows = asked.qs.select_related("candidate", "partner", "exam")
    page = pages.turn(
        rows, asked.order, after=asked.data.get("after", ""), before=asked.data.get("before", "")
    )
    context = {"asked": asked, "page": page, "is_fragment": wants_fragment(request)}
    template = "_attempts.html" if wants_fragment(request) else "attempts.html"
    if asked.errors:
        status = 422
    return render(request, f"certification/manage/{template}", context, status=status)
