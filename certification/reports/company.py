"""Companies: their people, what these have passed, who is invited, and whether it is enough."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from certification.models import (
    Acceptance,
    Agreement,
    Allowance,
    Attempt,
    Certificate,
    Invitation,
    Partner,
    User,
)
from certification.models.people import PartnerQuerySet, UserQuerySet
from certification.reports import pages
from certification.reports.pages import ROWS, Page
from certification.reports.standing import sat
from certification.rules import coverage
from certification.rules.coverage import Coverage
from certification.states import MANAGING_ROLES


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company in the list. `acceptance`: of the agreement in force, which is None before the first."""

    partner: Partner
    coverage: Coverage
    agreement: Agreement | None
    acceptance: Acceptance | None


def company_list(
    partners: PartnerQuerySet, order: Sequence[str], *, now: datetime, after: str = "", before: str = ""
) -> tuple[Page[Partner], list[CompanyRow]]:
    """One page of these companies, and its rows. Five queries."""
    shown = pages.turn(partners.select_related("manager"), order, after=after, before=before)
    return shown, rows_of(shown.rows, now=now)


def rows_of(partners: Sequence[Partner], *, now: datetime) -> list[CompanyRow]:
    """Three queries."""
    agreement = Agreement.objects.in_force(now)
    accepted = Acceptance.objects.filter(agreement=agreement, partner__in=partners) if agreement else []
    acceptances = {acceptance.partner_id: acceptance for acceptance in accepted}
    held: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    certificates = Certificate.objects.valid(now).filter(
        candidate__partner__in=partners, candidate__is_active=True
    )
    # Ordered by nothing: only who holds one until when is of matter.
    rows = certificates.order_by().values_list("candidate__partner", "candidate", "expires_at")
    for partner_id, person_id, ends in rows:
        held[partner_id].append((person_id, ends))
    return [
        CompanyRow(
            partner=partner,
            coverage=coverage.coverage(
                held[partner.pk],
                needed=partner.certified_needed,
                agreement_accepted=partner.pk in acceptances,
                now=now,
            ),
            agreement=agreement,
            acceptance=acceptances.get(partner.pk),
        )
        for partner in partners
    ]


def without_company(users: UserQuerySet) -> list[User]:
    """Those of these users who are in no company, and whom a manager can move into one."""
    return list(users.of_companies().filter(partner=None).order_by("name_folded", "pk")[:ROWS])


def staff() -> list[User]:
    """Those who run the programme."""
    return list(User.objects.filter(role__in=MANAGING_ROLES).order_by("-is_active", "name_folded", "pk"))


class State(Enum):
    """What came of somebody's attempts at one exam. FINISHED: they do not see themselves yet how it ended."""

    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Result:
    """Where a person stands with one exam: what goes on, else a pass, else the last attempt."""

    attempt: Attempt
    state: State

    @property
    def at(self) -> datetime:
        return self.attempt.finished_at or self.attempt.started_at


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. `certificates` are valid, the one that holds longest first."""

    user: User
    certificates: tuple[Certificate, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that nobody has accepted or revoked."""

    invitation: Invitation
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its people and open invitations; nothing of what anybody answered."""

    row: CompanyRow
    people: tuple[Person, ...]
    invitations: tuple[Invited, ...]

    @property
    def partner(self) -> Partner:
        return self.row.partner

    @property
    def coverage(self) -> Coverage:
        return self.row.coverage

    @property
    def agreement(self) -> Agreement | None:
        """The version in force."""
        return self.row.agreement


def company(partner: Partner, *, now: datetime, tells_all: bool) -> Company:
    """One company. `tells_all`: results before the people themselves see them. Eight queries."""
    [row] = rows_of([partner], now=now)
    return Company(
        row=row,
        people=tuple(people_of(partner, now=now, tells_all=tells_all)),
        invitations=tuple(invited(partner, now=now)),
    )


def invited(partner: Partner | None, *, now: datetime) -> list[Invited]:
    """Who is invited to this company, or to the staff, and has not accepted; the newest first. One query."""
    rows = Invitation.objects.open().filter(partner=partner).select_related("invited_by")
    return [Invited(row, is_expired=row.is_expired(now)) for row in rows.order_by("-sent_at", "-pk")]


def people_of(partner: Partner, *, now: datetime, tells_all: bool) -> list[Person]:
    """Those in the company now with all they have sat, wherever they were then. Four queries."""
    users = list(partner.people.order_by("-is_active", "name_folded", "pk"))
    return persons(users, now=now, tells_all=tells_all)


def persons(users: Sequence[User], *, now: datetime, tells_all: bool) -> list[Person]:
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in (
        Attempt.objects.with_certificates()
        .filter(candidate__in=users)
        .select_related("exam")
        .order_by("-started_at")
    ):
        attempts[attempt.candidate_id].append(attempt)
    allowances: dict[int, list[Allowance]] = defaultdict(list)
    for allowance in Allowance.objects.in_force().filter(candidate__in=users):
        allowances[allowance.candidate_id].append(allowance)
    certificates: dict[int, list[Certificate]] = defaultdict(list)
    valid = Certificate.objects.valid(now).filter(candidate__in=users)
    for certificate in valid.select_related("exam").order_by("-expires_at"):
        certificates[certificate.candidate_id].append(certificate)
    return [
        Person(
            user=user,
            certificates=tuple(certificates[user.pk]),
            results=tuple(results(attempts[user.pk], allowances[user.pk], now=now, tells_all=tells_all)),
        )
        for user in users
    ]


def results(
    attempts: Sequence[Attempt], allowances: Sequence[Allowance], *, now: datetime, tells_all: bool
) -> list[Result]:
    """One of each exam that somebody has sat, in the exams' order; `attempts` are newest first."""
    of_exam: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.counts:
            of_exam[attempt.exam_id].append(attempt)
    found = []
    for own in sorted(of_exam.values(), key=lambda own: (own[0].exam.place, own[0].exam.title)):
        attempt = next((a for a in own if a.is_open), None) or next((a for a in own if a.passed), own[0])
        tells = tells_all or attempt.is_open or sat(attempt, own, allowances, now=now).shows_score
        found.append(Result(attempt, state_of(attempt, tells=tells)))
    return found


def state_of(attempt: Attempt, *, tells: bool) -> State:
    if attempt.is_open:
        return State.IN_PROGRESS
    if not tells:
        return State.FINISHED
    return State.PASSED if attempt.passed else State.FAILED
