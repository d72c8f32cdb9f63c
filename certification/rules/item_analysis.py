"""How a question did, from its tallies: classical test theory, on whole numbers until the last step.

The definitions are Moodle's (docs.moodle.org, Quiz statistics calculations), with one difference: papers are
drawn at random, so the score of a paper is always taken without the question itself. The correlation with the
whole score would count the question's own mark twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, sqrt

from certification.rules.intervals import wilson

ENOUGH = 30  # answers, before a facility is shown
ENOUGH_TO_DISCRIMINATE = 100
THIRDS = (0, 1, 2)  # by score, the lowest first

Scores = tuple[int, int]  # of a paper: score and max_score


@dataclass(frozen=True, slots=True)
class Answered:
    """So many papers of this score had the question, and earned so many percent of its worth by it.

    `worth` is in hundredths of a point, as the scores are.
    """

    score: int
    max_score: int
    mark: int
    worth: int
    count: int

    @property
    def rest(self) -> tuple[int, int]:
        """What the other questions of the paper earned, and what they are worth; of no others 0 of 1."""
        others = self.max_score - self.worth
        return (self.score - self.mark * self.worth // 100, others) if others > 0 else (0, 1)


@dataclass(frozen=True, slots=True)
class Facility:
    """The mean share of its worth that a question earned, and between what the true one lies.

    The interval is Wilson's. Where answers earn parts of a point it is wider than it need be: marks between 0
    and 1 vary less than the 0 and 1 of the same mean.
    """

    count: int
    marks: int  # in percent, all together

    @property
    def share(self) -> float:
        return self.marks / (100 * self.count)

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(round(self.marks / 100), self.count)

    @property
    def is_enough(self) -> bool:
        return self.count >= ENOUGH


@dataclass(frozen=True, slots=True)
class Analysis:
    """`sd` of the mark as a share; `discrimination`: the correlation of mark and rest score; `efficiency`:
    that covariance as a share of the greatest which these marks and scores could have. None: not defined,
    because there are too few answers or one of the two never varies.
    """

    facility: Facility
    sd: float | None
    discrimination: float | None
    efficiency: float | None

    @property
    def count(self) -> int:
        return self.facility.count

    @property
    def is_enough_to_discriminate(self) -> bool:
        return self.count >= ENOUGH_TO_DISCRIMINATE


def analyse(answers: Iterable[Answered]) -> Analysis:
    """Missing answers are among them, with the mark 0. Rest scores are shares: papers may differ in size."""
    rows = [(answer.mark, *answer.rest, answer.count) for answer in answers]
    unit = lcm(*{others for _, _, others, _ in rows})
    whole = [(mark, earned * (unit // others), count) for mark, earned, others, count in rows]
    n = sum(count for *_, count in whole)
    marks = sum(mark * count for mark, _, count in whole)
    rests = sum(rest * count for _, rest, count in whole)
    # Each n² times the covariance, so that a column that never varies gives 0 and not almost 0.
    of_marks = n * sum(mark * mark * count for mark, _, count in whole) - marks**2
    of_rests = n * sum(rest * rest * count for _, rest, count in whole) - rests**2
    of_both = n * sum(mark * rest * count for mark, rest, count in whole) - marks * rests
    varies = of_marks > 0 and of_rests > 0
    greatest = n * sorted_product(whole) - marks * rests
    return Analysis(
        facility=Facility(count=n, marks=marks),
        sd=sqrt(of_marks / (n * (n - 1))) / 100 if n > 1 else None,
        discrimination=of_both / sqrt(of_marks * of_rests) if varies else None,
        efficiency=of_both / greatest if varies else None,
    )


def sorted_product(pairs: Iterable[tuple[int, int, int]]) -> int:
    """The sum of the products, were the best marks those of the best papers."""
    pairs = list(pairs)
    marks = sorted((mark, count) for mark, _, count in pairs)
    rests = sorted((rest, count) for _, rest, count in pairs)
    total, left, right = 0, 0, 0
    taken_left, taken_right = 0, 0
    while left < len(marks):
        (mark, of_mark), (rest, of_rest) = marks[left], rests[right]
        step = min(of_mark - taken_left, of_rest - taken_right)
        total += mark * rest * step
        taken_left, taken_right = taken_left + step, taken_right + step
        if taken_left == of_mark:
            left, taken_left = left + 1, 0
        if taken_right == of_rest:
            right, taken_right = right + 1, 0
    return total


def thirds(papers: Mapping[Scores, int]) -> dict[Scores, int]:
    """The third to which papers of each score belong, the lowest being 0.

    Papers of the same share of points are never parted: all go where the middle one of them is. So thirds are
    seldom of quite the same size, and where all papers are alike all are in the middle.
    """
    shares: dict[Fraction, int] = {}
    for (score, max_score), count in papers.items():
        share = share_of(score, max_score)
        shares[share] = shares.get(share, 0) + count
    total, below, third = sum(shares.values()), 0, {}
    for share, count in sorted(shares.items()):
        third[share] = 3 * (2 * below + count) // (2 * total) if count else 0
        below += count
    return {scores: third[share_of(*scores)] for scores in papers}


def share_of(score: int, max_score: int) -> Fraction:
    return Fraction(score, max_score) if max_score else Fraction(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option, or no answer: how many chose it in each third."""

    counts: tuple[int, int, int]

    @property
    def count(self) -> int:
        return sum(self.counts)


def median(times: Mapping[int, int]) -> float | None:
    """Of values that occur so often."""
    total = sum(times.values())
    if not total:
        return None
    middles, seen, found = ((total - 1) // 2, total // 2), 0, []
    for value, count in sorted(times.items()):
        found += [value for middle in middles if seen <= middle < seen + count]
        seen += count
    return sum(found) / 2
