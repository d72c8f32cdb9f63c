"""What the published exams can draw on, and what they would lack were other questions in use."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from certification.models.bank import Question, Section
from certification.models.exams import BlueprintLine, Exam
from certification.rules import assembly
from certification.rules.assembly import Candidate, CannotAssemble
from certification.rules.item_findings import Finding

SHORT = _(
    "With this version in use nobody can start “%(exam)s”. %(section)s: questions wanted %(wanted)s, left "
    "%(available)s."
)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a published exam lacks of a section; None: it has no blueprint."""

    exam: Exam
    section: Section | None
    short: CannotAssemble


class Supply:
    """The published exams and the questions in use that they draw on that day, in three queries."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        lines = Prefetch("lines", BlueprintLine.objects.select_related("section"))
        self.exams = list(Exam.objects.published().prefetch_related(lines))
        sections = {line.section_id for exam in self.exams for line in exam.lines.all()}
        known = ("key", "section", "enemies", "source", "checked_on", "review_by")
        self.rows = list(Question.objects.current().filter(section__in=sections).order_by("id").only(*known))

    def pool(self, exam: Exam, rows: Iterable[Question]) -> list[Candidate]:
        """As `Exam.pool`, were these rows in use."""
        sections = {line.section_id for line in exam.lines.all()}
        return [
            Candidate(id=row.pk, section=row.section_id, enemies=row.enemies, seen=0)
            for row in rows
            if row.section_id in sections and not (exam.leaves_out_stale and row.freshness.is_stale(self.on))
        ]

    def shortfalls(self, exam: Exam, rows: Iterable[Question]) -> list[Shortfall]:
        lines = {line.section_id: line for line in exam.lines.all()}
        found = assembly.shortfalls([line.rule for line in lines.values()], self.pool(exam, rows))
        return [
            Shortfall(exam, lines[short.section].section if short.section else None, short) for short in found
        ]

    @cached_property
    def lacked(self) -> dict[tuple[int, int | None], int]:
        """How many questions there are where there are too few already, by exam and section."""
        return {
            (exam.pk, one.short.section): one.short.available
            for exam in self.exams
            for one in self.shortfalls(exam, self.rows)
        }

    def lost(self, *, without: Collection[Question], beside: Collection[Question] = ()) -> list[Shortfall]:
        """What exams lack without these versions and with those, beyond what they lack already."""
        gone = {question.pk for question in without}
        rows = [*(row for row in self.rows if row.pk not in gone), *beside]
        touched = {question.section_id for question in (*without, *beside)}
        return [
            one
            for exam in self.exams
            if not touched.isdisjoint(line.section_id for line in exam.lines.all())
            for one in self.shortfalls(exam, rows)
            if one.short.available < self.lacked.get((exam.pk, one.short.section), one.short.wanted)
        ]

    def findings(self, question: Question) -> list[Finding]:
        """What exams would lack were this version in use in place of the one that is; a warning each."""
        former = [row for row in self.rows if row.key == question.key]
        return [
            Finding(
                "exam-short",
                "warning",
                question.number,
                SHORT,
                {
                    "exam": one.exam.title,
                    "section": str(one.section or "—"),
                    "wanted": one.short.wanted,
                    "available": one.short.available,
                },
            )
            for one in self.lost(without=former, beside=[question])
        ]
