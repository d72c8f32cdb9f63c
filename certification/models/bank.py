import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from certification.rules.assembly import Candidate
from certification.rules.freshness import Freshness
from certification.rules.item_findings import Finding
from certification.rules.item_lint import lint_against, lint_item
from certification.rules.items import Item, ItemOption, Kind
from certification.rules.search import folded
from certification.states import QUESTION_STATES_IN_WORK, QuestionKind, QuestionState


class Section(models.Model):
    """One part of the bank, numbered as in the source document."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="section_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Sections are numbered from 1."),
            ),
            models.CheckConstraint(
                name="section_has_a_title",
                condition=~Q(title=""),
                violation_error_message=_("A section needs a title."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_served(self) -> bool:
        """Whether any question of it is in somebody's paper."""
        return self.questions.filter(responses__isnull=False).exists()


class QuestionQuerySet(models.QuerySet["Question"]):
    def current(self) -> Self:
        """The published versions that draws use, one of a key at most."""
        return self.filter(is_current=True)

    def stale(self, on: date) -> Self:
        """Whose day to be looked at again has passed; see `Freshness.is_stale`."""
        return self.filter(review_by__lt=on)

    def matching(self, words: str) -> Self:
        """With each of these words in its text, options, explanation or number."""
        for word in folded(words).split():
            self = self.filter(searched__contains=word)
        return self

    def candidates(
        self, section_ids: Iterable[int], *, seen: Mapping[UUID, int], fresh_on: date | None = None
    ) -> list[Candidate]:
        """The current questions of these sections as `rules.assembly` draws from them, in a fixed order;
        `seen`: how often somebody had a question, by key. With `fresh_on` none that is stale on that day.
        """
        rows = self.current().filter(section__in=list(section_ids)).order_by("id")
        if fresh_on is not None:
            rows = rows.exclude(review_by__lt=fresh_on)
        return [
            Candidate(id=pk, section=section_id, enemies=enemies, seen=seen.get(key, 0))
            for pk, key, section_id, enemies in rows.values_list("id", "key", "section_id", "enemies")
        ]

    def standing(self) -> Self:
        """The version of every key that is read and changed: the one in work, else the one in use, else the
        last. A draft that was retired hides no version in use.
        """
        versions = self.model.objects.filter(key=OuterRef("key"))
        in_work, is_current = Q(state__in=QUESTION_STATES_IN_WORK), Q(is_current=True)
        return self.filter(
            in_work
            | is_current & ~Exists(versions.filter(in_work))
            | ~Exists(versions.filter(in_work | is_current | Q(version__gt=OuterRef("version"))))
        )

    def former(self) -> Self:
        """Every version beside the standing one."""
        return self.exclude(pk__in=self.model.objects.standing().values("pk"))

    def with_options(self) -> Self:
        """With section and options at hand, as `item` wants them."""
        return self.select_related("section").prefetch_related("options")

    def items(self) -> dict[UUID, Item]:
        """By key, of rows with one version of each, such as `current()`: each as its `Question.item`, but in
        two queries of plain values, for a whole bank.
        """
        options: dict[int, list[ItemOption]] = defaultdict(list)
        of_rows = Option.objects.filter(question__in=self.order_by()).order_by("question_id", "position")
        for question_id, text, is_correct in of_rows.values_list("question_id", "text", "is_correct"):
            options[question_id].append(ItemOption(text, is_correct))
        content = ("number", "section__number", "kind", "text", "explanation", "enemies", "weight")
        return {
            row.key: Item(
                number=row.number,
                section=row.section__number,
                kind=cast(Kind, row.kind),
                text=row.text,
                options=tuple(options[row.pk]),
                explanation=row.explanation,
                enemies=row.enemies,
                weight=row.weight,
            )
            for row in self.values_list("pk", "key", *content, named=True)
        }


class Question(models.Model):
    """One version of a question.

    `key` names the question, `version` counts. Once a response points at a row, neither it nor its
    options change any more (triggers hold that); `actions.bank.revise` adds the next version.
    """

    # From the author; frozen once served
    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="questions", verbose_name=_("section")
    )
    number = models.CharField(
        _("number in the document"),
        max_length=20,
        blank=True,
        help_text=_("Where the question comes from, such as 3.7."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind, default=QuestionKind.SINGLE)
    text = models.TextField(_("text"))
    explanation = models.TextField(
        _("explanation"),
        blank=True,
        help_text=_("Why the right answer is right, and what the others confuse."),
    )
    enemies = models.SlugField(
        _("enemies"),
        max_length=40,
        blank=True,
        help_text=_("Questions with the same word here answer one another: one paper has one."),
    )

    weight = models.PositiveSmallIntegerField(
        _("points"), default=1, help_text=_("How many points a right answer is worth.")
    )

    # Set by actions.bank
    state = models.CharField(_("state"), max_length=10, choices=QuestionState, default=QuestionState.DRAFT)
    is_current = models.BooleanField(_("in use"), default=False)
    author = models.ForeignKey(
        "certification.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    # What a person searches in, folded
    searched = models.TextField(default="", blank=True, editable=False)

    # What is known of it, which may change without a new version
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where its facts can be looked up: an address, a document, a screen of the product."),
    )
    checked_on = models.DateField(_("compared with its source on"), null=True, blank=True)
    review_by = models.DateField(
        _("look at it again by"),
        null=True,
        blank=True,
        help_text=_("After that day it counts as stale. Empty: never."),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["section__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="question_version_once"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(is_current=True),
                name="question_one_current",
                violation_error_message=_("Another version of this question is in use."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=QUESTION_STATES_IN_WORK),
                name="question_one_in_work",
                violation_error_message=_("A revision of this question is in work already."),
            ),
            models.CheckConstraint(
                name="question_current_is_published",
                condition=Q(is_current=False) | Q(state=QuestionState.PUBLISHED),
                violation_error_message=_("Only a published question can be in use."),
            ),
            models.CheckConstraint(
                name="question_state_known",
                condition=Q(state__in=QuestionState.values),
                violation_error_message=_("Choose one of the states of a question."),
            ),
            models.CheckConstraint(
                name="question_kind_known",
                condition=Q(kind__in=QuestionKind.values),
                violation_error_message=_("Choose one of the kinds of question."),
            ),
            models.CheckConstraint(
                name="question_version_from_one",
                condition=Q(version__gte=1),
                violation_error_message=_("Versions are counted from 1."),
            ),
            models.CheckConstraint(
                name="question_weight_in_range",
                condition=Q(weight__gte=1, weight__lte=100),
                violation_error_message=_("A question is worth from 1 to 100 points."),
            ),
            models.CheckConstraint(
                name="question_has_a_text",
                condition=~Q(text=""),
                violation_error_message=_("A question needs a text."),
            ),
            models.CheckConstraint(
                name="question_review_after_check",
                condition=Q(checked_on__isnull=True)
                | Q(review_by__isnull=True)
                | Q(review_by__gt=F("checked_on")),
                violation_error_message=_("A question is looked at again after the day of its check."),
            ),
        ]

    def __str__(self) -> str:
        """By its number, else by the words that it begins with."""
        name = self.number or Truncator(Truncator(self.text).words(6, truncate="…")).chars(60)
        return f"{name} v{self.version}"

    @cached_property
    def is_standing(self) -> bool:
        """Whether it is its key's version to read and change, see `QuestionQuerySet.standing`."""
        return Question.objects.standing().filter(pk=self.pk).exists()

    @property
    def freshness(self) -> Freshness:
        return Freshness(self.source, self.checked_on, self.review_by)

    @property
    def seen(self) -> str:
        """What somebody who edits it has before them: its item's digest, then that of what is known of it."""
        return self.item.digest + self.freshness.digest

    def findings(self, bank: Mapping[UUID, Item] | None = None, *, on: date) -> list[Finding]:
        """What the lint says of it on this day, by itself and beside the questions in use (`bank`, if they
        are at hand); wants `with_options`.
        """
        bank = Question.objects.current().items() if bank is None else bank
        others = [item for key, item in bank.items() if key != self.key]
        stale = self.freshness.findings(self.number, on)
        return [*lint_item(self.item), *lint_against(self.item, others), *stale]

    @property
    def item(self) -> Item:
        """The question as a plain value, options in their order."""
        return Item(
            number=self.number,
            section=self.section.number,
            kind=cast(Kind, self.kind),
            text=self.text,
            options=tuple(ItemOption(o.text, o.is_correct) for o in self.options.all()),
            explanation=self.explanation,
            enemies=self.enemies,
            weight=self.weight,
        )


class Option(models.Model):
    """One answer to choose. `position` names it in `Response.order` and `.chosen`."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="options", verbose_name=_("question")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("text"), max_length=500)
    is_correct = models.BooleanField(_("right"), default=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "position"],
                name="option_position_once",
                violation_error_message=_("Two options have the same position."),
            ),
            models.CheckConstraint(
                name="option_has_a_text",
                condition=~Q(text=""),
                violation_error_message=_("An option needs a text."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
