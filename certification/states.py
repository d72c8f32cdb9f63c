"""Choices and the moves between them. Imports no model, so that constraints can name them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    CANDIDATE = "candidate", _("candidate")
    LEAD = "lead", _("company lead")
    MANAGER = "manager", _("manager")
    ADMIN = "admin", _("administrator")


# They see everybody's attempts and decide about them.
MANAGING_ROLES = (Role.MANAGER, Role.ADMIN)


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


# Nothing but actions.attempts moves an attempt, and only along these, each by the action named: a trigger
# refuses the rest, and docs/states.md draws them.
ATTEMPT_TRANSITIONS: dict[AttemptState, dict[AttemptState, str]] = {
    AttemptState.OPEN: {
        AttemptState.SUBMITTED: "submit, by the deadline",
        AttemptState.EXPIRED: "submit, after the deadline",
    },
    AttemptState.SUBMITTED: {AttemptState.VOIDED: "void", AttemptState.OPEN: "reopen"},
    AttemptState.EXPIRED: {AttemptState.VOIDED: "void", AttemptState.OPEN: "reopen"},
    AttemptState.VOIDED: {AttemptState.OPEN: "reopen"},
}


class ReviewLevel(TextChoices):
    """What a candidate sees of a finished attempt; each level shows what those before it show."""

    NOTHING = "nothing", _("only that it is finished")
    SCORE = "score", _("the score")
    SECTIONS = "sections", _("the score of each section")
    WRONG = "wrong", _("which questions were answered wrongly")
    ANSWERS = "answers", _("the right answers, explained")

    def includes(self, other: "ReviewLevel") -> bool:
        order = list(ReviewLevel)
        return order.index(self) >= order.index(other)


class AllowanceKind(TextChoices):
    TIME = "time", _("extra time")
    ATTEMPTS = "attempts", _("extra attempts")
    NO_WAIT = "no_wait", _("no wait before the next attempt")


# Extra time in percent of the exam's own.
TIME_PERCENTS = (125, 150, 200)


class EventKind(TextChoices):
    ATTEMPT_STARTED = "attempt_started", _("attempt started")
    ATTEMPT_SUBMITTED = "attempt_submitted", _("attempt finished by the candidate")
    ATTEMPT_EXPIRED = "attempt_expired", _("attempt finished when time ran out")
    ATTEMPT_EXTENDED = "attempt_extended", _("attempt extended")
    ATTEMPT_VOIDED = "attempt_voided", _("attempt voided")
    ATTEMPT_REOPENED = "attempt_reopened", _("attempt reopened")
    ALLOWANCE_GRANTED = "allowance_granted", _("allowance granted")
    ALLOWANCE_WITHDRAWN = "allowance_withdrawn", _("allowance withdrawn")
    QUESTION_REVISED = "question_revised", _("question revised")
    QUESTION_PUBLISHED = "question_published", _("question published")
    QUESTION_RETIRED = "question_retired", _("question retired")
