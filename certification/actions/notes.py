"""What candidates find wrong with questions: whether somebody has dealt with it."""

from datetime import datetime

from django.db import transaction

from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import Response
from certification.states import EventKind


@transaction.atomic
def handle(response_id: int, *, revision: int, by: int, now: datetime) -> Response:
    """Count its note as handled, as it was read in this revision; one that is already comes back as it is.

    Refuses one that the candidate has taken back (`no_note`) or written anew (`rewritten`) since.
    """
    response = lock(response_id)
    if not response.note:
        raise Refused("no_note")
    if (
        response.revision != revision
        and not response.log.filter(revision=revision, note=response.note).exists()
    ):
        raise Refused("rewritten")
    if response.handled_at is None:
        response.handled_at, response.handled_by_id = now, by
        response.save(update_fields=["handled_at", "handled_by"])
        record(EventKind.NOTE_HANDLED, response, by=by, now=now, note=response.note)
    return response


@transaction.atomic
def put_back(response_id: int, *, by: int, now: datetime) -> Response:
    """Let its note wait for somebody again; one that does already comes back as it is."""
    response = lock(response_id)
    if response.handled_at is not None:
        response.handled_at = response.handled_by_id = None
        response.save(update_fields=["handled_at", "handled_by"])
        record(EventKind.NOTE_PUT_BACK, response, by=by, now=now)
    return response


def lock(response_id: int) -> Response:
    return Response.objects.select_for_update(of=("self",), no_key=True).get(pk=response_id)
