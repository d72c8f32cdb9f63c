"""Choices and the moves between them. Imports no model, so that constraints can name them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    CANDIDATE = "candidate", _("candidate")
    LEAD = "lead", _("company lead")
    MANAGER = "manager", _("manager")
    ADMIN = "admin", _("administrator")


class StandingJob(TextChoices):
    """What runs beside the site; each is called as its command is."""

    SWEEPER = "close_overdue_attempts", _("closing of attempts out of time")
    SENDER = "send_notices", _("sending of letters")
    KEEPER = "refresh_statistics", _("statistics of questions")


# They see everybody's attempts and decide about them.
MANAGING_ROLES = (Role.MANAGER, Role.ADMIN)


# They belong to a company, which they are invited to.
PARTNER_ROLES = (Role.CANDIDATE, Role.LEAD)


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

# Nothing but actions.bank moves a version, and only along these: a trigger refuses the rest.
QUESTION_TRANSITIONS: dict[QuestionState, tuple[QuestionState, ...]] = {
    QuestionState.DRAFT: (QuestionState.IN_REVIEW, QuestionState.PUBLISHED, QuestionState.RETIRED),
    QuestionState.IN_REVIEW: (QuestionState.DRAFT, QuestionState.PUBLISHED, QuestionState.RETIRED),
    QuestionState.PUBLISHED: (QuestionState.RETIRED,),
    QuestionState.RETIRED: (),
}


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


class ItemFlag(TextChoices):
    """What the answers say against a question: a prompt to look at it, never a verdict."""

    NEGATIVE = "negative", _("the strong do worse at it")
    WRONG_KEY = "wrong_key", _("the key may be wrong")
    LEAKED = "leaked", _("it may have leaked")
    EASY = "easy", _("too easy")
    DEAD = "dead", _("an option that nobody takes")


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
    CERTIFICATE_ISSUED = "certificate_issued", _("certificate issued")
    CERTIFICATE_REVOKED = "certificate_revoked", _("certificate revoked")
    AGREEMENT_ACCEPTED = "agreement_accepted", _("agreement accepted")
    INVITATION_SENT = "invitation_sent", _("invitation sent")
    INVITATION_RESENT = "invitation_resent", _("invitation sent anew")
    INVITATION_REVOKED = "invitation_revoked", _("invitation revoked")
    INVITATION_ACCEPTED = "invitation_accepted", _("invitation accepted")
    PERSON_MOVED = "person_moved", _("person moved to another company")
    PERSON_DEACTIVATED = "person_deactivated", _("person may not sign in any more")
    PERSON_REACTIVATED = "person_reactivated", _("person may sign in again")
    ROLE_CHANGED = "role_changed", _("role changed")
    SIGHT_CHANGED = "sight_changed", _("companies that a manager sees changed")
    COMPANY_ASSIGNED = "company_assigned", _("manager of a company changed")
    FACTOR_REMOVED = "factor_removed", _("second factor taken away by an administrator")
    EXPORT_MADE = "export_made", _("list taken away as a file")
    NOTE_HANDLED = "note_handled", _("note handled")
    NOTE_PUT_BACK = "note_put_back", _("note put back among the new ones")
    LETTER_REPEATED = "letter_repeated", _("letter sent again")
    QUESTION_IMPORTED = "question_imported", _("question imported from a file")
    QUESTION_REVISED = "question_revised", _("question revised")
    QUESTION_REWRITTEN = "question_rewritten", _("draft of a question rewritten")
    QUESTION_SENT_TO_REVIEW = "question_sent_to_review", _("question sent to review")
    QUESTION_SENT_BACK = "question_sent_back", _("question sent back to its author")
    QUESTION_PUBLISHED = "question_published", _("question published")
    QUESTION_RETIRED = "question_retired", _("question retired")
    QUESTION_CHECKED = "question_checked", _("question compared with its source")
    SECTION_RENAMED = "section_renamed", _("section renamed")


class CertificateStatus(TextChoices):
    """What a certificate is worth at a moment; derived, never stored."""

    VALID = "valid", pgettext_lazy("certificate", "valid")
    EXPIRED = "expired", pgettext_lazy("certificate", "expired")
    SUPERSEDED = "superseded", pgettext_lazy("certificate", "renewed by a later one")
    REVOKED = "revoked", pgettext_lazy("certificate", "revoked")


class RevocationCause(TextChoices):
    """Why a certificate holds no more, as its public page says; the reason in words is not public."""

    RESULT_WITHDRAWN = "result_withdrawn", _("the exam's result was withdrawn")
    MISTAKE = "mistake", _("it was issued by mistake")
    RULES_BROKEN = "rules_broken", _("the programme's rules were broken")
    AT_REQUEST = "at_request", _("its holder asked for it")


class NoticeKind(TextChoices):
    INVITATION = "invitation", _("invitation")
    RESULT = "result", _("result of an attempt")
    CLOSED = "closed", _("attempt closed when time ran out")
    CERTIFICATE = "certificate", _("certificate issued")
    EXPIRING = "expiring", _("certificate expires soon")


class NoticeState(TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")
    DROPPED = "dropped", _("not needed any more")
