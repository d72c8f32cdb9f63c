"""The partner agreement is accepted by one person for their company."""

from datetime import datetime

from django.db import transaction

from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import Acceptance, Agreement, Certificate, Partner, User
from certification.rules import agreeing
from certification.states import EventKind


@transaction.atomic
def accept(agreement_id: int, *, by: int, now: datetime) -> Acceptance:
    """Accept this version for the company of `by`, whose names are frozen; once: then it comes back as it is.

    Refuses a version that is not the one in force (`outdated`), and as `rules.agreeing` says: somebody
    without a company (`no_company`), who is not the one to accept (`for_the_lead`, `for_the_certified`), and
    where nobody of the company holds a valid certificate (`nobody_certified`).
    """
    person = User.objects.select_for_update(no_key=True).get(pk=by)
    if person.partner_id is None:
        raise Refused(agreeing.NotYet.NO_COMPANY.value)
    partner = Partner.objects.select_for_update(no_key=True).get(pk=person.partner_id)
    former = Acceptance.objects.filter(agreement=agreement_id, partner=partner).first()
    if former is not None:
        return former
    agreement = Agreement.objects.in_force(now)
    if agreement is None or agreement.pk != agreement_id:
        raise Refused("outdated")
    certified = Certificate.objects.valid(now)
    refusal = agreeing.refusal(
        role=person.role,
        in_company=True,
        company_has_lead=partner.people.leads().exists(),
        is_certified=certified.filter(candidate=person).exists(),
        company_has_certified=certified.filter(candidate__in=partner.people.filter(is_active=True)).exists(),
    )
    if refusal is not None:
        raise Refused(refusal.value)
    acceptance = Acceptance.objects.create(
        agreement=agreement,
        partner=partner,
        accepted_by=person,
        accepted_at=now,
        name=str(person),
        partner_name=partner.name,
    )
    record(
        EventKind.AGREEMENT_ACCEPTED, acceptance, by=by, now=now, number=agreement.number, partner=partner.pk
    )
    return acceptance
