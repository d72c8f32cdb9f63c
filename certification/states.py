"""Choices and the moves between them. Imports no model, so that constraints can name them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    CANDIDATE = "candidate", _("candidate")
    LEAD = "lead", _("company lead")
    MANAGER = "manager", _("manager")
    ADMIN = "admin", _("administrator")


class PartnerKind(TextChoices):
    CONSULTANT = "consultant", _("consultant")
    DEVELOPER = "developer", _("developer (integrator)")


class QuestionKind(TextChoices):
    SINGLE = "single", _("one right answer")
    MULTIPLE = "multiple", _("several right answers")


class QuestionState(TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


QUESTION_STATES_IN_WORK = (QuestionState.DRAFT, QuestionState.IN_REVIEW)


class AttemptState(TextChoices):
    OPEN = "open", _("in progress")
    SUBMITTED = "submitted", _("finished by the candidate")
    EXPIRED = "expired", _("finished when time ran out")
    VOIDED = "voided", _("voided")


# Nothing but actions.attempts moves an attempt, and only along these.
ATTEMPT_TRANSITIONS: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.OPEN: frozenset({AttemptState.SUBMITTED, AttemptState.EXPIRED}),
    AttemptState.SUBMITTED: frozenset({AttemptState.VOIDED}),
    AttemptState.EXPIRED: frozenset({AttemptState.VOIDED}),
    AttemptState.VOIDED: frozenset(),
}


class EventKind(TextChoices):
    ATTEMPT_STARTED = "attempt_started", _("attempt started")
    ATTEMPT_SUBMITTED = "attempt_submitted", _("attempt finished by the candidate")
    ATTEMPT_EXPIRED = "attempt_expired", _("attempt finished when time ran out")
    QUESTION_REVISED = "question_revised", _("question revised")
    QUESTION_PUBLISHED = "question_published", _("question published")
    QUESTION_RETIRED = "question_retired", _("question retired")
