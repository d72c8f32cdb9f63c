"""From a marked paper to a verdict. Whole numbers only: hundredths of a point."""

from collections.abc import Iterable
from dataclasses import dataclass

POINT = 100  # hundredths


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a paper: its section, what was chosen and what is right (positions)."""

    section: int
    chosen: frozenset[int]
    correct: frozenset[int]


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Hundredths of a point; `marks` says of each question, in the paper's order, if it was right."""

    section: int
    score: int
    max_score: int
    marks: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Hundredths of a point."""

    score: int
    max_score: int
    passed: bool
    sections: tuple[SectionScore, ...]


def is_right(marked: Marked) -> bool:
    """All or nothing: every right option chosen and no other."""
    return bool(marked.chosen) and marked.chosen == marked.correct


def score(paper: Iterable[Marked], *, pass_percent: int) -> Result:
    """Score a paper; each question is worth one point, sections come in ascending order.

    Passed when the score is at least `pass_percent` of the possible one, by cross-multiplication,
    so nothing is rounded. An empty paper is not passed.
    """
    marks: dict[int, list[bool]] = {}
    for marked in paper:
        marks.setdefault(marked.section, []).append(is_right(marked))
    sections = tuple(
        SectionScore(
            section=section,
            score=sum(rights) * POINT,
            max_score=len(rights) * POINT,
            marks=tuple(rights),
        )
        for section, rights in sorted(marks.items())
    )
    total = sum(section.score for section in sections)
    possible = sum(section.max_score for section in sections)
    return Result(
        score=total,
        max_score=possible,
        passed=possible > 0 and total * 100 >= pass_percent * possible,
        sections=sections,
    )


def needed(*, pass_percent: int, max_score: int) -> int:
    """The least score, in hundredths of a point and whole points, that passes."""
    points = -(-pass_percent * max_score // (100 * POINT))
    return points * POINT
