"""From a marked paper to a verdict. Whole numbers only: hundredths of a point."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

POINT = 100  # hundredths


@dataclass(frozen=True, slots=True)
class Marked:
    """One question of a paper: its section, what was chosen and what is right (positions), its points."""

    section: int
    chosen: frozenset[int]
    correct: frozenset[int]
    weight: int = 1


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Hundredths of a point. `credits`: what each question earned of what it is worth, in whole percent
    rounded down, in the paper's order. `minimum`: the least share that this section must bring, in percent.
    """

    section: int
    score: int
    max_score: int
    credits: tuple[int, ...]
    minimum: int | None = None

    @property
    def is_short(self) -> bool:
        """Under the section's own minimum, by cross-multiplication."""
        return self.minimum is not None and self.score * 100 < self.minimum * self.max_score


@dataclass(frozen=True, slots=True)
class Result:
    """Hundredths of a point; sections in ascending order."""

    score: int
    max_score: int
    passed: bool
    sections: tuple[SectionScore, ...]

    @property
    def short_sections(self) -> tuple[SectionScore, ...]:
        """Those that alone prevent a pass, whatever the total is."""
        return tuple(section for section in self.sections if section.is_short)


def is_right(marked: Marked) -> bool:
    """Every right option chosen and no other."""
    return bool(marked.chosen) and marked.chosen == marked.correct


def credit(marked: Marked, *, partial: bool) -> int:
    """Hundredths of a point that one answer earns: all or nothing or, with `partial`, by its parts.

    Partly: of n right options each chosen one adds 1/n of the question's points, each wrong one chosen takes
    1/n away, never below zero (the rule of Canvas for multiple answers). Rounded down to a hundredth.
    A question without a right option earns nothing: a fault in it must not keep an attempt from its end.
    """
    whole = marked.weight * POINT
    if not partial:
        return whole if is_right(marked) else 0
    hits = len(marked.chosen & marked.correct)
    misses = len(marked.chosen - marked.correct)
    return whole * max(hits - misses, 0) // max(len(marked.correct), 1)


def score(
    paper: Iterable[Marked],
    *,
    pass_percent: int,
    minimums: Mapping[int, int] | None = None,
    partial: bool = False,
) -> Result:
    """Score a paper.

    Passed when the score is at least `pass_percent` of the possible one and no section stays under its own
    minimum (`minimums`: percent by section), both by cross-multiplication, so nothing is rounded. An empty
    paper is not passed.
    """
    minimums = minimums or {}
    by_section: dict[int, list[Marked]] = {}
    for marked in paper:
        by_section.setdefault(marked.section, []).append(marked)
    sections = tuple(
        section_score(section, questions, minimum=minimums.get(section), partial=partial)
        for section, questions in sorted(by_section.items())
    )
    total = sum(section.score for section in sections)
    possible = sum(section.max_score for section in sections)
    enough = possible > 0 and total * 100 >= pass_percent * possible
    return Result(
        score=total,
        max_score=possible,
        passed=enough and not any(section.is_short for section in sections),
        sections=sections,
    )


def section_score(
    section: int, questions: Iterable[Marked], *, minimum: int | None, partial: bool
) -> SectionScore:
    earned = [(credit(marked, partial=partial), marked.weight * POINT) for marked in questions]
    return SectionScore(
        section=section,
        score=sum(points for points, _ in earned),
        max_score=sum(worth for _, worth in earned),
        credits=tuple(100 * points // worth for points, worth in earned),
        minimum=minimum,
    )


def needed(*, pass_percent: int, max_score: int, partial: bool = False) -> int:
    """The least score, in hundredths, that passes; in whole points where answers earn no parts of them."""
    step = 1 if partial else POINT
    return -(-pass_percent * max_score // (100 * step)) * step
