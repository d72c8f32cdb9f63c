"""A candidate who reads the surface only, and how far that takes them.

For each cue the option with the greatest score is chosen, ties share the credit. The credit of a question is
the chance that the chosen option is right; pure guessing has right/options. A multiple choice counts the same
way, as "name one right option": all-or-nothing marks would hide a cue that betrays one option of four.
A bank is sound while no cue, and no combination of cues learned from other questions, does much better than
guessing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from math import log, sqrt

from certification.rules.blind_cues import CUES, MEASURES, Cue, Reading, Scores, Wording, top
from certification.rules.choice_model import Choice, Row, fit, utilities
from certification.rules.intervals import wilson
from certification.rules.item_text import mean
from certification.rules.items import Item

# Noise alone gives the best of many cues 8 or 9 points on 100 questions, so 12 is not noise.
CUE_LIMIT = 0.12
# One figure, no choice of the best: twice its standard error on 115 questions (simulated: 4 points).
COMBINATION_LIMIT = 0.08
# No verdict before n = 30: the 95 % interval of a share is then still ±16 points.
MIN_ITEMS = 30

FOLDS = 10
SEEDS = tuple(range(5))
# Chosen by simulation over keys planted in real questions; 0.1 to 1 do equally well.
RIDGE = 1.0
# Occurrences by chance that a word is credited with before its first.
WORD_PRIOR = 2.0

# Cues that act together («long and unlike the rest») enter the combination as products too.
INTERACTING = (
    "longest",
    "most words of the stem",
    "most alike",
    "most precise",
    "most absolutes",
    "rare words",
)


@dataclass(frozen=True, slots=True)
class Score:
    """How often a way of guessing finds a right option.

    Of `count` questions it prefers some options to others in `decided`; `low` and `high` bound the accuracy.
    """

    name: str
    accuracy: float
    chance: float
    low: float
    high: float
    count: int
    decided: int
    limit: float

    @property
    def excess(self) -> float:
        """Accuracy over chance; 0.12 is twelve points."""
        return self.accuracy - self.chance

    @property
    def is_over(self) -> bool:
        return self.count >= MIN_ITEMS and self.excess > self.limit + 1e-9


@dataclass(frozen=True, slots=True)
class Solvable:
    """A question that a blind candidate answers.

    `combination` is its mean credit there; `cues` are those that choose right options only; `cue_share` is
    the mean credit of the cues that prefer any option.
    """

    item: Item
    combination: float
    cues: tuple[str, ...]
    cue_share: float


@dataclass(frozen=True, slots=True)
class Solution:
    cues: tuple[Score, ...]
    combination: Score
    solvable: tuple[Solvable, ...]


def solve(items: Sequence[Item]) -> Solution:
    """Every cue and their combination over the questions that have right and wrong options."""
    bank = [item for item in items if item.right and item.wrong]
    wording = Wording.of(bank)
    readings = [Reading.of(item, wording) for item in bank]
    guesses = {cue.name: [cue.scores(reading) for reading in readings] for cue in CUES}
    combined = out_of_fold_credits(bank, readings)
    return Solution(
        cues=tuple(cue_score(cue, bank, guesses[cue.name]) for cue in CUES),
        combination=score("combination", bank, combined, len(bank), COMBINATION_LIMIT),
        solvable=solvable_items(bank, guesses, combined),
    )


def credit(item: Item, scores: Scores) -> float:
    """The chance that the option with the greatest score, drawn among the tied, is right."""
    chosen = top(scores)
    return mean(item.options[place].is_correct for place in chosen)


def chance(item: Item) -> float:
    return len(item.right) / len(item.options)


def decides(scores: Scores) -> bool:
    return len(top(scores)) < len(scores)


def cue_score(cue: Cue, items: Sequence[Item], guesses: Sequence[Scores]) -> Score:
    credits = [credit(item, scores) for item, scores in zip(items, guesses, strict=True)]
    return score(cue.name, items, credits, sum(map(decides, guesses)), CUE_LIMIT)


def score(name: str, items: Sequence[Item], credits: Sequence[float], decided: int, limit: float) -> Score:
    accuracy = mean(credits)
    # Shared credits vary less than 0 and 1 do, so it is on the wide side.
    low, high = wilson(sum(credits), len(items))
    return Score(name, accuracy, mean(map(chance, items)), low, high, len(items), decided, limit)


def folds_of(items: Sequence[Item], seed: int) -> list[int]:
    """The fold of each question: equal shares in the order of a hash of seed and number."""
    ranked = sorted(range(len(items)), key=lambda place: _hash(seed, items[place].number))
    folds = [0] * len(items)
    for rank, place in enumerate(ranked):
        folds[place] = rank % FOLDS
    return folds


def _hash(seed: int, number: str) -> str:
    return sha256(f"{seed}/{number}".encode()).hexdigest()


def out_of_fold_credits(items: Sequence[Item], readings: Sequence[Reading]) -> list[float]:
    """For each question the mean credit, over the seeds, of models that were fitted without it."""
    fixed = [feature_rows(reading) for reading in readings]
    credits = [0.0] * len(items)
    for seed in SEEDS:
        folds = folds_of(items, seed)
        for fold in sorted(set(folds)):
            train = [place for place, own in enumerate(folds) if own != fold]
            test = [place for place, own in enumerate(folds) if own == fold]
            if not train:
                return [chance(item) for item in items]
            vocabulary = Vocabulary.of(items, readings, train)
            weights = _weights(
                [_choice(items[i], readings[i], fixed[i], vocabulary, seen=True) for i in train]
            )
            for i in test:
                choice = _choice(items[i], readings[i], fixed[i], vocabulary, seen=False)
                credits[i] += credit(items[i], utilities(choice, weights)) / len(SEEDS)
    return credits


def _weights(choices: Sequence[Choice]) -> Row:
    """The fitted weights; the vocabulary, the last value of a row, counts for a key or not at all.

    A training question is read with its own key left out of the vocabulary, which makes the words of its key
    look a little worse than they are: a negative weight is that artefact, not a habit of the authors.
    """
    weights = fit(choices, RIDGE)
    if weights[-1] >= 0:
        return weights
    without = [Choice([[*row[:-1], 0.0] for row in choice.rows], choice.right) for choice in choices]
    return fit(without, RIDGE)


def feature_rows(reading: Reading) -> list[Row]:
    """A row for each option: every measure in standard deviations within the question, and the products."""
    columns = {measure.most: standardised(measure.scores(reading)) for measure in MEASURES}
    for left, right in combinations(INTERACTING, 2):
        product = [a * b for a, b in zip(columns[left], columns[right], strict=True)]
        columns[f"{left} × {right}"] = standardised(product)
    return [list(row) for row in zip(*columns.values(), strict=True)]


def standardised(values: Sequence[float]) -> Row:
    """`values` less their mean, over their standard deviation; zeros where all are the same."""
    centre = mean(values)
    spread = sqrt(mean((value - centre) ** 2 for value in values))
    return [(value - centre) / spread if spread > 1e-9 else 0.0 for value in values]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How often each word stands in right options of the training questions, and how often by chance."""

    right: dict[str, float]
    expected: dict[str, float]

    @classmethod
    def of(cls, items: Sequence[Item], readings: Sequence[Reading], train: Sequence[int]) -> "Vocabulary":
        right: dict[str, float] = {}
        expected: dict[str, float] = {}
        for place in train:
            item = items[place]
            for option, tokens in zip(item.options, readings[place].tokens, strict=True):
                for token in set(tokens):
                    right[token] = right.get(token, 0.0) + option.is_correct
                    expected[token] = expected.get(token, 0.0) + chance(item)
        return cls(right, expected)

    def scores(self, item: Item, reading: Reading, *, seen: bool) -> Scores:
        """The mean log ratio of an option's words. A question `seen` in training is first taken out again."""
        own_right: dict[str, float] = {}
        own_expected: dict[str, float] = {}
        if seen:
            for option, tokens in zip(item.options, reading.tokens, strict=True):
                for token in set(tokens):
                    own_right[token] = own_right.get(token, 0.0) + option.is_correct
                    own_expected[token] = own_expected.get(token, 0.0) + chance(item)

        def ratio(token: str) -> float:
            right = self.right.get(token, 0.0) - own_right.get(token, 0.0)
            expected = self.expected.get(token, 0.0) - own_expected.get(token, 0.0)
            return log((right + WORD_PRIOR) / (expected + WORD_PRIOR))

        return [mean(map(ratio, set(tokens))) for tokens in reading.tokens]


def _choice(item: Item, reading: Reading, fixed: list[Row], vocabulary: Vocabulary, *, seen: bool) -> Choice:
    learned = standardised(vocabulary.scores(item, reading, seen=seen))
    return Choice(
        rows=[[*row, value] for row, value in zip(fixed, learned, strict=True)],
        right=[option.is_correct for option in item.options],
    )


def solvable_items(
    items: Sequence[Item], guesses: dict[str, list[Scores]], combined: Sequence[float]
) -> tuple[Solvable, ...]:
    """The questions that the combination mostly finds and more cues betray than chance has it, worst first.

    Cues come in opposite pairs, so "most cues" means a greater share of those that decide than chance.
    """
    found = [
        Solvable(item, combined[place], *_betrayal(item, place, guesses)) for place, item in enumerate(items)
    ]
    betrayed = [one for one in found if one.combination >= 0.5 and one.cue_share > chance(one.item)]
    return tuple(sorted(betrayed, key=lambda one: chance(one.item) * 2 - one.combination - one.cue_share))


def _betrayal(item: Item, place: int, guesses: dict[str, list[Scores]]) -> tuple[tuple[str, ...], float]:
    """The cues that choose right options only, and the mean credit of those that decide."""
    deciding = {name: scores[place] for name, scores in guesses.items() if decides(scores[place])}
    credits = {name: credit(item, scores) for name, scores in deciding.items()}
    return tuple(name for name, value in credits.items() if value == 1), mean(credits.values())
