"""Finished papers as counts that can be added up, and taken away again.

Nothing here is a share or a mean: each counter says how many papers or answers were exactly so. The counts of
two sets of papers are the sum of theirs, so one paper more costs one paper's work however many there are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from certification.rules import timing
from certification.rules.scoring import POINT, Marked, credit

NO_ANSWER = 0  # in the place of an option's position; those are counted from 1
LONGEST = 60 * 60  # seconds: whoever had a question open for longer was not reading it


@dataclass(frozen=True, slots=True)
class Reply:
    """One question of a paper. `marked.section` is the section's key. `seconds`: how long it was shown; None
    where no script told.
    """

    question: int
    marked: Marked
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """One finished attempt. `month`: its first day. Scores are in hundredths of a point."""

    is_first: bool
    month: date
    score: int
    max_score: int
    partial: bool
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many papers or answers were so. Every key begins with whether it was the person's first attempt.

    papers: score, max_score. sections: the paper's max_score, section, score and max_score there.
    marks: question, score, max_score, percent of its worth that the answer earned. options: question, score,
    max_score, position chosen or NO_ANSWER. months: question, month, percent earned. times: question,
    seconds.
    """

    papers: Counter[tuple[object, ...]] = field(default_factory=Counter)
    sections: Counter[tuple[object, ...]] = field(default_factory=Counter)
    marks: Counter[tuple[object, ...]] = field(default_factory=Counter)
    options: Counter[tuple[object, ...]] = field(default_factory=Counter)
    months: Counter[tuple[object, ...]] = field(default_factory=Counter)
    times: Counter[tuple[object, ...]] = field(default_factory=Counter)

    def add(self, paper: Paper) -> Self:
        scores = (paper.score, paper.max_score)
        self.papers[(paper.is_first, *scores)] += 1
        by_section: dict[int, tuple[int, int]] = {}
        for reply in paper.replies:
            earned, worth = credit(reply.marked, partial=paper.partial), reply.marked.weight * POINT
            score, max_score = by_section.get(reply.marked.section, (0, 0))
            by_section[reply.marked.section] = score + earned, max_score + worth
            self.add_reply(paper, reply, mark=100 * earned // worth)
        for section, of_section in by_section.items():
            self.sections[(paper.is_first, paper.max_score, section, *of_section)] += 1
        return self

    def add_reply(self, paper: Paper, reply: Reply, *, mark: int) -> None:
        about = (paper.is_first, reply.question)
        scores = (paper.score, paper.max_score)
        self.marks[(*about, *scores, mark)] += 1
        for position in reply.marked.chosen or (NO_ANSWER,):
            self.options[(*about, *scores, position)] += 1
        self.months[(*about, paper.month, mark)] += 1
        if reply.seconds is not None:
            self.times[(*about, min(reply.seconds, LONGEST))] += 1


def tally(papers: Iterable[Paper]) -> Tally:
    counts = Tally()
    for paper in papers:
        counts.add(paper)
    return counts


def seconds_shown(saves: Iterable[tuple[str, int | None]]) -> int | None:
    """How long a question was shown until its last save; None where no script told.

    `saves`: the page's name and its milliseconds at each save, the oldest first. See `timing.grown`.
    """
    total = timing.grown(saves)
    return None if total is None else total // 1000
