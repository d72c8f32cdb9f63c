"""Changes to a section: finished results read its number and title as they are now."""

from datetime import datetime

from django.db import transaction

from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import Section
from certification.states import EventKind


@transaction.atomic
def rename(section_id: int, *, number: int, title: str, by: int | None, now: datetime) -> Section:
    """Give a section this number and title. The number of one that is in papers stays (`served`)."""
    section = Section.objects.select_for_update().get(pk=section_id)
    if number != section.number and section.is_served:
        raise Refused("served")
    facts = {
        name: [former, value]
        for name, former, value in (("number", section.number, number), ("title", section.title, title))
        if former != value
    }
    if facts:
        section.number, section.title = number, title
        section.save(update_fields=["number", "title"])
        record(EventKind.SECTION_RENAMED, section, by=by, now=now, **facts)
    return section
