"""A company as its lead sees it: its people, what they have passed, and whom it invites."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from certification import access
from certification.access import lead_required
from certification.forms.companies import roles_for
from certification.htmx import Request
from certification.models import Partner
from certification.reports import company as reports
from certification.views import inviting


def back(request: Request, **kwargs: Any) -> str:
    return reverse("company")


@lead_required
@require_safe
def company(request: Request) -> HttpResponse:
    return company_page(request, access.own_company(request.user))


def company_page(request: Request, partner: Partner, *, status: int = 200, **typed: Any) -> HttpResponse:
    """With what was typed, where that was refused; see `inviting.shown`."""
    context = {
        **inviting.shown(roles_for(request.user), status=status, **typed),
        "company": reports.company(partner, now=request.now, tells_all=False),
        "invite_url": reverse("company_invite"),
        "invite_list_url": reverse("company_invite_list"),
        "resend_name": "company_resend",
        "revoke_name": "company_revoke",
    }
    return render(request, "certification/company/company.html", context, status=status)


@lead_required
@inviting.posted(back)
def invite(request: Request) -> HttpResponse:
    partner = access.own_company(request.user)
    page = partial(company_page, request, partner)
    return inviting.one(request, partner.pk, roles_for(request.user), page=page, back=back(request))


@lead_required
@inviting.posted(back)
def invite_list(request: Request) -> HttpResponse:
    partner = access.own_company(request.user)
    page = partial(company_page, request, partner)
    return inviting.many(request, partner.pk, roles_for(request.user), page=page, back=back(request))


def back_from(request: Request, invitation_id: int) -> str:
    """To the page, from an invitation that passes its gate."""
    access.own_invitation(request.user, invitation_id)
    return reverse("company")


@lead_required
@inviting.posted(back_from)
def resend(request: Request, invitation_id: int) -> HttpResponse:
    invitation = access.own_invitation(request.user, invitation_id)
    page = partial(company_page, request, access.own_company(request.user))
    return inviting.resend(request, invitation, page=page, back=back(request))


@lead_required
@inviting.posted(back_from)
def revoke(request: Request, invitation_id: int) -> HttpResponse:
    invitation = access.own_invitation(request.user, invitation_id)
    page = partial(company_page, request, access.own_company(request.user))
    return inviting.revoke(request, invitation, page=page, back=back(request))
