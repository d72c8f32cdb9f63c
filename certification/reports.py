"""The read side of pages: what they count and list, as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certification.models import Attempt, BlueprintLine, Exam, Section, User
from certification.rules import eligibility
from certification.rules.eligibility import Standing
from certification.rules.scoring import SectionScore


@dataclass(frozen=True, slots=True)
class Cell:
    """One question on the answer sheet."""

    position: int
    answered: bool
    flagged: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer sheet of one attempt, in the order of its paper."""

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
    return Sheet(
        tuple(
            Cell(position, answered=bool(chosen), flagged=flagged, here=position == here)
            for position, chosen, flagged in rows
        )
    )


@dataclass(frozen=True, slots=True)
class ExamStanding:
    """Where one person stands with one exam. Attempts are newest first."""

    exam: Exam
    sections: int
    questions: int
    standing: Standing
    attempts: tuple[Attempt, ...]
    now: datetime

    @property
    def next_number(self) -> int:
        return len(self.attempts) + 1

    @property
    def open_attempt(self) -> Attempt | None:
        """The one to go on with."""
        return next((a for a in self.attempts if not a.is_over(self.now)), None)

    @property
    def closing_attempt(self) -> Attempt | None:
        """The one whose time is up, and which waits for its score."""
        return next((a for a in self.attempts if a.is_open and a.is_over(self.now)), None)

    @property
    def best(self) -> Attempt | None:
        """The passed one, else the last that is finished; None before the first."""
        finished = [a for a in self.attempts if a.counts and not a.is_open]
        return next((a for a in finished if a.passed), finished[0] if finished else None)


@dataclass(frozen=True, slots=True)
class Home:
    """What a candidate finds on the first page; `history` is newest first."""

    standings: tuple[ExamStanding, ...]
    history: tuple[Attempt, ...]

    @property
    def focus(self) -> ExamStanding | None:
        """What the page is about: the exam being taken, else the first one; None without exams."""
        running = (row for row in self.standings if row.open_attempt or row.closing_attempt)
        return next(running, self.standings[0] if self.standings else None)


def home(user: User, *, now: datetime) -> Home:
    """The exams that `user` may take or is taking, and all their attempts. Three queries."""
    lines: dict[int, list[BlueprintLine]] = defaultdict(list)
    for line in BlueprintLine.objects.with_available():
        lines[line.exam_id].append(line)
    history = tuple(user.attempts.select_related("exam").order_by("-started_at"))
    own: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in history:
        own[attempt.exam_id].append(attempt)
    exams = Exam.objects.published_or_among(a.exam_id for a in history if a.is_open)
    standings = tuple(exam_standing(exam, lines[exam.pk], own[exam.pk], now=now) for exam in exams)
    return Home(standings=standings, history=history)


def start_page(exam: Exam, user: User, *, now: datetime) -> ExamStanding:
    """What `user` reads before an attempt at `exam`. Two queries."""
    own = user.attempts.filter(exam=exam).order_by("-started_at")
    lines = BlueprintLine.objects.with_available().filter(exam=exam)
    return exam_standing(exam, list(lines), list(own), now=now)


def exam_standing(
    exam: Exam, lines: Sequence[BlueprintLine], attempts: Sequence[Attempt], *, now: datetime
) -> ExamStanding:
    return ExamStanding(
        exam=exam,
        sections=len(lines),
        questions=sum(line.count for line in lines),
        standing=standing_of(exam, attempts, now=now),
        attempts=tuple(attempts),
        now=now,
    )


def standing_of(exam: Exam, attempts: Iterable[Attempt], *, now: datetime) -> Standing:
    """Where somebody with these attempts at `exam` stands."""
    counted = sorted((a for a in attempts if a.counts), key=lambda a: a.number)
    return eligibility.standing(exam.terms, [a.sitting for a in counted], now=now)


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a result; `share` in whole percent, rounded down."""

    title: str
    score: SectionScore

    @property
    def share(self) -> int:
        return 100 * self.score.score // self.score.max_score


def section_rows(attempt: Attempt) -> list[SectionRow]:
    """The result of a finished attempt by section, in the order of the sections. Three queries."""
    titles = {section.number: str(section) for section in Section.objects.all()}
    return [SectionRow(title=titles[score.section], score=score) for score in attempt.result().sections]


def weakest(rows: Iterable[SectionRow], *, pass_percent: int, most: int = 3) -> list[SectionRow]:
    """The sections under the pass mark, the weakest first."""
    return sorted((row for row in rows if row.share < pass_percent), key=lambda row: row.share)[:most]
