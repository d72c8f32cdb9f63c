"""One person of a company, as those read who run the programme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from certification.models import Allowance, Certificate, Event, Exam, User
from certification.reports import audit, standing
from certification.reports.audit import Entry
from certification.reports.holding import Held
from certification.reports.standing import Home
from certification.states import CertificateStatus


@dataclass(frozen=True, slots=True)
class AtExam:
    """What somebody has been granted at one exam, the newest first, and what was taken back of it.

    `may_be_taken`: it is published, or being taken.
    """

    exam: Exam
    allowances: tuple[Allowance, ...]
    may_be_taken: bool


@dataclass(frozen=True, slots=True)
class Earned:
    """A certificate, whatever became of it; `held` says when it may be renewed, None of one that nobody would
    renew.
    """

    certificate: Certificate
    status: CertificateStatus
    held: Held | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A person with what they have taken, earned and been granted, and what was decided about them, the
    oldest first.
    """

    home: Home
    at_exams: tuple[AtExam, ...]
    certificates: tuple[Earned, ...]
    entries: tuple[Entry, ...]


def profile(person: User, *, reader: User, now: datetime) -> Profile:
    """What `reader` may know of a person whom they see. Eleven queries at most."""
    home = standing.home(person, now=now)
    rows = person.allowances.select_related("exam", "granted_by", "withdrawn_by", "attempt")
    allowances = list(rows)
    events = Event.objects.about([person, *allowances]).select_related("actor")
    return Profile(
        home=home,
        at_exams=tuple(at_exams([row.exam for row in home.standings], allowances)),
        certificates=tuple(earned(person, home, now=now)),
        entries=tuple(audit.entries(events, reader=reader)),
    )


def at_exams(taken: list[Exam], allowances: list[Allowance]) -> list[AtExam]:
    """First the exams that may be taken, then those at which something was granted before."""
    granted: dict[Exam, list[Allowance]] = defaultdict(list)
    for allowance in allowances:
        granted[allowance.exam].append(allowance)
    exams = [*taken, *(exam for exam in granted if exam not in taken)]
    return [AtExam(exam, tuple(granted.get(exam, ())), may_be_taken=exam in taken) for exam in exams]


def earned(person: User, home: Home, *, now: datetime) -> list[Earned]:
    """All of them, the newest first. One query."""
    held = {one.certificate: one for one in home.holdings}
    rows = person.certificates.with_successors().select_related("revoked_by").order_by("-issued_at", "-pk")
    return [Earned(row, row.status(now=now), held.get(row)) for row in rows]
