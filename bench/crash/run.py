"""A run: people answer, every round strikes the site, everybody finishes, and the verdict is read."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from random import Random
from statistics import quantiles

from django.conf import settings

from bench.crash import checker, nemesis, world
from bench.crash import history as histories
from bench.crash.candidates import Candidate
from bench.crash.databases import Database
from bench.crash.history import UNAVAILABLE, History, Outcome, Save
from bench.crash.nemesis import Nemesis, NotWithstood, Stage
from bench.crash.processes import Stuck
from bench.crash.server import HOST, Server

CALM = (0.5, 2.0)  # seconds of undisturbed work before a strike
FINISHING = 0.3  # seconds at most until a strike hits those who finish
JOIN = 120  # seconds until a thread counts as stuck
MOST_SENTENCES = 20
# Strikes while which the database itself is down, or has no room.
OUTAGES = {nemesis.CRASH_POSTGRESQL.name, nemesis.LOSE_POSTGRESQL.name}
FULL_DISKS = {nemesis.FILL_DISK.name, nemesis.FILL_DISK_AND_KILL.name}


def run(scenario: str, database: Database, *, rounds: int, clients: int, seed: str) -> list[str]:
    """Print how it goes and the verdict; return what was violated. History and log stay in var/crash."""
    folder = settings.VAR_DIR / "crash" / scenario
    folder.mkdir(parents=True, exist_ok=True)
    found = [f"{question} is {answer}" for question, answer in world.unsafe().items()]
    random = Random(f"{seed} {scenario}")
    seats = world.prepare(clients)
    world.disconnect()
    path = folder / "history.jsonl"
    with closing(History(path)) as history, closing(Server(database.url, folder / "server.log")) as server:
        server.start()
        stage = Stage(server, database, random)
        people = [
            Candidate(
                seat, host=HOST, port=server.port, history=history, random=Random(f"{seed} {seat.attempt}")
            )
            for seat in seats
        ]
        strikes = nemesis.plan(scenario, rounds, random=random)
        found += sit(people, strikes, stage, history)
    lines = histories.read(path)
    windows = histories.windows(lines)
    saves = histories.saves(lines, outages=[w for w in windows if w.name in OUTAGES])
    found += checker.violations(
        saves, world.stored(), world.ended(), strikes=windows, restart=nemesis.RESTART.name
    )
    for away in [w for w in windows if w.name == nemesis.LOSE_POSTGRESQL.name]:
        found += checker.back_in_time(saves, away, calm=nemesis.CALM_AFTER)
    for full in [w for w in windows if w.name in FULL_DISKS]:
        found += checker.refused_meanwhile(saves, full)
    world.disconnect()
    tell(saves, strikes, found)
    print(f"  history and log: {folder.relative_to(settings.BASE_DIR)}/", flush=True)
    return found


def sit(people: list[Candidate], strikes: list[Nemesis], stage: Stage, history: History) -> Iterator[str]:
    """Everybody answers, is struck, and finishes under one more strike; yields what was not withstood."""
    for person in people:
        person.start()
    for number, strike in enumerate(strikes, start=1):
        time.sleep(stage.random.uniform(*CALM))
        yield from hit(strike, stage, history, label=f"{number:3}/{len(strikes)}")
    time.sleep(CALM[0])
    for person in people:
        person.told_to_finish.set()
    time.sleep(stage.random.uniform(0, FINISHING))
    yield from hit(nemesis.KILL_SERVER, stage, history, label=" finish")
    give_up = time.monotonic() + JOIN
    for person in people:
        person.join(max(0, give_up - time.monotonic()))
        if person.is_alive():
            yield f"the {person.name} is stuck"
        if person.trouble:
            yield f"the {person.name} broke off: {person.trouble!r}"


def hit(strike: Nemesis, stage: Stage, history: History, *, label: str) -> Iterator[str]:
    began = history.now()
    try:
        strike.strike(stage)
    except (NotWithstood, Stuck) as error:
        yield f"{strike.name}: {error}"
    ended = history.now()
    history.note("nemesis", at=began, name=strike.name, until=ended)
    print(f"  {label}  at {began:6.1f} s  {strike.name}; whole after {ended - began:.1f} s", flush=True)


def tell(saves: list[Save], strikes: list[Nemesis], found: list[str]) -> None:
    """What was asked, what came of it, and the verdict."""
    outcomes = Counter(save.outcome for save in saves)
    tries = [attempt for save in saves for attempt in save.tries]
    busy = sum(attempt.status == UNAVAILABLE for attempt in tries)
    unanswered = sum(attempt.status is None for attempt in tries)
    kills = sum(strike.kills for strike in [*strikes, nemesis.KILL_SERVER])
    print(
        f"  {kills} kills; {len(saves)} saves in {len(tries)} requests: {outcomes[Outcome.OK]} acknowledged, "
        f"{outcomes[Outcome.FAIL]} refused, {outcomes[Outcome.UNKNOWN]} unknown; "
        f"{unanswered} requests without an answer, {busy} answered 503"
    )
    if len(saves) > 1:
        percentiles = quantiles([save.waited for save in saves], n=100)
        longest = max(save.waited for save in saves)
        print(
            f"  a save took {percentiles[49] * 1000:.0f} ms (half of them), {percentiles[98]:.2f} s (99 %), "
            f"{longest:.1f} s (the longest)"
        )
    for sentence in found[:MOST_SENTENCES]:
        print(f"  VIOLATED: {sentence}")
    if len(found) > MOST_SENTENCES:
        print(f"  … and {len(found) - MOST_SENTENCES} more")
    if not found:
        print("  no violation")
