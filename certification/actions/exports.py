from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from certification.actions.events import record
from certification.models import User
from certification.states import EventKind


@transaction.atomic
def made(*, by: int, now: datetime, listing: str, filters: Mapping[str, str], form: str, rows: int) -> None:
    """Somebody takes a list away as a file: what of, by which filters, in which form and how long."""
    facts = {"listing": listing, "filters": dict(filters), "form": form, "rows": rows}
    record(EventKind.EXPORT_MADE, User(pk=by), by=by, now=now, **facts)
