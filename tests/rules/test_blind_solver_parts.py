"""The solver's steps one by one, on values small enough to be worked out by hand."""

from dataclasses import replace
from hashlib import sha256
from math import log, sqrt

import pytest

from certification.rules import blind_solver
from certification.rules.blind_cues import CUES, MEASURES, Cue, Reading, Wording
from certification.rules.blind_solver import (
    COMBINATION_LIMIT,
    CUE_LIMIT,
    INTERACTING,
    MIN_ITEMS,
    Score,
    Solvable,
    Vocabulary,
    cue_score,
    decides,
    feature_rows,
    folds_of,
    out_of_fold_credits,
    score,
    solvable_items,
    solve,
    standardised,
)
from certification.rules.choice_model import Choice
from certification.rules.intervals import wilson
from certification.rules.items import Item, ItemOption


def item(*texts, right=(0,), number="1.1"):
    options = tuple(ItemOption(text, place in right) for place, text in enumerate(texts))
    return Item(number, 1, "single" if len(right) == 1 else "multiple", "Что это?", options)


def readings_of(items):
    wording = Wording.of(items)
    return [Reading.of(one, wording) for one in items]


@pytest.mark.parametrize(("count", "is_over"), [(MIN_ITEMS - 1, False), (MIN_ITEMS, True)])
def test_score_is_judged_from_thirty_questions_on(count, is_over):
    one = Score("any", 0.9, 0.25, 0.0, 1.0, count=count, decided=count, limit=CUE_LIMIT)

    assert MIN_ITEMS == 30
    assert one.is_over is is_over


def test_limits_are_twelve_and_eight_points():
    assert (CUE_LIMIT, COMBINATION_LIMIT) == (0.12, 0.08)


def test_score_sums_up_the_credits():
    items = [item("а", "б"), item("а", "б", "в", "г", right=(0, 1, 2))]

    found = score("any", items, [1.0, 0.0], 7, 0.3)

    low, high = wilson(1, 2)
    assert found == Score("any", 0.5, 0.625, low, high, count=2, decided=7, limit=0.3)
    assert found.excess == -0.125


def test_cue_is_scored_where_it_chooses_and_decided_where_it_prefers():
    cue = Cue("any", lambda _reading: [])
    items = [item("а", "б"), item("а", "б"), item("а", "б")]

    found = cue_score(cue, items, [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])

    assert (found.name, found.accuracy, found.chance) == ("any", 0.5, 0.5)
    assert (found.count, found.decided, found.limit) == (3, 2, CUE_LIMIT)


def test_cue_that_prefers_some_options_decides():
    assert decides([1.0, 1.0, 0.0])
    assert not decides([1.0, 1.0, 1.0])


def test_folds_deal_the_questions_out_in_the_order_of_a_hash():
    items = [item("а", "б", number=f"2.{n}") for n in range(23)]

    ranked = sorted(items, key=lambda one: sha256(f"4/{one.number}".encode()).hexdigest())
    fold_of = {one.number: rank % 10 for rank, one in enumerate(ranked)}
    assert folds_of(items, 4) == [fold_of[one.number] for one in items]


def test_single_question_is_guessed_at_random():
    lone = [item("а", "б", "в", "г")]

    assert out_of_fold_credits(lone, readings_of(lone)) == [0.25]


def test_credits_are_a_mean_over_the_seeds():
    """What always singles out the key is found with every seed."""
    items = [item("ааааааа " * 3, "б", "в", "г", number=f"1.{n}") for n in range(20)]

    assert out_of_fold_credits(items, readings_of(items)) == pytest.approx([1.0] * 20)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0, 3.0], [-sqrt(1.5), 0.0, sqrt(1.5)]),
        ([5.0, 1.0], [1.0, -1.0]),
        ([2.0, 2.0], [0.0, 0.0]),
        ([2.0, 2.0 + 1e-12], [0.0, 0.0]),
        ([0.0, 0.02], [-1.0, 1.0]),
        ([], []),
    ],
)
def test_standardised_values_have_no_mean_and_a_deviation_of_one(values, expected):
    assert standardised(values) == pytest.approx(expected)


def test_features_are_the_measures_and_the_products_of_those_that_interact():
    bank = [item("Только в сделке 5", "В задаче", "Раз, два")]
    reading = readings_of(bank)[0]

    rows = feature_rows(reading)

    by_name = {measure.most: standardised(measure.scores(reading)) for measure in MEASURES}
    pairs = [(a, b) for n, a in enumerate(INTERACTING) for b in INTERACTING[n + 1 :]]
    products = [standardised([x * y for x, y in zip(by_name[a], by_name[b], strict=True)]) for a, b in pairs]
    columns = [*by_name.values(), *products]
    assert rows == [pytest.approx([column[place] for column in columns]) for place in range(3)]
    assert INTERACTING == (
        "longest",
        "most words of the stem",
        "most alike",
        "most precise",
        "most absolutes",
        "rare words",
    )


def vocabulary_bank():
    return [
        item("раз раз", "два", number="1.1"),
        item("раз", "два", "три", "раз два", right=(1, 3), number="1.2"),
        item("пять", "шесть", number="1.3"),
    ]


def test_vocabulary_counts_a_words_options_once_each_of_the_training_questions():
    items = vocabulary_bank()

    learned = Vocabulary.of(items, readings_of(items), [0, 1])

    assert learned.right == {"раз": 2.0, "два": 2.0, "три": 0.0}
    assert learned.expected == {"раз": 1.5, "два": 1.5, "три": 0.5}


def test_word_counts_by_how_much_oftener_than_by_chance_it_was_right():
    items = vocabulary_bank()
    readings = readings_of(items)
    learned = Vocabulary.of(items, readings, [0, 1])

    unseen = learned.scores(item("раз три", "новое"), readings_of([item("раз три", "новое")])[0], seen=False)

    assert unseen == pytest.approx([(log(4 / 3.5) + log(2 / 2.5)) / 2, 0.0])


def test_question_of_the_training_is_scored_without_itself():
    items = vocabulary_bank()
    readings = readings_of(items)
    both = Vocabulary.of(items, readings, [0, 1])

    for place in (0, 1):
        other = Vocabulary.of(items, readings, [1 - place])
        seen = both.scores(items[place], readings[place], seen=True)
        assert seen == pytest.approx(other.scores(items[place], readings[place], seen=False))


def choices_where_the_last_value_is(sign):
    rows = [[1.0, sign * 1.0], [-1.0, sign * -1.0]]
    return [Choice(rows, [True, False]), Choice([[1.0, 0.0], [-1.0, 0.0]], [True, False])]


def test_vocabulary_that_speaks_for_a_key_keeps_its_weight():
    helping = choices_where_the_last_value_is(1)

    assert blind_solver._weights(helping) == blind_solver.fit(helping, 1.0)
    assert blind_solver._weights(helping)[-1] > 0


def test_vocabulary_that_speaks_against_keys_counts_for_nothing():
    misleading = choices_where_the_last_value_is(-1)

    without = [Choice([[row[0], 0.0] for row in one.rows], one.right) for one in misleading]
    assert blind_solver.fit(misleading, 1.0)[-1] < 0
    assert blind_solver._weights(misleading) == blind_solver.fit(without, 1.0)
    assert blind_solver._weights(misleading)[-1] == 0.0


GUESSES = {
    "always": [[1.0, 0.0, 0.0]] * 4,
    "shared": [[1.0, 1.0, 0.0]] * 4,
    "never": [[0.0, 1.0, 0.0]] * 4,
    "idle": [[1.0, 1.0, 1.0]] * 4,
}


def test_solvable_questions_are_found_by_the_combination_and_by_cues_worst_first():
    """Of the cues that decide, one is right, one half right, one wrong: together a half."""
    items = [item("а", "б", "в", number=f"1.{n}") for n in range(4)]

    found = solvable_items(items, GUESSES, [0.5, 0.49, 1.0, 0.8])

    assert found == (
        Solvable(items[2], 1.0, ("always",), 0.5),
        Solvable(items[3], 0.8, ("always",), 0.5),
        Solvable(items[0], 0.5, ("always",), 0.5),
    )


def test_question_that_cues_find_no_oftener_than_chance_is_not_solvable():
    even = item("а", "б", "в", "г", right=(0, 1))
    guesses = {"right": [[1.0, 0.0, 0.0, 0.0]], "wrong": [[0.0, 0.0, 1.0, 0.0]]}

    assert solvable_items([even], guesses, [1.0]) == ()


def test_worst_question_is_the_one_furthest_over_its_own_chance():
    half = item("а", "б", number="1.1")
    third = item("а", "б", "в", number="1.2")
    guesses = {"one": [[1.0, 0.0], [1.0, 0.0, 0.0]]}

    found = solvable_items([half, third], guesses, [1.0, 0.9])

    assert [one.item.number for one in found] == ["1.2", "1.1"]


def test_solution_scores_every_cue_and_the_combination_over_sound_questions_only():
    sound = [item("Раз два", "Три", "Пять", number=f"1.{n}") for n in range(3)]
    unsound = [replace(sound[0], options=()), item("а", "б", right=()), item("а", "б", right=(0, 1))]

    solution = solve([*unsound, *sound])

    assert [cue.name for cue in solution.cues] == [cue.name for cue in CUES]
    assert {(cue.count, cue.limit) for cue in solution.cues} == {(3, CUE_LIMIT)}
    combination = solution.combination
    assert (combination.name, combination.count, combination.decided) == ("combination", 3, 3)
    assert combination.limit == COMBINATION_LIMIT
    assert [one.item for one in solution.solvable] == sound
    assert "longest" in solution.solvable[0].cues
