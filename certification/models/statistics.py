"""Counts of finished attempts, from which the statistics of questions are worked out.

Each row says how many papers or answers were exactly so; `rules.item_tally` says what of a paper enters
where. Only `actions.statistics` writes here, and an attempt is in the counts exactly while it `is_tallied`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certification.models.attempts import Attempt, AttemptQuerySet
from certification.models.bank import Question, Section
from certification.models.exams import Exam
from certification.rules.item_tally import LONGEST


def untallied() -> AttemptQuerySet:
    """Attempts with a verdict that are not in the counts yet."""
    return Attempt.objects.counted().filter(is_tallied=False)


def scores_in_range() -> models.CheckConstraint:
    return models.CheckConstraint(
        name="%(class)s_score_in_range",
        condition=Q(score__lte=F("max_score")),
        violation_error_message=_("A score lies between 0 and the possible score."),
    )


def mark_in_range() -> models.CheckConstraint:
    return models.CheckConstraint(
        name="%(class)s_mark_in_range",
        condition=Q(mark__lte=100),
        violation_error_message=_("An answer earns from 0 to 100 percent of its points."),
    )


def once(*names: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["exam", "is_first", *names], name="%(class)s_once")


class Tally(models.Model):
    """One count. KEY: what is counted, in the order of the keys of `rules.item_tally.Tally`."""

    # The unique key begins with the exam: an index of its own would only cost.
    exam = models.ForeignKey(
        Exam, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("exam")
    )
    is_first = models.BooleanField(_("first attempts"))
    count = models.PositiveIntegerField(_("how many"))

    KEY: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_counts_something",
                condition=Q(count__gte=1),
                violation_error_message=_("What is counted is there once at least."),
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(str(getattr(self, name)) for name in self.KEY)}: {self.count}"


class QuestionTally(Tally):
    """A count of answers to one version of a question."""

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("question")
    )

    class Meta(Tally.Meta):
        abstract = True


class PaperTally(Tally):
    """How many papers had this score."""

    score = models.PositiveIntegerField(_("score"), help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(_("possible score"), help_text=_("In hundredths of a point."))

    KEY = ("is_first", "score", "max_score")

    class Meta(Tally.Meta):
        verbose_name = _("count of papers")
        verbose_name_plural = _("counts of papers")
        constraints = [*Tally.Meta.constraints, once("score", "max_score"), scores_in_range()]


class SectionTally(Tally):
    """How many papers of this size had this score in a section."""

    paper = models.PositiveIntegerField(
        _("possible score of the paper"), help_text=_("In hundredths of a point.")
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("section")
    )
    score = models.PositiveIntegerField(_("score"), help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(_("possible score"), help_text=_("In hundredths of a point."))

    KEY = ("is_first", "paper", "section_id", "score", "max_score")

    class Meta(Tally.Meta):
        verbose_name = _("count of sections")
        verbose_name_plural = _("counts of sections")
        constraints = [
            *Tally.Meta.constraints,
            once("paper", "section", "score", "max_score"),
            scores_in_range(),
        ]


class MarkTally(QuestionTally):
    """How many papers of this score earned so much by a question."""

    score = models.PositiveIntegerField(_("score"), help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(_("possible score"), help_text=_("In hundredths of a point."))
    mark = models.PositiveSmallIntegerField(_("earned, %"))

    KEY = ("is_first", "question_id", "score", "max_score", "mark")

    class Meta(QuestionTally.Meta):
        verbose_name = _("count of marks")
        verbose_name_plural = _("counts of marks")
        constraints = [
            *Tally.Meta.constraints,
            once("question", "score", "max_score", "mark"),
            scores_in_range(),
            mark_in_range(),
        ]


class OptionTally(QuestionTally):
    """How many papers of this score chose an option of a question."""

    score = models.PositiveIntegerField(_("score"), help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(_("possible score"), help_text=_("In hundredths of a point."))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("0: no answer."))

    KEY = ("is_first", "question_id", "score", "max_score", "position")

    class Meta(QuestionTally.Meta):
        verbose_name = _("count of choices")
        verbose_name_plural = _("counts of choices")
        constraints = [
            *Tally.Meta.constraints,
            once("question", "score", "max_score", "position"),
            scores_in_range(),
        ]


class MonthTally(QuestionTally):
    """How many papers of a month earned so much by a question."""

    month = models.DateField(_("month"), help_text=_("Its first day."))
    mark = models.PositiveSmallIntegerField(_("earned, %"))

    KEY = ("is_first", "question_id", "month", "mark")

    class Meta(QuestionTally.Meta):
        verbose_name = _("count of a month")
        verbose_name_plural = _("counts of months")
        constraints = [*Tally.Meta.constraints, once("question", "month", "mark"), mark_in_range()]


class TimeTally(QuestionTally):
    """How many papers showed a question for so long."""

    seconds = models.PositiveSmallIntegerField(_("shown, s"))

    KEY = ("is_first", "question_id", "seconds")

    class Meta(QuestionTally.Meta):
        verbose_name = _("count of times")
        verbose_name_plural = _("counts of times")
        constraints = [
            *Tally.Meta.constraints,
            once("question", "seconds"),
            models.CheckConstraint(
                name="%(class)s_at_most_an_hour",
                condition=Q(seconds__lte=LONGEST),
                violation_error_message=_("A question counts as shown for an hour at most."),
            ),
        ]


TALLIES: tuple[type[Tally], ...] = (PaperTally, SectionTally, MarkTally, OptionTally, MonthTally, TimeTally)
