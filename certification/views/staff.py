"""Those who run the programme, as administrators see them."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from certification.access import administrator_required
from certification.htmx import Request
from certification.reports import company as reports
from certification.states import MANAGING_ROLES
from certification.views import inviting


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: Request) -> HttpResponse:
    """Managers and administrators, and who is invited to be one; a POST invites one more."""
    if request.method == "POST":
        page = partial(staff_page, request)
        return inviting.one(request, None, MANAGING_ROLES, page=page, back=reverse("manage_staff"))
    return staff_page(request)


def staff_page(request: Request, *, status: int = 200, **typed: Any) -> HttpResponse:
    """With what was typed, where that was refused; see `inviting.shown`. Staff are invited one by one."""
    context = {
        **inviting.shown(MANAGING_ROLES, status=status, **typed),
        "people": reports.staff(),
        "invitations": reports.invited(None, now=request.now),
        "invite_url": reverse("manage_staff"),
        "resend_name": "manage_resend",
        "revoke_name": "manage_revoke",
    }
    return render(request, "certification/manage/staff.html", context, status=status)
