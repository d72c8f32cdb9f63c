"""What the pages of the bank tell: a question's history, and what would be missed without it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.models import Event, Exam, Question, Section, Shortfall, Supply
from certification.rules import assembly
from certification.rules.assembly import CannotAssemble
from certification.rules.item_diff import ItemDiff, diff
from certification.rules.item_findings import BANK, Finding, Level
from certification.states import QuestionState

# What has to be looked at again within so many days is shown as soon due.
SOON = timedelta(days=30)

SHORT = _("Nobody can start “%(exam)s”. %(section)s: questions wanted %(wanted)s, available %(available)s.")
FEW = _(
    "“%(exam)s”, %(section)s: questions wanted %(wanted)s, available %(available)s; %(times)s times as many "
    "as wanted are enough."
)


@dataclass(frozen=True, slots=True)
class VersionStory:
    """One version: what it says otherwise than the one before (the first: than itself) and what became of
    it, the oldest first.
    """

    question: Question
    diff: ItemDiff
    is_first: bool
    events: tuple[Event, ...]

    @property
    def word(self) -> str:
        return version_word(self.question)


def version_word(version: Question) -> str:
    """What has become of this version, in a word or a few."""
    if version.is_current:
        return gettext("in use")
    if version.state == QuestionState.PUBLISHED:
        return gettext("former, in new attempts no more")
    return version.get_state_display()


def history(question: Question) -> list[VersionStory]:
    """Every version of this question's key, the newest first. Three queries."""
    rows = Question.objects.filter(key=question.key).with_options().select_related("section", "author")
    versions = list(rows.order_by("version"))
    happened: dict[int, list[Event]] = {row.pk: [] for row in versions}
    for event in Event.objects.about(versions).select_related("actor"):
        happened[event.subject_id].append(event)
    formers = [versions[0], *versions]
    stories = [
        VersionStory(
            question=version,
            diff=diff(former.item, version.item),
            is_first=former is version,
            events=tuple(happened[version.pk]),
        )
        for former, version in zip(formers, versions, strict=False)
    ]
    return stories[::-1]


def shortfalls_without(questions: Sequence[Question], *, on: date) -> list[Shortfall]:
    """What published exams would lack without these versions, and do not lack with them."""
    return Supply(on=on).lost(without=questions)


def beside_items(*, on: date) -> Iterator[Finding]:
    """What there is to say of the bank in use beside its items: what is stale, and what exams ask of it."""
    for question in Question.objects.current().stale(on):
        yield from question.freshness.findings(question.number, on)
    titles = {section.pk: str(section) for section in Section.objects.all()}
    for exam in Exam.objects.published():
        lines, pool = exam.draws_on(on)
        asked: tuple[tuple[str, Level, Any, list[CannotAssemble]], ...] = (
            ("blueprint-short", "error", SHORT, assembly.shortfalls(lines, pool)),
            ("blueprint-few", "warning", FEW, assembly.few(lines, pool)),
        )
        for rule, level, sentence, found in asked:
            for one in found:
                values = {
                    "exam": exam.title,
                    "section": titles.get(one.section or 0, "—"),
                    "wanted": one.wanted,
                    "available": one.available,
                    "times": assembly.ENOUGH,
                }
                yield Finding(rule, level, BANK, sentence, values)


@dataclass(frozen=True, slots=True)
class Due:
    """How many questions in use have to be looked at again."""

    stale: int
    soon: int
    unchecked: int
    days: int = SOON.days


def due(*, on: date) -> Due:
    rows = Question.objects.current()
    return Due(
        stale=rows.stale(on).count(),
        soon=rows.filter(review_by__gte=on, review_by__lt=on + SOON).count(),
        unchecked=rows.filter(checked_on__isnull=True).count(),
    )
