"""Whole cohorts worked out by hand, and made-up ones as numpy and scipy have them."""

from collections import Counter
from random import Random
from statistics import median as exact_median

import numpy as np
import pytest
from scipy import stats

from certification.rules.item_analysis import (
    Answered,
    Facility,
    analyse,
    median,
    thirds,
)
from certification.rules.scoring import POINT


def answered(score, mark, *, of=5, count=1, worth=1):
    """Papers of `of` points."""
    return Answered(score * POINT, of * POINT, mark, worth * POINT, count)


def cohort(*pairs, of=5):
    """(score in points, whether the question was right) of each paper."""
    return [answered(score, 100 * right, of=of) for score, right in pairs]


# Five papers of five points; the rests are 4, 3, 2, 2, 0, their mean 11/5.
FIVE = cohort((5, 1), (4, 1), (2, 0), (3, 1), (0, 0))


def test_cohort_of_five_by_hand():
    """x = 1 1 0 1 0, r = 4 3 2 2 0: n·Σxr − Σx·Σr = 5·9 − 3·11 = 12; n·Σx² − (Σx)² = 6; n·Σr² − (Σr)² = 44.

    Sorted, r = 0 2 2 3 4 meets x = 0 0 1 1 1, so the greatest is also 5·9 − 33 = 12.
    """
    found = analyse(FIVE)

    assert (found.count, found.facility.share) == (5, 0.6)
    assert found.sd == pytest.approx((6 / 20) ** 0.5)
    assert found.discrimination == pytest.approx(12 / (6 * 44) ** 0.5)
    assert found.efficiency == 1


def test_cohort_with_ties_by_hand():
    """x = 1 0 1 0, r = 1 3 3 1: the two in the middle cancel out; n·Σxr − Σx·Σr = 4·4 − 2·8 = 0."""
    found = analyse(cohort((2, 1), (3, 0), (4, 1), (1, 0)))

    assert (found.discrimination, found.efficiency) == (0, 0)


def test_question_that_the_strong_get_wrong():
    """x = 1 1 0 0, r = 0 1 2 3: 4·1 − 2·6 = −8 of at most 4·5 − 2·6 = 8; √(4 · 20)."""
    found = analyse(cohort((1, 1), (2, 1), (2, 0), (3, 0)))

    assert found.discrimination == pytest.approx(-8 / 80**0.5)
    assert found.efficiency == -1


@pytest.mark.parametrize("right", [0, 1])
def test_column_that_never_varies_has_no_discrimination(right):
    found = analyse(cohort((1 + right, right), (3 + right, right), (4, right)))

    assert (found.facility.share, found.sd) == (right, 0)
    assert (found.discrimination, found.efficiency) == (None, None)


def test_rest_that_never_varies_has_no_discrimination():
    """The whole score does vary, with the question itself."""
    found = analyse(cohort((3, 1), (2, 0), (3, 1)))

    assert (found.discrimination, found.efficiency) == (None, None)


def test_paper_of_this_question_alone_has_no_rest():
    found = analyse(cohort((1, 1), (0, 0), of=1))

    assert (found.facility.share, found.discrimination) == (0.5, None)


def test_one_paper():
    found = analyse([answered(3, 100)])

    assert (found.count, found.facility.share, found.sd) == (1, 1, None)
    assert (found.discrimination, found.efficiency) == (None, None)


def test_no_paper():
    found = analyse([])

    assert (found.count, found.facility.interval, found.sd) == (0, (0, 1), None)
    assert found.discrimination is None


def test_the_questions_own_mark_is_not_in_what_it_is_compared_with():
    """Papers on which nothing else varies together with it: with the whole score it would be 0,71."""
    papers = cohort((1, 1), (2, 1), (0, 0), (1, 0))

    assert analyse(papers).discrimination == 0
    assert np.corrcoef([1, 1, 0, 0], [1, 2, 0, 1])[0, 1] == pytest.approx(0.5**0.5)


def test_papers_of_two_sizes_are_compared_by_their_shares():
    """Rests of 4 of 4, 2 of 4 and 5 of 10: the last two are the same."""
    mixed = [answered(5, 100), answered(2, 0), answered(5, 0, of=11)]
    alike = [answered(5, 100), answered(2, 0), answered(2, 0)]

    assert analyse(mixed) == analyse(alike)


def test_heavy_question_takes_its_own_points_out():
    """Of 5 points 3 are its own: 3 + 1 and 2 leave 1 and 2 of 2."""
    light = [answered(4, 100, worth=3), answered(2, 0, worth=3)]

    assert analyse(light).discrimination == pytest.approx(-1)


def made_up(seed, *, papers=200, marks=(0, 100)):
    """Marks and rests in points that hang together somewhat."""
    random = Random(seed)
    rests = [random.randint(10, 44) for _ in range(papers)]
    return [(random.choice(marks) if random.random() < 0.6 else marks[r > 27], r) for r in rests]


@pytest.mark.parametrize("marks", [(0, 100), (0, 33, 50, 66, 100)])
@pytest.mark.parametrize("seed", range(5))
def test_as_numpy_and_scipy_have_it(seed, marks):
    pairs = made_up(seed, marks=marks)
    x, r = np.array([mark / 100 for mark, _ in pairs]), np.array([rest for _, rest in pairs])
    papers = Counter(pairs)
    rows = [Answered(rest * 100 + mark, 4500, mark, 100, count) for (mark, rest), count in papers.items()]

    found = analyse(rows)

    assert found.facility.share == pytest.approx(x.mean())
    assert found.sd == pytest.approx(x.std(ddof=1))
    assert found.discrimination == pytest.approx(stats.pearsonr(x, r).statistic)
    greatest = np.cov(np.sort(x), np.sort(r))[0, 1]
    assert found.efficiency == pytest.approx(np.cov(x, r)[0, 1] / greatest)


def test_rows_may_come_in_any_order_and_in_parts():
    rows = [Answered(rest * 100 + mark, 4500, mark, 100, 1) for mark, rest in made_up(7)]
    whole = analyse(rows)
    Random(3).shuffle(rows)

    assert analyse(rows) == whole


@pytest.mark.parametrize(("count", "is_enough"), [(29, False), (30, True)])
def test_facility_is_shown_from_thirty_answers(count, is_enough):
    assert Facility(count=count, marks=0).is_enough == is_enough


@pytest.mark.parametrize(("count", "is_enough"), [(99, False), (100, True)])
def test_discrimination_is_shown_from_a_hundred(count, is_enough):
    assert analyse([answered(3, 100, count=count)]).is_enough_to_discriminate == is_enough


def test_thirds_of_different_papers():
    assert thirds({(score, 900): 1 for score in range(0, 900, 100)}) == {
        (score, 900): score // 300 for score in range(0, 900, 100)
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([9], [1]),  # all alike: nobody is strong or weak
        ([1], [1]),
        ([1, 1], [0, 2]),
        ([1, 1, 1], [0, 1, 2]),
        ([4, 1, 1], [1, 2, 2]),  # the middle one of the four is no longer in the lower third
        ([2, 5, 2], [0, 1, 2]),
        ([1, 1, 7], [0, 0, 1]),
    ],
)
def test_papers_of_one_score_stay_together(counts, expected):
    papers = {(score, 10): count for score, count in enumerate(counts)}

    assert list(thirds(papers).values()) == expected


def test_papers_of_two_sizes_are_one_order():
    assert thirds({(1, 4): 1, (5, 10): 1, (2, 4): 1, (9, 10): 2}) == {
        (1, 4): 0,
        (5, 10): 1,
        (2, 4): 1,
        (9, 10): 2,
    }


def test_paper_worth_nothing_is_the_lowest():
    assert thirds({(0, 0): 1, (1, 2): 1, (2, 2): 1}) == {(0, 0): 0, (1, 2): 1, (2, 2): 2}


def test_no_papers_have_no_thirds():
    assert thirds({}) == {}


@pytest.mark.parametrize("values", [[], [4], [4, 9], [1, 1, 1, 50], [3, 3, 9, 9], [5, 1, 4]])
def test_median_of_counts(values):
    expected = exact_median(values) if values else None

    assert median(Counter(values)) == expected
