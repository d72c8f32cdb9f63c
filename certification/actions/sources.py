"""What an import writes beside the questions: sections, and what a document calls each question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.actions.events import event
from certification.models import Event, ExternalId, Question, Section
from certification.states import EventKind


def lock() -> list[Section]:
    """One import at a time: the next one plans against what this one leaves. Nobody else waits for it."""
    return list(Section.objects.select_for_update(no_key=True).order_by("pk"))


@transaction.atomic
def add_sections(titles: dict[int, str]) -> list[Section]:
    """Sections by number, none of which is there yet."""
    return Section.objects.bulk_create(
        Section(number=number, title=title) for number, title in titles.items()
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A question as a document names it, at a line or row, and what the document says of it."""

    question: Question
    place: int
    said: dict[str, Any]
    source: tuple[int, int] | None = None  # section and number; None: the file knows it by its key


@transaction.atomic
def remember(document: str, named: Sequence[Named], *, by: int | None, now: datetime) -> None:
    """Note what the document calls each question and says of it, and tell in the question's history."""
    ExternalId.objects.bulk_create(
        [
            ExternalId(
                document=document,
                section=one.source[0],
                number=one.source[1],
                key=one.question.key,
                said=one.said,
                imported_at=now,
            )
            for one in named
            if one.source
        ],
        update_conflicts=True,
        unique_fields=["document", "section", "number"],
        update_fields=["key", "said", "imported_at"],
    )
    Event.objects.bulk_create(
        event(EventKind.QUESTION_IMPORTED, one.question, by=by, now=now, document=document, place=one.place)
        for one in named
    )


@transaction.atomic
def forget(external_ids: Sequence[int], *, now: datetime) -> None:
    """Note that the document has these questions no more."""
    ExternalId.objects.filter(pk__in=external_ids).update(said={}, imported_at=now)
