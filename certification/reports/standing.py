"""Where somebody stands with the exams: the home page and the page before an attempt."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from certification.models import Allowance, Attempt, BlueprintLine, Exam, User
from certification.models.allowances import standing_of
from certification.reports.holding import Held, holdings, standing_at
from certification.rules import deadlines, scoring
from certification.rules.eligibility import Standing
from certification.rules.scoring import POINT
from certification.states import AllowanceKind, CertificateStatus, ReviewLevel


@dataclass(frozen=True, slots=True)
class ExamStanding:
    """Where one person stands with one exam. Attempts are newest first, allowances in force."""

    exam: Exam
    lines: tuple[BlueprintLine, ...]
    standing: Standing
    attempts: tuple[Attempt, ...]
    allowances: tuple[Allowance, ...]
    now: datetime

    @property
    def questions(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def needed(self) -> int | None:
        """The least score that passes, in hundredths; None where it depends on the questions drawn."""
        if self.exam.partial_credit or any((line.heaviest or 1) > 1 for line in self.lines):
            return None
        return scoring.needed(pass_percent=self.exam.pass_percent, max_score=self.questions * POINT)

    @property
    def minimums(self) -> list[BlueprintLine]:
        """The sections without whose minimum the exam is not passed."""
        return [line for line in self.lines if line.min_percent]

    @property
    def allowed_time(self) -> timedelta:
        """The exam's time with this person's allowance."""
        extra = (a.extra_time for a in self.allowances if a.kind == AllowanceKind.TIME)
        return deadlines.allowed_time(self.exam.time_limit, extra)

    @property
    def cut_to(self) -> timedelta | None:
        """How long an attempt would last that is started now, where the exam's window cuts it."""
        end = deadlines.deadline(start=self.now, time=self.allowed_time, closes_at=self.exam.closes_at)
        return end - self.now if end - self.now < self.allowed_time else None

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
        """The passed one, else the last that is finished; None before the first. A pass whose certificate was
        revoked is none.
        """
        finished = [a for a in self.attempts if a.counts and not a.is_open]
        return next((a for a in finished if a.sitting.passed), finished[0] if finished else None)

    @property
    def highest(self) -> Attempt | None:
        """The one with the greatest share of its score that counts; of equals the last."""
        finished = [a for a in self.attempts if a.counts and not a.is_open and a.max_score]
        return max(finished, key=lambda a: (a.score or 0) / (a.max_score or 1), default=None)

    @property
    def is_passed(self) -> bool:
        return self.best is not None and self.best.sitting.passed

    @property
    def is_renewable(self) -> bool:
        """Whether a new attempt would renew the certificate that the best one gave."""
        if self.standing.refusal is not None or not self.exam.gives_certificate:
            return False
        return self.best is not None and self.best.certificate is not None

    @property
    def shows_score(self) -> bool:
        """Whether the review of the best attempt shows it by now."""
        return self.best is not None and shows_score(self.best, self.standing, now=self.now)


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt in somebody's history."""

    attempt: Attempt
    shows_score: bool


@dataclass(frozen=True, slots=True)
class Home:
    """What a candidate finds on the first page; `history` is newest first."""

    standings: tuple[ExamStanding, ...]
    history: tuple[Sat, ...]
    holdings: tuple[Held, ...]

    @property
    def focus(self) -> ExamStanding | None:
        """What the page is about: the exam being taken, else the first one; None without exams."""
        running = (row for row in self.standings if row.open_attempt or row.closing_attempt)
        return next(running, self.standings[0] if self.standings else None)


def home(user: User, *, now: datetime) -> Home:
    """The exams that `user` may take or is taking, and all their attempts. Four queries."""
    lines: dict[int, list[BlueprintLine]] = defaultdict(list)
    for line in BlueprintLine.objects.with_available(on=localdate(now)):
        lines[line.exam_id].append(line)
    attempts = list(user.attempts.with_certificates().select_related("exam").order_by("-started_at"))
    allowances = list(user.allowances.in_force())
    exams = Exam.objects.published_or_among(a.exam_id for a in attempts if a.is_open)
    standings = tuple(exam_standing(exam, lines[exam.pk], attempts, allowances, now=now) for exam in exams)
    history = tuple(sat(attempt, attempts, allowances, now=now) for attempt in attempts)
    held = current(holdings(attempts, allowances, now=now))
    return Home(standings=standings, history=history, holdings=held)


def current(held: Iterable[Held]) -> tuple[Held, ...]:
    """Those that no later one renews."""
    return tuple(one for one in held if one.status != CertificateStatus.SUPERSEDED)


def sat(
    attempt: Attempt, attempts: Iterable[Attempt], allowances: Iterable[Allowance], *, now: datetime
) -> Sat:
    """One attempt, with all that its candidate has at hand; wants its exam."""
    standing = standing_at(attempt.exam, attempts, allowances, now=now)
    return Sat(attempt, shows_score=shows_score(attempt, standing, now=now))


def shows_score(attempt: Attempt, standing: Standing, *, now: datetime) -> bool:
    return attempt.review_level(standing, now=now).includes(ReviewLevel.SCORE)


def start_page(exam: Exam, user: User, *, now: datetime) -> ExamStanding:
    """What `user` reads before an attempt at `exam`. Three queries."""
    own = user.attempts.with_certificates().filter(exam=exam).order_by("-started_at")
    lines = BlueprintLine.objects.with_available(on=localdate(now)).filter(exam=exam)
    return exam_standing(exam, list(lines), own, user.allowances.in_force(), now=now)


def exam_standing(
    exam: Exam,
    lines: Sequence[BlueprintLine],
    attempts: Iterable[Attempt],
    allowances: Iterable[Allowance],
    *,
    now: datetime,
) -> ExamStanding:
    """Of somebody's attempts and allowances those at `exam` count."""
    own = tuple(a for a in attempts if a.exam_id == exam.pk)
    granted = tuple(a for a in allowances if a.exam_id == exam.pk)
    return ExamStanding(
        exam=exam,
        lines=tuple(lines),
        standing=standing_of(exam, own, granted, now=now),
        attempts=own,
        allowances=granted,
        now=now,
    )
