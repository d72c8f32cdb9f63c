"""Inviting people, alike for a company's lead and for those who run the programme.

`page` renders the page with the forms anew, `back` is where it lies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from certification.actions import invitations
from certification.actions.refused import Refused
from certification.forms.invitations import BadLine, InviteForm, InviteListForm, ResendForm
from certification.htmx import Request
from certification.models import Invitation
from certification.states import Role
from certification.views.limits import limited

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class ListReport:
    """What came of a list: how many were invited, and the lines from which nobody was."""

    invited: int
    left: tuple[BadLine, ...]


def shown(
    roles: tuple[Role, ...],
    *,
    invite_form: InviteForm | None = None,
    list_form: InviteListForm | None = None,
    report: ListReport | None = None,
    refusal: str = "",
    status: int = 200,
) -> dict[str, Any]:
    """What a page shows of its forms: empty ones, or what was typed where that was refused."""
    return {
        "invite_form": invite_form or InviteForm(roles=roles),
        "list_form": list_form or InviteListForm(roles=roles),
        "report": report,
        "refusal_sentence": refusal,
        "has_errors": status != 200,
    }


def posted(back: Callable[..., str]) -> Callable[[Page], Page]:
    """A POST. A login in between comes back by GET: then it goes to the page, whose form asks again."""

    def decorate(view: Page) -> Page:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def gated(request: Request, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(back(request, **kwargs))
            return view(request, **kwargs)

        return gated

    return decorate


@limited("invite")
def one(
    request: Request, partner_id: int | None, roles: tuple[Role, ...], *, page: Page, back: str
) -> HttpResponse:
    """Invite the one person that the form names; 422 where it is not valid, 409 where that is refused."""
    form = InviteForm(request.POST, roles=roles)
    if not form.is_valid():
        return page(invite_form=form, status=422)
    try:
        invitation = invitations.invite(
            form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=form.chosen_role,
            partner_id=partner_id,
            by=request.user.pk,
            now=request.now,
        )
    except Refused as refused:
        return page(invite_form=form, refusal=sentence(refused), status=409)
    messages.success(request, _("The invitation goes to %(email)s.") % {"email": invitation.email})
    return redirect(back)


@limited("invite")
def many(
    request: Request, partner_id: int, roles: tuple[Role, ...], *, page: Page, back: str
) -> HttpResponse:
    """Invite everybody of the list who can be; 422 with the lines that are left, each with its sentence."""
    form = InviteListForm(request.POST, request.FILES, roles=roles)
    if not form.is_valid():
        return page(list_form=form, status=422)
    rows, bad = form.sorted_out()
    outcomes = invitations.invite_many(
        rows, role=form.chosen_role, partner_id=partner_id, by=request.user.pk, now=request.now
    )
    for outcome in outcomes:
        if outcome.refused:
            number = outcome.row.number
            bad.append(BadLine(number, form.text_at(number), sentence(outcome.refused)))
    invited = sum(outcome.invitation is not None for outcome in outcomes)
    if not bad:
        words = ngettext("%(count)d person was invited.", "%(count)d people were invited.", invited)
        messages.success(request, words % {"count": invited})
        return redirect(back)
    left = tuple(sorted(bad, key=lambda line: line.number))
    again = InviteListForm(roles=roles)
    again.initial = {"text": "\n".join(line.text for line in left), "role": form.chosen_role}
    return page(list_form=again, report=ListReport(invited, left), status=422)


@limited("invite")
def resend(request: Request, invitation: Invitation, *, page: Page, back: str) -> HttpResponse:
    """Another letter, with another link."""
    as_of = ResendForm(request.POST).looked_at
    try:
        invitations.resend(invitation.pk, by=request.user.pk, now=request.now, as_of=as_of)
    except Refused as refused:
        if refused.code != "resent":
            return page(refusal=sentence(refused), status=409)
        messages.warning(request, sentence(refused))
        return redirect(back)
    messages.success(
        request,
        _("Another letter goes to %(email)s; the link in the former one opens nothing any more.")
        % {"email": invitation.email},
    )
    return redirect(back)


def revoke(request: Request, invitation: Invitation, *, page: Page, back: str) -> HttpResponse:
    """The letter's link opens nothing any more."""
    try:
        invitations.revoke(invitation.pk, by=request.user.pk, now=request.now)
    except Refused as refused:
        return page(refusal=sentence(refused), status=409)
    email = {"email": invitation.email}
    messages.success(request, _("The invitation of %(email)s was revoked: its link opens nothing.") % email)
    return redirect(back)


def sentence(refused: Refused) -> str:
    """Why somebody is not invited. `detail`: the other company, where the reader may know it."""
    sentences = {
        "not_allowed": _("Such an invitation is not yours to send or to change."),
        "known_here": _("This person is in this company already."),
        "known": _("This person is in the programme already: %(company)s. A manager can move them.")
        if refused.detail
        else _(
            "This person is in the programme already, outside this company. The programme's manager can "
            "move them: %(contact)s."
        ),
        "invited_here": _("This person is invited already. The letter can be sent anew from the list."),
        "invited_elsewhere": _("This person is invited by another company already: %(company)s.")
        if refused.detail
        else _(
            "This person is invited elsewhere already. If that is a mistake, ask the programme's manager: "
            "%(contact)s."
        ),
        "settled": _("This invitation was accepted or revoked meanwhile."),
        "resent": _("A letter was sent already since this page was shown: it was not sent twice."),
    }
    return sentences[refused.code] % {"company": refused.detail, "contact": settings.CONTACT_EMAIL}
