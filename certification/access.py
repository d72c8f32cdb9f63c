"""The gates: the only way a view gets an object. What is not theirs does not exist for them."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from certification.models import Allowance, Attempt, Certificate, Exam, Invitation, Partner, Response, User
from certification.reports import sitting
from certification.reports.sitting import Shown
from certification.states import Role


def published_exam(slug: str) -> Exam:
    return get_object_or_404(Exam.objects.published(), slug=slug)


def candidate_attempt(user: User, attempt_id: int) -> Attempt:
    """The user's own attempt, with its exam."""
    return get_object_or_404(user.attempts.select_related("exam"), pk=attempt_id)


def finished_attempt(user: User, attempt_id: int) -> Attempt:
    """The user's own attempt, with its exam, once it is finished."""
    return get_object_or_404(user.attempts.finished().select_related("exam"), pk=attempt_id)


def question(attempt: Attempt, position: int) -> Shown:
    """One question of an attempt that passed its gate."""
    shown = sitting.shown(attempt, position)
    if shown is None:
        raise Http404
    return shown


View = Callable[..., HttpResponseBase]


def gate(allows: Callable[[User], bool]) -> Callable[[View], View]:
    """Opens a view to those whom `allows` lets in; to anybody else who is signed in it is not for them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allows(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return gated

    return decorate


manager_required = gate(lambda user: user.is_manager)  # administrators among them
administrator_required = gate(lambda user: user.is_staff)
lead_required = gate(lambda user: user.role == Role.LEAD)


def first_page(user: User) -> str:
    """Where somebody starts who has asked for no page: who needs help, one's company, or one's exams."""
    if user.is_manager:
        return reverse("manage_today")
    return reverse("company" if user.role == Role.LEAD else "home")


def visible_attempt(user: User, attempt_id: int) -> Attempt:
    """An attempt that the user may look at, with what its page tells of it."""
    rows = Attempt.objects.visible_to(user).select_related("exam", "candidate", "partner", "voided_by")
    return get_object_or_404(rows, pk=attempt_id)


def visible_attempts(user: User, ids: Collection[int]) -> list[Attempt]:
    """Of these attempts those that the user may look at, the newest first, with their certificates."""
    rows = Attempt.objects.visible_to(user).with_certificates().filter(pk__in=ids)
    return list(rows.select_related("exam", "candidate").order_by("-started_at", "-pk"))


def certificate_sheet(user: User, certificate_id: int) -> Certificate:
    """A certificate that the user may have as a file: its holder one that is not revoked, managers any that
    they see.
    """
    rows = user.certificates.in_force()
    if user.is_manager:
        rows |= Certificate.objects.visible_to(user)
    return get_object_or_404(rows, pk=certificate_id)


def allowance_at(attempt: Attempt, allowance_id: int) -> Allowance:
    """An allowance of the same person at the same exam as an attempt that passed its gate."""
    allowances = Allowance.objects.filter(candidate=attempt.candidate_id, exam=attempt.exam_id)
    return get_object_or_404(allowances, pk=allowance_id)


def own_company(user: User) -> Partner:
    """The company of a lead."""
    return get_object_or_404(Partner, pk=user.partner_id if user.role == Role.LEAD else None)


def own_invitation(user: User, invitation_id: int) -> Invitation:
    """An invitation of a candidate to the lead's own company, whatever became of it."""
    own = Invitation.objects.filter(partner=own_company(user), role=Role.CANDIDATE)
    return get_object_or_404(own, pk=invitation_id)


def company(user: User, partner_id: int) -> Partner:
    """A company that a manager sees, with the one responsible."""
    return get_object_or_404(Partner.objects.visible_to(user).select_related("manager"), pk=partner_id)


def company_invitation(user: User, invitation_id: int) -> Invitation:
    """An invitation that somebody of the staff may decide about: to a company that they see, or by
    administrators any.
    """
    rows = Invitation.objects.visible_to(user).select_related("partner__manager")
    return get_object_or_404(rows, pk=invitation_id)


def visible_invitations(user: User, ids: Collection[int]) -> list[Invitation]:
    """Of these invitations those that somebody of the staff may decide about."""
    rows = Invitation.objects.visible_to(user).filter(pk__in=ids)
    return list(rows.select_related("partner").order_by("-sent_at", "-pk"))


def company_person(user: User, person_id: int) -> User:
    """A candidate or lead whom a manager sees, in a company or, for those who see everything, in none."""
    people = User.objects.visible_to(user).of_companies().select_related("partner")
    return get_object_or_404(people, pk=person_id)


def exam_to_grant_at(person: User, slug: str) -> Exam:
    """One that is published, or that a person who passed their gate is taking."""
    taking = person.attempts.open().values_list("exam", flat=True)
    return get_object_or_404(Exam.objects.published_or_among(taking), slug=slug)


def allowance_of(person: User, allowance_id: int) -> Allowance:
    """An allowance of a person who passed their gate."""
    return get_object_or_404(person.allowances, pk=allowance_id)


def programme_manager(user_id: int) -> User:
    """A manager, for the page on which administrators decide about them."""
    return get_object_or_404(User, pk=user_id, role=Role.MANAGER)


def visible_note(user: User, response_id: int) -> Response:
    """A note at a question that a manager sees, handled or not."""
    return get_object_or_404(Response.objects.visible_to(user).with_notes(), pk=response_id)


def invitation_behind(token: str) -> Invitation | None:
    """To what a letter's link leads; who holds the token may read who invites whom to what."""
    return Invitation.objects.with_token(token).select_related("partner", "invited_by").first()
