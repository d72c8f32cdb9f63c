"""Whether a failure may as well have been a pass, as far as the test can tell.

The standard error of a score under the binomial error model: of n points, at x of them, √(x(n − x)/(n − 1)).
It is taken at the pass mark, where the decision falls. F. M. Lord, "Do tests of the same length have the same
standard errors of measurement?", Educational and Psychological Measurement 17 (1957).
"""

from typing import Any

from certification.rules.scoring import POINT


def is_borderline(score: int, max_score: int, *, pass_percent: int) -> bool:
    """Below the pass mark by one standard error at most. Scores are in hundredths of a point."""
    gap = below(score, max_score, pass_percent)
    return bool(gap > 0 and room(gap, max_score, pass_percent) >= 0)


def below(score: Any, max_score: Any, pass_percent: Any) -> Any:
    """How far under the pass mark, in 1/10,000 of a point; of numbers or of a query's columns."""
    return pass_percent * max_score - 100 * score


def room(gap: Any, max_score: Any, pass_percent: Any) -> Any:
    """Not negative where `gap` is one standard error at most: both sides squared, and nothing divided."""
    error = POINT * max_score * max_score * pass_percent * (100 - pass_percent)
    return error - gap * gap * (max_score - POINT)
