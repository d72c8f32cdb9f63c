"""What the pages of a sitting show: where one sits, the question, the answer sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from certification.models import Attempt, Response
from certification.models.served import served
from certification.states import QuestionKind


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody sits: what all pages of one sitting share. Its addresses begin with `root`."""

    root: str
    title: str
    number: int | None
    holder_name: str
    running_since: datetime
    deadline: datetime
    result_url: str

    @property
    def time_limit(self) -> timedelta:
        return self.deadline - self.running_since


def desk(attempt: Attempt) -> Desk:
    """Of an attempt with its exam."""
    return Desk(
        root=reverse("attempt", args=[attempt.pk]),
        title=attempt.exam.title,
        number=attempt.number,
        holder_name=attempt.holder_name,
        running_since=attempt.running_since,
        deadline=attempt.deadline,
        result_url=attempt.get_result_url(),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as it is shown; `index` is all that pages and requests know it by."""

    index: int
    text: str
    chosen: bool
    struck: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as its candidate has it before them. `ask_count`: how many answers are right, if told."""

    position: int
    total: int
    section_number: int
    section_title: str
    kind: QuestionKind
    text: str
    choices: tuple[Choice, ...]
    flagged: bool
    note: str
    revision: int
    saved_at: datetime | None
    ask_count: int | None

    @property
    def is_answered(self) -> bool:
        return any(choice.chosen for choice in self.choices)


def shown(attempt: Attempt, position: int) -> Shown | None:
    """None where the paper has no such question. One query, and one more for a text that the process does not
    know yet.
    """
    same_paper = Response.objects.filter(attempt=OuterRef("attempt")).order_by().values("attempt")
    row = (
        attempt.responses.filter(position=position)
        .annotate(total=Subquery(same_paper.annotate(questions=Count("pk")).values("questions")))
        .values_list(*SHOWN, named=True)
        .first()
    )
    if row is None:
        return None
    version = (row.question__key, row.question__version)
    question = served([version])[version]
    return Shown(
        position=row.position,
        total=row.total,
        section_number=row.question__section__number,
        section_title=row.question__section__title,
        kind=question.kind,
        text=question.text,
        choices=tuple(
            Choice(
                index=index,
                text=question.options[canonical].text,
                chosen=canonical in row.chosen,
                struck=canonical in row.struck,
            )
            for index, canonical in enumerate(row.order)
        ),
        flagged=row.flagged,
        note=row.note,
        revision=row.revision,
        saved_at=row.saved_at,
        ask_count=len(question.correct) if attempt.tells_how_many else None,
    )


# What a question's page needs beside the text, which the process keeps.
SHOWN = (
    "position",
    "total",
    "order",
    "chosen",
    "struck",
    "flagged",
    "note",
    "revision",
    "saved_at",
    "question__key",
    "question__version",
    "question__section__number",
    "question__section__title",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question on the answer sheet."""

    position: int
    answered: bool
    flagged: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer sheet of one sitting, in the order of its paper."""

    cells: tuple[Cell, ...]

    @property
    def answered(self) -> int:
        return sum(cell.answered for cell in self.cells)

    @property
    def unanswered(self) -> list[int]:
        return [cell.position for cell in self.cells if not cell.answered]

    @property
    def flagged(self) -> list[int]:
        return [cell.position for cell in self.cells if cell.flagged]


def sheet(attempt: Attempt, *, here: int | None = None) -> Sheet:
    """One query."""
    rows = attempt.responses.order_by("position").values_list("position", "chosen", "flagged")
    return sheet_of(((position, bool(chosen), flagged) for position, chosen, flagged in rows), here=here)


def sheet_of(cells: Iterable[tuple[int, bool, bool]], *, here: int | None) -> Sheet:
    """Of (position, answered, flagged)."""
    return Sheet(
        tuple(
            Cell(position, answered=answered, flagged=flagged, here=position == here)
            for position, answered, flagged in cells
        )
    )
