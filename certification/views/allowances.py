"""What a manager grants to a person at an exam, before they begin it as well, and takes back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification import access
from certification.access import manager_required
from certification.actions import allowances
from certification.actions.refused import Refused
from certification.forms.allowances import GrantAttemptsAtExamForm, GrantForm, GrantTimeAtExamForm
from certification.forms.manager import WithdrawForm
from certification.htmx import Request
from certification.models import User
from certification.views.inviting import posted
from certification.views.manager import said, tell_withdrawn
from certification.views.people import back, person_page, sentence

View = Callable[..., HttpResponseBase]


def grant(form_class: type[GrantForm]) -> Callable[[Callable[..., None]], View]:
    """A view that carries out what this form asks for, and goes back to the person's page.

    A form that is not valid is shown again with 422, one that the action refuses with 409.
    """

    def decorate(carry_out: Callable[..., None]) -> View:
        @manager_required
        @posted(back)
        @wraps(carry_out)
        def decide(request: Request, person_id: int, slug: str) -> HttpResponse:
            person = access.company_person(request.user, person_id)
            form = form_class(request.POST, exam=access.exam_to_grant_at(person, slug))
            if not form.is_valid():
                return person_page(request, person, granted=form, status=422)
            try:
                carry_out(request, person, form)
            except Refused as refused:
                if refused.code != "done":
                    return person_page(request, person, granted=form, refusal=sentence(refused), status=409)
                messages.warning(request, _("It was carried out already: nothing was done twice."))
            return redirect("manage_person", person.pk)

        return decide

    return decorate


@grant(GrantTimeAtExamForm)
def grant_time(request: Request, person: User, form: GrantTimeAtExamForm) -> None:
    """More time in what this person starts from now on at this exam."""
    allowances.grant_time(person.pk, form.exam.pk, form.extra_time(), **said(request, form))
    messages.success(request, _("Extra time was granted: it counts from the next attempt on."))
    if person.attempts.open().filter(exam=form.exam).exists():
        messages.warning(
            request, _("An attempt is in progress and gets none of it: add time on the attempt's own page.")
        )


@grant(GrantAttemptsAtExamForm)
def grant_attempts(request: Request, person: User, form: GrantAttemptsAtExamForm) -> None:
    """More attempts at this exam for this person."""
    more = form.cleaned_data["attempts"]
    allowances.grant_attempts(person.pk, form.exam.pk, more, **said(request, form))
    words = ngettext("%(count)d attempt more was granted.", "%(count)d attempts more were granted.", more)
    messages.success(request, words % {"count": more})


@manager_required
@posted(back)
def withdraw(request: Request, person_id: int, allowance_id: int) -> HttpResponse:
    """An allowance of this person counts no more."""
    person = access.company_person(request.user, person_id)
    form = WithdrawForm(request.POST, allowance=access.allowance_of(person, allowance_id))
    if not form.is_valid():
        return person_page(request, person, granted=form, status=422)
    decided: dict[str, Any] = {"by": request.user.pk, "now": request.now, **form.cleaned_data}
    try:
        withdrawn = allowances.withdraw(allowance_id, **decided)
    except Refused as refused:
        return person_page(request, person, granted=form, refusal=sentence(refused), status=409)
    tell_withdrawn(request, withdrawn)
    return redirect("manage_person", person.pk)
