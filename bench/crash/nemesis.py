"""What is done to the site while people answer. Each strike returns with everything running again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from signal import SIGCONT, SIGSTOP

from bench.crash import processes
from bench.crash.databases import Database, PostgreSQL, SmallDisk
from bench.crash.server import Server

FROZEN = 10  # seconds
FULL = 5  # seconds
AWAY = 20  # seconds
CALM_AFTER = 6  # seconds in which the site must find its way back
REFILL = 0.05  # seconds between two looks at the full disk


class NotWithstood(Exception):
    """The site did not stand what it was to stand."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What can be broken."""

    server: Server
    database: Database
    random: Random


@dataclass(frozen=True, slots=True)
class Nemesis:
    """`kills`: processes die without a chance to say so."""

    name: str
    strike: Callable[[Stage], None]
    kills: bool = False


def kill_server(stage: Stage) -> None:
    stage.server.kill()
    stage.server.start()


def kill_master(stage: Stage) -> None:
    stage.server.kill_master()
    stage.server.start()


def kill_worker(stage: Stage) -> None:
    stage.server.kill_worker(stage.random.choice(stage.server.workers))
    stage.server.wait_until_whole()


def restart(stage: Stage) -> None:
    code = stage.server.stop()
    if code:
        raise NotWithstood(f"told to stop, gunicorn ended with code {code}")
    stage.server.start()


def crash_postgresql(stage: Stage) -> None:
    """The workers must find their way back by themselves."""
    assert isinstance(stage.database, PostgreSQL)
    whole = stage.server.workers
    stage.database.crash()
    keeps_its_workers(stage, whole)


def keep_postgresql_away(stage: Stage) -> None:
    """Long enough for whoever tries again to do so seldom."""
    assert isinstance(stage.database, PostgreSQL)
    stage.database.crash(away=AWAY)
    time.sleep(CALM_AFTER)


def freeze_worker(stage: Stage) -> None:
    """The other worker takes newer answers meanwhile; then the old packets come to life."""
    freeze(stage, [stage.random.choice(stage.server.workers)])


def freeze_workers(stage: Stage) -> None:
    freeze(stage, stage.server.workers)


def freeze(stage: Stage, workers: list[int]) -> None:
    whole = stage.server.workers
    processes.send(SIGSTOP, workers)
    time.sleep(FROZEN)
    processes.send(SIGCONT, workers)
    keeps_its_workers(stage, whole)


def fill_disk(stage: Stage) -> None:
    whole = stage.server.workers
    with_full_disk(stage, lambda: None)
    keeps_its_workers(stage, whole)


def fill_disk_and_kill(stage: Stage) -> None:
    """Recovery itself then has no room to write."""
    with_full_disk(stage, lambda: kill_server(stage))


def with_full_disk(stage: Stage, strike: Callable[[], None]) -> None:
    """FULL seconds without room, and the strike in their middle."""
    assert isinstance(stage.database, SmallDisk)
    try:
        keep_full(stage.database, FULL / 2)
        strike()
        keep_full(stage.database, FULL / 2)
    finally:
        stage.database.free()


def keep_full(disk: SmallDisk, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        disk.fill()
        time.sleep(REFILL)


def keeps_its_workers(stage: Stage, workers: list[int]) -> None:
    """It must go on without a restart."""
    stage.server.wait_until_whole()
    if stage.server.workers != workers:
        raise NotWithstood(f"workers {workers} became {stage.server.workers}: the site was restarted")


KILL_SERVER = Nemesis("kill -9 of gunicorn, master and workers", kill_server, kills=True)
KILL_MASTER = Nemesis("kill -9 of gunicorn's master", kill_master, kills=True)
KILL_WORKER = Nemesis("kill -9 of a worker", kill_worker, kills=True)
CRASH_POSTGRESQL = Nemesis("kill -9 of PostgreSQL", crash_postgresql, kills=True)
LOSE_POSTGRESQL = Nemesis(f"PostgreSQL killed and away for {AWAY} s", keep_postgresql_away)
RESTART = Nemesis("restart by SIGTERM", restart)
FREEZE_WORKER = Nemesis(f"SIGSTOP of a worker for {FROZEN} s", freeze_worker)
FREEZE_WORKERS = Nemesis(f"SIGSTOP of both workers for {FROZEN} s", freeze_workers)
FILL_DISK = Nemesis(f"disk full for {FULL} s", fill_disk)
FILL_DISK_AND_KILL = Nemesis("disk full, and kill -9 of gunicorn", fill_disk_and_kill, kills=True)

# By scenario, what a short run must have first. Those that kill come again and again, the others once.
NEMESES = {
    "sqlite": [KILL_SERVER, RESTART, KILL_MASTER, KILL_WORKER, FREEZE_WORKER, FREEZE_WORKERS],
    "full-disk": [FILL_DISK, FILL_DISK_AND_KILL],
    "postgresql": [
        CRASH_POSTGRESQL,
        RESTART,
        KILL_SERVER,
        KILL_WORKER,
        KILL_MASTER,
        FREEZE_WORKER,
        FREEZE_WORKERS,
        LOSE_POSTGRESQL,
    ],
}


def plan(scenario: str, rounds: int, *, random: Random) -> list[Nemesis]:
    """So many strikes, from the head of the scenario's list and then those that kill; in random order."""
    able = NEMESES[scenario]
    kills = [nemesis for nemesis in able if nemesis.kills]
    chosen = [*able[:rounds], *islice(cycle(kills), max(0, rounds - len(able)))]
    random.shuffle(chosen)
    return chosen
