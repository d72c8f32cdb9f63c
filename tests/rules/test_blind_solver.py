"""Banks made to leak in one known way, and banks that do not."""

import random
from dataclasses import replace

import pytest

from certification.rules import blind_solver
from certification.rules.bank_check import check_bank
from certification.rules.blind_cues import Reading, Wording
from certification.rules.blind_solver import (
    COMBINATION_LIMIT,
    CUE_LIMIT,
    FOLDS,
    MIN_ITEMS,
    Score,
    chance,
    credit,
    folds_of,
    out_of_fold_credits,
    score,
    solve,
)
from certification.rules.choice_model import Choice, fit, utilities
from certification.rules.items import Item, ItemOption

SYLLABLES = "ба ве ги до жу за ки ла мо ну пе ро са ти фу хо це ша".split()  # noqa: SIM905 - reads better


def word(rng):
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))


def question(rng, number, *, choose_right, options=4, right=1):
    """A question of invented words whose right options `choose_right(texts)` names."""
    texts = [" ".join(word(rng) for _ in range(rng.randint(3, 6))).capitalize() for _ in range(options)]
    places = choose_right(texts)
    return Item(
        number=f"1.{number}",
        section=1,
        kind="single" if right == 1 else "multiple",
        text=" ".join(word(rng) for _ in range(8)).capitalize() + "?",
        options=tuple(ItemOption(text, place in places) for place, text in enumerate(texts)),
        explanation="Так сказано.",
    )


def bank(choose_right, *, seed=1, count=115):
    rng = random.Random(seed)
    return [
        question(rng, number, choose_right=lambda texts: choose_right(rng, texts)) for number in range(count)
    ]


def anyone(rng, texts):
    return {rng.randrange(len(texts))}


def by_length(rank):
    """The option of that rank, 0 for the shortest, -1 for the longest."""
    return lambda rng, texts: {sorted(range(len(texts)), key=lambda place: len(texts[place]))[rank]}


def cue_named(solution, name):
    return next(cue for cue in solution.cues if cue.name == name)


def rules_of(report):
    return [finding.rule for finding in report.errors]


def test_key_always_longest_is_found_and_an_error():
    report = check_bank(bank(by_length(-1)))

    longest = cue_named(report, "longest")
    assert longest.accuracy > 0.9
    assert longest.is_over
    assert {"blind-cue", "blind-combination", "bank-key-longest"} <= set(rules_of(report))
    assert "longest" in {finding.values.get("cue") for finding in report.errors}


def test_random_keys_are_within_every_limit():
    report = check_bank(bank(anyone))

    assert report.errors == ()
    assert not report.combination.is_over


def test_second_longest_key_is_found_though_neither_longest_nor_shortest_is():
    solution = solve(bank(by_length(-2)))

    assert cue_named(solution, "second longest").is_over
    assert cue_named(solution, "longest").excess < 0
    assert cue_named(solution, "shortest").excess < 0
    assert solution.combination.is_over


def long_and_precise_or_neither(rng, texts):
    """Two options are long and two short, one of each has a number; the key is long with or short without."""
    for place in range(4):
        own = [word(rng) for _ in range(9 if place in (0, 1) else 4)]
        if place in (0, 2):
            own[2] = "".join(rng.choices("123456789", k=len(own[2])))
        texts[place] = " ".join(own).capitalize()
    return {rng.choice((0, 3))}


def test_interaction_of_length_and_precision_is_found_by_the_combination_only(monkeypatch):
    items = bank(long_and_precise_or_neither, seed=2)

    with_products = solve(items)
    monkeypatch.setattr(blind_solver, "INTERACTING", ())
    without_products = solve(items)

    assert [cue.name for cue in with_products.cues if cue.is_over] == []
    assert with_products.combination.is_over
    assert not without_products.combination.is_over


def test_words_that_keys_favour_are_learned_by_the_combination():
    def with_favoured_words(rng, texts):
        place = rng.randrange(len(texts))
        for other in range(len(texts)):
            pool = ("вручную", "автоматом") if other == place else ("звонком", "письмами")
            texts[other] = f"{texts[other]} {rng.choice(pool)}"
        return {place}

    solution = solve(bank(with_favoured_words))

    assert solution.combination.accuracy > 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_labels_do_not_exceed_the_limit_out_of_fold(seed):
    assert solve(bank(anyone, seed=seed)).combination.excess <= COMBINATION_LIMIT


def in_sample_excess(items):
    wording = Wording.of(items)
    choices = [
        Choice(
            blind_solver.feature_rows(Reading.of(item, wording)),
            [option.is_correct for option in item.options],
        )
        for item in items
    ]
    weights = fit(choices, blind_solver.RIDGE)
    return sum(
        credit(item, utilities(choice, weights)) - chance(item)
        for item, choice in zip(items, choices, strict=True)
    ) / len(items)


def test_random_labels_exceed_the_limit_in_sample_only():
    """The same model knows what it was fitted to: without folds, random labels would look like a leak."""
    banks = [bank(anyone, seed=seed, count=40) for seed in range(1, 4)]

    in_sample = sum(map(in_sample_excess, banks)) / len(banks)
    out_of_fold = sum(solve(items).combination.excess for items in banks) / len(banks)

    assert in_sample > COMBINATION_LIMIT
    assert out_of_fold < COMBINATION_LIMIT / 2


@pytest.mark.parametrize("place", range(4))
def test_answer_to_a_question_does_not_depend_on_its_own_key(place, monkeypatch):
    """Over all keys that a question could have, the credits of one and the same prediction sum to one."""
    monkeypatch.setattr(blind_solver, "SEEDS", (0,))
    items = bank(anyone, count=FOLDS * 2)
    wording = Wording.of(items)
    readings = [Reading.of(item, wording) for item in items]

    credits = []
    for key in range(len(items[place].options)):
        options = tuple(replace(one, is_correct=n == key) for n, one in enumerate(items[place].options))
        rekeyed = [*items[:place], replace(items[place], options=options), *items[place + 1 :]]
        credits.append(out_of_fold_credits(rekeyed, readings)[place])

    assert sum(credits) == pytest.approx(1)


def test_folds_are_equal_shares_that_depend_on_numbers_only():
    items = bank(anyone, count=25)
    reworded = [replace(item, text="Другой текст?") for item in items]

    folds = folds_of(items, seed=3)

    assert folds == folds_of(reworded, seed=3)
    assert folds != folds_of(items, seed=4)
    assert {folds.count(fold) for fold in range(FOLDS)} == {2, 3}


def test_folds_follow_the_question_whatever_the_order():
    items = bank(anyone, count=25)

    backwards = folds_of(items[::-1], seed=3)

    assert backwards[::-1] == folds_of(items, seed=3)


def test_result_is_the_same_each_time():
    items = bank(anyone, count=40)

    assert solve(items) == solve(items)


def test_limits_do_not_judge_a_handful_of_questions():
    few = solve(bank(by_length(-1), count=MIN_ITEMS - 1))
    enough = solve(bank(by_length(-1), count=MIN_ITEMS))

    assert not cue_named(few, "longest").is_over
    assert cue_named(enough, "longest").is_over


@pytest.mark.parametrize(("excess", "is_over"), [(0.119, False), (0.12, False), (0.121, True)])
def test_cue_at_its_limit(excess, is_over):
    one = Score("longest", 0.25 + excess, 0.25, 0.0, 1.0, count=100, decided=100, limit=CUE_LIMIT)

    assert one.is_over is is_over


@pytest.mark.parametrize("items", [[], bank(anyone, count=1), bank(anyone, count=2)])
def test_tiny_bank_is_reported_without_a_verdict(items):
    report = check_bank(items)

    assert report.combination.count == len(items)
    assert "blind-combination" not in rules_of(report)


def test_question_without_right_or_wrong_options_is_left_to_the_lint():
    broken = replace(bank(anyone, count=1)[0], options=())

    report = check_bank([broken])

    assert report.combination.count == 0
    assert "key-count" in rules_of(report)


def test_tied_options_share_the_credit():
    item = Item(
        "1.1",
        1,
        "single",
        "Что?",
        (ItemOption("а", True), ItemOption("б", False), ItemOption("в", False)),
    )

    assert credit(item, [1.0, 1.0, 0.0]) == 0.5
    assert credit(item, [0.0, 0.0, 0.0]) == pytest.approx(chance(item))


def test_multiple_choice_counts_as_naming_one_right_option():
    rng = random.Random(1)
    item = question(rng, 1, options=5, right=2, choose_right=lambda _texts: {0, 1})

    assert chance(item) == 0.4
    assert credit(item, [0, 5, 1, 1, 1]) == 1
    assert credit(item, [0, 1, 5, 1, 1]) == 0
    assert credit(item, [5, 1, 5, 1, 1]) == 0.5


def test_interval_holds_the_share_and_narrows():
    few, many = (score("any", bank(anyone, count=n), [0.5] * n, n, 0.1) for n in (30, 60))

    assert few.low < many.low < 0.5 < many.high < few.high


def test_solvable_questions_are_those_that_the_surface_betrays():
    fair = bank(anyone, seed=5, count=60)
    leaking = [replace(item, number=f"2.{n}") for n, item in enumerate(bank(by_length(-1), seed=6, count=60))]

    solvable = solve(fair + leaking).solvable

    assert sum(one.item.number.startswith("2.") for one in solvable) > len(solvable) * 0.7
    assert all(one.combination >= 0.5 and one.cue_share > chance(one.item) for one in solvable)
    assert "longest" in solvable[0].cues
