"""Who did what, when, to what, why: events as sentences, with a way to what they are about."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.models import (
    Acceptance,
    Allowance,
    Attempt,
    Certificate,
    Event,
    Invitation,
    Notice,
    Partner,
    Question,
    Response,
    Section,
    User,
)
from certification.models.events import EventQuerySet, seen_by
from certification.reports import pages
from certification.reports.manager import Happening
from certification.reports.pages import Page
from certification.states import PARTNER_ROLES, EventKind, Role


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
    """One event. `subject` None: it happened to what the reader does not see, or no page is about.

    `told`: what exactly was decided, "" where the kind says it all or the page tells it otherwise.
    """

    happening: Happening
    subject: Subject | None
    told: str


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


def of_notice(notice: Notice, reader: User) -> Subject:
    words = f"{notice.email}, {notice.get_kind_display()}"
    return Subject(words, person_url(notice.person) if notice.person else "")


def person_url(person: User) -> str:
    return reverse("manage_person", args=[person.pk]) if person.role in PARTNER_ROLES else ""


def of_person(person: User, reader: User) -> Subject:
    return Subject(str(person), person_url(person))


def of_question(question: Question, reader: User) -> Subject:
    words = f"{question.number} {shortened(question)}".strip()
    return Subject(words, reverse("manage_item", args=[question.key]))


def of_section(section: Section, reader: User) -> Subject:
    return Subject(str(section))


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
        Described(seen[Notice].select_related("person"), of_notice),
        Described(seen[User], of_person),
        Described(Question.objects.all(), of_question),
        Described(Section.objects.all(), of_section),
        Described(
            seen[Response].select_related("attempt__candidate", "attempt__exam", "question"), of_response
        ),
        Described(seen[Acceptance], of_acceptance),
        Described(seen[Partner], of_company),
    )
    return {table.rows.model._meta.db_table: table for table in tables}


def of_export(event: Event) -> Subject:
    """The list that was taken away, as it was asked for."""
    if event.facts["listing"] != "attempts":
        return Subject(_("Questions"))
    query = urlencode(event.facts["filters"])
    words = _("Results, filtered") if query else _("Results")
    return Subject(words, f"{reverse('manage_attempts')}?{query}".removesuffix("?"))


def told_of(event: Event, companies: dict[int, Partner], managers: dict[int, User]) -> str:
    """What exactly was decided; companies that are not among these go unnamed."""
    facts = event.facts
    match event.kind:
        case EventKind.EXPORT_MADE:
            rows = ngettext("%(count)d row", "%(count)d rows", facts["rows"]) % {"count": facts["rows"]}
            return f"{rows}, {facts['form'].upper()}."
        case EventKind.PERSON_MOVED:
            return change(*(company_words(facts[name], companies) for name in MOVED))
        case EventKind.COMPANY_ASSIGNED:
            return change(*(str(managers.get(facts[name], _("nobody"))) for name in ASSIGNED))
        case EventKind.ROLE_CHANGED:
            return change(Role(facts["former_role"]).label, Role(facts["role"]).label)
        case EventKind.SIGHT_CHANGED:
            every, own = _("every company"), _("the companies they run")
            return change(own, every) if facts["all_companies"] else change(every, own)
        case EventKind.NOTE_HANDLED:
            return _("“%(note)s”") % {"note": Truncator(facts["note"]).chars(200)}
    return ""


MOVED = ("former_partner", "partner")
ASSIGNED = ("former_manager", "manager")


def company_words(pk: int | None, companies: dict[int, Partner]) -> str:
    if pk is None:
        return _("no company")
    return str(companies.get(pk, _("another company")))


def change(former: object, present: object) -> str:
    return f"{former} → {present}."


def event_list(
    events: EventQuerySet, *, reader: User, after: str = "", before: str = ""
) -> tuple[Page[Event], list[Entry]]:
    """One page of these, the newest first. Two queries, and one for each table that they name; one more where
    companies were given to managers.
    """
    page = pages.turn(events.select_related("actor"), ("-pk",), after=after, before=before)
    return page, entries(page.rows, reader=reader)


def entries(events: Iterable[Event], *, reader: User) -> list[Entry]:
    events = list(events)
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.subject_table].add(event.subject_id)
        if event.kind == EventKind.PERSON_MOVED:
            wanted[Partner._meta.db_table] |= {event.facts[name] for name in MOVED} - {None}
    tables = described(reader)
    found: dict[str, dict[int, Any]] = {
        table: tables[table].rows.in_bulk(ids) for table, ids in wanted.items() if table in tables
    }
    companies = found.get(Partner._meta.db_table, {})
    assigned = [event.facts for event in events if event.kind == EventKind.COMPANY_ASSIGNED]
    managers = User.objects.in_bulk({facts[name] for facts in assigned for name in ASSIGNED} - {None})

    def entry(event: Event) -> Entry:
        row = found.get(event.subject_table, {}).get(event.subject_id)
        happening = Happening(
            event,
            row if isinstance(row, Allowance) else None,
            row if isinstance(row, Certificate) else None,
        )
        if event.kind == EventKind.EXPORT_MADE:
            return Entry(happening, of_export(event), told_of(event, companies, managers))
        if row is None:
            return Entry(happening, None, "")
        subject = tables[event.subject_table].subject(row, reader)
        return Entry(happening, subject, told_of(event, companies, managers))

    return [entry(event) for event in events]
