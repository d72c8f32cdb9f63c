"""Who looks after a company."""

from datetime import datetime

from django.db import transaction

from certification.actions.events import record
from certification.models import Partner
from certification.states import EventKind


@transaction.atomic
def assign(partner_id: int, manager_id: int | None, *, by: int, now: datetime, reason: str) -> Partner:
    """Let this manager see the company and all of its people from now on (ADR 14); None: nobody in particular
    does.

    Where that is so already, nothing changes.
    """
    partner = Partner.objects.select_for_update(no_key=True).get(pk=partner_id)
    former = partner.manager_id
    if manager_id == former:
        return partner
    partner.manager_id = manager_id
    partner.save(update_fields=["manager"])
    record(
        EventKind.COMPANY_ASSIGNED,
        partner,
        by=by,
        now=now,
        reason=reason,
        former_manager=former,
        manager=manager_id,
    )
    return partner
