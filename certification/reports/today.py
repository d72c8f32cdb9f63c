"""What needs a manager today: numbers, each with the first few of its list.

A number and its list are the same rows: KINDS names them, and the page of the list finds them by `query`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from certification.models import (
    Attempt,
    Certificate,
    Invitation,
    JobRun,
    Notice,
    Partner,
    Response,
    User,
)
from certification.reports.days import midnight
from certification.reports.pages import MOST_COUNTED

FEW = 3  # names under a number
RUNNING_SHOWN = 10
COVERAGE_ORDER = "-missing", "name_folded"

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One list. `rows`: a query, or a list in its order where not each is in the database; `begins`: of which
    other kind it is the beginning, so that its first few are the same.
    """

    name: str
    label: Any
    rows: Callable[[User, datetime], Any]
    route: str
    query: Callable[[datetime], dict[str, str]]
    order: tuple[str, ...]
    called: Callable[[Any], str]
    begins: str = ""
    related: tuple[str, ...] = field(default=())

    def url(self, now: datetime) -> str:
        query = urlencode(self.query(now))
        return f"{reverse(self.route)}?{query}" if query else reverse(self.route)

    def first_few(self, rows: Any) -> list[str]:
        if isinstance(rows, QuerySet):
            related = rows.select_related(*self.related) if self.related else rows
            rows = related.order_by(*self.order)
        return [self.called(row) for row in rows[:FEW]]


def attempts(user: User) -> Any:
    return Attempt.objects.visible_to(user)


def candidate(attempt: Attempt) -> str:
    return str(attempt.candidate)


def asking(**query: str) -> Callable[[datetime], dict[str, str]]:
    return lambda now: query


def since(now: datetime) -> date:
    """The first of the last seven days, as Moscow has them."""
    return timezone.localdate(now) - timedelta(days=6)


def lately(user: User, now: datetime) -> Any:
    return attempts(user).filter(started_at__gte=midnight(since(now)))


def verdict_kind(outcome: str, label: Any, rows: Callable[[User, datetime], Rows]) -> Kind:
    return Kind(
        name=outcome,
        label=label,
        rows=rows,
        route="manage_attempts",
        query=lambda now: {"outcome": outcome, "since": since(now).isoformat()},
        order=("-started_at", "-pk"),
        called=candidate,
        related=("candidate",),
    )


def expiring(days: int) -> Callable[[User, datetime], Rows]:
    return lambda user, now: Certificate.objects.visible_to(user).expiring(now, days=days)


def expiring_kind(days: int, label: Any, *, begins: str = "") -> Kind:
    return Kind(
        name=f"expiring_{days}",
        label=label,
        rows=expiring(days),
        route="manage_certificates",
        query=asking(expiring=str(days)),
        order=("expires_at", "pk"),
        called=lambda certificate: certificate.holder_name,
        begins=begins,
    )


def coverage_kind(
    coverage: str, label: Any, rows: Callable[[User, datetime], Rows], *, begins: str = ""
) -> Kind:
    return Kind(
        name=f"coverage_{coverage}",
        label=label,
        rows=rows,
        route="manage_partners",
        query=asking(coverage=coverage),
        order=COVERAGE_ORDER,
        called=str,
        begins=begins,
    )


PEOPLE = (
    verdict_kind(
        "passed",
        ngettext_lazy(
            "attempt begun within 7 days is passed", "attempts begun within 7 days are passed", "count"
        ),
        lambda user, now: lately(user, now).passed(),
    ),
    verdict_kind(
        "failed",
        ngettext_lazy(
            "attempt begun within 7 days is not passed",
            "attempts begun within 7 days are not passed",
            "count",
        ),
        lambda user, now: lately(user, now).failed(),
    ),
    Kind(
        name="third_failures",
        label=ngettext_lazy("third failure at one exam", "third failures at one exam", "count"),
        rows=lambda user, now: attempts(user).third_failures(now),
        route="manage_attempts",
        query=asking(need="third_failures"),
        order=("-started_at", "-pk"),
        called=candidate,
        related=("candidate",),
    ),
    Kind(
        name="borderline",
        label=ngettext_lazy("failure by very little", "failures by very little", "count"),
        rows=lambda user, now: attempts(user).borderline(now),
        route="manage_attempts",
        query=asking(need="borderline"),
        order=("-started_at", "-pk"),
        called=candidate,
        related=("candidate",),
    ),
)
CERTIFICATES = (
    expiring_kind(
        30,
        ngettext_lazy("certificate expires within 30 days", "certificates expire within 30 days", "count"),
        begins="expiring_90",
    ),
    expiring_kind(
        60,
        ngettext_lazy("certificate expires within 60 days", "certificates expire within 60 days", "count"),
        begins="expiring_90",
    ),
    expiring_kind(
        90,
        ngettext_lazy("certificate expires within 90 days", "certificates expire within 90 days", "count"),
    ),
)
COMPANIES = (
    coverage_kind(
        "short",
        ngettext_lazy("company has too few certified", "companies have too few certified", "count"),
        lambda user, now: Partner.objects.visible_to(user).short(now),
        begins="coverage_later",
    ),
    coverage_kind(
        "later",
        ngettext_lazy("company has too few in 90 days", "companies have too few in 90 days", "count"),
        lambda user, now: Partner.objects.visible_to(user).short_later(now),
    ),
)
CHORES = (
    Kind(
        name="notes",
        label=ngettext_lazy("new note at a question", "new notes at questions", "count"),
        rows=lambda user, now: Response.objects.visible_to(user).unhandled(),
        route="manage_notes",
        query=asking(state="new"),
        order=("-saved_at", "-pk"),
        called=lambda response: str(response.attempt.candidate),
        related=("attempt__candidate",),
    ),
    Kind(
        name="invitations_expired",
        label=ngettext_lazy("invitation has expired", "invitations have expired", "count"),
        rows=lambda user, now: Invitation.objects.visible_to(user).expired(now),
        route="manage_invitations",
        query=asking(state="expired"),
        order=("expires_at", "pk"),
        called=str,
        begins="invitations_open",
    ),
    Kind(
        name="invitations_open",
        label=ngettext_lazy("invitation is not accepted", "invitations are not accepted", "count"),
        rows=lambda user, now: Invitation.objects.visible_to(user).open(),
        route="manage_invitations",
        query=asking(state="open"),
        order=("expires_at", "pk"),
        called=str,
    ),
    Kind(
        name="letters",
        label=ngettext_lazy("letter could not be sent", "letters could not be sent", "count"),
        rows=lambda user, now: Notice.objects.visible_to(user).repeatable(now),
        route="manage_letters",
        query=asking(),
        order=("-pk",),
        called=lambda notice: notice.email,
    ),
    Kind(
        name="jobs",
        label=ngettext_lazy("job has stopped", "jobs have stopped", "count"),
        rows=lambda user, now: JobRun.objects.stopped(now),
        route="manage_jobs",
        query=asking(state="stopped"),
        order=(),
        called=lambda job: str(job.label),
    ),
)
RUNNING = Kind(
    name="running",
    label=ngettext_lazy("sits an exam now", "sit an exam now", "count"),
    rows=lambda user, now: attempts(user).open(),
    route="manage_attempts",
    query=asking(state="open"),
    order=("deadline", "pk"),
    called=candidate,
    related=("candidate",),
)
KINDS = (*PEOPLE, *CERTIFICATES, *COMPANIES, *CHORES)
# In the order of the page; each under its heading.
GROUPS = (
    (_("People"), PEOPLE),
    (_("Certificates"), CERTIFICATES),
    (_("Companies"), COMPANIES),
    (_("To be done"), CHORES),
)


class CountOf(Subquery):
    """How many rows a query has, as one value of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that leads to its list. `is_many`: there are more than that."""

    kind: Kind
    url: str
    count: int
    few: tuple[str, ...] = ()

    @property
    def is_many(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def shown(self) -> int:
        return min(self.count, MOST_COUNTED)

    @property
    def label(self) -> str:
        label = self.kind.label
        return str(label % {"count": self.count}) if isinstance(label, Promise) else label

    @property
    def others(self) -> int:
        return self.shown - len(self.few)


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers under one heading."""

    title: Any
    tiles: tuple[Tile, ...]


def groups(counts: dict[str, int], rows: Mapping[str, Any], *, now: datetime) -> tuple[Group, ...]:
    """The numbers, each with the first few of its list."""
    few: dict[str, list[str]] = {
        kind.name: kind.first_few(rows[kind.name]) for kind in KINDS if counts[kind.name] and not kind.begins
    }

    def tile(kind: Kind) -> Tile:
        count = counts[kind.name]
        return Tile(kind, kind.url(now), count, tuple(few.get(kind.begins or kind.name, [])[:count]))

    return tuple(Group(title, tuple(map(tile, kinds))) for title, kinds in GROUPS)


def counted(rows: Mapping[str, Any], user: User) -> dict[str, int]:
    """How many each has, as far as they are counted. One query."""
    counts = {
        name: CountOf(found.order_by().values("pk")[: MOST_COUNTED + 1])
        if isinstance(found, QuerySet)
        else Value(len(found))
        for name, found in rows.items()
    }
    row: dict[str, int] = User.objects.filter(pk=user.pk).values(**counts).get()
    return row


@dataclass(frozen=True, slots=True)
class Runner:
    """Somebody who sits an exam now."""

    attempt: Attempt
    questions: int
    answered: int
    last_saved: datetime | None
    left: timedelta


@dataclass(frozen=True, slots=True)
class Running:
    """Who sits an exam now, whose time ends first standing first; `tile` tells of how many these are some."""

    tile: Tile
    rows: tuple[Runner, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Today:
    running: Running
    groups: tuple[Group, ...]


def today(user: User, *, now: datetime) -> Today:
    """One query for all the numbers, two for who sits an exam, one for the first few of each other list; one
    for the companies and one for the standing jobs in any case.
    """
    rows = {kind.name: kind.rows(user, now) for kind in (RUNNING, *KINDS)}
    # To count these costs as much as to read them, and what is short now is among them.
    later = list(rows["coverage_later"].order_by(*COVERAGE_ORDER)[: MOST_COUNTED + 1])
    rows |= {"coverage_later": later, "coverage_short": [row for row in later if row.missing > 0]}
    counts = counted(rows, user)
    return Today(running_of(counts, user, now=now), groups(counts, rows, now=now))


def running(user: User, *, now: datetime) -> Running:
    """That alone. Three queries."""
    return running_of(counted({RUNNING.name: RUNNING.rows(user, now)}, user), user, now=now)


def running_of(counts: dict[str, int], user: User, *, now: datetime) -> Running:
    rows = RUNNING.rows(user, now).select_related("candidate", "partner", "exam").order_by(*RUNNING.order)
    shown = list(rows[:RUNNING_SHOWN])
    saved: dict[int, list[tuple[bool, datetime | None]]] = {attempt.pk: [] for attempt in shown}
    responses = Response.objects.filter(attempt__in=shown).order_by()
    for attempt_id, chosen, saved_at in responses.values_list("attempt_id", "chosen", "saved_at"):
        saved[attempt_id].append((bool(chosen), saved_at))
    return Running(
        tile=Tile(RUNNING, RUNNING.url(now), counts[RUNNING.name]),
        rows=tuple(runner(attempt, saved[attempt.pk], now=now) for attempt in shown),
        now=now,
    )


def runner(attempt: Attempt, paper: list[tuple[bool, datetime | None]], *, now: datetime) -> Runner:
    return Runner(
        attempt=attempt,
        questions=len(paper),
        answered=sum(answered for answered, _saved_at in paper),
        last_saved=max((saved_at for _answered, saved_at in paper if saved_at), default=None),
        left=max(attempt.deadline - now, timedelta()),
    )
