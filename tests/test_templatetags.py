from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from certification.models import Attempt
from certification.rules.scoring import SectionScore
from certification.rules.typography import NBSP
from certification.templatetags import exam
from tests.factories import NOW
from tests.pages import plain


def attempt(*, minutes=60, score=None, max_score=None, pass_percent=80):
    return Attempt(
        started_at=NOW,
        deadline=NOW + timedelta(minutes=minutes),
        score=score,
        max_score=max_score,
        pass_percent=pass_percent,
    )


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [(0, "0"), (100, "1"), (4500, "45"), (2850, "28,5"), (2825, "28,25"), (50, "0,5"), (110000, "1100")],
)
def test_points(hundredths, text):
    assert exam.points(hundredths) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (10000, f"10{NBSP}000")])
def test_thousands_stand_apart(number, text):
    assert exam.grouped(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (0.9, "0:00"),
        (9, "0:09"),
        (61, "1:01"),
        (24 * 60 + 18, "24:18"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (9723, "2:42:03"),
    ],
)
def test_countdown(seconds, text):
    assert exam.countdown(timedelta(seconds=seconds)) == text


def test_time_left_counts_from_now_to_the_deadline():
    assert exam.time_left(attempt(minutes=60), NOW + timedelta(minutes=35, seconds=42)) == "24:18"


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ({"minutes": 1}, "1 минута"),
        ({"minutes": 45}, "45 минут"),
        ({"minutes": 60}, "60 минут"),
        ({"minutes": 90}, "90 минут"),
        ({"minutes": 119}, "119 минут"),
        ({"hours": 2}, "2 часа"),
        ({"hours": 24}, "24 часа"),
        ({"hours": 25}, "25 часов"),
        ({"hours": 36}, "36 часов"),
        ({"days": 2}, "2 дня"),
        ({"days": 7}, "7 дней"),
        ({"days": 21}, "21 день"),
        ({"days": 2, "hours": 1}, "49 часов"),
        ({"days": 2, "minutes": 30}, "2910 минут"),
    ],
)
def test_duration_in_its_greatest_fitting_unit(time, text):
    assert plain(exam.duration(timedelta(**time))) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("в сделке", f"в{NBSP}сделке"),
        ('<b>"в" &', "&lt;b&gt;&quot;в&quot; &amp;"),
        (mark_safe("<b>в сделке</b>"), f"<b>в{NBSP}сделке</b>"),
        (5, "5"),
    ],
)
def test_typo_escapes_once_and_ties_words(text, html):
    typed = Template("{% load exam %}{{ text|typo }}").render(Context({"text": text}))

    assert typed == html


def test_letters_of_options():
    assert [exam.letter(index) for index in range(6)] == ["А", "Б", "В", "Г", "Д", "Е"]


@pytest.mark.parametrize(
    ("pass_percent", "max_score", "points"),
    [(80, 4500, 3600), (80, 500, 400), (80, 600, 500), (1, 4500, 100), (100, 4500, 4500), (67, 300, 300)],
)
def test_needed_is_whole_points_and_passes(pass_percent, max_score, points):
    assert exam.needed(attempt(max_score=max_score, pass_percent=pass_percent)) == points
    assert points * 100 >= pass_percent * max_score


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 60, "0.00%"), (15, 60, "25.00%"), (60, 60, "100.00%"), (70, 60, "100.00%"), (-1, 60, "0.00%")],
)
def test_percent_stays_on_the_scale(part, whole, text):
    assert exam.percent(part, whole) == text


def test_ticks_are_labelled_by_the_step_and_at_both_ends():
    marks = exam.ticks(45, 10)

    assert [mark.label for mark in marks if mark.label] == ["0", "10", "20", "30", "40", "45"]
    assert (marks[0].at, marks[-1].at) == ("0.00%", "100.00%")
    assert (marks[0].anchor, marks[1].anchor, marks[-1].anchor) == ("", "m", "e")


def test_ticks_of_time_fall_to_nought():
    marks = exam.ticks(60, 15, falling=True)

    assert [(mark.label, mark.at) for mark in marks if mark.label] == [
        ("0", "100.00%"),
        ("15", "75.00%"),
        ("30", "50.00%"),
        ("45", "25.00%"),
        ("60", "0.00%"),
    ]
    assert (marks[0].anchor, marks[-1].anchor) == ("e", "")


@pytest.mark.parametrize("whole", [1, 2, 3, 5, 9, 45, 60, 115, 150])
@pytest.mark.parametrize("step", [5, 10, 15, 30, 60])
def test_ticks_never_stand_closer_than_the_small_step(whole, step):
    places = [float(mark.at.rstrip("%")) * whole / 100 for mark in exam.ticks(whole, step)]

    small = max(step // 5, 1)
    gaps = [b - a for a, b in zip(places, places[1:], strict=False)]
    assert all(gap > min(small, whole) - 0.02 for gap in gaps)


@pytest.mark.parametrize(
    ("minutes", "gone", "labels"),
    [
        (60, "25.00%", ["0", "15", "30", "45", "60"]),
        (20, "75.00%", ["0", "5", "10", "15", "20"]),
        (150, "10.00%", ["0", "30", "60", "90", "120", "150"]),
        (400, "3.75%", ["0", "60", "120", "180", "240", "300", "360", "400"]),
    ],
)
def test_time_ruler_shows_how_much_is_gone(minutes, gone, labels):
    ruler = exam.time_ruler(attempt(minutes=minutes), NOW + timedelta(minutes=15))

    assert ruler["gone"] == gone
    assert [tick.label for tick in ruler["ticks"] if tick.label] == labels


@pytest.mark.parametrize(
    ("before", "gone"), [(timedelta(minutes=-1), "0.00%"), (timedelta(days=1), "100.00%")]
)
def test_time_ruler_stays_on_the_strip(before, gone):
    assert exam.time_ruler(attempt(), NOW + before)["gone"] == gone


@pytest.mark.parametrize(
    ("score", "short", "width"), [(3200, 400, "8.89%"), (3600, 0, "0.00%"), (4500, 0, "0.00%")]
)
def test_score_scale_marks_score_and_pass_mark(score, short, width):
    scale = exam.score_scale(attempt(score=score, max_score=4500))

    assert (scale["needed"], scale["short"], scale["short_width"]) == (3600, short, width)
    assert scale["score_at"] == exam.percent(score, 4500)
    assert scale["needed_at"] == "80.00%"


def test_score_scale_of_the_smallest_exam():
    scale = exam.score_scale(attempt(score=0, max_score=100))

    assert (scale["score_at"], scale["short_width"]) == ("0.00%", "100.00%")
    assert [tick.label for tick in scale["ticks"]] == ["0", "1"]


@pytest.mark.parametrize("credits", [(0, 100, 50, 100, 0), (100, 100, 50, 0, 0)])
def test_section_cells_do_not_tell_which_question_was_right(credits):
    section = SectionScore(section=1, score=250, max_score=500, credits=credits)

    cells = exam.section_cells(section)

    assert [cell["full"] for cell in cells["cells"]] == [True, True, False, False, False]
    assert [(cell["part"], cell["y"]) for cell in cells["cells"]] == [
        (0, 18.5),
        (0, 18.5),
        (6.5, 12.0),
        (0, 18.5),
        (0, 18.5),
    ]
    assert [cell["x"] for cell in cells["cells"]] == [1.5, 21.5, 41.5, 61.5, 81.5]
    assert cells["width"] == 100


@pytest.mark.parametrize("name", sorted(exam.ICONS))
def test_icons_say_nothing_to_readers(name):
    html = Template("{% load exam %}{% icon name %}").render(Context({"name": name}))

    assert html.startswith('<svg class="ic" viewBox="0 0 24 24" aria-hidden="true">')


def test_contact_is_a_link(settings):
    settings.CONTACT_EMAIL = "help@example.com"

    html = Template("{% load exam %}{% contact %}").render(Context())

    assert html == '<a href="mailto:help@example.com">help@example.com</a>'
