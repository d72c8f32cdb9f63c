"""Where a company stands with the partner agreement, as one of its people reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from certification.models import Acceptance, Agreement, Certificate, User
from certification.rules import agreeing
from certification.rules.agreeing import NotYet
from certification.states import Role


@dataclass(frozen=True, slots=True)
class AgreementStanding:
    """The agreement in force, who accepted it for the company, and why this person does not."""

    agreement: Agreement
    accepted_at: datetime | None
    accepted_name: str
    company_has_lead: bool
    refusal: NotYet | None

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None

    @property
    def why_not(self) -> str:
        return self.refusal.value if self.refusal else ""

    def concerns(self, user: User) -> bool:
        """Whether it is a step of theirs: of a lead, and of a candidate where there is no lead."""
        return user.role == Role.LEAD or not self.company_has_lead


def standing(user: User, *, now: datetime) -> AgreementStanding | None:
    """None before the first version is in force. One query."""
    own = Acceptance.objects.filter(agreement=OuterRef("pk"), partner=user.partner_id)
    valid = Certificate.objects.valid(now)
    found = (
        Agreement.objects.in_force_by(now)
        .annotate(
            accepted_at=Subquery(own.values("accepted_at")[:1]),
            accepted_name=Subquery(own.values("name")[:1]),
            company_has_lead=Exists(User.objects.leads().filter(partner=user.partner_id)),
            is_certified=Exists(valid.filter(candidate=user)),
            company_has_certified=Exists(
                valid.filter(candidate__partner=user.partner_id, candidate__is_active=True)
            ),
        )
        .first()
    )
    if found is None:
        return None
    refusal = agreeing.refusal(
        role=user.role,
        in_company=user.partner_id is not None,
        company_has_lead=found.company_has_lead,
        is_certified=found.is_certified,
        company_has_certified=found.company_has_certified,
    )
    return AgreementStanding(
        agreement=found,
        accepted_at=found.accepted_at,
        accepted_name=found.accepted_name or "",
        company_has_lead=found.company_has_lead,
        refusal=refusal,
    )


def step(user: User, *, now: datetime) -> AgreementStanding | None:
    """The agreement as a step on somebody's first page; None where it is none of theirs. At most a query."""
    if user.partner_id is None or user.is_manager:
        return None
    own = standing(user, now=now)
    return own if own is not None and own.concerns(user) else None


def leads_of(user: User) -> list[User]:
    """The active leads of somebody's company."""
    return list(User.objects.leads().filter(partner=user.partner_id)) if user.partner_id else []
