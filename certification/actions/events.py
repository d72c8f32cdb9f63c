from datetime import datetime

from django.db.models import Model

from certification.models import Event
from certification.states import EventKind


def record(kind: EventKind, subject: Model, *, by: int | None, now: datetime, **facts: object) -> None:
    """Add to the audit, inside the caller's transaction; `by` None means the system."""
    event(kind, subject, by=by, now=now, **facts).save(force_insert=True)


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
