from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.models.bank import Question, Section
from certification.rules.assembly import Candidate, Line
from certification.rules.eligibility import Terms
from certification.states import QUESTION_STATES_IN_WORK, ReviewLevel


class ExamQuerySet(models.QuerySet["Exam"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def published_or_among(self, exam_ids: Iterable[int]) -> Self:
        """With those of attempts in progress: taking an exam off the list ends no attempt."""
        return self.filter(Q(is_published=True) | Q(pk__in=list(exam_ids)))


def review_field(verbose_name: Any, help_text: Any) -> models.CharField:
    return models.CharField(
        verbose_name,
        max_length=10,
        choices=ReviewLevel,
        default=ReviewLevel.SECTIONS,
        help_text=help_text,
    )


def review_levels_known(name: str) -> models.CheckConstraint:
    """Of a model that has the three levels of a review."""
    return models.CheckConstraint(
        name=name,
        condition=Q(
            review_right_after__in=ReviewLevel.values,
            review_meanwhile__in=ReviewLevel.values,
            review_later__in=ReviewLevel.values,
        ),
        violation_error_message=_("Choose one of the levels of a review."),
    )


class Exam(models.Model):
    """What is promised to whoever sits it. An attempt copies the promises when it starts."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(
        _("about"), blank=True, help_text=_("One or two sentences for the list of exams.")
    )
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_published = models.BooleanField(_("published"), default=False)

    opens_at = models.DateTimeField(
        _("opens at"), null=True, blank=True, help_text=_("Attempts start from then on. Empty: at once.")
    )
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        help_text=_("Attempts under way end then as well. Empty: never."),
    )

    leaves_out_stale = models.BooleanField(
        _("leaves out what is stale"),
        default=False,
        help_text=_("A question whose day to be looked at again has passed is not drawn."),
    )
    minutes = models.PositiveSmallIntegerField(_("time limit, minutes"))
    pass_percent = models.PositiveSmallIntegerField(_("pass mark, %"))
    partial_credit = models.BooleanField(
        _("parts of a point"),
        default=False,
        help_text=_(
            "Where several answers are right, each one found earns its part and each wrong one takes it "
            "away, never below nought. Off: all of them and nothing else, or no point."
        ),
    )
    tells_how_many = models.BooleanField(
        _("says how many answers are right"),
        default=False,
        help_text=_("For questions with several right answers."),
    )
    gives_certificate = models.BooleanField(
        _("gives a certificate"),
        default=True,
        help_text=_("Without one it is training: it may be taken again after a pass."),
    )
    certificate_months = models.PositiveSmallIntegerField(_("a certificate is valid for, months"), default=12)

    review_right_after = review_field(_("right after the finish"), _("In the first 15 minutes."))
    review_meanwhile = review_field(_("until then"), _("Until the person has passed or has no attempt left."))
    review_later = review_field(_("later"), _("Once the person has passed or has no attempt left."))
    keeps_keys = models.BooleanField(
        _("keeps its right answers secret"),
        default=True,
        help_text=_(
            "Whoever may still sit this exam sees no right answer to its questions, whatever exam they meet "
            "them in."
        ),
    )

    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, help_text=_("Empty: as many as wanted.")
    )
    first_wait = models.DurationField(
        _("wait after the first failure"), default=timedelta, help_text=_("Days and hh:mm:ss.")
    )
    later_wait = models.DurationField(
        _("wait after later failures"), default=timedelta, help_text=_("Days and hh:mm:ss.")
    )
    cycle_days = models.PositiveSmallIntegerField(
        _("new attempts after, days"),
        default=90,
        help_text=_("Counted from the last attempt."),
    )

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["place", "title"]
        constraints = [
            models.CheckConstraint(
                name="exam_has_time",
                condition=Q(minutes__gte=1),
                violation_error_message=_("An exam lasts a minute at least."),
            ),
            models.CheckConstraint(
                name="exam_pass_percent_in_range",
                condition=Q(pass_percent__gte=1, pass_percent__lte=100),
                violation_error_message=_("The pass mark is from 1 to 100 percent."),
            ),
            models.CheckConstraint(
                name="exam_attempts_from_one",
                condition=Q(attempts_allowed__isnull=True) | Q(attempts_allowed__gte=1),
                violation_error_message=_("Allow one attempt at least, or leave it empty."),
            ),
            models.CheckConstraint(
                name="exam_cycle_from_one_day",
                condition=Q(cycle_days__gte=1),
                violation_error_message=_("New attempts come after a day at least."),
            ),
            models.CheckConstraint(
                name="exam_waits_not_negative",
                condition=Q(first_wait__gte=timedelta(), later_wait__gte=timedelta()),
                violation_error_message=_("A wait cannot be negative."),
            ),
            models.CheckConstraint(
                name="exam_closes_after_it_opens",
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("An exam closes after it opens."),
            ),
            models.CheckConstraint(
                name="exam_certificate_months_from_one",
                condition=Q(certificate_months__gte=1),
                violation_error_message=_("A certificate is valid for a month at least."),
            ),
            review_levels_known("exam_review_levels_known"),
            models.CheckConstraint(
                name="exam_has_a_title",
                condition=~Q(title=""),
                violation_error_message=_("An exam needs a title."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exam", args=[self.slug])

    def draws_on(self, day: date) -> tuple[list[Line], list[Candidate]]:
        """The blueprint and what a paper may be drawn from on that day, by somebody who has seen nothing."""
        lines = [line.rule for line in self.lines.all()]
        return lines, self.pool((line.section for line in lines), day)

    def pool(self, section_ids: Iterable[int], day: date) -> list[Candidate]:
        fresh_on = day if self.leaves_out_stale else None
        return Question.objects.candidates(section_ids, seen={}, fresh_on=fresh_on)

    @property
    def time_limit(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def terms(self) -> Terms:
        """What `rules.eligibility` has to know of this exam."""
        return Terms(
            is_published=self.is_published,
            attempts_allowed=self.attempts_allowed,
            first_wait=self.first_wait,
            later_wait=self.later_wait,
            cycle=timedelta(days=self.cycle_days),
            retake_after_pass=not self.gives_certificate,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )


class BlueprintLineQuerySet(models.QuerySet["BlueprintLine"]):
    def with_available(self, *, on: date) -> Self:
        """Each line with `available`: of how many questions of its section its exam draws on that day, and
        `heaviest`: how many points the heaviest of them is worth.
        """
        fresh = Q(section__questions__review_by__isnull=True) | Q(section__questions__review_by__gte=on)
        in_use = Q(section__questions__is_current=True) & (Q(exam__leaves_out_stale=False) | fresh)
        return (
            self.select_related("section")
            .annotate(
                available=models.Count("section__questions", filter=in_use),
                heaviest=models.Max("section__questions__weight", filter=in_use),
            )
            .order_by("section__number")  # a query with GROUP BY heeds no Meta.ordering
        )

    def with_supply(self, *, on: date) -> Self:
        """`with_available`, and beside it what there is to it: `drawable`, of each group of enemies one;
        `stale` and `in_work`.
        """
        stale = Q(section__questions__review_by__lt=on)
        fresh = Q(section__questions__review_by__isnull=True) | Q(section__questions__review_by__gte=on)
        in_use = Q(section__questions__is_current=True)
        drawn = in_use & (Q(exam__leaves_out_stale=False) | fresh)
        has_enemies = Q(section__questions__enemies__gt="")
        in_work = Q(section__questions__state__in=QUESTION_STATES_IN_WORK)
        groups = models.Count("section__questions__enemies", distinct=True, filter=drawn & has_enemies)
        alone = models.Count("section__questions", filter=drawn & Q(section__questions__enemies=""))
        return self.with_available(on=on).annotate(
            drawable=groups + alone,
            stale=models.Count("section__questions", filter=in_use & stale),
            in_work=models.Count("section__questions", filter=in_work),
        )


class BlueprintLine(models.Model):
    """How many questions of one section an exam's paper has, and how much of it must be right."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="lines", verbose_name=_("exam"))
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="+", verbose_name=_("section")
    )
    questions = models.PositiveSmallIntegerField(
        _("questions"), null=True, blank=True, help_text=_("Empty: the whole section.")
    )

    min_percent = models.PositiveSmallIntegerField(
        _("minimum, %"),
        null=True,
        blank=True,
        help_text=_("The least share of its points without which the exam is not passed. Empty: none."),
    )

    # Set by with_available().
    available: int
    heaviest: int | None
    # Set by with_supply().
    drawable: int
    stale: int
    in_work: int

    objects = BlueprintLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the blueprint")
        verbose_name_plural = _("blueprint")
        ordering = ["section__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "section"],
                name="blueprint_section_once",
                violation_error_message=_("This section is in the blueprint already."),
            ),
            models.CheckConstraint(
                name="blueprint_questions_from_one",
                condition=Q(questions__isnull=True) | Q(questions__gte=1),
                violation_error_message=_("Take one question at least, or leave it empty."),
            ),
            models.CheckConstraint(
                name="blueprint_min_percent_in_range",
                condition=Q(min_percent__isnull=True) | Q(min_percent__gte=1, min_percent__lte=100),
                violation_error_message=_("A section's minimum is from 1 to 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam}: {self.section}"

    @property
    def rule(self) -> Line:
        """What `rules.assembly` has to know of this line."""
        return Line(section=self.section_id, count=self.questions)

    @property
    def count(self) -> int:
        """How many questions a paper gets by this line; wants `with_available`."""
        return self.available if self.questions is None else self.questions
