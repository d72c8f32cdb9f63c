"""What an import writes beside the questions themselves: sections, and what a document calls each question."""

from datetime import datetime
from typing import Any

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
    question: Question,
    *,
    document: str,
    section: int,
    number: int,
    said: dict[str, Any],
    by: int | None,
    now: datetime,
) -> ExternalId:
    """Note that this question is the document's `number` of `section`, and what the document says of it."""
    external_id, is_new = ExternalId.objects.update_or_create(
        document=document,
        section=section,
        number=number,
        defaults={"key": question.key, "said": said, "imported_at": now},
    )
    name = {"document": document, "number": f"{section}.{number}"}
    record(EventKind.QUESTION_IMPORTED, question, by=by, now=now, **name, is_new=is_new)
    return external_id


@transaction.atomic
def forget(external_id: int, *, now: datetime) -> ExternalId:
    """Note that the document has the question no more."""
    row = ExternalId.objects.select_for_update().get(pk=external_id)
    row.said, row.imported_at = {}, now
    row.save(update_fields=["said", "imported_at"])
    return row
