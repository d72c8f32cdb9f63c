"""What everybody decided, and why."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from certification.access import manager_required
from certification.forms.audit import AuditSearch
from certification.htmx import Request, turned
from certification.models import Event
from certification.reports import audit as reports
from certification.views.lists import shown


@manager_required
@require_safe
def event_list(request: Request) -> HttpResponse:
    search = AuditSearch(request.GET, user=request.user)
    found = search.filter(Event.objects.visible_to(request.user))
    page, entries = reports.event_list(found, reader=request.user, **turned(request))
    return shown(request, "audit", search, page=page, entries=entries)
