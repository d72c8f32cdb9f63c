"""The laws of drawing a paper."""

from collections import Counter
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.assembly import Candidate, CannotAssemble, Line, draw, shuffled

seeds = st.integers(0, 2**32)


def section_of(number, *, size, enemies="", seen=0):
    """`size` questions of a section, with ids such as 301, 302."""
    return [Candidate(number * 100 + n, number, enemies, seen) for n in range(1, size + 1)]


def numbered(section, traits):
    return [
        Candidate(section * 100 + n, section, enemies, seen)
        for n, (enemies, seen) in enumerate(traits, start=1)
    ]


@st.composite
def banks(draw_from, groups=("", "red", "green")):
    """Lines that the bank can fill, and the bank: a section more than the blueprint has."""
    traits = st.tuples(st.sampled_from(groups), st.integers(0, 2))
    pool, lines = [], []
    for section in range(1, draw_from(st.integers(2, 5))):
        questions = numbered(section, draw_from(st.lists(traits, min_size=1, max_size=8)))
        count = draw_from(st.none() | st.integers(1, len(questions)))
        pool += questions
        lines.append(Line(section, count))
    pool += section_of(9, size=3)
    return draw_from(st.permutations(lines)), draw_from(st.permutations(pool))


def split(paper, lines, pool):
    """Per line: its count, the questions drawn from its section and those left over."""
    for line in lines:
        questions = [question for question in pool if question.section == line.section]
        drawn = [question for question in questions if question.id in paper]
        left = [question for question in questions if question.id not in paper]
        yield len(questions) if line.count is None else line.count, drawn, left


@given(banks(), seeds)
def test_draw_gives_each_line_its_count_without_repeats(bank, seed):
    lines, pool = bank
    paper = draw(lines, pool, rng=Random(seed))
    counts = [count for count, _drawn, _left in split(paper, lines, pool)]
    assert [len(drawn) for _count, drawn, _left in split(paper, lines, pool)] == counts
    assert len(paper) == len(set(paper)) == sum(counts)


@given(banks(), seeds)
def test_draw_with_the_same_seed_gives_the_same_paper(bank, seed):
    lines, pool = bank
    assert draw(lines, pool, rng=Random(seed)) == draw(lines, pool, rng=Random(seed))


@given(banks(groups=("",)), seeds)
def test_draw_takes_the_least_seen_first(bank, seed):
    lines, pool = bank
    paper = draw(lines, pool, rng=Random(seed))
    for _count, drawn, left in split(paper, lines, pool):
        assert max(q.seen for q in drawn) <= min((q.seen for q in left), default=2)


@given(banks(), seeds)
def test_draw_passes_over_a_less_seen_question_only_for_an_enemy(bank, seed):
    lines, pool = bank
    paper = draw(lines, pool, rng=Random(seed))
    groups = {question.enemies for question in pool if question.id in paper}
    for _count, drawn, left in split(paper, lines, pool):
        for question in left:
            if question.seen < max(q.seen for q in drawn):
                assert question.enemies in groups - {""}


@given(banks(), seeds)
def test_draw_takes_a_second_enemy_only_where_nothing_else_is_left(bank, seed):
    """Of a group's questions, at most one comes from a section that had others left to give."""
    lines, pool = bank
    paper = draw(lines, pool, rng=Random(seed))
    groups = {question.enemies for question in pool if question.id in paper} - {""}
    with_choice = Counter()
    for _count, drawn, left in split(paper, lines, pool):
        if any(question.enemies not in groups for question in left):
            with_choice.update(question.enemies for question in drawn if question.enemies)
    assert [group for group, times in with_choice.items() if times > 1] == []


@pytest.mark.parametrize("count", [2, None])
def test_draw_avoids_the_enemies_of_a_section_taken_whole(count):
    pool = [*numbered(1, [("plan", 0), ("", 0)]), *numbered(2, [("plan", 0), ("", 1), ("", 1)])]
    papers = [draw([Line(1, count), Line(2, 2)], pool, rng=Random(n)) for n in range(20)]
    assert {tuple(sorted(paper)) for paper in papers} == {(101, 102, 202, 203)}


@pytest.mark.parametrize("count", [3, None])
def test_draw_of_a_whole_section_takes_its_enemies_too(count):
    pool = section_of(1, size=3, enemies="circles")
    assert sorted(draw([Line(1, count)], pool, rng=Random(1))) == [101, 102, 103]


@pytest.mark.parametrize("seed", range(20))
def test_draw_takes_enemies_when_a_section_has_too_few_others(seed):
    pool = [*section_of(1, size=3, enemies="circles"), Candidate(199, 1, "", 2)]
    paper = draw([Line(1, 3)], pool, rng=Random(seed))
    assert len(paper) == 3
    assert 199 in paper


@pytest.mark.parametrize("seed", range(20))
def test_draw_keeps_enemies_of_two_sections_apart(seed):
    pool = [
        Candidate(id=section * 100 + n, section=section, enemies="plan" if n == 1 else "", seen=n)
        for section in (1, 2)
        for n in (1, 2, 3)
    ]
    paper = draw([Line(1, 2), Line(2, 2)], pool, rng=Random(seed))
    assert len({101, 201} & set(paper)) == 1


def test_draw_gives_enemies_of_two_sections_an_equal_chance():
    pool = [
        Candidate(id=section * 100 + n, section=section, enemies="plan" if n == 1 else "", seen=n)
        for section in (1, 2)
        for n in (1, 2, 3)
    ]
    first = sum(101 in draw([Line(1, 2), Line(2, 2)], pool, rng=Random(n)) for n in range(400))
    assert 150 < first < 250


def test_draw_gives_questions_seen_alike_an_equal_chance():
    pool = [*section_of(1, size=4), *section_of(1, size=2, seen=1)]
    pool = [replace(question, id=n) for n, question in enumerate(pool, start=1)]
    drawn = Counter(question for n in range(400) for question in draw([Line(1, 2)], pool, rng=Random(n)))
    assert drawn.keys() == {1, 2, 3, 4}
    assert all(150 < times < 250 for times in drawn.values())


def test_draw_mixes_sections():
    pool = [*section_of(1, size=2), *section_of(2, size=2)]
    lines = [Line(1, None), Line(2, None)]
    patterns = {tuple(question // 100 for question in draw(lines, pool, rng=Random(n))) for n in range(200)}
    assert patterns == set(permutations([1, 1, 2, 2]))


@pytest.mark.parametrize(
    ("count", "size", "wanted", "available"), [(3, 2, 3, 2), (1, 0, 1, 0), (None, 0, 1, 0)]
)
def test_draw_from_a_section_too_small_tells_the_numbers(count, size, wanted, available):
    pool = [*section_of(1, size=5), *section_of(2, size=size)]
    with pytest.raises(CannotAssemble) as caught:
        draw([Line(1, 5), Line(2, count)], pool, rng=Random(1))
    assert (caught.value.section, caught.value.wanted, caught.value.available) == (
        2,
        wanted,
        available,
    )
    assert str(caught.value) == f"section 2: {wanted} wanted, {available} available"


def test_draw_by_an_empty_blueprint_is_refused():
    with pytest.raises(CannotAssemble):
        draw([], section_of(1, size=5), rng=Random(1))


def test_shuffled_gives_every_order_an_equal_chance():
    orders = Counter(tuple(shuffled([1, 2, 3], rng=Random(n))) for n in range(1200))
    assert orders.keys() == set(permutations([1, 2, 3]))
    assert all(150 < times < 250 for times in orders.values())


@given(st.lists(st.integers(1, 9), unique=True), seeds)
def test_shuffled_keeps_every_position_and_follows_the_seed(positions, seed):
    order = shuffled(positions, rng=Random(seed))
    assert sorted(order) == sorted(positions)
    assert order == shuffled(positions, rng=Random(seed))
