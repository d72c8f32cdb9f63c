"""Three harmless questions by which the controls of an exam can be tried. Nothing of it is ever stored in a
table: the whole of it is one value, which a session can carry.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.reports.sitting import Choice, Desk, Sheet, Shown, sheet_of
from certification.rules import answering, deadlines
from certification.rules.answering import Answer, Content
from certification.states import QuestionKind

TIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Task:
    """A question whose right answers nobody counts."""

    kind: QuestionKind
    text: Promise
    options: tuple[Promise, ...]

    @property
    def order(self) -> range:
        return range(len(self.options))


TASKS = (
    Task(
        QuestionKind.SINGLE,
        _("How many days does a week have?"),
        (_("Five"), _("Six"), _("Seven"), _("Eight")),
    ),
    Task(
        QuestionKind.MULTIPLE,
        _("Which of these are fruits?"),
        (_("An apple"), _("A hammer"), _("A pear"), _("A chair"), _("A plum")),
    ),
    Task(
        QuestionKind.SINGLE,
        _("Which season comes after winter?"),
        (_("Summer"), _("Autumn"), _("Spring")),
    ),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One question of a tutorial and what is put down there. `saved_at` in ISO 8601, "" before a save."""

    chosen: list[int] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)
    flagged: bool = False
    note: str = ""
    revision: int = 0
    saved_at: str = ""

    @property
    def content(self) -> Content:
        return Content(self.chosen, self.struck, self.flagged, self.note)


@dataclass(frozen=True, slots=True)
class Tutorial:
    """One go at the three questions, from its start on; `papers` in their order."""

    started_at: datetime
    finished: bool
    papers: tuple[Paper, ...]

    @property
    def deadline(self) -> datetime:
        return self.started_at + TIME

    def is_over(self, now: datetime) -> bool:
        return self.finished or now > self.deadline

    def takes_answers(self, now: datetime) -> bool:
        """An attempt's network grace holds here as well."""
        return not self.finished and not deadlines.is_too_late(now=now, deadline=self.deadline)

    def has(self, position: int) -> bool:
        return 1 <= position <= len(self.papers)

    def answered(self, position: int, answer: Answer, *, now: datetime) -> "Tutorial":
        """With this answer saved; BadAnswer where the question cannot have it."""
        task, paper = TASKS[position - 1], self.papers[position - 1]
        single = task.kind == QuestionKind.SINGLE
        content = answering.applied(paper.content, answer, order=task.order, single=single)
        if content == paper.content:
            return self
        saved = Paper(**asdict(content), revision=paper.revision + 1, saved_at=now.isoformat())
        return replace(self, papers=(*self.papers[: position - 1], saved, *self.papers[position:]))

    def shown(self, position: int) -> Shown:
        task, paper = TASKS[position - 1], self.papers[position - 1]
        return Shown(
            position=position,
            total=len(self.papers),
            section_number=1,
            section_title=gettext("The controls"),
            kind=task.kind,
            text=str(task.text),
            choices=tuple(
                Choice(index=i, text=str(text), chosen=i in paper.chosen, struck=i in paper.struck)
                for i, text in enumerate(task.options)
            ),
            flagged=paper.flagged,
            note=paper.note,
            revision=paper.revision,
            saved_at=datetime.fromisoformat(paper.saved_at) if paper.saved_at else None,
            ask_count=None,
        )

    def sheet(self, *, here: int | None = None) -> Sheet:
        papers = enumerate(self.papers, start=1)
        return sheet_of(((at, bool(paper.chosen), paper.flagged) for at, paper in papers), here=here)

    def desk(self, holder_name: str) -> Desk:
        return Desk(
            root=reverse("tutorial"),
            title=gettext("Tutorial"),
            number=None,
            holder_name=holder_name,
            running_since=self.started_at,
            deadline=self.deadline,
            result_url=reverse("tutorial_finish"),
        )

    @property
    def tried(self) -> dict[str, int]:
        """At how many questions each control was used."""
        return {
            "answered": sum(bool(paper.chosen) for paper in self.papers),
            "flagged": sum(paper.flagged for paper in self.papers),
            "struck": sum(bool(paper.struck) for paper in self.papers),
            "noted": sum(bool(paper.note) for paper in self.papers),
        }

    def as_data(self) -> dict[str, Any]:
        """What a session can carry; see `tutorial_of`."""
        return {
            "started_at": self.started_at.isoformat(),
            "finished": self.finished,
            "papers": [asdict(paper) for paper in self.papers],
        }


def fresh(*, now: datetime) -> Tutorial:
    return Tutorial(started_at=now, finished=False, papers=(Paper(),) * len(TASKS))


def tutorial_of(data: Mapping[str, Any]) -> Tutorial:
    """What `as_data` made."""
    return Tutorial(
        started_at=datetime.fromisoformat(data["started_at"]),
        finished=data["finished"],
        papers=tuple(Paper(**paper) for paper in data["papers"]),
    )
