from collections import Counter
from random import Random

import numpy as np
import pytest

from certification.rules.borderline import is_borderline
from certification.rules.reliability import error_at_cut, reliability


def of(*papers, max_score=400):
    """Papers by their scores in each section."""
    totals = Counter(sum(paper) for paper in papers)
    sections = [Counter(column) for column in zip(*papers, strict=True)]
    return reliability(totals, sections, max_score=max_score)


def test_four_papers_of_two_sections_by_hand():
    """Sections 0 1 2 3 and 0 1 1 2: variances 5/3 and 2/3, of the totals 0 2 3 5 it is 13/3.

    alpha = 2 · (1 − (7/3) / (13/3)) = 12/13, and the error √(13/3 · 1/13) = √(1/3).
    """
    found = of((0, 0), (1, 1), (2, 1), (3, 2))

    assert (found.count, found.mean) == (4, 2.5)
    assert found.alpha == pytest.approx(12 / 13)
    assert found.sd == pytest.approx((13 / 3) ** 0.5)
    assert found.error == pytest.approx((1 / 3) ** 0.5)


def test_section_that_never_varies():
    """Its variance is nought: alpha = 2 · (1 − 1) of the other one alone."""
    assert of((0, 5), (1, 5), (2, 5)).alpha == 0


@pytest.mark.parametrize("sections", range(2, 40))
def test_sections_that_always_agree(sections):
    """1/7 · 7 is more than 1 in floating point, for one; an alpha above 1 would have no error."""
    found = of((0,) * sections, (0,) * sections, (100,) * sections)

    assert (found.alpha, found.error) == (1, 0)


@pytest.mark.parametrize(
    "papers",
    [
        [],
        [(1, 2)],
        [(1, 2), (2, 3)],  # too few
        [(1, 2), (1, 2), (1, 2)],  # nothing varies
        [(1,), (2,), (3,)],  # one section has nothing to agree with
    ],
)
def test_where_alpha_is_not_defined(papers):
    found = of(*papers)

    assert (found.alpha, found.error) == (None, None)


def test_as_numpy_has_it():
    random = Random(1)
    able = [random.random() for _ in range(60)]
    papers = [tuple(100 * sum(random.random() < a for _ in range(5)) for _ in range(9)) for a in able]
    table = np.array(papers)
    whole = table.sum(axis=1).var(ddof=1)
    alpha = 9 / 8 * (1 - table.var(axis=0, ddof=1).sum() / whole)

    found = of(*papers, max_score=4500)

    assert found.alpha == pytest.approx(alpha)
    assert found.error == pytest.approx((whole * (1 - alpha)) ** 0.5)


def test_error_at_the_cut_is_the_binomial_one():
    """36 of 45 points: √(36 · 9 / 44)."""
    assert error_at_cut(4500, pass_percent=80) == pytest.approx(100 * (36 * 9 / 44) ** 0.5)


def test_whoever_fails_by_less_than_the_error_is_a_borderline_case():
    error = error_at_cut(4500, pass_percent=80)

    assert is_borderline(3600 - int(error), 4500, pass_percent=80)
    assert not is_borderline(3600 - int(error) - 1, 4500, pass_percent=80)


@pytest.mark.parametrize("max_score", [0, 100])
def test_one_point_has_no_error(max_score):
    assert error_at_cut(max_score, pass_percent=80) is None
