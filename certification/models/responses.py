from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.attempts import Attempt
from certification.models.bank import Option, Question
from certification.models.people import User, in_sight_of
from certification.rules.answering import Content
from certification.rules.receipt import Answered, Receipt
from certification.rules.scoring import Marked


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> Self:
        """Those of the attempts that are: see `AttemptQuerySet.visible_to`."""
        if user.sees_everything:
            return self.all()
        if user.is_manager:
            return self.filter(in_sight_of(user, "attempt__candidate__partner__"))
        return self.filter(attempt__candidate=user)

    def with_question(self) -> Self:
        return self.select_related("question__section").prefetch_related("question__options")

    def with_notes(self) -> Self:
        return self.exclude(note="")

    def unhandled(self) -> Self:
        """With a note that nobody has dealt with yet."""
        return self.with_notes().filter(handled_at__isnull=True)

    def marked(self) -> list[Marked]:
        """The papers' questions with what was chosen and what is right, in order; two queries."""
        rows = list(
            self.order_by("attempt_id", "position").values_list(
                "question_id", "question__section__number", "question__weight", "chosen"
            )
        )
        correct: dict[int, set[int]] = {question_id: set() for question_id, *_ in rows}
        options = Option.objects.filter(question__in=correct, is_correct=True)
        for question_id, position in options.values_list("question_id", "position"):
            correct[question_id].add(position)
        return [
            Marked(section, frozenset(chosen), frozenset(correct[question_id]), weight)
            for question_id, section, weight, chosen in rows
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
    note = models.TextField(
        _("note"), blank=True, help_text=_("What the candidate finds wrong with the question.")
    )
    revision = models.PositiveIntegerField(_("revision"), default=0)
    saved_at = models.DateTimeField(_("saved at"), null=True)
    # The highest number each page has stored here: {client: seq}. It stands on the row, so that
    # one lock guards it together with the answer.
    seqs = models.JSONField(_("sequence numbers"), default=dict, blank=True)

    # Set by actions.notes; another note is to be handled anew
    handled_at = models.DateTimeField(_("note handled at"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,  # millions of rows, of which a few have it
        related_name="+",
        verbose_name=_("note handled by"),
    )

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
            models.CheckConstraint(
                name="response_note_handled_by_somebody",
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | (Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(note="")),
                violation_error_message=_("A note is handled by somebody and at some time."),
            ),
        ]
        indexes = [
            # The managers' list of notes: few among very many.
            models.Index(fields=["saved_at"], condition=~Q(note=""), name="response_with_note"),
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
    def shown_chosen(self) -> list[int]:
        """Displayed indices of what is chosen, ascending."""
        return self.shown(self.chosen)

    @property
    def shown_struck(self) -> list[int]:
        return self.shown(self.struck)

    def shown(self, positions: list[int]) -> list[int]:
        return [index for index, position in enumerate(self.order) if position in positions]

    @property
    def content(self) -> Content:
        """What a save can change."""
        return Content(self.chosen, self.struck, self.flagged, self.note)

    @content.setter
    def content(self, content: Content) -> None:
        self.chosen, self.struck = content.chosen, content.struck
        self.flagged, self.note = content.flagged, content.note

    def written_by_others(self, *, than: str, since: int) -> bool:
        """Whether another page than `than` has made a revision after `since`."""
        return self.revision > since and self.log.filter(revision__gt=since).exclude(client=than).exists()


def receipt_of(attempt: Attempt) -> Receipt:
    """The receipt of a finished attempt, in Moscow time. One query, beside the attempt's exam."""
    if attempt.finished_at is None:
        raise ValueError("An attempt in progress has no receipt.")
    rows = attempt.responses.select_related("question").order_by("position")
    return Receipt(
        attempt=attempt.pk,
        exam=attempt.exam.slug,
        number=attempt.number,
        name=attempt.holder_name,
        started_at=in_moscow(attempt.started_at),
        deadline=in_moscow(attempt.deadline),
        finished_at=in_moscow(attempt.finished_at),
        answers=tuple(
            Answered(
                position=row.position,
                key=row.question.key,
                version=row.question.version,
                shown=tuple(row.shown_chosen),
                revision=row.revision,
                saved_at=in_moscow(row.saved_at) if row.saved_at else None,
            )
            for row in rows
        ),
    )


def in_moscow(moment: datetime) -> datetime:
    return moment.astimezone(timezone.get_default_timezone())


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
    note = models.TextField(_("note"), blank=True)
    shown_ms = models.PositiveIntegerField(
        _("shown, ms"),
        null=True,
        help_text=_("How long the page had shown the question, by its own clock. Empty: no script told."),
    )
    # A fact without a verdict: a call, a notice, a screen reader or a locked phone hides a page as well.
    away_times = models.PositiveSmallIntegerField(
        _("times out of sight"),
        null=True,
        help_text=_(
            "How often the page was out of sight since it showed the question. Empty: no script told."
        ),
    )
    away_ms = models.PositiveIntegerField(_("out of sight, ms"), null=True)
    network = models.CharField(
        _("network"),
        max_length=50,
        blank=True,
        default="",
        db_default="",
        help_text=_("From which network it came: the first part of an address. Empty: not known."),
    )
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
            models.CheckConstraint(
                name="answerlog_away_times_with_ms",
                condition=Q(away_times__isnull=True, away_ms__isnull=True)
                | Q(away_times__isnull=False, away_ms__isnull=False),
                violation_error_message=_("How often a page was out of sight comes with how long."),
            ),
            models.CheckConstraint(
                name="answerlog_network_without_host",
                condition=Q(network="") | Q(network__endswith="/24") | Q(network__endswith="/48"),
                violation_error_message=_("Of an address no more than its network is kept."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} r{self.revision}"
