"""The laws of scoring."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.scoring import (
    POINT,
    Marked,
    Result,
    SectionScore,
    is_right,
    needed,
    score,
)

POSITIONS = range(1, 6)
positions = st.frozensets(st.sampled_from(POSITIONS))
marked = st.builds(
    Marked,
    section=st.integers(1, 4),
    chosen=positions,
    correct=st.frozensets(st.sampled_from(POSITIONS), min_size=1, max_size=4),
)
papers = st.lists(marked | marked.map(lambda m: replace(m, chosen=m.correct)), min_size=1, max_size=30)
percents = st.integers(1, 100)


def question(*, right, section=1):
    return Marked(section, frozenset({1 if right else 2}), frozenset({1}))


def paper_of(*, right, of):
    return [question(right=n < right) for n in range(of)]


def in_any_order(result):
    """A result as far as it does not depend on the order of the questions."""
    return replace(
        result,
        sections=tuple(
            replace(section, credits=tuple(sorted(section.credits))) for section in result.sections
        ),
    )


def test_score_counts_points_by_section_in_ascending_order():
    paper = [
        question(right=True, section=3),
        question(right=False, section=1),
        question(right=False, section=3),
        question(right=True, section=3),
    ]
    assert score(paper, pass_percent=50) == Result(
        score=200,
        max_score=400,
        passed=True,
        sections=(
            SectionScore(section=1, score=0, max_score=100, credits=(0,)),
            SectionScore(section=3, score=200, max_score=300, credits=(100, 0, 100)),
        ),
    )


@pytest.mark.parametrize(
    ("chosen", "right"), [({1, 3}, True), ({1}, False), ({1, 2, 3}, False), ({2, 4}, False), ((), False)]
)
def test_a_question_is_right_only_with_all_right_options_and_no_other(chosen, right):
    assert is_right(Marked(1, frozenset(chosen), frozenset({1, 3}))) is right


def test_nothing_chosen_is_not_right_even_where_nothing_is_right():
    assert is_right(Marked(1, frozenset(), frozenset())) is False


@given(st.data(), papers, percents)
def test_score_is_the_same_in_any_order_of_the_questions(data, paper, percent):
    shuffled = data.draw(st.permutations(paper))
    assert in_any_order(score(shuffled, pass_percent=percent)) == in_any_order(
        score(paper, pass_percent=percent)
    )


@given(st.permutations(POSITIONS), papers, percents)
def test_score_is_the_same_in_any_order_of_the_options(order, paper, percent):
    renamed = dict(zip(POSITIONS, order, strict=True))
    moved = [
        Marked(
            m.section,
            frozenset(renamed[position] for position in m.chosen),
            frozenset(renamed[position] for position in m.correct),
        )
        for m in paper
    ]
    assert score(moved, pass_percent=percent) == score(paper, pass_percent=percent)


@given(papers, percents)
def test_score_of_an_all_right_paper_is_full_marks(paper, percent):
    result = score([replace(m, chosen=m.correct) for m in paper], pass_percent=percent)
    assert (result.score, result.max_score, result.passed) == (
        len(paper) * POINT,
        len(paper) * POINT,
        True,
    )


@given(papers, percents)
def test_score_of_an_untouched_paper_is_zero(paper, percent):
    result = score([replace(m, chosen=frozenset()) for m in paper], pass_percent=percent)
    assert (result.score, result.max_score, result.passed) == (0, len(paper) * POINT, False)


@given(st.data(), papers, percents)
def test_a_wrong_choice_more_never_helps(data, paper, percent):
    index = data.draw(st.integers(0, len(paper) - 1))
    wrong = data.draw(st.sampled_from(sorted(set(POSITIONS) - paper[index].correct)))
    worse = list(paper)
    worse[index] = replace(paper[index], chosen=paper[index].chosen | {wrong})
    before, after = score(paper, pass_percent=percent), score(worse, pass_percent=percent)
    assert after.score <= before.score
    assert after.passed <= before.passed
    assert after.max_score == before.max_score


@given(papers, percents)
def test_sections_add_up_to_the_whole(paper, percent):
    result = score(paper, pass_percent=percent)
    assert sum(section.score for section in result.sections) == result.score
    assert sum(section.max_score for section in result.sections) == result.max_score
    for section in result.sections:
        questions = [m for m in paper if m.section == section.section]
        assert section.score == sum(m.weight * POINT for m in questions if is_right(m))
        assert section.max_score == sum(m.weight * POINT for m in questions)
        assert section.credits == tuple(100 * is_right(m) for m in questions)


@pytest.mark.parametrize(
    ("right", "of", "percent", "passed"),
    [
        (36, 45, 80, True),
        (35, 45, 80, False),
        (35, 43, 80, True),  # 34.4 are needed
        (34, 43, 80, False),
        (2, 3, 66, True),
        (2, 3, 67, False),  # 66.67 % is not rounded up
        (7, 25, 28, True),  # 0.28 * 25 is more than 7 in floating point
        (1, 100, 1, True),
        (99, 100, 100, False),
        (100, 100, 100, True),
    ],
)
def test_passed_at_the_exact_boundary(right, of, percent, passed):
    assert score(paper_of(right=right, of=of), pass_percent=percent).passed is passed


@given(st.data(), st.integers(1, 150), percents)
def test_passed_is_decided_by_the_exact_fraction(data, of, percent):
    right = data.draw(st.integers(0, of))
    result = score(paper_of(right=right, of=of), pass_percent=percent)
    assert result.passed is (Fraction(right, of) >= Fraction(percent, 100))


def test_score_of_an_empty_paper_is_not_a_pass():
    assert score([], pass_percent=1) == Result(score=0, max_score=0, passed=False, sections=())


@given(st.integers(1, 150), percents)
def test_needed_is_the_least_score_that_passes(of, percent):
    points, rest = divmod(needed(pass_percent=percent, max_score=of * POINT), POINT)
    assert rest == 0
    assert score(paper_of(right=points, of=of), pass_percent=percent).passed is True
    assert score(paper_of(right=points - 1, of=of), pass_percent=percent).passed is False


@pytest.mark.parametrize(
    ("percent", "max_score", "least"), [(80, 4500, 3600), (80, 4300, 3500), (1, 100, 100), (100, 300, 300)]
)
def test_needed_in_whole_points(percent, max_score, least):
    assert needed(pass_percent=percent, max_score=max_score) == least
