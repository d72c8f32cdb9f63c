"""The companies of the programme as managers see them."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from certification import access
from certification.access import manager_required
from certification.forms.companies import PartnerSearch, roles_for
from certification.htmx import Request, turned
from certification.models import Invitation, Partner, User
from certification.reports import company as reports
from certification.views import inviting
from certification.views.lists import shown
from certification.views.staff import staff_page


@manager_required
@require_safe
def partner_list(request: Request) -> HttpResponse:
    search = PartnerSearch(request.GET)
    found = search.filter(Partner.objects.visible_to(request.user), now=request.now)
    page, rows = reports.company_list(found, search.order, now=request.now, **turned(request))
    without = reports.without_company(User.objects.visible_to(request.user))
    return shown(request, "partners", search, page=page, rows=rows, without_company=without)


@manager_required
@require_safe
def partner(request: Request, partner_id: int) -> HttpResponse:
    return partner_page(request, access.company(request.user, partner_id))


def partner_page(request: Request, partner: Partner, *, status: int = 200, **typed: Any) -> HttpResponse:
    """With what was typed, where that was refused; see `inviting.shown`."""
    context = {
        **inviting.shown(roles_for(request.user), status=status, **typed),
        "company": reports.company(partner, now=request.now, tells_all=True),
        "invite_url": reverse("manage_invite", args=[partner.pk]),
        "invite_list_url": reverse("manage_invite_list", args=[partner.pk]),
        "resend_name": "manage_resend",
        "revoke_name": "manage_revoke",
    }
    return render(request, "certification/manage/partner.html", context, status=status)


def back(request: Request, partner_id: int) -> str:
    """To the page of a company, if there is such a one."""
    return reverse("manage_partner", args=[access.company(request.user, partner_id).pk])


@manager_required
@inviting.posted(back)
def invite(request: Request, partner_id: int) -> HttpResponse:
    partner = access.company(request.user, partner_id)
    page = partial(partner_page, request, partner)
    roles = roles_for(request.user)
    return inviting.one(request, partner.pk, roles, page=page, back=partner.get_absolute_url())


@manager_required
@inviting.posted(back)
def invite_list(request: Request, partner_id: int) -> HttpResponse:
    partner = access.company(request.user, partner_id)
    page = partial(partner_page, request, partner)
    roles = roles_for(request.user)
    return inviting.many(request, partner.pk, roles, page=page, back=partner.get_absolute_url())


def back_to_list(request: Request, invitation_id: int) -> str:
    """To the page on which an invitation is listed."""
    return page_of(access.company_invitation(request.user, invitation_id))


def page_of(invitation: Invitation) -> str:
    return invitation.partner.get_absolute_url() if invitation.partner else reverse("manage_staff")


def page_with(request: Request, invitation: Invitation) -> Any:
    if invitation.partner is None:
        return partial(staff_page, request)
    return partial(partner_page, request, invitation.partner)


@manager_required
@inviting.posted(back_to_list)
def resend(request: Request, invitation_id: int) -> HttpResponse:
    invitation = access.company_invitation(request.user, invitation_id)
    page = page_with(request, invitation)
    return inviting.resend(request, invitation, page=page, back=page_of(invitation))


@manager_required
@inviting.posted(back_to_list)
def revoke(request: Request, invitation_id: int) -> HttpResponse:
    invitation = access.company_invitation(request.user, invitation_id)
    page = page_with(request, invitation)
    return inviting.revoke(request, invitation, page=page, back=page_of(invitation))
