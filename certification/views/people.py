"""One person of a company, and what a manager decides about them."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification import access
from certification.access import manager_required
from certification.actions import people
from certification.actions.refused import Refused
from certification.forms.allowances import GrantForm, grantings
from certification.forms.companies import (
    DeactivateForm,
    LeadForm,
    MoveForm,
    PersonForm,
    ReactivateForm,
    decisions,
)
from certification.forms.manager import WithdrawForm
from certification.htmx import Request
from certification.models import User
from certification.reports import person as reports
from certification.views.inviting import posted

View = Callable[..., HttpResponseBase]


@manager_required
@require_safe
def person(request: Request, person_id: int) -> HttpResponse:
    return person_page(request, access.company_person(request.user, person_id))


def person_page(
    request: Request,
    person: User,
    *,
    typed: PersonForm | None = None,
    granted: GrantForm | WithdrawForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """A person and what may be decided about them; with what was typed, where that was refused."""
    profile = reports.profile(person, reader=request.user, now=request.now)
    context = {
        "person": person,
        "profile": profile,
        "home": profile.home,
        "grantings": grantings(profile.at_exams, granted),
        "decisions": decisions(person, typed, by=request.user),
        "refusal_sentence": refusal,
        "has_errors": status != 200,
    }
    return render(request, "certification/manage/person.html", context, status=status)


def after(user: User, person_id: int) -> str:
    """To the page of a person; to the companies, where they have moved to one that `user` does not see."""
    if User.objects.visible_to(user).filter(pk=person_id).exists():
        return reverse("manage_person", args=[person_id])
    return reverse("manage_partners")


def back(request: Request, person_id: int, **_what: object) -> str:
    return reverse("manage_person", args=[access.company_person(request.user, person_id).pk])


def decision(form_class: type[PersonForm]) -> Callable[[Callable[..., str]], View]:
    """A view that carries out what this form asks for, and goes back to the person's page.

    A form that is not valid is shown again with 422, one that the action refuses with 409.
    """

    def decorate(carry_out: Callable[..., str]) -> View:
        @manager_required
        @posted(back)
        @wraps(carry_out)
        def decide(request: Request, person_id: int) -> HttpResponse:
            person = access.company_person(request.user, person_id)
            form = form_class(request.POST, person=person, by=request.user)
            if not form.is_valid():
                return person_page(request, person, typed=form, status=422)
            said = {"by": request.user.pk, "now": request.now, "reason": form.cleaned_data["reason"]}
            try:
                done = carry_out(person, form, said)
            except Refused as refused:
                person = access.company_person(request.user, person_id)  # as it is by now
                return person_page(request, person, typed=form, refusal=sentence(refused), status=409)
            messages.success(request, done)
            return redirect(after(request.user, person.pk))

        return decide

    return decorate


@decision(MoveForm)
def move(person: User, form: MoveForm, said: dict) -> str:
    """To another company, or to none."""
    partner = form.cleaned_data["partner"]
    people.move(person.pk, partner.pk if partner else None, **said)
    if partner is None:
        return _("%(name)s is in no company now.") % {"name": person}
    return _("%(name)s is in %(company)s now.") % {"name": person, "company": partner}


@decision(LeadForm)
def change_role(person: User, form: LeadForm, said: dict) -> str:
    """Candidate or lead of the same company."""
    changed = people.change_role(person.pk, form.cleaned_data["role"], **said)
    return _("%(name)s: %(role)s.") % {"name": person, "role": changed.get_role_display()}


@decision(DeactivateForm)
def deactivate(person: User, form: DeactivateForm, said: dict) -> str:
    """They sign in no more."""
    people.deactivate(person.pk, **said)
    return _("%(name)s cannot sign in any more.") % {"name": person}


@decision(ReactivateForm)
def reactivate(person: User, form: ReactivateForm, said: dict) -> str:
    """They sign in again."""
    people.reactivate(person.pk, **said)
    return _("%(name)s can sign in again.") % {"name": person}


def sentence(refused: Refused) -> str:
    sentences = {
        "own": _("Nobody decides about themselves: ask another manager."),
        "not_allowed": _("Only an administrator decides about managers and administrators."),
        "no_company": _("A company lead needs a company."),
        "no_manager": _("Nothing was changed: they are no manager any more."),
        "staff": _("Managers and administrators belong to no company."),
    }
    return sentences[refused.code]
