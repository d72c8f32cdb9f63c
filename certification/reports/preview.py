"""A question as its candidate will have it before them, without an attempt."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from certification.models import Exam, Section
from certification.reports.sitting import Choice, Desk, Sheet, Shown, sheet_of
from certification.rules.items import Item
from certification.states import QuestionKind

TIME = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page of a question in an attempt takes."""

    desk: Desk
    question: Shown
    sheet: Sheet
    now: datetime


def preview(item: Item, section: Section, *, holder_name: str, now: datetime) -> Preview:
    """Options in the order in which they are written. How many are right is told where an exam tells it."""
    tells = Exam.objects.filter(lines__section=section, tells_how_many=True).exists()
    return Preview(
        desk=Desk(
            root="/",
            title=gettext("Preview"),
            number=None,
            holder_name=holder_name,
            running_since=now,
            deadline=now + TIME,
            result_url="/",
        ),
        question=Shown(
            position=1,
            total=1,
            section_number=section.number,
            section_title=section.title,
            kind=QuestionKind(item.kind),
            text=item.text,
            choices=tuple(
                Choice(index=index, text=text, chosen=False, struck=False)
                for index, text in enumerate(item.texts)
            ),
            flagged=False,
            note="",
            revision=0,
            saved_at=None,
            ask_count=len(item.right) if tells else None,
        ),
        sheet=sheet_of([(1, False, False)], here=1),
        now=now,
    )
