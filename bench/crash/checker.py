"""The verdict: pure functions over the history of a run and what stands in the database after it.

Each yields a sentence for every promise that was broken (docs/crash.md lists them); silence is a pass.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bench.crash.history import UNAVAILABLE, Outcome, Save, Try, Window, named

# What the contract lets a save be answered: stored; over; no such answer; not now.
CONTRACT = {200, 409, 422, UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class Logged:
    """A row of the answer log, in displayed indices."""

    revision: int
    client: str
    seq: int | None
    value: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """One question of an attempt as the database has it in the end, with its log by revision."""

    attempt: int
    position: int
    value: tuple[int, ...]
    revision: int
    log: tuple[Logged, ...] = ()

    def __str__(self) -> str:
        return f"attempt {self.attempt}, question {self.position}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended: state, and (score, possible score, passed) as stored and as scored anew."""

    attempt: int
    state: str
    scored: tuple[int | None, int | None, bool | None]
    rescored: tuple[int, int, bool]


def violations(
    saves: Iterable[Save],
    stored: Iterable[Stored],
    ended: Iterable[Ended],
    *,
    strikes: Iterable[Window],
    restart: str,
) -> Iterator[str]:
    """Every sentence there is to say about a run. `restart`: what the strike by SIGTERM is called."""
    restarts = named(restart, strikes)
    others = [strike for strike in strikes if strike.name != restart]
    of_question: dict[tuple[int, int], list[Save]] = defaultdict(list)
    for save in saves:
        of_question[save.attempt, save.position].append(save)
        yield from lawful(save)
        yield from converged(save)
        yield from cured_by_one_retry(save, restarts, others)
    for question in stored:
        own = of_question.pop((question.attempt, question.position), [])
        yield from contiguous(question)
        yield from explained(question, own)
        yield from visible(question, own)
        yield from in_order(question, own)
        yield from newest(question, own)
    for number, position in of_question:
        yield f"attempt {number}, question {position}: was answered and is not in the database"
    for attempt in ended:
        yield from scored(attempt)


def lawful(save: Save) -> Iterator[str]:
    """A request is answered as the contract says, or not at all."""
    for status in sorted({a.status for a in save.tries if a.status is not None} - CONTRACT):
        yield f"{save} was answered {status}"


def converged(save: Save) -> Iterator[str]:
    """Sent again and again, a save is settled in the end: stored or refused for good."""
    last = save.tries[-1]
    if last.outcome == Outcome.UNKNOWN or last.status == UNAVAILABLE:
        yield f"{save} was never settled, in {len(save.tries)} requests"


def cured_by_one_retry(save: Save, restarts: list[Window], others: list[Window]) -> Iterator[str]:
    """A restart by SIGTERM costs a save at most one more request, unless another strike did."""
    errors = [a for a in save.tries if is_error(a) and not any(other.touches(a) for other in others)]
    for restart in restarts:
        failed = [a for a in errors if restart.touches(a)]
        if len(failed) > 1:
            yield f"{save} failed {len(failed)} times in one restart"


def is_error(attempt: Try) -> bool:
    return attempt.outcome == Outcome.UNKNOWN or attempt.status == UNAVAILABLE


def contiguous(question: Stored) -> Iterator[str]:
    """The log counts 1, 2, 3 … and its last row is what stands as the answer."""
    revisions = [row.revision for row in question.log]
    if revisions != list(range(1, question.revision + 1)):
        yield f"{question}: revision {question.revision}, and the log has {revisions}"
    value = question.log[-1].value if question.log else ()
    if question.value != value:
        yield f"{question}: {list(question.value)} is stored, and the log ends with {list(value)}"


def explained(question: Stored, saves: list[Save]) -> Iterator[str]:
    """Every row was asked for, says what was asked, is there once, and was not refused."""
    asked = {(save.client, save.seq): save for save in saves}
    for (client, seq), times in Counter((row.client, row.seq) for row in question.log).items():
        if times > 1:
            yield f"{question}: save {client}/{seq} was stored {times} times"
    for row in question.log:
        save = asked.get((row.client, row.seq or 0))
        if save is None:
            yield f"{question}: revision {row.revision} of {row.client}/{row.seq} was never asked for"
        elif save.value != row.value:
            yield f"{save} was stored as {list(row.value)}"
        elif save.outcome == Outcome.FAIL:
            yield f"{save} was refused and is stored"


def visible(question: Stored, saves: list[Save]) -> Iterator[str]:
    """What was acknowledged is in the log; so is what the acknowledgement said about it."""
    log = {row.revision: row for row in question.log}
    for save in saves:
        for ok in save.acknowledged:
            row = log.get(ok.revision)
            if row is None:
                yield f"{save} was acknowledged as revision {ok.revision}, which is lost"
            elif row.value != ok.value:
                yield f"{save} was told {list(ok.value)}, and revision {ok.revision} is {list(row.value)}"
            elif ok.value != save.value and not superseded(save, ok, question, saves):
                yield f"{save} was acknowledged and never stored"


def superseded(save: Save, ok: Try, question: Stored, saves: list[Save]) -> bool:
    """Whether by then this save, or a newer one of the same page, was stored or acknowledged.

    One that says what stands already is acknowledged without a row of its own.
    """
    stored = any(
        row.client == save.client and (row.seq or 0) >= save.seq
        for row in question.log
        if row.revision <= ok.revision
    )
    return stored or any(
        earlier.ended <= ok.began
        for other in saves
        if other.client == save.client and other.seq >= save.seq
        for earlier in other.acknowledged
    )


def in_order(question: Stored, saves: list[Save]) -> Iterator[str]:
    """A page's late packet overwrites nothing newer, and an acknowledgement never goes back in time."""
    newest_of: dict[str, int] = {}
    for row in question.log:
        seq = row.seq or 0
        if seq < newest_of.get(row.client, 0):
            yield f"{question}: {row.client}/{seq} overwrote {row.client}/{newest_of[row.client]}"
        newest_of[row.client] = max(seq, newest_of.get(row.client, 0))
    oks = sorted((ok for save in saves for ok in save.acknowledged), key=lambda ok: ok.ended)
    for before, after in pairwise(oks):
        if after.began >= before.ended and after.revision < before.revision:
            yield (
                f"{question}: revision {before.revision} was acknowledged at {before.ended:.3f}, "
                f"and only {after.revision} at {after.ended:.3f}"
            )


def newest(question: Stored, saves: list[Save]) -> Iterator[str]:
    """What stands is what was acknowledged last, or a save of unknown outcome stored after it."""
    oks = [ok for save in saves for ok in save.acknowledged]
    last = max(oks, key=lambda ok: (ok.revision, ok.ended), default=None)
    acknowledged, value = (last.revision, last.value) if last else (0, ())
    unknown = {(save.client, save.seq) for save in saves if save.outcome == Outcome.UNKNOWN}
    later = [row for row in question.log if row.revision > acknowledged]
    allowed = {value} | {row.value for row in later if (row.client, row.seq or 0) in unknown}
    if question.value not in allowed:
        yield f"{question}: {list(question.value)} stands, and {list(value)} was acknowledged last"
    for row in later:
        if (row.client, row.seq or 0) not in unknown:
            yield f"{question}: revision {row.revision} came after the last one that was acknowledged"


def scored(attempt: Ended) -> Iterator[str]:
    """Finished by its candidate, with the score that its stored answers make."""
    if attempt.state != "submitted":
        yield f"attempt {attempt.attempt} was finished and is {attempt.state}"
    if attempt.scored != attempt.rescored:
        yield f"attempt {attempt.attempt} has {attempt.scored}, and its answers make {attempt.rescored}"


def back_in_time(saves: Iterable[Save], away: Window, *, calm: float) -> Iterator[str]:
    """Saves that met a database that was away are settled soon after it is there again: the strike
    waits `calm` seconds more before it ends."""
    there = away.until - calm
    for save in saves:
        began = save.tries[0].began
        if began < there and began + save.waited > away.until:
            yield f"{save} was not settled {calm:.0f} s after the database was back"


def refused_meanwhile(saves: Iterable[Save], full: Window) -> Iterator[str]:
    """A full disk is noticed: were no save refused, the test would have tested nothing."""
    if not any(full.touches(a) and a.status == UNAVAILABLE for save in saves for a in save.tries):
        yield f"no save was refused while the disk was full, {full.since:.1f} to {full.until:.1f} s"
