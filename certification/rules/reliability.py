"""How far the score of an exam can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from certification.rules.scoring import POINT

FEWEST = 3  # papers, before a variance of variances means anything


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of papers of one size. Scores are in hundredths of a point.

    `alpha`: Cronbach's, over the scores of the sections and not of single questions, of which everybody has
    others. `error`: the standard error of a score that follows from it, `sd` · √(1 − alpha). None: not
    defined.
    """

    count: int
    max_score: int
    mean: float
    sd: float | None
    alpha: float | None
    error: float | None


def reliability(
    totals: Mapping[int, int], sections: Sequence[Mapping[int, int]], *, max_score: int
) -> Reliability:
    """`totals`: how many papers have each score; `sections`: the same of each section that all papers have.

    alpha = k / (k − 1) · (1 − Σ variances of the sections / variance of the totals), variances over n − 1
    (L. J. Cronbach, Psychometrika 16 (1951), 297–334; Moodle's "coefficient of internal consistency").
    """
    n, k = sum(totals.values()), len(sections)
    whole, parts = spread(totals), sum(map(spread, sections))
    alpha = error = None
    if n >= FEWEST and k > 1 and whole:
        left = k * parts - whole  # in whole numbers, so that it is never below 0: (1 − alpha)(k − 1)whole
        alpha = 1 - left / ((k - 1) * whole)
        error = sqrt(left / ((k - 1) * n * (n - 1)))
    return Reliability(
        count=n,
        max_score=max_score,
        mean=sum(score * count for score, count in totals.items()) / n if n else 0,
        sd=sqrt(whole / (n * (n - 1))) if n > 1 else None,
        alpha=alpha,
        error=error,
    )


def spread(scores: Mapping[int, int]) -> int:
    """n (n − 1) times the variance: a whole number, and 0 only where nothing varies."""
    n = sum(scores.values())
    total = sum(score * count for score, count in scores.items())
    return n * sum(score * score * count for score, count in scores.items()) - total**2


def error_at_cut(max_score: int, *, pass_percent: int) -> float | None:
    """The standard error of a score at the pass mark, in hundredths, by the binomial error model. See also
    `rules.borderline`, which takes its square.
    """
    if max_score <= POINT:
        return None
    share = pass_percent / 100
    return max_score * sqrt(POINT * share * (1 - share) / (max_score - POINT))
