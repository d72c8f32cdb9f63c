"""One decision about many rows of a list: first what would come of each, then the deed, then a report."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification import access
from certification.access import manager_required
from certification.actions import allowances, attempts, bulk, certificates, invitations
from certification.actions.refused import Refused
from certification.forms.bulk import BULK_FORMS
from certification.forms.invitations import ResendForm
from certification.forms.manager import DecisionForm
from certification.htmx import Request
from certification.models import Attempt, Invitation
from certification.reports import deciding
from certification.reports.deciding import DONE, GRANTS, Outlook
from certification.reports.pages import ROWS
from certification.states import RevocationCause
from certification.views import inviting
from certification.views.inviting import posted
from certification.views.limits import limited
from certification.views.manager import said

REPORT = "bulk_report"  # in the session: a reload shows it again and decides nothing again
Deed = Callable[[Attempt, DecisionForm, dict[str, Any]], datetime | None]


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one row. `sentence`: why nothing did."""

    who: str
    url: str
    is_done: bool
    sentence: str


def chosen(request: Request, name: str) -> list[int]:
    """The keys that were ticked, no more than a page has."""
    return [int(pk) for pk in request.POST.getlist(name)[:ROWS] if pk.isdecimal() and len(pk) < 19]


def list_url(request: Request) -> str:
    """Back to the list as it was searched."""
    query = QueryDict(request.POST.get("list", "")).urlencode()
    return f"{reverse('manage_attempts')}?{query}" if query else reverse("manage_attempts")


@manager_required
@posted(lambda request: reverse("manage_attempts"))
def decide(request: Request) -> HttpResponse:
    """Show what a decision would do to each attempt and ask for its reason; confirmed, carry it out."""
    found = access.visible_attempts(request.user, chosen(request, "attempt"))
    form_class = BULK_FORMS.get(request.POST.get("decision", ""))
    if not found or form_class is None:
        messages.warning(request, _("Choose attempts and what to decide about them."))
        return redirect(list_url(request))
    is_confirmed = "confirmed" in request.POST
    form = form_class(request.POST if is_confirmed else None, attempt=found[0])
    is_ready = is_confirmed and form.is_valid()
    once = form.cleaned_data["once"] if is_ready else None
    outlooks = deciding.outlooks(found, form.name, by=request.user.pk, now=request.now, once=once)
    if not is_ready:
        return decision_page(request, form, outlooks)
    lines = carry_out(request, form, outlooks)
    return reported(request, str(form.title), lines, back=list_url(request))


def decision_page(request: Request, form: DecisionForm, outlooks: Sequence[Outlook]) -> HttpResponse:
    context = {
        "form": form,
        "rows": [(outlook, sentence(outlook.code)) for outlook in outlooks],
        "possible": touched(form, outlooks),
        "is_grant": form.name in GRANTS,
        "list": request.POST.get("list", ""),
        "list_url": list_url(request),
        "has_errors": bool(form.errors),
    }
    status = 422 if form.errors else 200
    return render(request, "certification/manage/bulk.html", context, status=status)


def touched(form: DecisionForm, outlooks: Sequence[Outlook]) -> int:
    """How many attempts it would be carried out for; of what people get at an exam, how many people."""
    attempts = [outlook.attempt for outlook in outlooks if not outlook.code]
    return len({attempt.candidate_id if form.name in GRANTS else attempt.pk for attempt in attempts})


def carry_out(request: Request, form: DecisionForm, outlooks: Sequence[Outlook]) -> list[Line]:
    """Each in its own transaction; those that cannot be are left, with the reason why. What this form has
    done already is done once, and is told as it was the first time.
    """
    decided = said(request, form)
    rows = {outlook.attempt.pk: outlook.attempt for outlook in outlooks if not outlook.code}
    deed = DEEDS[form.name]

    def act(pk: int) -> None:
        if deed(rows[pk], form, decided) != request.now:
            raise Refused("already")

    codes = {outlook.attempt.pk: outlook.code for outlook in outlooks}
    for outcome in bulk.each(rows, act):
        codes[outcome.pk] = outcome.refused.code if outcome.refused else ""
    if DONE in codes.values():
        messages.warning(request, _("It was carried out already: nothing was done twice."))
    return [
        Line(
            who=f"{outlook.attempt.candidate}, {outlook.attempt.exam.title}",
            url=reverse("manage_attempt", args=[outlook.attempt.pk]),
            is_done=codes[outlook.attempt.pk] in ("", DONE),
            sentence=sentence(codes[outlook.attempt.pk]),
        )
        for outlook in outlooks
    ]


def extend(attempt: Attempt, form: Any, decided: dict[str, Any]) -> datetime | None:
    attempts.extend(attempt.pk, form.extra_time(), **decided)
    return decided["now"]  # it is added each time


def grant_time(attempt: Attempt, form: Any, decided: dict[str, Any]) -> datetime | None:
    whom = attempt.candidate_id, attempt.exam_id
    return allowances.grant_time(*whom, form.extra_time(), **decided).granted_at


def grant_attempts(attempt: Attempt, form: DecisionForm, decided: dict[str, Any]) -> datetime | None:
    whom = attempt.candidate_id, attempt.exam_id
    return allowances.grant_attempts(*whom, form.cleaned_data["attempts"], **decided).granted_at


def waive_wait(attempt: Attempt, form: DecisionForm, decided: dict[str, Any]) -> datetime | None:
    return allowances.waive_wait(attempt.pk, **decided).granted_at


def void(attempt: Attempt, form: DecisionForm, decided: dict[str, Any]) -> datetime | None:
    return attempts.void(attempt.pk, **decided).voided_at


def reopen(attempt: Attempt, form: DecisionForm, decided: dict[str, Any]) -> datetime | None:
    return attempts.reopen(attempt.pk, minutes=form.cleaned_data["minutes"], **decided).reopened_at


def revoke(attempt: Attempt, form: DecisionForm, decided: dict[str, Any]) -> datetime | None:
    cause = RevocationCause(form.cleaned_data["cause"])
    return certificates.revoke_of(attempt.pk, cause=cause, **decided).revoked_at


# Each tells when it was so decided: at another moment than now means that somebody else did.
DEEDS: dict[str, Deed] = {
    "extend": extend,
    "grant_time": grant_time,
    "grant_attempts": grant_attempts,
    "waive_wait": waive_wait,
    "void": void,
    "reopen": reopen,
    "revoke": revoke,
}


def sentence(code: str) -> str:
    """Why nothing comes of it for one attempt; "" where something does or did."""
    sentences = {
        "": "",
        DONE: "",
        "own": _("Nobody decides about themselves: ask another manager."),
        "no_certificate": _("This attempt has no certificate that could be revoked."),
        "later_attempt": _(
            "The candidate has started a later attempt at this exam, so this one stays closed."
        ),
        "voided": _("It is voided already."),
        "finished": _(
            "The attempt is finished by now, so there is nothing to add time to. It can be reopened."
        ),
        "over": _("The attempt is finished, so there is nothing to add time to."),
        "overdue": _("Its time is up, and it is closed in a moment. Then it can be reopened."),
        "open": _("It is in progress already."),
        "no_wait": _("No wait follows it that could be waived."),
        "unlimited": _("This exam may be taken as often as one wants."),
        "twice": _("The same person at the same exam stands here already: they get it once."),
        "already": _("Somebody else has decided so meanwhile."),
    }
    return sentences[code]


def reported(request: Request, title: str, lines: Sequence[Line], *, back: str) -> HttpResponse:
    """Show what came of each, under an address of its own."""
    request.session[REPORT] = {"title": title, "lines": [asdict(line) for line in lines], "back": back}
    return redirect("manage_bulk_report")


@manager_required
@require_safe
def report(request: Request) -> HttpResponse:
    """What came of the last decision about many, as long as the session lasts."""
    last = request.session.get(REPORT)
    if last is None:
        return redirect("manage_attempts")
    done = sum(line["is_done"] for line in last["lines"])
    context = {"report": last, "done": done, "left": len(last["lines"]) - done}
    return render(request, "certification/manage/bulk_report.html", context)


@manager_required
@posted(lambda request: reverse("manage_invitations"))
@limited("invite")
def resend_many(request: Request) -> HttpResponse:
    """Another letter to each of the invited; those who cannot have one are left, with the reason why."""
    found = access.visible_invitations(request.user, chosen(request, "invitation"))
    back = f"{reverse('manage_invitations')}?state=open"
    if not found:
        messages.warning(request, _("Choose the invitations to send anew."))
        return redirect(back)
    if "confirmed" not in request.POST:
        context = {"invitations": found, "back": back}
        return render(request, "certification/manage/resend.html", context)

    as_of = ResendForm(request.POST).looked_at

    def act(pk: int) -> Invitation:
        return invitations.resend(pk, by=request.user.pk, now=request.now, as_of=as_of)

    refused = {outcome.pk: outcome.refused for outcome in bulk.each([row.pk for row in found], act)}
    lines = [invitation_line(row, refused[row.pk]) for row in found]
    return reported(request, _("Send anew"), lines, back=back)


def invitation_line(invitation: Invitation, refused: Refused | None) -> Line:
    return Line(
        who=str(invitation),
        url=invitation.partner.get_absolute_url() if invitation.partner else reverse("manage_staff"),
        is_done=refused is None,
        sentence=inviting.sentence(refused) if refused else "",
    )
