"""One standard error under the pass mark, by the binomial error model."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.borderline import is_borderline

POINT = 100


@pytest.mark.parametrize(
    ("score", "points", "pass_percent", "expected"),
    [
        # 45 points, mark 36: √(36 · 9 / 44) = 2.71
        (33, 45, 80, False),
        (34, 45, 80, True),
        (35, 45, 80, True),
        (36, 45, 80, False),
        (45, 45, 80, False),
        # 50 points, mark 25: √(25 · 25 / 49) = 3.57
        (21, 50, 50, False),
        (22, 50, 50, True),
        # 17 points, mark 8.5: √(8.5 · 8.5 / 16) = 2.125
        (6, 17, 50, False),
        (7, 17, 50, True),
        # Where everything is asked for nothing is uncertain.
        (44, 45, 100, False),
        (0, 45, 80, False),
    ],
)
def test_borderline_is_one_standard_error_under_the_mark(score, points, pass_percent, expected):
    assert is_borderline(score * POINT, points * POINT, pass_percent=pass_percent) is expected


def test_an_exact_standard_error_is_borderline_still():
    # 10 points, mark 9: √(9 · 1 / 9) = 1
    assert is_borderline(800, 1000, pass_percent=90)
    assert not is_borderline(799, 1000, pass_percent=90)


@given(st.integers(2, 300), st.integers(1, 100), st.data())
def test_it_is_what_the_formula_says(points, pass_percent, data):
    score = data.draw(st.integers(0, points * POINT))
    mark = points * pass_percent / 100
    error = math.sqrt(mark * (points - mark) / (points - 1))
    gap = mark - score / POINT
    if math.isclose(gap, error, abs_tol=1e-9):
        return

    assert is_borderline(score, points * POINT, pass_percent=pass_percent) is (1e-12 < gap < error)
