"""What was saved in an attempt, one save after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from certification.models import AnswerLog, Attempt, Event
from certification.rules import timing
from certification.states import EventKind

MOST_UNFOLDED = 8  # saves that stand in the timeline as they are
BEGINNINGS = {EventKind.ATTEMPT_STARTED, EventKind.ATTEMPT_REOPENED}  # what is saved comes after these


@dataclass(frozen=True, slots=True)
class Save:
    """What one save changed; None: not that. Indices are those displayed. `is_elsewhere`: another page or
    device than the save before it, and `has_moved`: another network. `away`: how often the page was out of
    sight since the question's last one.
    """

    at: datetime
    position: int
    chosen: tuple[int, ...] | None
    struck: tuple[int, ...] | None
    flagged: bool | None
    note: str | None
    is_elsewhere: bool
    has_moved: bool
    away: int


@dataclass(frozen=True, slots=True)
class Sight:
    """How long a question was on the screen, and how often and long out of sight; None: no script told."""

    shown: timedelta | None
    away_times: int
    away: timedelta


@dataclass(frozen=True, slots=True)
class Log:
    """All saves in their order, the sight of each question by its position, and the networks from which they
    came, the first one first.
    """

    saves: tuple[Save, ...]
    sights: dict[int, Sight]
    networks: tuple[str, ...]

    @property
    def away_times(self) -> int:
        return sum(sight.away_times for sight in self.sights.values())

    @property
    def away(self) -> timedelta:
        return sum((sight.away for sight in self.sights.values()), timedelta())


def read_log(attempt: Attempt) -> Log:
    """One query."""
    rows = AnswerLog.objects.filter(response__attempt=attempt).order_by("id").values_list(*LOGGED, named=True)
    of_question: dict[int, list[Any]] = {}
    saves, last = [], None
    for row in rows:
        former = of_question.setdefault(row.response__position, [])
        saves.append(save(row, former, last))
        former.append(row)
        last = row
    sights = {position: sight(rows) for position, rows in of_question.items()}
    return Log(tuple(saves), sights, tuple(dict.fromkeys(row.network for row in rows if row.network)))


LOGGED = (
    "response__position",
    "response__order",
    "client",
    "chosen",
    "struck",
    "flagged",
    "note",
    "shown_ms",
    "away_times",
    "away_ms",
    "network",
    "saved_at",
)


def save(row: Any, former: Sequence[Any], last: Any) -> Save:
    """What it changed of what the question's saves before it left; `last`: the save before it, of any."""
    before = former[-1] if former else None

    def displayed(positions: Sequence[int]) -> tuple[int, ...]:
        return tuple(index for index, position in enumerate(row.response__order) if position in positions)

    told = [(one.client, one.away_times) for one in former]
    away = timing.grown([*told, (row.client, row.away_times)]) or 0
    return Save(
        at=row.saved_at,
        position=row.response__position,
        chosen=displayed(row.chosen) if row.chosen != (before.chosen if before else []) else None,
        struck=displayed(row.struck) if row.struck != (before.struck if before else []) else None,
        flagged=row.flagged if row.flagged != bool(before and before.flagged) else None,
        note=row.note if row.note != (before.note if before else "") else None,
        is_elsewhere=last is not None and row.client != last.client,
        has_moved=last is not None and "" not in (row.network, last.network) and row.network != last.network,
        away=away - (timing.grown(told) or 0),
    )


def sight(rows: Sequence[Any]) -> Sight:
    shown = timing.grown((row.client, row.shown_ms) for row in rows)
    times = timing.grown((row.client, row.away_times) for row in rows)
    away = timing.grown((row.client, row.away_ms) for row in rows)
    return Sight(
        shown=None if shown is None else timedelta(milliseconds=shown),
        away_times=times or 0,
        away=timedelta(milliseconds=away or 0),
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Saves between which nothing else happened."""

    saves: tuple[Save, ...]

    @property
    def is_long(self) -> bool:
        return len(self.saves) > MOST_UNFOLDED


def stretches(events: Iterable[Event], saves: Iterable[Save]) -> Iterator[Event | Stretch]:
    """The events, each in its place among the saves; both the oldest first. What was saved in the moment of
    an event came before it, unless that is when it began.
    """
    waiting = list(saves)
    for event in events:
        is_beginning = event.kind in BEGINNINGS
        before = [one for one in waiting if one.at < event.at or (one.at == event.at and not is_beginning)]
        if before:
            yield Stretch(tuple(before))
            waiting = waiting[len(before) :]
        yield event
    if waiting:
        yield Stretch(tuple(waiting))
