from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.models.bank import Option, Question
from certification.models.exams import Exam
from certification.models.people import Partner
from certification.rules import deadlines, scoring
from certification.rules.eligibility import Sitting
from certification.rules.scoring import Marked, Result
from certification.states import AttemptState


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        return self.filter(state=AttemptState.OPEN)

    def overdue(self, now: datetime) -> Self:
        """Open, with deadline and network grace gone. See also `Attempt.is_overdue`."""
        return self.open().filter(deadline__lt=now - deadlines.GRACE)


class Attempt(models.Model):
    """One sitting of an exam, with everything that was promised when it started."""

    # Frozen by actions.attempts.start
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("candidate"),
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("exam"))
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("deadline"))
    pass_percent = models.PositiveSmallIntegerField(_("pass mark, %"))
    tells_how_many = models.BooleanField(_("says how many answers are right"), default=False)
    holder_name = models.CharField(_("name for the certificate"), max_length=120)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        related_name="attempts",
        verbose_name=_("partner"),
    )

    # Set by actions.attempts.submit
    state = models.CharField(_("state"), max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    score = models.PositiveIntegerField(_("score"), null=True, help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(
        _("possible score"), null=True, help_text=_("In hundredths of a point.")
    )
    passed = models.BooleanField(_("passed"), null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=Q(state=AttemptState.OPEN),
                name="attempt_one_open_per_exam",
                violation_error_message=_("An attempt at this exam is in progress already."),
            ),
            models.UniqueConstraint(fields=["candidate", "exam", "number"], name="attempt_number_once"),
            models.CheckConstraint(
                name="attempt_state_known",
                condition=Q(state__in=AttemptState.values),
                violation_error_message=_("Choose one of the states of an attempt."),
            ),
            models.CheckConstraint(
                name="attempt_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Attempts are counted from 1."),
            ),
            models.CheckConstraint(
                name="attempt_deadline_after_start",
                condition=Q(deadline__gt=F("started_at")),
                violation_error_message=_("The deadline must be after the start."),
            ),
            models.CheckConstraint(
                name="attempt_open_or_scored",
                condition=Q(
                    state=AttemptState.OPEN,
                    finished_at__isnull=True,
                    score__isnull=True,
                    max_score__isnull=True,
                    passed__isnull=True,
                )
                | (
                    ~Q(state=AttemptState.OPEN)
                    & Q(
                        finished_at__isnull=False,
                        score__isnull=False,
                        max_score__isnull=False,
                        passed__isnull=False,
                    )
                ),
                violation_error_message=_("A finished attempt has a time and a score, an open one neither."),
            ),
            models.CheckConstraint(
                name="attempt_finished_after_start",
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                violation_error_message=_("An attempt cannot end before its start."),
            ),
            models.CheckConstraint(
                name="attempt_score_in_range",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=F("max_score")),
                violation_error_message=_("A score lies between 0 and the possible score."),
            ),
            models.CheckConstraint(
                name="attempt_pass_percent_in_range",
                condition=Q(pass_percent__gte=1, pass_percent__lte=100),
                violation_error_message=_("The pass mark is from 1 to 100 percent."),
            ),
        ]
        indexes = [
            # The sweeper's question, asked every few seconds.
            models.Index(
                fields=["deadline"],
                condition=Q(state=AttemptState.OPEN),
                name="attempt_open_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.exam_id} #{self.number}"

    def get_absolute_url(self) -> str:
        """Where its candidate goes on, or reads what came of it."""
        return reverse("question", args=[self.pk, 1]) if self.is_open else self.get_result_url()

    def get_result_url(self) -> str:
        return reverse("result", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    @property
    def counts(self) -> bool:
        """Whether limits and waits know of it; a voided one never happened."""
        return self.state != AttemptState.VOIDED

    def result(self) -> Result:
        """The paper scored as it stands; of a finished attempt always the same. Two queries."""
        return scoring.score(self.responses.marked(), pass_percent=self.pass_percent)

    def is_over(self, now: datetime) -> bool:
        """No further question is shown; what is on its way may still be saved."""
        return not self.is_open or now > self.deadline

    def is_overdue(self, now: datetime) -> bool:
        """To be closed. See also `AttemptQuerySet.overdue`."""
        return self.is_open and deadlines.is_too_late(now=now, deadline=self.deadline)

    @property
    def time_limit(self) -> timedelta:
        return self.deadline - self.started_at

    @property
    def sitting(self) -> Sitting:
        """What `rules.eligibility` has to know of this attempt."""
        return Sitting(started_at=self.started_at, finished_at=self.finished_at, passed=bool(self.passed))


class ResponseQuerySet(models.QuerySet["Response"]):
    def with_question(self) -> Self:
        return self.select_related("question__section").prefetch_related("question__options")

    def marked(self) -> list[Marked]:
        """The papers' questions with what was chosen and what is right, in order; two queries."""
        rows = list(
            self.order_by("attempt_id", "position").values_list(
                "question_id", "question__section__number", "chosen"
            )
        )
        correct: dict[int, set[int]] = {question_id: set() for question_id, *_ in rows}
        options = Option.objects.filter(question__in=correct, is_correct=True)
        for question_id, position in options.values_list("question_id", "position"):
            correct[question_id].add(position)
        return [
            Marked(section, frozenset(chosen), frozenset(correct[question_id]))
            for question_id, section, chosen in rows
        ]


class Response(models.Model):
    """One question of an attempt's paper, and what is answered so far.

    `order` and `chosen` hold canonical positions (`Option.position`); pages and requests speak of
    displayed indices only, since canonical positions would give the key away.
    """

    # Frozen by actions.attempts.start
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="responses", verbose_name=_("attempt")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="responses", verbose_name=_("question")
    )
    order = models.JSONField(_("order of the options as shown"))

    # Set by actions.attempts.save_answer
    chosen = models.JSONField(_("chosen"), default=list, blank=True)
    struck = models.JSONField(_("struck out"), default=list, blank=True)
    flagged = models.BooleanField(_("flagged"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    saved_at = models.DateTimeField(_("saved at"), null=True)
    # The highest number each page has stored here: {client: seq}. It stands on the row, so that
    # one lock guards it together with the answer.
    seqs = models.JSONField(_("sequence numbers"), default=dict, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["attempt_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="response_position_once"),
            models.UniqueConstraint(fields=["attempt", "question"], name="response_question_once"),
            models.CheckConstraint(
                name="response_position_from_one",
                condition=Q(position__gte=1),
                violation_error_message=_("Questions are numbered from 1."),
            ),
            models.CheckConstraint(
                name="response_saved_with_revision",
                condition=Q(revision=0, saved_at__isnull=True) | Q(revision__gt=0, saved_at__isnull=False),
                violation_error_message=_("What was saved has a revision and a time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"

    @property
    def is_answered(self) -> bool:
        return bool(self.chosen)

    @property
    def shown_options(self) -> list[Option]:
        """The question's options in the order of this paper."""
        options = {option.position: option for option in self.question.options.all()}
        return [options[position] for position in self.order]

    @property
    def right_count(self) -> int:
        """How many options are right; told only where the exam promises it."""
        return sum(option.is_correct for option in self.question.options.all())

    @property
    def shown_chosen(self) -> list[int]:
        """Displayed indices of what is chosen, ascending."""
        return self.shown(self.chosen)

    @property
    def shown_struck(self) -> list[int]:
        return self.shown(self.struck)

    def shown(self, positions: list[int]) -> list[int]:
        return [index for index, position in enumerate(self.order) if position in positions]

    @property
    def content(self) -> tuple[list[int], list[int], bool]:
        """What a save can change."""
        return self.chosen, self.struck, self.flagged

    def canonical(self, indices: Sequence[int]) -> list[int]:
        """Canonical positions of displayed indices, sorted; IndexError outside the paper."""
        if any(index < 0 for index in indices):
            raise IndexError(indices)
        return sorted({self.order[index] for index in indices})


class AnswerLog(models.Model):
    """Every save that changed an answer. Rows are only ever added: triggers refuse the rest."""

    response = models.ForeignKey(
        Response, on_delete=models.PROTECT, related_name="log", verbose_name=_("response")
    )
    revision = models.PositiveIntegerField(_("revision"))
    client = models.CharField(_("page"), max_length=40, blank=True)
    seq = models.PositiveIntegerField(_("number in the page"), null=True)
    chosen = models.JSONField(_("chosen"))
    struck = models.JSONField(_("struck out"))
    flagged = models.BooleanField(_("flagged"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("save")
        verbose_name_plural = _("answer log")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["response", "revision"], name="answerlog_revision_once"),
            models.CheckConstraint(
                name="answerlog_client_with_seq",
                condition=Q(client="", seq__isnull=True) | (~Q(client="") & Q(seq__isnull=False)),
                violation_error_message=_("A page and its number come together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} r{self.revision}"
