"""From samples to figures. Pure: seconds go in, milliseconds come out."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from bench.sitting import MINUTES, Step

POLL = 30  # seconds between two looks at the clock
MS = 1000


@dataclass(frozen=True, slots=True)
class Sample:
    """What one step of one sitting took, in seconds."""

    step: Step
    of_exam: bool
    cpu: float  # of gunicorn and its workers
    database: float  # CPU of the database's server; 0 where there is none
    wall: float


@dataclass(frozen=True, slots=True)
class Price:
    """CPU in ms and SQL statements."""

    cpu: float
    database: float
    statements: int

    @property
    def all_cpu(self) -> float:
        return self.cpu + self.database

    def plus(self, other: "Price", *, times: int) -> "Price":
        return Price(
            self.cpu + times * other.cpu,
            self.database + times * other.database,
            self.statements + times * other.statements,
        )


@dataclass(frozen=True, slots=True)
class Wall:
    """How long requests took, in ms."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Load:
    """Many clients at once, without a pause."""

    per_second: float
    wall: Wall
    cpu: float  # ms a request, that of the database's server included


@dataclass(frozen=True, slots=True)
class Figures:
    """One site on one database."""

    prices: dict[Step, Price]
    exam: Price  # from the start page to the result
    walls: dict[Step, Wall]  # one candidate at a time
    loads: dict[Step, Load]
    fetches: int  # next questions in an exam that no save had brought

    @property
    def exam_with_polls(self) -> Price:
        """The page asks for the time as long as the exam may last."""
        return self.exam.plus(self.prices[Step.CLOCK], times=60 * MINUTES // POLL)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(math.ceil(percent / 100 * len(ranked)), 1) - 1]


def wall(seconds: Sequence[float]) -> Wall:
    return Wall(p50=MS * percentile(seconds, 50), p95=MS * percentile(seconds, 95))


def prices(
    sittings: Sequence[Sequence[Sample]], statements: Sequence[tuple[Step, bool, int]]
) -> dict[Step, Price]:
    """Of each step: the median over the sittings of its mean in a sitting; the usual statements."""
    found = {}
    for step in Step:
        own = [[sample for sample in sitting if sample.step == step] for sitting in sittings]
        found[step] = Price(
            cpu=MS * median(mean(sample.cpu for sample in samples) for samples in own),
            database=MS * median(mean(sample.database for sample in samples) for samples in own),
            statements=round(median(count for name, _, count in statements if name == step)),
        )
    return found


def exam_price(sittings: Sequence[Sequence[Sample]], statements: Sequence[tuple[Step, bool, int]]) -> Price:
    """The median over the sittings of everything that belongs to the exam."""
    exams = [[sample for sample in sitting if sample.of_exam] for sitting in sittings]
    return Price(
        cpu=MS * median(sum(sample.cpu for sample in exam) for exam in exams),
        database=MS * median(sum(sample.database for sample in exam) for exam in exams),
        statements=sum(count for _, of_exam, count in statements if of_exam),
    )


def walls(sittings: Iterable[Iterable[Sample]]) -> dict[Step, Wall]:
    seconds = defaultdict(list)
    for sitting in sittings:
        for sample in sitting:
            seconds[sample.step].append(sample.wall)
    return {step: wall(seconds[step]) for step in Step}


def scaled(value: float, *, measured: int, wanted: int) -> float:
    """The price of an exam of `measured` questions as that of one of `wanted`."""
    return value * wanted / measured
