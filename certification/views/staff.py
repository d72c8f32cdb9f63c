"""Those who run the programme, as administrators see them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification import access
from certification.access import administrator_required
from certification.actions import people
from certification.actions.refused import Refused
from certification.forms.companies import SightForm
from certification.htmx import Request
from certification.models import User
from certification.reports import company as reports
from certification.states import MANAGING_ROLES, Role
from certification.views import inviting
from certification.views.people import sentence


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: Request) -> HttpResponse:
    """Managers and administrators, and who is invited to be one; a POST invites one more."""
    if request.method == "POST":
        page = partial(staff_page, request)
        return inviting.one(request, None, MANAGING_ROLES, page=page, back=reverse("manage_staff"))
    return staff_page(request)


def staff_page(
    request: Request, *, status: int = 200, sight_form: SightForm | None = None, **typed: Any
) -> HttpResponse:
    """With what was typed, where that was refused; see `inviting.shown`. Staff are invited one by one."""
    context = {
        **inviting.shown(MANAGING_ROLES, status=status, **typed),
        "people": [
            (person, sight_form_of(person, sight_form, by=request.user)) for person in reports.staff()
        ],
        "invitations": reports.invited(None, now=request.now),
        "invite_url": reverse("manage_staff"),
        "resend_name": "manage_resend",
        "revoke_name": "manage_revoke",
    }
    return render(request, "certification/manage/staff.html", context, status=status)


def sight_form_of(person: User, typed: SightForm | None, *, by: User) -> SightForm | None:
    """By which it is decided what this manager sees; None for an administrator, who sees everything."""
    if typed is not None and typed.person == person:
        return typed
    return SightForm(person=person, by=by) if person.role == Role.MANAGER else None


@administrator_required
@inviting.posted(lambda request, manager_id: reverse("manage_staff"))
def sight(request: Request, manager_id: int) -> HttpResponse:
    """A manager sees every company from now on, or only their own."""
    manager = access.programme_manager(manager_id)
    form = SightForm(request.POST, person=manager, by=request.user)
    if not form.is_valid():
        return staff_page(request, sight_form=form, status=422)
    every, reason = form.cleaned_data["all_companies"], form.cleaned_data["reason"]
    try:
        people.show_companies(manager.pk, every=every, by=request.user.pk, now=request.now, reason=reason)
    except Refused as refused:
        return staff_page(request, sight_form=form, refusal=sentence(refused), status=409)
    done = _("%(name)s sees every company.") if every else _("%(name)s sees only the companies they run.")
    messages.success(request, done % {"name": manager})
    return redirect("manage_staff")
