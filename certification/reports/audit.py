"""Who did what, when, to what, why: events as sentences, with a way to what they are about."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from certification.models import (
    Acceptance,
    Allowance,
    Attempt,
    Certificate,
    Event,
    Invitation,
    Partner,
    Question,
    Response,
    User,
)
from certification.models.events import EventQuerySet, seen_by
from certification.reports import pages
from certification.reports.manager import Happening
from certification.reports.pages import Page
from certification.states import PARTNER_ROLES


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, in words; `url`: its page, "" where the reader has none."""

    words: str
    url: str = ""

    @property
    def stop(self) -> str:
        """What closes it as a sentence."""
        return "" if self.words.endswith(("?", "!", "…", ".")) else "."


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `subject` None: it happened to what the reader does not see, or no page is about."""

    happening: Happening
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Described:
    """The rows of one table that events may be about."""

    rows: QuerySet[Any]
    subject: Callable[[Any, User], Subject]


def attempt_words(attempt: Attempt) -> str:
    values = {"who": attempt.candidate, "exam": attempt.exam.title, "number": attempt.number}
    return _("%(who)s, %(exam)s, attempt %(number)s") % values


def of_attempt(attempt: Attempt, reader: User) -> Subject:
    return Subject(attempt_words(attempt), reverse("manage_attempt", args=[attempt.pk]))


def of_allowance(allowance: Allowance, reader: User) -> Subject:
    words = f"{allowance.candidate}, {allowance.exam.title}"
    return Subject(words, person_url(allowance.candidate))


def of_certificate(certificate: Certificate, reader: User) -> Subject:
    words = f"{certificate.number}, {certificate.holder_name}"
    return Subject(words, reverse("manage_attempt", args=[certificate.attempt_id]))


def of_invitation(invitation: Invitation, reader: User) -> Subject:
    staff = reverse("manage_staff") if reader.is_staff else ""
    return Subject(str(invitation), invitation.partner.get_absolute_url() if invitation.partner else staff)


def person_url(person: User) -> str:
    return reverse("manage_person", args=[person.pk]) if person.role in PARTNER_ROLES else ""


def of_person(person: User, reader: User) -> Subject:
    return Subject(str(person), person_url(person))


def of_question(question: Question, reader: User) -> Subject:
    words = f"{question.number} {shortened(question)}".strip()
    return Subject(words, reverse("manage_item", args=[question.key]))


def shortened(question: Question) -> str:
    return Truncator(question.text).chars(80)


def of_response(response: Response, reader: User) -> Subject:
    words = f"{attempt_words(response.attempt)}: {shortened(response.question)}"
    return Subject(words, reverse("manage_attempt", args=[response.attempt_id]))


def of_acceptance(acceptance: Acceptance, reader: User) -> Subject:
    return Subject(acceptance.partner_name, reverse("manage_partner", args=[acceptance.partner_id]))


def of_company(partner: Partner, reader: User) -> Subject:
    return Subject(str(partner), partner.get_absolute_url())


def described(reader: User) -> dict[str, Described]:
    """By their table; of what belongs to companies, the rows that the reader sees."""
    seen = {rows.model: rows for rows in seen_by(reader)}
    tables = (
        Described(seen[Attempt].select_related("candidate", "exam"), of_attempt),
        Described(seen[Allowance].select_related("candidate", "exam", "attempt"), of_allowance),
        Described(seen[Certificate], of_certificate),
        Described(seen[Invitation].select_related("partner"), of_invitation),
        Described(seen[User], of_person),
        Described(Question.objects.all(), of_question),
        Described(
            seen[Response].select_related("attempt__candidate", "attempt__exam", "question"), of_response
        ),
        Described(seen[Acceptance], of_acceptance),
        Described(seen[Partner], of_company),
    )
    return {table.rows.model._meta.db_table: table for table in tables}


def event_list(
    events: EventQuerySet, *, reader: User, after: str = "", before: str = ""
) -> tuple[Page[Event], list[Entry]]:
    """One page of these, the newest first. Two queries, and one for each table that they are about."""
    page = pages.turn(events.select_related("actor"), ("-pk",), after=after, before=before)
    return page, entries(page.rows, reader=reader)


def entries(events: Iterable[Event], *, reader: User) -> list[Entry]:
    events = list(events)
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.subject_table].add(event.subject_id)
    tables = described(reader)
    found: dict[tuple[str, int], Model] = {
        (table, pk): row
        for table, ids in wanted.items()
        if table in tables
        for pk, row in tables[table].rows.in_bulk(ids).items()
    }

    def entry(event: Event) -> Entry:
        row = found.get((event.subject_table, event.subject_id))
        happening = Happening(
            event,
            row if isinstance(row, Allowance) else None,
            row if isinstance(row, Certificate) else None,
        )
        subject = tables[event.subject_table].subject(row, reader) if row is not None else None
        return Entry(happening, subject)

    return [entry(event) for event in events]
