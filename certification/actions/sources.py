"""What an import writes beside the questions: sections, and what a document calls each question."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from certification.actions.events import record
from certification.models import ExternalId, Question, Section
from certification.states import EventKind


@transaction.atomic
def add_sections(titles: dict[int, str]) -> list[Section]:
    """Sections by number, none of which is there yet."""
    return Section.objects.bulk_create(
        Section(number=number, title=title) for number, title in titles.items()
    )


@transaction.atomic
def remember(
    key: UUID, *, document: str, section: int, number: int, said: dict[str, Any], now: datetime
) -> ExternalId:
    """Note that this question is the document's `number` of `section`, and what the document says of it."""
    external_id, _is_new = ExternalId.objects.update_or_create(
        document=document,
        section=section,
        number=number,
        defaults={"key": key, "said": said, "imported_at": now},
    )
    return external_id


@transaction.atomic
def note_import(question: Question, *, document: str, place: int, by: int | None, now: datetime) -> None:
    """Tell in the question's history which line or row of which file it is from."""
    record(EventKind.QUESTION_IMPORTED, question, by=by, now=now, document=document, place=place)


@transaction.atomic
def forget(external_id: int, *, now: datetime) -> ExternalId:
    """Note that the document has the question no more."""
    row = ExternalId.objects.select_for_update().get(pk=external_id)
    row.said, row.imported_at = {}, now
    row.save(update_fields=["said", "imported_at"])
    return row
