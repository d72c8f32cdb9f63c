from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from certification.actions.refused import Refused
from certification.models import Event
from certification.states import EventKind


def record(kind: EventKind, subject: Model, *, by: int | None, now: datetime, **facts: object) -> None:
    """Add to the audit, inside the caller's transaction; `by` None means the system."""
    event(kind, subject, by=by, now=now, **facts).save(force_insert=True)


def by_form(once: UUID | None) -> dict[str, object]:
    """The fact by which `refuse_repeated` knows what a form has done."""
    return {} if once is None else {"once": str(once)}


def refuse_repeated(rows: QuerySet[Any], *, by: int, once: UUID | None) -> None:
    """Refuses (`done`) what this form has done to one of these rows already. Under the lock that guards them:
    of two that come at once the second waits, and then sees the event of the first.
    """
    if once is not None and Event.objects.of_form(once, by=by, rows=rows).exists():
        raise Refused("done")


def event(kind: EventKind, subject: Model, *, by: int | None, now: datetime, **facts: object) -> Event:
    """What `record` adds, for a caller who adds many at once."""
    return Event(
        kind=kind,
        at=now,
        actor_id=by,
        subject_table=subject._meta.db_table,
        subject_id=subject.pk,
        facts={name: as_json(fact) for name, fact in facts.items()},
    )


def as_json(fact: object) -> object:
    """Moments in ISO 8601; the rest is JSON as it is."""
    return fact.isoformat() if isinstance(fact, datetime) else fact
