"""The manager's pages: attempts, and what is decided about them."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from certification import access
from certification.access import manager_required
from certification.actions import allowances, attempts, certificates
from certification.actions.refused import Refused
from certification.forms.manager import (
    DecisionForm,
    ExtendForm,
    GrantAttemptsForm,
    GrantTimeForm,
    OnceForm,
    ReceiptForm,
    ReopenForm,
    RevokeForm,
    VoidForm,
    WaiveWaitForm,
    WithdrawForm,
    decisions,
    withdrawals,
)
from certification.htmx import Request
from certification.models import Allowance, Attempt
from certification.reports import manager as reports
from certification.reports.manager import ReceiptCheck
from certification.states import RevocationCause

View = Callable[..., HttpResponseBase]


@manager_required
@require_safe
def attempt(request: Request, attempt_id: int) -> HttpResponse:
    return attempt_page(request, access.visible_attempt(request.user, attempt_id))


def attempt_page(
    request: Request,
    attempt: Attempt,
    *,
    typed: DecisionForm | None = None,
    withdrawal: WithdrawForm | None = None,
    refusal: str = "",
    receipt_form: ReceiptForm | None = None,
    receipt_check: ReceiptCheck | None = None,
    status: int = 200,
) -> HttpResponse:
    """An attempt and what may be decided about it; with what was typed, where that was refused."""
    dossier = reports.dossier(attempt, now=request.now)
    forms = (typed, withdrawal, receipt_form)
    context = {
        "attempt": attempt,
        "dossier": dossier,
        "standing": dossier.standing,
        "decisions": decisions(dossier, typed),
        "allowances": withdrawals(dossier.allowances, withdrawal),
        "is_own": attempt.candidate_id == request.user.pk,
        "refusal_sentence": refusal,
        "has_errors": bool(refusal) or any(form and form.errors for form in forms),
        "receipt_form": receipt_form or ReceiptForm(),
        "receipt_check": receipt_check,
    }
    return render(request, "certification/manage/attempt.html", context, status=status)


def of_attempt(view: View) -> View:
    """A POST about an attempt, which passes its gate. A login in between comes back by GET: then the page
    asks again.
    """

    @manager_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def posted(request: Request, attempt_id: int, **kwargs: Any) -> HttpResponseBase:
        attempt = access.visible_attempt(request.user, attempt_id)
        if request.method != "POST":
            return redirect("manage_attempt", attempt.pk)
        return view(request, attempt, **kwargs)

    return posted


def decision(form_class: type[DecisionForm]) -> Callable[[Callable[..., None]], View]:
    """A view that carries out what this form asks for, and goes back to the attempt's page.

    A form that is not valid is shown again with 422, one that the action refuses with 409.
    """

    def decorate(carry_out: Callable[..., None]) -> View:
        @of_attempt
        @wraps(carry_out)
        def decide(request: Request, attempt: Attempt) -> HttpResponse:
            form = form_class(request.POST, attempt=attempt)
            if not form.is_valid():
                return attempt_page(request, attempt, typed=form, status=422)
            try:
                carry_out(request, attempt, form)
            except Refused as refused:
                if refused.code != "done":
                    return refused_page(request, attempt, refused, typed=form)
                messages.warning(request, _("It was carried out already: nothing was done twice."))
            return redirect("manage_attempt", attempt.pk)

        return decide

    return decorate


def refused_page(request: Request, attempt: Attempt, refused: Refused, **typed: Any) -> HttpResponse:
    """The attempt's page with the sentence, and with what was typed."""
    sentences = {
        "own": _("Nobody decides about themselves: ask another manager."),
        "finished": _(
            "The attempt is finished by now, so there is nothing to add time to. It can be reopened."
        ),
        "overdue": _("Its time is up, and it is closed in a moment. Then it can be reopened."),
        "no_certificate": _("This attempt has no certificate that could be revoked."),
        "later_attempt": _(
            "The candidate has started a later attempt at this exam, so this one stays closed."
        ),
    }
    attempt.refresh_from_db()  # what refused it may have happened since it was read
    return attempt_page(request, attempt, refusal=sentences[refused.code], status=409, **typed)


def said(request: Request, form: OnceForm) -> dict[str, Any]:
    """Who decides so, when and why."""
    asked = form.cleaned_data
    return {"by": request.user.pk, "now": request.now, "reason": asked["reason"], "once": asked["once"]}


def tell(request: Request, at: datetime | None, *, done: str, before: str) -> None:
    """Say `done`, or `before` where it was so at another moment than now and nothing was changed."""
    if at == request.now:
        messages.success(request, done)
    else:
        messages.warning(request, before)


def tell_revoked(request: Request, attempt: Attempt) -> None:
    """Name the certificate that a decision of this moment has revoked with the result."""
    if attempt.promises_certificate:
        for certificate in attempt.certificates.filter(revoked_at=request.now):
            messages.warning(request, _("Certificate %(number)s was revoked.") % {"number": certificate})


def moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j E Y г., H:i:s")


@decision(ExtendForm)
def extend(request: Request, attempt: Attempt, form: ExtendForm) -> None:
    """More time in this attempt."""
    extended = attempts.extend(attempt.pk, form.extra_time(), **said(request, form))
    deadline = moment(extended.deadline)
    messages.success(
        request,
        _("Time was added: the attempt lasts until %(deadline)s (Moscow).") % {"deadline": deadline},
    )


@decision(VoidForm)
def void(request: Request, attempt: Attempt, form: VoidForm) -> None:
    """The attempt counts no more."""
    voided = attempts.void(attempt.pk, **said(request, form))
    at = moment(voided.voided_at)
    tell(
        request,
        voided.voided_at,
        done=_("The attempt was voided: it counts nowhere any more."),
        before=_("Nothing was changed: the attempt was voided on %(at)s (Moscow).") % {"at": at},
    )
    tell_revoked(request, attempt)


@decision(ReopenForm)
def reopen(request: Request, attempt: Attempt, form: ReopenForm) -> None:
    """The attempt goes on, for so many minutes from now."""
    reopened = attempts.reopen(attempt.pk, minutes=form.cleaned_data["minutes"], **said(request, form))
    deadline = {"deadline": moment(reopened.deadline)}
    tell(
        request,
        reopened.reopened_at,
        done=_("The attempt was reopened: it goes on until %(deadline)s (Moscow).") % deadline,
        before=_("Nothing was changed: the attempt goes on until %(deadline)s (Moscow).") % deadline,
    )
    tell_revoked(request, attempt)


@decision(RevokeForm)
def revoke(request: Request, attempt: Attempt, form: RevokeForm) -> None:
    """Its certificate holds no more."""
    cause = RevocationCause(form.cleaned_data["cause"])
    revoked = certificates.revoke_of(attempt.pk, cause=cause, **said(request, form))
    tell(
        request,
        revoked.revoked_at,
        done=_("The certificate was revoked: its public page says so from now on."),
        before=_("Nothing was changed: the certificate was revoked on %(at)s (Moscow).")
        % {"at": moment(revoked.revoked_at)},
    )


@decision(GrantTimeForm)
def grant_time(request: Request, attempt: Attempt, form: GrantTimeForm) -> None:
    """More time in what this person starts later at this exam."""
    whom = attempt.candidate_id, attempt.exam_id
    allowances.grant_time(*whom, form.extra_time(), **said(request, form))
    messages.success(request, _("Extra time was granted: it counts from the next attempt on."))
    if attempt.is_open:
        messages.warning(request, _("This attempt is in progress and gets none of it: add time to it."))


@decision(GrantAttemptsForm)
def grant_attempts(request: Request, attempt: Attempt, form: GrantAttemptsForm) -> None:
    """More attempts at this exam for this person."""
    whom, more = (attempt.candidate_id, attempt.exam_id), form.cleaned_data["attempts"]
    allowances.grant_attempts(*whom, more, **said(request, form))
    sentence = ngettext("%(count)d attempt more was granted.", "%(count)d attempts more were granted.", more)
    messages.success(request, sentence % {"count": more})


@decision(WaiveWaitForm)
def waive_wait(request: Request, attempt: Attempt, form: WaiveWaitForm) -> None:
    """No wait after this attempt."""
    waived = allowances.waive_wait(attempt.pk, **said(request, form))
    at = moment(waived.granted_at)
    tell(
        request,
        waived.granted_at,
        done=_("The wait after this attempt was waived."),
        before=_("Nothing was changed: the wait was waived on %(at)s (Moscow).") % {"at": at},
    )


@of_attempt
def withdraw(request: Request, attempt: Attempt, *, allowance_id: int) -> HttpResponse:
    """An allowance of the same person at the same exam counts no more."""
    allowance = access.allowance_at(attempt, allowance_id)
    form = WithdrawForm(request.POST, allowance=allowance)
    if not form.is_valid():
        return attempt_page(request, attempt, withdrawal=form, status=422)
    decided = {"by": request.user.pk, "now": request.now, **form.cleaned_data}
    try:
        withdrawn = allowances.withdraw(allowance.pk, **decided)
    except Refused as refused:
        return refused_page(request, attempt, refused, withdrawal=form)
    tell_withdrawn(request, withdrawn)
    return redirect("manage_attempt", attempt.pk)


def tell_withdrawn(request: Request, allowance: Allowance) -> None:
    at = moment(allowance.withdrawn_at)
    tell(
        request,
        allowance.withdrawn_at,
        done=_("The allowance was withdrawn: what starts from now on goes without it."),
        before=_("Nothing was changed: the allowance was withdrawn on %(at)s (Moscow).") % {"at": at},
    )


@of_attempt
def check_receipt(request: Request, attempt: Attempt) -> HttpResponse:
    """Whether what somebody shows is the receipt of this attempt; nothing is kept of it."""
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return attempt_page(request, attempt, receipt_form=form, status=422)
    check = reports.check_receipt(attempt, form.claimed())
    return attempt_page(request, attempt, receipt_check=check)
