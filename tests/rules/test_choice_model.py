"""One Newton step of a conditional logit, against the formulas of its docstring."""

import random

import pytest

from certification.rules.choice_model import Choice, fit, utilities

PAIR = Choice([[1.0], [-1.0]], [True, False])


@pytest.mark.parametrize(
    ("choices", "ridge", "weight"),
    [
        ([PAIR], 0.0, 1.0),
        ([PAIR], 1.0, 1 / 2),
        ([PAIR, PAIR], 1.0, 1 / 2),
        ([PAIR], 3.0, 1 / 4),
        ([Choice([[1.0], [-1.0]], [False, True])], 0.0, -1.0),
        ([PAIR, Choice([[1.0], [-1.0]], [False, True])], 1.0, 0.0),
        ([Choice([[2.0], [-1.0], [-1.0]], [True, False, False])], 0.0, 1.0),
        # Of two right options each has half a claim
        ([Choice([[1.0], [1.0], [-2.0]], [True, True, False])], 0.0, 1 / 2),
        ([Choice([[1.0], [0.0], [-1.0]], [True, True, False])], 0.0, 3 / 4),
        # Of none, nobody has
        ([Choice([[1.0], [-1.0]], [False, False])], 1.0, 0.0),
    ],
)
def test_weight_of_one_value(choices, ridge, weight):
    assert fit(choices, ridge) == pytest.approx([weight])


def gradient_at_zero(choices, value):
    return sum(
        row[value] * (right / max(1, sum(choice.right)) - 1 / len(choice.rows))
        for choice in choices
        for row, right in zip(choice.rows, choice.right, strict=True)
    )


def hessian_at_zero(choices, left, right):
    return sum(row[left] * row[right] / len(choice.rows) for choice in choices for row in choice.rows)


@pytest.mark.parametrize("seed", range(3))
def test_weights_are_the_newton_step_from_zero(seed):
    """With any number of values: (Hessian + ridge × questions) × weights = gradient."""
    rng = random.Random(seed)
    choices = []
    for _ in range(6):
        size = rng.randint(2, 5)
        rows = [[rng.uniform(-1, 1) for _ in range(4)] for _ in range(size)]
        choices.append(Choice(rows, [n < rng.randint(1, 2) for n in range(size)]))

    weights = fit(choices, 0.5)

    for i in range(4):
        step = sum((hessian_at_zero(choices, i, j) + 3.0 * (i == j)) * weights[j] for j in range(4))
        assert step == pytest.approx(gradient_at_zero(choices, i))


def test_values_that_have_nothing_in_common_are_weighed_apart():
    across = Choice([[1.0, 0.0], [-1.0, 0.0]], [True, False])
    down = Choice([[0.0, 1.0], [0.0, -1.0]], [False, True])

    assert fit([across, down], 0.5) == pytest.approx([1 / 2, -1 / 2])


def test_utility_is_the_weighted_sum_of_an_options_values():
    choice = Choice([[1.0, 2.0], [3.0, -1.0]], [True, False])

    assert utilities(choice, [10.0, 0.5]) == [11.0, 29.5]
