"""What was asked, what was answered and what was broken meanwhile: JSON lines, and how they are read.

A line has `at`, seconds since the run began, and `type`:
- `invoke`, then `ok`, `fail` or `unknown`: one request to save, and how it ended. Of one attempt never
  two are under way, so the next line of that attempt is the answer.
- `finish`: one request to finish, and how it ended.
- `nemesis`: something was broken from `at` until `until`.
"""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

UNAVAILABLE = 503


class Outcome(StrEnum):
    """Of a request, or of all requests for one save. UNKNOWN may have been stored or not."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Try:
    """One request to save. `value` and `revision` are what the server says is stored."""

    began: float
    ended: float
    outcome: Outcome
    status: int | None = None
    value: tuple[int, ...] = ()
    revision: int = 0


@dataclass(slots=True)
class Save:
    """One answer on its way: the same `client` and `seq` however often it is sent. Displayed indices."""

    attempt: int
    position: int
    client: str
    seq: int
    value: tuple[int, ...]
    tries: list[Try] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        outcomes = {attempt.outcome for attempt in self.tries}
        return next(one for one in (Outcome.OK, Outcome.UNKNOWN, Outcome.FAIL) if one in outcomes)

    @property
    def acknowledged(self) -> list[Try]:
        return [attempt for attempt in self.tries if attempt.outcome == Outcome.OK]

    @property
    def waited(self) -> float:
        """Seconds from the first request to the first answer that settled it, or to the last there was."""
        settled = [a for a in self.tries if a.outcome != Outcome.UNKNOWN and a.status != UNAVAILABLE]
        return (settled or self.tries[-1:])[0].ended - self.tries[0].began

    def __str__(self) -> str:
        where = f"attempt {self.attempt}, question {self.position}"
        return f"{where}: save {self.client}/{self.seq} of {list(self.value)}"


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds during which something was broken."""

    name: str
    since: float
    until: float

    def touches(self, attempt: Try) -> bool:
        return attempt.began <= self.until and attempt.ended >= self.since


class History:
    """The file that is written while the test runs. Any thread may write."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")
        self.lock = threading.Lock()
        self.began = time.monotonic()

    def now(self) -> float:
        return round(time.monotonic() - self.began, 4)

    def note(self, kind: str, *, at: float | None = None, **facts: Any) -> None:
        with self.lock:
            line = {"at": self.now() if at is None else at, "type": kind, **facts}
            self.file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def close(self) -> None:
        self.file.close()


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def windows(lines: Iterable[dict[str, Any]]) -> list[Window]:
    """When each nemesis was at work."""
    return [Window(line["name"], line["at"], line["until"]) for line in lines if line["type"] == "nemesis"]


def named(name: str, windows: Iterable[Window]) -> list[Window]:
    return [window for window in windows if window.name == name]


def saves(lines: Iterable[dict[str, Any]], *, outages: Iterable[Window] = ()) -> list[Save]:
    """Every save with its requests, in the order of the first ones.

    A 503 means that nothing was stored, except while the database itself went down: the word that a
    commit succeeded may be lost with the connection, so it is unknown there. A request whose answer
    is missing is unknown.
    """
    found: dict[tuple[int, int, str, int], Save] = {}
    under_way: dict[int, tuple[Save, float]] = {}
    last = 0.0
    for line in lines:
        last = max(last, line["at"])
        if line["type"] == "invoke":
            key = (line["attempt"], line["position"], line["client"], line["seq"])
            save = found.setdefault(key, Save(*key, value=tuple(line["value"])))
            under_way[line["attempt"]] = (save, line["at"])
        elif line["type"] in tuple(Outcome):
            save, began = under_way.pop(line["attempt"])
            save.tries.append(read_try(line, began, outages))
    for save, began in under_way.values():
        save.tries.append(Try(began, last, Outcome.UNKNOWN))
    return list(found.values())


def read_try(line: dict[str, Any], began: float, outages: Iterable[Window]) -> Try:
    done = Try(
        began=began,
        ended=line["at"],
        outcome=Outcome(line["type"]),
        status=line.get("status"),
        value=tuple(line.get("value") or ()),
        revision=line.get("revision", 0),
    )
    if done.status == UNAVAILABLE and any(outage.touches(done) for outage in outages):
        return Try(began, done.ended, Outcome.UNKNOWN, UNAVAILABLE)
    return done
