"""The laws of drawing a paper."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, permutations, product
from random import Random

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from certification.rules.assembly import Candidate, CannotAssemble, Line, draw, few, shortfalls, shuffled

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


def drawn_by(lines, pool, seed):
    """A paper; banks without one are passed over."""
    try:
        return draw(lines, pool, rng=Random(seed))
    except CannotAssemble:
        reject()


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
    paper = drawn_by(lines, pool, seed)
    counts = [count for count, _drawn, _left in split(paper, lines, pool)]
    assert [len(drawn) for _count, drawn, _left in split(paper, lines, pool)] == counts
    assert len(paper) == len(set(paper)) == sum(counts)


@given(banks(), seeds)
def test_draw_with_the_same_seed_gives_the_same_paper(bank, seed):
    lines, pool = bank
    assert drawn_by(lines, pool, seed) == drawn_by(lines, pool, seed)


@given(banks(groups=("",)), seeds)
def test_draw_takes_the_least_seen_first(bank, seed):
    lines, pool = bank
    paper = draw(lines, pool, rng=Random(seed))
    for _count, drawn, left in split(paper, lines, pool):
        assert max(q.seen for q in drawn) <= min((q.seen for q in left), default=2)


@given(banks(), seeds)
def test_draw_passes_over_a_less_seen_question_only_for_an_enemy(bank, seed):
    lines, pool = bank
    paper = drawn_by(lines, pool, seed)
    groups = {question.enemies for question in pool if question.id in paper}
    for _count, drawn, left in split(paper, lines, pool):
        for question in left:
            if question.seen < max(q.seen for q in drawn):
                assert question.enemies in groups - {""}


@given(banks(), seeds)
def test_draw_puts_one_of_a_group_on_a_paper_at_most(bank, seed):
    """Sections that are taken whole bring what they have; no other line adds to their groups."""
    lines, pool = bank
    paper = drawn_by(lines, pool, seed)
    whole = {line.section for line in lines if is_whole(line, pool)}
    groups = Counter()
    for question in pool:
        if question.id in paper and question.enemies:
            groups[question.enemies] += 1
    closed = {q.enemies for q in pool if q.section in whole}
    chosen = [q for q in pool if q.id in paper and q.section not in whole and q.enemies]
    assert {q.enemies for q in chosen} & closed == set()
    assert all(groups[q.enemies] == 1 for q in chosen)


def is_whole(line, pool):
    return line.count in (None, sum(question.section == line.section for question in pool))


def has_paper(lines, pool):
    """Whether there is any paper at all, by trying every one."""
    whole = [line for line in lines if is_whole(line, pool)]
    closed = {q.enemies for q in pool for line in whole if q.section == line.section} - {""}
    choices = [
        list(combinations([q for q in pool if q.section == line.section], line.count))
        for line in lines
        if line not in whole
    ]
    for picks in product(*choices):
        groups = [q.enemies for pick in picks for q in pick if q.enemies]
        if len(groups) == len(set(groups)) and not closed & set(groups):
            return True
    return False


@st.composite
def tight_banks(draw_from):
    """Small ones in which enemies are many, so that a paper is hard to find, or there is none."""
    pool, lines = [], []
    for section in range(1, draw_from(st.integers(2, 4))):
        size = draw_from(st.integers(1, 4))
        groups = draw_from(st.lists(st.sampled_from(["", "a", "b", "c", "d"]), min_size=size, max_size=size))
        pool += numbered(section, [(group, draw_from(st.integers(0, 1))) for group in groups])
        lines.append(Line(section, draw_from(st.none() | st.integers(1, size))))
    return lines, pool


@given(tight_banks(), seeds)
def test_draw_finds_a_paper_whenever_there_is_one(bank, seed):
    lines, pool = bank
    if has_paper(lines, pool):
        assert len(draw(lines, pool, rng=Random(seed))) == sum(
            sum(q.section == line.section for q in pool) if line.count is None else line.count
            for line in lines
        )
    else:
        with pytest.raises(CannotAssemble):
            draw(lines, pool, rng=Random(seed))


def test_draw_moves_a_question_to_let_another_line_have_its_only_one():
    """Section 1 can do without «plan», section 2 cannot; whichever comes first, both are served."""
    pool = [Candidate(101, 1, "plan", 0), Candidate(102, 1, "", 5), Candidate(103, 1, "tariff", 5)]
    pool += [Candidate(201, 2, "plan", 0), Candidate(202, 2, "tariff", 0)]
    for seed in range(30):
        paper = draw([Line(1, 2), Line(2, 1)], pool, rng=Random(seed))
        assert len(paper) == 3
        assert 102 in paper


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
def test_draw_of_more_than_there_are_groups_is_refused(seed):
    pool = [*section_of(1, size=3, enemies="circles"), Candidate(199, 1, "", 2)]
    with pytest.raises(CannotAssemble) as caught:
        draw([Line(1, 3)], pool, rng=Random(seed))
    assert (caught.value.section, caught.value.wanted, caught.value.available) == (1, 3, 2)


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


@pytest.mark.parametrize(
    ("count", "size", "told"),
    [(2, 2, True), (2, 5, True), (2, 6, False), (2, 7, False), (None, 2, False), (3, 2, False)],
)
def test_few_names_lines_whose_section_has_under_three_times_their_number(count, size, told):
    """One that cannot be served at all is refused elsewhere."""
    pool = [*section_of(1, size=size), *section_of(2, size=9)]

    found = few([Line(1, count), Line(2, 3)], pool)

    assert [(f.section, f.wanted, f.available) for f in found] == ([(1, count, size)] if told else [])


def found(lines, pool):
    return [(short.section, short.wanted, short.available) for short in shortfalls(lines, pool)]


def test_shortfalls_name_every_line_that_is_too_short():
    pool = [*section_of(1, size=2), *section_of(2, size=9), *section_of(3, size=9, enemies="plan")]

    assert found([Line(1, 3), Line(2, 3), Line(3, 2), Line(4, None)], pool) == [
        (1, 3, 2),
        (3, 2, 1),
        (4, 1, 0),
    ]


def test_shortfalls_of_enemies_across_sections_are_told_once():
    pool = [*section_of(1, size=1, enemies="plan"), *section_of(2, size=2, enemies="plan")]

    assert found([Line(1, None), Line(2, 1)], pool) == [(2, 1, 0)]


def test_nothing_is_short_where_a_paper_can_be_drawn():
    assert (found([Line(1, 2)], section_of(1, size=2)), found([], [])) == ([], [(None, 1, 0)])


@pytest.mark.parametrize("seed", range(20))
def test_draw_spares_some_unseen_questions_for_another_retake(seed):
    """Ten were seen, ten not: of ten asked eight are new, in the larger section more than in the smaller."""
    pool = [*numbered(1, [("", 1)] * 5 + [("", 0)] * 5), *numbered(2, [("", 1)] * 5 + [("", 0)] * 9)]
    lines = [Line(1, 5), Line(2, 5)]
    unseen = {question.id: question.section for question in pool if not question.seen}

    spared = Counter(unseen[q] for q in draw(lines, pool, rng=Random(seed), spare=True) if q in unseen)
    spent = Counter(unseen[q] for q in draw(lines, pool, rng=Random(seed)) if q in unseen)

    assert spared == {1: 3, 2: 5}
    assert spent == {1: 5, 2: 5}


def test_draw_spares_nothing_where_all_is_new():
    paper = draw([Line(1, 5)], section_of(1, size=9), rng=Random(1), spare=True)
    assert len(paper) == 5


def test_draw_takes_questions_that_have_enemies_oftener_but_not_always():
    """Else a group would pile up for later papers, of which each can have but one."""
    pool = numbered(1, [("plan", 0), ("plan", 0), ("", 0), ("", 0), ("", 0), ("", 0)])
    drawn = Counter(q for n in range(400) for q in draw([Line(1, 2)], pool, rng=Random(n)))
    plan, others = drawn[101] + drawn[102], [drawn[q] for q in (103, 104, 105, 106)]
    assert 240 < plan < 390
    assert all(60 < times < 160 for times in others)
