"""A choice among options learned from examples: a conditional logit with a ridge, in plain Python.

The weights are one Newton step from zero. That is as good as the optimum where cues are weak, the only case
in doubt, and is ridge regression of "right, less chance" on the options' values: for the model
P(j) = exp(w·x_j) / Σ exp(w·x_m) the gradient at 0 is Σ x_j (y_j − 1/k) and the Hessian Σ x_j x_j′ / k,
with x centred within its question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

Row = list[float]


@dataclass(frozen=True, slots=True)
class Choice:
    """One question: a row of values for each option, centred within the question, and which are right."""

    rows: list[Row]
    right: list[bool]


def fit(choices: Sequence[Choice], ridge: float) -> Row:
    """The weight of each value. `ridge` is the penalty for one question's worth of evidence."""
    columns, targets = _weighted(choices)
    gram = [[0.0] * len(columns) for _ in columns]
    for i, left in enumerate(columns):
        for j in range(i + 1):
            gram[i][j] = gram[j][i] = sum(map(mul, left, columns[j]))
    for i in range(len(columns)):
        gram[i][i] += ridge * len(choices)
    return _solve(gram, [sum(map(mul, column, targets)) for column in columns])


def utilities(choice: Choice, weights: Row) -> Row:
    return [sum(map(mul, row, weights)) for row in choice.rows]


def _weighted(choices: Sequence[Choice]) -> tuple[list[Row], Row]:
    """Columns of x/√k, and (y − 1/k)·√k, so that plain products give the gradient and the Hessian."""
    rows: list[Row] = []
    targets: Row = []
    for choice in choices:
        root = len(choice.rows) ** 0.5
        share = 1 / max(1, sum(choice.right))
        for row, right in zip(choice.rows, choice.right, strict=True):
            rows.append([value / root for value in row])
            targets.append((share * right - 1 / len(choice.rows)) * root)
    return [list(column) for column in zip(*rows, strict=True)], targets


def _solve(matrix: list[Row], vector: Row) -> Row:
    """The solution of a symmetric positive definite system, by Gaussian elimination."""
    size = len(vector)
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for i in range(size):
        pivot = rows[i][i]
        for j in range(i + 1, size):
            factor = rows[j][i] / pivot
            if factor:
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = sum(map(mul, rows[i][i + 1 : size], solution[i + 1 :]))
        solution[i] = (rows[i][size] - known) / rows[i][i]
    return solution
