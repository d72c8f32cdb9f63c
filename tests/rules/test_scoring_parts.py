"""The laws of scoring: weights, credit in parts and sections with a minimum of their own."""

from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.scoring import POINT, Marked, SectionScore, credit, is_right, needed, score

POSITIONS = range(1, 7)
options = st.frozensets(st.sampled_from(POSITIONS))
marked = st.builds(
    Marked,
    section=st.integers(1, 3),
    chosen=options,
    correct=st.frozensets(st.sampled_from(POSITIONS), min_size=1, max_size=5),
    weight=st.integers(1, 100),
)
papers = st.lists(marked | marked.map(lambda m: replace(m, chosen=m.correct)), min_size=1, max_size=12)
# What an exam may ask for; no paper here has a section 4.
ways = st.fixed_dictionaries(
    {
        "pass_percent": st.integers(1, 100),
        "minimums": st.dictionaries(st.integers(1, 4), st.integers(0, 100)),
        "partial": st.booleans(),
    }
)


def answered(chosen, *, correct, weight=1):
    return Marked(1, frozenset(chosen), frozenset(correct), weight)


def paper_of(*, right, of, section=1, weight=1):
    return [Marked(section, frozenset({1 if n < right else 2}), frozenset({1}), weight) for n in range(of)]


@pytest.mark.parametrize(
    ("chosen", "correct", "weight", "partial", "whole"),
    [
        ({1}, {1}, 1, 100, 100),
        ({1, 2}, {1}, 1, 0, 0),
        ({2}, {1}, 1, 0, 0),
        ((), {1, 2}, 1, 0, 0),
        ({1, 2}, {1, 2}, 1, 100, 100),
        ({1}, {1, 2}, 1, 50, 0),
        ({1, 3}, {1, 2}, 1, 0, 0),
        ({1, 2, 3}, {1, 2}, 1, 50, 0),
        ({1, 2, 3, 4}, {1, 2}, 1, 0, 0),
        ({3, 4}, {1, 2}, 1, 0, 0),  # never under zero
        ({1}, {1, 2, 3}, 1, 33, 0),  # rounded down
        ({1, 2}, {1, 2, 3}, 1, 66, 0),
        ({1, 2, 3}, {1, 2, 3}, 1, 100, 100),
        ({1, 2, 4}, {1, 2, 3}, 1, 33, 0),
        ({1, 2}, {1, 2, 3}, 3, 200, 0),  # the weight is divided, not a rounded point multiplied
        ({1, 2, 3}, {1, 2, 3}, 3, 300, 300),
        ({1}, {1, 2, 3, 4}, 2, 50, 0),
    ],
)
def test_credit_in_parts_and_whole(chosen, correct, weight, partial, whole):
    question = answered(chosen, correct=correct, weight=weight)
    assert credit(question, partial=True) == partial
    assert credit(question, partial=False) == whole


@given(marked)
def test_credit_in_parts_is_the_exact_share_rounded_down(question):
    n = len(question.correct)
    share = Fraction(len(question.chosen & question.correct) - len(question.chosen - question.correct), n)
    assert credit(question, partial=True) == max(floor(share * question.weight * POINT), 0)


@given(marked, st.booleans())
def test_credit_is_a_whole_number_within_its_bounds(question, partial):
    earned = credit(question, partial=partial)
    assert type(earned) is int
    assert 0 <= earned <= question.weight * POINT


@given(marked)
def test_credit_in_parts_is_never_less_than_all_or_nothing(question):
    assert credit(question, partial=True) >= credit(question, partial=False)
    assert (credit(question, partial=True) == question.weight * POINT) is is_right(question)


@given(marked)
def test_one_more_right_option_never_lowers_and_a_wrong_one_never_raises(question):
    before = credit(question, partial=True)
    for option in set(POSITIONS) - question.chosen:
        after = credit(replace(question, chosen=question.chosen | {option}), partial=True)
        assert after >= before if option in question.correct else after <= before


@given(st.integers(1, 5), st.integers(1, 100))
def test_each_right_option_adds_its_share(right, weight):
    correct = range(1, right + 1)
    earned = [
        credit(answered(range(1, n + 1), correct=correct, weight=weight), partial=True) for n in range(6)
    ]
    shares = [weight * POINT * n // right for n in range(right + 1)]
    assert earned[: right + 1] == shares


@pytest.mark.parametrize("partial", [True, False])
def test_question_without_a_right_option_earns_nothing(partial):
    """Nothing like it may be published; if it ever is, an attempt must still come to its end."""
    assert credit(answered((), correct=()), partial=partial) == 0
    assert credit(answered({1}, correct=()), partial=partial) == 0


@given(papers, ways)
def test_score_lies_between_nothing_and_everything(paper, way):
    result = score(paper, **way)
    assert 0 <= result.score <= result.max_score == POINT * sum(m.weight for m in paper)
    for section in result.sections:
        assert 0 <= section.score <= section.max_score
        assert all(0 <= share <= 100 for share in section.credits)
    numbers = [result.score, result.max_score, *(n for s in result.sections for n in (s.score, *s.credits))]
    assert {type(number) for number in numbers} == {int}


@given(papers, ways)
def test_all_right_is_full_marks_and_nothing_chosen_none(paper, way):
    full = score([replace(m, chosen=m.correct) for m in paper], **way)
    assert (full.score, full.passed, full.short_sections) == (full.max_score, True, ())
    assert {share for section in full.sections for share in section.credits} == {100}

    empty = score([replace(m, chosen=frozenset()) for m in paper], **way)
    assert (empty.score, empty.max_score, empty.passed) == (0, full.max_score, False)
    assert {share for section in empty.sections for share in section.credits} == {0}


@given(st.data(), papers, ways)
def test_order_of_questions_changes_only_the_order_of_credits(data, paper, way):
    def in_any_order(result):
        return [(s.section, s.score, s.max_score, sorted(s.credits), s.minimum) for s in result.sections]

    one, other = score(paper, **way), score(data.draw(st.permutations(paper)), **way)
    assert in_any_order(one) == in_any_order(other)
    assert (one.score, one.max_score, one.passed) == (other.score, other.max_score, other.passed)


@given(st.permutations(POSITIONS), papers, ways)
def test_order_of_options_changes_nothing(order, paper, way):
    renamed = dict(zip(POSITIONS, order, strict=True))
    moved = [
        replace(
            m,
            chosen=frozenset(renamed[position] for position in m.chosen),
            correct=frozenset(renamed[position] for position in m.correct),
        )
        for m in paper
    ]
    assert score(moved, **way) == score(paper, **way)


@given(papers, ways)
def test_passed_means_enough_in_all_and_no_section_short(paper, way):
    result = score(paper, **way)
    enough = Fraction(result.score, result.max_score) >= Fraction(way["pass_percent"], 100)
    short = [
        section.section
        for section in result.sections
        if Fraction(section.score, section.max_score) < Fraction(way["minimums"].get(section.section, 0), 100)
    ]
    assert [section.section for section in result.short_sections] == short
    assert result.passed is (enough and not short)


@given(st.data(), papers, ways)
def test_one_answer_mended_never_turns_a_pass_into_a_failure(data, paper, way):
    index = data.draw(st.integers(0, len(paper) - 1))
    better = [*paper[:index], replace(paper[index], chosen=paper[index].correct), *paper[index + 1 :]]
    before, after = score(paper, **way), score(better, **way)
    assert after.score >= before.score
    assert after.passed >= before.passed


@given(papers, ways)
def test_parts_never_bring_less_than_all_or_nothing(paper, way):
    whole, parts = score(paper, **way | {"partial": False}), score(paper, **way | {"partial": True})
    assert parts.score >= whole.score
    assert parts.passed >= whole.passed


@given(papers, ways)
def test_credits_are_each_questions_share_in_the_papers_order(paper, way):
    for section in score(paper, **way).sections:
        questions = [m for m in paper if m.section == section.section]
        earned = [credit(m, partial=way["partial"]) for m in questions]
        assert section.score == sum(earned)
        assert section.credits == tuple(
            100 * points // (m.weight * POINT) for points, m in zip(earned, questions, strict=True)
        )


def test_credits_are_percent_of_what_a_question_is_worth():
    paper = [
        answered({1}, correct={1, 2, 3}, weight=2),
        answered({1, 2}, correct={1, 2, 3}, weight=100),
        answered({1}, correct={1}, weight=7),
    ]
    (section,) = score(paper, pass_percent=1, minimums={1: 40}, partial=True).sections
    assert section == SectionScore(
        section=1, score=66 + 6666 + 700, max_score=10900, credits=(33, 66, 100), minimum=40
    )


def test_answers_count_whole_unless_the_exam_says_otherwise():
    assert score([answered({1}, correct={1, 2})], pass_percent=1).score == 0


def test_weights_count_in_the_section_and_in_the_whole():
    paper = [
        *paper_of(right=1, of=1, weight=3),
        *paper_of(right=0, of=1),
        *paper_of(right=1, of=2, section=2),
    ]
    result = score(paper, pass_percent=66)
    assert [(s.score, s.max_score) for s in result.sections] == [(300, 400), (100, 200)]
    assert (result.score, result.max_score, result.passed) == (400, 600, True)


@pytest.mark.parametrize(
    ("right", "of", "minimum", "short"),
    [
        (2, 5, 40, False),
        (2, 5, 41, True),
        (1, 5, 40, True),
        (0, 5, 0, False),
        (0, 5, 1, True),
        (0, 5, None, False),
        (2, 3, 66, False),
        (2, 3, 67, True),  # 66.67 % is not rounded up
        (5, 5, 100, False),
        (4, 5, 100, True),
        (7, 25, 28, False),  # 0.28 * 25 is more than 7 in floating point
    ],
)
def test_section_is_short_under_its_exact_minimum(right, of, minimum, short):
    """The other section brings enough for the whole, so that this one alone decides."""
    paper = [*paper_of(right=right, of=of, section=2), *paper_of(right=1, of=1, section=1, weight=100)]
    result = score(paper, pass_percent=80, minimums={} if minimum is None else {2: minimum})
    assert result.sections[1].minimum == minimum
    assert result.sections[1].is_short is short
    assert result.short_sections == ((result.sections[1],) if short else ())
    assert result.passed is not short


def test_every_short_section_is_named_and_no_other():
    paper = [q for n in (1, 2, 3) for q in paper_of(right=n, of=4, section=n)]
    result = score(paper, pass_percent=1, minimums={1: 50, 2: 50, 3: 76})
    assert [section.section for section in result.short_sections] == [1, 3]


def test_minimums_do_not_replace_the_pass_mark():
    paper = [*paper_of(right=3, of=5, section=1), *paper_of(right=3, of=5, section=2)]
    assert score(paper, pass_percent=60, minimums={1: 60, 2: 60}).passed is True
    assert score(paper, pass_percent=61, minimums={1: 60, 2: 60}).passed is False


def test_minimum_of_a_section_that_the_paper_lacks_does_not_count():
    assert score(paper_of(right=1, of=1), pass_percent=100, minimums={2: 100}).passed is True


@pytest.mark.parametrize(
    ("percent", "max_score", "whole", "partial"),
    [
        (80, 4500, 3600, 3600),
        (80, 4300, 3500, 3440),
        (1, 100, 100, 1),
        (33, 700, 300, 231),
        (67, 300, 300, 201),
        (100, 300, 300, 300),
    ],
)
def test_needed_in_whole_points_or_in_hundredths(percent, max_score, whole, partial):
    assert needed(pass_percent=percent, max_score=max_score) == whole
    assert needed(pass_percent=percent, max_score=max_score, partial=True) == partial


@given(st.integers(1, 100), st.integers(1, 150).map(lambda points: points * POINT), st.booleans())
def test_needed_is_the_least_reachable_score_that_is_enough(percent, max_score, partial):
    least = needed(pass_percent=percent, max_score=max_score, partial=partial)
    step = 1 if partial else POINT
    assert least % step == 0
    assert Fraction(least - step, max_score) < Fraction(percent, 100) <= Fraction(least, max_score) <= 1
