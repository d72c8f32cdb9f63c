from collections import Counter
from datetime import date

import pytest

from certification.rules.item_tally import LONGEST, Paper, Reply, seconds_shown, tally
from certification.rules.scoring import Marked

MAY = date(2026, 5, 1)


def reply(question, *chosen, right=(1,), section=1, weight=1, seconds=None):
    return Reply(question, Marked(section, frozenset(chosen), frozenset(right), weight), seconds)


def paper(*replies, score=100, max_score=200, **changes):
    facts = {"is_first": True, "month": MAY, "partial": False, **changes}
    return Paper(score=score, max_score=max_score, replies=replies, **facts)


def test_one_paper():
    counts = tally([paper(reply(7, 1, seconds=20), reply(8, 3, section=2))])

    assert counts.papers == {(True, 100, 200): 1}
    assert counts.sections == {(True, 200, 1, 100, 100): 1, (True, 200, 2, 0, 100): 1}
    assert counts.marks == {(True, 7, 100, 200, 100): 1, (True, 8, 100, 200, 0): 1}
    assert counts.options == {(True, 7, 100, 200, 1): 1, (True, 8, 100, 200, 3): 1}
    assert counts.months == {(True, 7, MAY, 100): 1, (True, 8, MAY, 0): 1}
    assert counts.times == {(True, 7, 20): 1}


def test_missing_answer_is_a_wrong_one_and_said_so():
    counts = tally([paper(reply(7), score=0, max_score=100)])

    assert counts.marks == {(True, 7, 0, 100, 0): 1}
    assert counts.options == {(True, 7, 0, 100, 0): 1}


@pytest.mark.parametrize(("partial", "mark"), [(False, 0), (True, 33)])
def test_parts_of_a_point_where_they_were_promised(partial, mark):
    counts = tally([paper(reply(7, 1, right=(1, 2, 3)), partial=partial)])

    assert counts.marks == {(True, 7, 100, 200, mark): 1}


def test_several_answers_count_each():
    counts = tally([paper(reply(7, 1, 4, right=(1, 4)))])

    assert counts.options == {(True, 7, 100, 200, 1): 1, (True, 7, 100, 200, 4): 1}
    assert counts.marks == {(True, 7, 100, 200, 100): 1}


def test_weight_is_in_the_section_and_not_in_the_mark():
    counts = tally([paper(reply(7, 1, weight=3), reply(8, 2, weight=2))])

    assert counts.sections == {(True, 200, 1, 300, 500): 1}
    assert counts.marks == {(True, 7, 100, 200, 100): 1, (True, 8, 100, 200, 0): 1}


def test_whoever_leaves_the_page_open_counts_as_an_hour():
    assert tally([paper(reply(7, 1, seconds=5 * LONGEST))]).times == {(True, 7, LONGEST): 1}


def test_counts_of_two_sets_of_papers_are_the_sum_of_theirs():
    some = [paper(reply(7, 1)), paper(reply(7, 2), score=0)]
    others = [paper(reply(7, 1), is_first=False), paper(reply(7, 1))]
    together, apart = tally([*some, *others]), (tally(some), tally(others))

    for name in ("papers", "sections", "marks", "options", "months", "times"):
        left, right = (getattr(counts, name) for counts in apart)
        assert getattr(together, name) == left + right
    assert together.papers == Counter({(True, 100, 200): 2, (True, 0, 200): 1, (False, 100, 200): 1})


@pytest.mark.parametrize(
    ("saves", "seconds"),
    [
        ([], None),
        ([("a", None)], None),
        ([("a", 4200)], 4),
        ([("a", 3000), ("a", 8000)], 8),  # one visit, two saves
        ([("a", 8000), ("a", 3000)], 11),  # came back to it
        ([("a", 3000), ("b", 4000)], 7),  # in another window
        ([("a", 3000), ("b", 4000), ("a", 5000)], 12),
        ([("a", 3000), ("", None), ("a", 8000)], 8),
        ([("", 3000), ("", 2000)], 5),
        ([("a", 0)], 0),
    ],
)
def test_time_is_that_of_all_visits(saves, seconds):
    assert seconds_shown(saves) == seconds
