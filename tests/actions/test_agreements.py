"""The agreement is accepted once by one person for their company."""

from datetime import timedelta

import pytest

from certification.actions import agreements
from certification.actions.refused import Refused
from certification.models import Acceptance, Agreement, Event
from certification.states import EventKind, Role
from tests.certified import certificate, certified
from tests.factories import NOW, AgreementFactory, ManagerFactory, PartnerFactory, UserFactory
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def company():
    return PartnerFactory(name="Северный контур")


@pytest.fixture
def lead(company):
    return UserFactory(name="Олег Соколов", role=Role.LEAD, partner=company)


@pytest.fixture
def agreement():
    return AgreementFactory(number=3)


def accept(agreement, who, *, now=NOW):
    return agreements.accept(agreement.pk, by=who.pk, now=now)


def refusal(*args, **kwargs):
    before = all_rows()
    with pytest.raises(Refused) as caught:
        accept(*args, **kwargs)
    assert changed_tables(before) == []
    return caught.value.code


def test_version_in_force_is_the_greatest_that_has_begun():
    assert Agreement.objects.in_force(NOW) is None
    first = AgreementFactory(number=1, in_force_from=NOW)
    AgreementFactory(number=3, in_force_from=NOW + MS)
    assert Agreement.objects.in_force(NOW - MS) is None
    assert Agreement.objects.in_force(NOW) == first
    second = AgreementFactory(number=2, in_force_from=NOW - MS)
    assert Agreement.objects.in_force(NOW) == second
    assert Agreement.objects.in_force(NOW + MS).number == 3


def test_lead_accepts_with_names_as_they_are_then(company, lead, agreement):
    certified(UserFactory(partner=company))

    acceptance = accept(agreement, lead)

    assert rows_of(Acceptance.objects.all()) == [
        {
            "id": acceptance.pk,
            "agreement_id": agreement.pk,
            "partner_id": company.pk,
            "accepted_by_id": lead.pk,
            "accepted_at": NOW,
            "name": "Олег Соколов",
            "partner_name": "Северный контур",
        }
    ]
    event = Event.objects.latest("id")
    assert (event.kind, event.actor, event.at) == (EventKind.AGREEMENT_ACCEPTED, lead, NOW)
    assert (event.subject_id, event.facts) == (acceptance.pk, {"number": 3, "partner": company.pk})


def test_second_acceptance_returns_the_first(company, lead, agreement):
    certified(UserFactory(partner=company))
    other = UserFactory(role=Role.LEAD, partner=company)
    acceptance = accept(agreement, lead)
    before = all_rows()

    assert accept(agreement, other, now=LATER) == acceptance
    assert changed_tables(before) == []


def test_each_version_is_accepted_anew(company, lead, agreement):
    certified(UserFactory(partner=company))
    accept(agreement, lead)
    newer = AgreementFactory(number=4)

    accept(newer, lead, now=LATER)

    assert list(Acceptance.objects.order_by("id").values_list("agreement__number", flat=True)) == [3, 4]


def test_version_that_is_not_in_force_is_refused(company, lead, agreement):
    certified(UserFactory(partner=company))
    future = AgreementFactory(number=4, in_force_from=NOW + MS)

    assert refusal(future, lead) == "outdated"
    assert refusal(agreement, lead, now=NOW + MS) == "outdated"


@pytest.mark.parametrize("holder", ["nobody", "expired", "revoked", "put out", "elsewhere"])
def test_nobody_with_a_valid_certificate_refuses_it(company, lead, agreement, holder):
    person = UserFactory(partner=company, is_active=holder != "put out")
    if holder == "elsewhere":
        certified()
    elif holder != "nobody":
        certificate(person, days=0 if holder == "expired" else 9, revoked=holder == "revoked")

    assert refusal(agreement, lead) == "nobody_certified"


def test_candidate_accepts_only_where_there_is_no_active_lead_and_only_certified(company, lead, agreement):
    holder = certified(UserFactory(partner=company))
    other = UserFactory(partner=company)

    assert refusal(agreement, holder) == "for_the_lead"
    type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    assert refusal(agreement, other) == "for_the_certified"
    assert accept(agreement, holder).accepted_by == holder


def test_staff_and_people_without_a_company_accept_nothing(agreement):
    assert refusal(agreement, ManagerFactory()) == "no_company"
    assert refusal(agreement, certified(UserFactory(partner=None))) == "no_company"
