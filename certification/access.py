"""The gates: the only way a view gets an object. What is not theirs does not exist for them."""

from django.shortcuts import get_object_or_404

from certification.models import Attempt, Exam, Response, User


def published_exam(slug: str) -> Exam:
    return get_object_or_404(Exam.objects.published(), slug=slug)


def candidate_attempt(user: User, attempt_id: int) -> Attempt:
    """The user's own attempt, with its exam."""
    return get_object_or_404(user.attempts.select_related("exam"), pk=attempt_id)


def response(attempt: Attempt, position: int) -> Response:
    """One question of an attempt that passed its gate, with everything to show it."""
    return get_object_or_404(attempt.responses.with_question(), position=position)
