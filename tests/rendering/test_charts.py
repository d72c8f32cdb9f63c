"""Where the shapes of a chart stand."""

from datetime import date, timedelta

import pytest

from certification.rendering import charts
from certification.rendering.charts import Bar, Dot, Line, Words
from certification.reports.charts import Bin, Rate, Scores, Week
from tests.pages import words

MONDAY = date(2026, 11, 23)


def week(weeks_ago, hits, of):
    return Week(MONDAY - timedelta(weeks=weeks_ago), Rate(hits, of))


def texts(drawing):
    return [word.text for word in drawing.words]


@pytest.mark.parametrize(
    ("most", "step"),
    [
        (1, 1),
        (4, 1),
        (5, 2),
        (8, 2),
        (9, 5),
        (20, 5),
        (21, 10),
        (40, 10),
        (41, 20),
        (81, 50),
        (100_000, 50_000),
    ],
)
def test_scale_has_few_round_steps(most, step):
    assert charts.step_of(most) == step


def test_bars_stand_on_nought_and_are_filled_as_far_as_they_passed():
    drawing = charts.histogram([Bin(0, 0, passed=1, failed=3), Bin(1, 1, passed=2)], ["0", "1"], "points")

    assert drawing.bars == (
        Bar("f", "13.55%", "128.5", "36.40%", "37.5"),
        Bar("o", "13.55%", "16.0", "36.40%", "112.5"),
        Bar("f", "59.05%", "91.0", "36.40%", "75.0"),
    )
    assert drawing.lines[0] == Line("t", "0", "166.0", "100%", "166.0")
    assert texts(drawing) == ["0", "1", "2", "3", "4", "0", "1", "points"]


def test_many_bars_have_few_labels():
    bins = [Bin(n, n, passed=0, failed=n == 45) for n in range(46)]

    drawing = charts.histogram(bins, [str(bin.first) for bin in bins], "points")

    assert texts(drawing) == ["0", "1", "0", "8", "16", "24", "32", "40", "points"]


def test_pass_mark_stands_before_the_first_bar_that_passes():
    bins = tuple(Bin(n, n, passed=n >= 4) for n in range(6))

    drawing = charts.of_scores(Scores(bins, points=5, marks=(4,)))

    told = words("pass mark %(mark)s", mark=4)
    assert drawing.lines[-1] == Line("i", "69.67%", "6", "69.67%", "166.0")
    assert drawing.words[-1] == Words("s e", "69.67%", "14.0", told, -6)
    assert texts(drawing)[-2] == words("points")


def test_several_pass_marks_are_told_below_one_another_and_only_three():
    bins = tuple(Bin(5 * n, 5 * n + 5, passed=0) for n in range(20))

    drawing = charts.of_scores(Scores(bins, points=None, marks=(40, 60, 70, 80)))

    assert [line.x1 for line in drawing.lines if line.look == "i"] == ["45.40%", "63.60%", "72.70%", "81.80%"]
    assert [(w.look, w.y, w.dx) for w in drawing.words if "s" in w.look] == [
        ("s", "14.0", 6),
        ("s e", "30.0", -6),
        ("s e", "46.0", -6),
    ]


def test_week_is_a_dot_on_its_interval_and_few_attempts_are_their_numbers():
    drawing = charts.of_weeks([week(3, 8, 16), week(0, 2, 3)])

    assert drawing.dots == (Dot("20.38%", "91.0"),)
    [interval] = [line for line in drawing.lines if line.look == "p"]
    assert (interval.x1, interval.y1, interval.y2) == ("20.38%", "58.0", "124.0")
    assert texts(drawing) == ["0 %", "50 %", "100 %", "02.11", "16", "2/3", "23.11", "3", "n"]


def test_numbers_that_would_not_fit_are_left_to_the_table():
    drawing = charts.of_weeks([week(0, 99, 100)])

    assert texts(drawing) == ["0 %", "50 %", "100 %", "23.11"]


def test_nothing_but_the_scale_is_drawn_of_nothing():
    for drawing in (charts.of_weeks([]), charts.of_times([]), charts.of_scores(Scores((), 0, ()))):
        assert (drawing.bars, drawing.dots, drawing.height) == ((), (), 206)
