"""Takes the measurements of one site on one database."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from bench import figures, server
from bench.browser import TIMEOUT, HttpBrowser
from bench.figures import MS, Figures, Load, Sample
from bench.processes import rested_seconds, server_seconds
from bench.server import Database, Site
from bench.sitting import QUESTIONS, Candidate, Step, email, sit

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Effort:
    sittings: int  # exams taken one after another
    asides: int  # questions of each that are opened and answered once more
    clients: int  # at once, without a pause
    seconds: float  # of that, for each kind of request
    newcomers: int = 8  # short exams taken at once, so that every worker has seen every page

    @property
    def people(self) -> int:
        """Each sits once, as a second attempt would have to wait; the first counts statements."""
        return 1 + self.newcomers + self.sittings + self.clients


FULL = Effort(sittings=10, asides=10, clients=20, seconds=4)
QUICK = Effort(sittings=1, asides=3, clients=8, seconds=0.5, newcomers=4)


class CostMeter:
    """Reads the CPU of the servers around each step, when they are at rest."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.samples: list[Sample] = []

    @contextmanager
    def __call__(self, step: Step, *, of_exam: bool = False) -> Iterator[None]:
        before, begun = rested_seconds(self.pids), time.perf_counter()
        yield
        wall, after = time.perf_counter() - begun, rested_seconds(self.pids)
        cpu, *database = [late - early for late, early in zip(after, before, strict=True)]
        self.samples.append(Sample(step, of_exam, cpu, sum(database), wall))


@contextmanager
def no_meter(step: Step, *, of_exam: bool = False) -> Iterator[None]:
    yield


Statements = list[tuple[Step, bool, int]]


def prepare(databases: dict[Site, Database], effort: Effort) -> dict[Site, Statements]:
    """Fill each database, and count the statements of an exam on it; all of them beside each other."""

    def one(item: tuple[Site, Database]) -> tuple[Site, Statements]:
        server.prepare(*item, people=effort.people)
        return item[0], server.count_statements(*item)

    with ThreadPoolExecutor() as pool:
        return dict(pool.map(one, databases.items()))


def measure(site: Site, database: Database, statements: Statements, effort: Effort) -> Figures:
    numbers = count(1)
    with server.serving(site, database) as served, ExitStack() as browsers:
        pids = [served.pid] if database.pid is None else [served.pid, database.pid]

        def newcomer() -> Candidate:
            browser = browsers.enter_context(closing(HttpBrowser(served.port)))
            return Candidate(browser, email(next(numbers)))

        def candidates(number: int) -> list[Candidate]:
            return [newcomer() for _ in range(number)]

        warm_up(candidates(effort.newcomers))
        sitters = candidates(effort.sittings)
        sittings = [one_sitting(sitter, pids, asides=effort.asides) for sitter in sitters]
        loads = under_load(candidates(effort.clients), pids, seconds=effort.seconds)
    return Figures(
        prices=figures.prices(sittings, statements),
        exam=figures.exam_price(sittings, statements),
        walls=figures.walls(sittings),
        loads=loads,
        fetches=max(sitter.fetches for sitter in sitters),
    )


def warm_up(candidates: list[Candidate]) -> None:
    at_once(candidates, lambda candidate: sit(candidate, no_meter, asides=2, questions=2))


def one_sitting(candidate: Candidate, pids: list[int], *, asides: int) -> list[Sample]:
    meter = CostMeter(pids)
    sit(candidate, meter, asides=asides)
    return meter.samples


def under_load(candidates: list[Candidate], pids: list[int], *, seconds: float) -> dict[Step, Load]:
    def begin(candidate: Candidate) -> None:
        candidate.open_login()
        candidate.sign_in()
        candidate.start()

    at_once(candidates, begin)
    acts: dict[Step, Callable[[Candidate, int], None]] = {
        Step.OPEN: lambda candidate, turn: candidate.open(position(turn)),
        # The choice changes with every round: each save writes.
        Step.SAVE_AND_NEXT: lambda candidate, turn: candidate.save_and_next(
            position(turn), turn // (QUESTIONS - 1) % 2
        ),
    }
    return {step: press(candidates, act, pids, seconds=seconds) for step, act in acts.items()}


def position(turn: int) -> int:
    """Round and round the paper, without its last question, which no other follows."""
    return turn % (QUESTIONS - 1) + 1


def press(
    candidates: list[Candidate],
    act: Callable[[Candidate, int], None],
    pids: list[int],
    *,
    seconds: float,
) -> Load:
    """All of them act, again and again, for so many seconds; the last act of each is waited for."""
    together = threading.Barrier(len(candidates))

    def go_on(candidate: Candidate) -> list[float]:
        walls = []
        together.wait(TIMEOUT)
        end = time.perf_counter() + seconds
        for turn in count():
            begun = time.perf_counter()
            if begun >= end:
                break
            act(candidate, turn)
            walls.append(time.perf_counter() - begun)
        return walls

    used, begun = cpu(pids), time.perf_counter()
    walls = [wall for own in at_once(candidates, go_on) for wall in own]
    elapsed, used = time.perf_counter() - begun, cpu(pids) - used
    return Load(per_second=len(walls) / elapsed, wall=figures.wall(walls), cpu=MS * used / len(walls))


def cpu(pids: list[int]) -> float:
    return sum(server_seconds(pid) for pid in pids)


def at_once(candidates: list[Candidate], act: Callable[[Candidate], Result]) -> list[Result]:
    """What each returned; the first error is raised when all have ended."""
    with ThreadPoolExecutor(len(candidates)) as pool:
        return list(pool.map(act, candidates))
