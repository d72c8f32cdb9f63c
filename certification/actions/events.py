from datetime import datetime

from django.db.models import Model

from certification.models import Event
from certification.states import EventKind


def record(kind: EventKind, subject: Model, *, by: int | None, now: datetime, **facts: object) -> None:
    """Add to the audit, inside the caller's transaction; `by` None means the system."""
    Event.objects.create(
        kind=kind,
        at=now,
        actor_id=by,
        subject_table=subject._meta.db_table,
        subject_id=subject.pk,
        facts=facts,
    )
