"""The gates: the only way a view gets an object. What is not theirs does not exist for them."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from certification.models import Attempt, Exam, User
from certification.reports import sitting
from certification.reports.sitting import Shown


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
