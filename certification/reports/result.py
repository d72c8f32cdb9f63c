"""What a candidate reads of a finished attempt, as far as its review policy goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from certification.models import Allowance, Attempt, BlueprintLine, Exam, User
from certification.models.served import Served, served
from certification.reports.holding import Held, holdings, lost_at, standing_at
from certification.rules import review, scoring
from certification.rules.eligibility import Standing
from certification.rules.scoring import Marked, SectionScore
from certification.states import ReviewLevel


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a result; `share` in whole percent, rounded down."""

    title: str
    score: SectionScore

    @property
    def share(self) -> int:
        return 100 * self.score.score // self.score.max_score


@dataclass(frozen=True, slots=True)
class ReviewedChoice:
    """An option as it was shown."""

    index: int
    text: str
    chosen: bool
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One question of the paper. `credit` and `worth` in hundredths of a point.

    `choices` and `explanation` stay empty where the right answer is not shown.
    """

    position: int
    text: str
    credit: int
    worth: int
    choices: tuple[ReviewedChoice, ...]
    explanation: str

    @property
    def is_right(self) -> bool:
        return self.credit == self.worth


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished attempt as its candidate may see it now; what the level does not include is empty.

    `held`: its certificate; `lost_at`: when that was revoked.
    """

    attempt: Attempt
    level: ReviewLevel
    standing: Standing
    sections: tuple[SectionRow, ...]
    questions: tuple[Reviewed, ...]
    held: Held | None
    lost_at: datetime | None

    @property
    def shows_score(self) -> bool:
        return self.level.includes(ReviewLevel.SCORE)

    @property
    def short_sections(self) -> list[SectionRow]:
        """Those under their own minimum, by which the attempt is failed."""
        return [row for row in self.sections if row.score.is_short]

    @property
    def weakest(self) -> list[SectionRow]:
        """At most three sections under the pass mark, the weakest first."""
        weak = (row for row in self.sections if row.share < self.attempt.pass_percent)
        return sorted(weak, key=lambda row: row.share)[:3]

    @property
    def withheld(self) -> int:
        """How many questions' right answers the level would show, but they may be met again."""
        if not self.level.includes(ReviewLevel.ANSWERS):
            return 0
        return sum(not question.choices for question in self.questions)


def outcome(attempt: Attempt, user: User, *, now: datetime) -> Outcome:
    """Of the user's own finished attempt, with its exam. Five queries at most, and one for a text that the
    process does not know yet.
    """
    attempts = list(user.attempts.with_certificates().select_related("exam"))
    allowances = list(user.allowances.in_force())
    standing = standing_at(attempt.exam, attempts, allowances, now=now)
    level = attempt.review_level(standing, now=now)
    own = holdings(attempts, allowances, now=now)
    seen = partial(
        Outcome,
        attempt,
        level,
        standing,
        held=next((one for one in own if one.certificate.attempt_id == attempt.pk), None),
        lost_at=lost_at(attempt, attempts),
    )
    if not level.includes(ReviewLevel.SECTIONS):
        return seen(sections=(), questions=())
    paper = read_paper(attempt)
    titles = {asked.section_number: f"{asked.section_number}. {asked.section_title}" for asked in paper}
    scores = attempt.score_of(asked.marked for asked in paper)
    questions: Iterable[Reviewed] = ()
    if level.includes(ReviewLevel.ANSWERS):
        guarded = guarded_sections(paper, attempts, allowances, now=now)
        questions = (reviewed(attempt, q, shows_key=q.section_id not in guarded) for q in paper)
    elif level.includes(ReviewLevel.WRONG):
        questions = (reviewed(attempt, q, shows_key=False) for q in paper)
    return seen(
        sections=tuple(SectionRow(titles[score.section], score) for score in scores.sections),
        questions=tuple(questions),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the paper with its text; positions are canonical."""

    position: int
    section_id: int
    section_number: int
    section_title: str
    question: Served
    order: Sequence[int]
    chosen: frozenset[int]

    @property
    def marked(self) -> Marked:
        return Marked(self.section_number, self.chosen, self.question.correct, self.question.weight)


def read_paper(attempt: Attempt) -> list[Asked]:
    """In the order in which it was asked."""
    rows = list(attempt.responses.order_by("position").values_list(*ASKED, named=True))
    texts = served((row.question__key, row.question__version) for row in rows)
    return [
        Asked(
            position=row.position,
            section_id=row.question__section_id,
            section_number=row.question__section__number,
            section_title=row.question__section__title,
            question=texts[row.question__key, row.question__version],
            order=row.order,
            chosen=frozenset(row.chosen),
        )
        for row in rows
    ]


ASKED = (
    "position",
    "order",
    "chosen",
    "question__key",
    "question__version",
    "question__section_id",
    "question__section__number",
    "question__section__title",
)


def guarded_sections(
    paper: Iterable[Asked], attempts: Sequence[Attempt], allowances: Sequence[Allowance], *, now: datetime
) -> set[int]:
    """Sections whose right answers stay secret from this person: an exam that keeps them may be sat again.

    An exam that is off the list counts as if it were on it, for it may come back. One query.
    """
    asked = {question.section_id for question in paper}
    lines = BlueprintLine.objects.filter(exam__keeps_keys=True, section__in=asked).select_related("exam")
    return {line.section_id for line in lines if may_meet_again(line.exam, attempts, allowances, now=now)}


def may_meet_again(
    exam: Exam, attempts: Iterable[Attempt], allowances: Iterable[Allowance], *, now: datetime
) -> bool:
    exam.is_published = True
    return review.may_meet_again(standing_at(exam, attempts, allowances, now=now).refusal)


def reviewed(attempt: Attempt, asked: Asked, *, shows_key: bool) -> Reviewed:
    question = asked.question
    choices = tuple(
        ReviewedChoice(
            index=index,
            text=question.options[canonical].text,
            chosen=canonical in asked.chosen,
            is_correct=question.options[canonical].is_correct,
        )
        for index, canonical in enumerate(asked.order)
    )
    return Reviewed(
        position=asked.position,
        text=question.text,
        credit=scoring.credit(asked.marked, partial=attempt.partial_credit),
        worth=question.weight * scoring.POINT,
        choices=choices if shows_key else (),
        explanation=question.explanation if shows_key else "",
    )
