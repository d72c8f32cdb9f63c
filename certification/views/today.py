"""The manager's first page, and the help for the first day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.access import manager_required
from certification.htmx import Request, wants_fragment
from certification.reports import today as reports


@manager_required
@require_safe
def today(request: Request) -> HttpResponse:
    """Who needs this manager; to a page that asks again, who sits an exam now."""
    if wants_fragment(request):
        running = reports.running(request.user, now=request.now)
        return render(request, "certification/manage/_running.html", {"running": running, "is_part": True})
    context = {"today": reports.today(request.user, now=request.now), "now": request.now}
    return render(request, "certification/manage/today.html", context)


@manager_required
@require_safe
def help_page(request: Request) -> HttpResponse:
    return render(request, "certification/manage/help.html")
