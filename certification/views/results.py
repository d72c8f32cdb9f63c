"""The results: what attempts are asked for, as a table and as charts, and what is kept to ask again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from certification.access import manager_required
from certification.actions import saved_filters
from certification.actions.refused import Refused
from certification.filters import AttemptFilter
from certification.forms.results import SaveFilterForm
from certification.htmx import Request, push_url, turned, wants_fragment
from certification.models import Attempt, SavedFilter
from certification.rendering import charts as drawings
from certification.reports import charts as reports
from certification.reports import pages


@manager_required
@require_safe
@vary_on_headers("HX-Request")
def results(request: Request) -> HttpResponse:
    """The page, or the table alone where htmx asks; its address is without what was left empty."""
    asked = asked_for(request)
    response = results_page(request, asked)
    if not request.htmx.boosted:  # then htmx shows by itself where a link led
        push_url(request, response, address(asked))
    return response


def asked_for(request: Request) -> AttemptFilter:
    rows = Attempt.objects.visible_to(request.user)
    return AttemptFilter(request.GET, rows, user=request.user, now=request.now)


def address(asked: AttemptFilter) -> str:
    query = asked.query
    return reverse("manage_attempts") + (f"?{query}" if query else "")


def results_page(
    request: Request,
    asked: AttemptFilter,
    *,
    typed: SaveFilterForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """What is asked for; with the name typed for it, where that was refused."""
    rows = asked.qs.select_related("candidate", "partner", "exam")
    at, is_fragment = turned(request), wants_fragment(request)
    context = {
        "asked": asked,
        "page": pages.turn(rows, asked.order, after=at["after"], before=at["before"]),
        "is_fragment": is_fragment,
        "saving": typed or SaveFilterForm(),
        "refusal_sentence": refusal,
        "has_errors": bool(asked.errors or refusal or (typed and typed.errors)),
    }
    if not is_fragment:
        context["saved"] = list(SavedFilter.objects.filter(user=request.user))
    template = "_attempts.html" if is_fragment else "attempts.html"
    if asked.errors:
        status = 422
    return render(request, f"certification/manage/{template}", context, status=status)


@manager_required
@require_safe
def charts(request: Request) -> HttpResponse:
    """Of all that the address asks for, whatever page of the list it was."""
    asked = asked_for(request)
    report = reports.charts(asked.qs)
    context = {
        "asked": asked,
        "charts": report,
        "scores": drawings.of_scores(report.scores),
        "weeks": drawings.of_weeks(report.weeks),
        "times": drawings.of_times(report.times),
    }
    status = 422 if asked.errors else 200
    return render(request, "certification/manage/charts.html", context, status=status)


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def save_filter(request: Request) -> HttpResponse:
    """Keep what the address asks for under a name. After a login in between the page asks again."""
    asked = asked_for(request)
    if request.method != "POST":
        return redirect(address(asked))
    form = SaveFilterForm(request.POST)
    if not asked.query:
        form.add_error(None, _("Choose what to filter by first."))
    if not form.is_valid() or asked.errors:
        return results_page(request, asked, typed=form, status=422)
    try:
        saved_filters.keep(form.cleaned_data["name"], asked.query, by=request.user.pk)
    except Refused as refused:
        sentences = {
            "long": _("This filter is too long to be kept. Search by fewer words."),
            "taken": _("You have a filter of this name already. Choose another name, or delete that one."),
            "full": _("You have as many filters as can be kept. Delete one first."),
        }
        return results_page(request, asked, typed=form, refusal=sentences[refused.code], status=409)
    messages.success(request, _("The filter is saved."))
    return redirect(address(asked))


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_filter(request: Request, filter_id: int) -> HttpResponse:
    """One of their own; of anybody else's it does nothing."""
    if request.method == "POST":
        saved_filters.forget(filter_id, by=request.user.pk)
    return redirect("manage_attempts")
