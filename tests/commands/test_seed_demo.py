"""`manage.py seed_demo`: people who can sign in, histories to look at, and nothing for the demo partner."""

from collections import Counter
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.urls import reverse

from certification.demo import PASSWORD
from certification.models import (
    Acceptance,
    Allowance,
    Attempt,
    Certificate,
    Invitation,
    Partner,
    Response,
    User,
)
from certification.states import AttemptState, Role
from tests.certified import certified
from tests.factories import NOW, AgreementFactory, PartnerFactory, UserFactory, bank_with_exam
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

LOGINS = {
    "partner@example.com": Role.CANDIDATE,
    "lead@example.com": Role.LEAD,
    "manager@example.com": Role.MANAGER,
    "admin@example.com": Role.ADMIN,
}


def seed_demo():
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def exam(db, settings):
    settings.AMOQUIZ_DEMO = True
    return bank_with_exam(slug="test-1", questions=10, per_section=10)


def test_seed_demo_makes_the_four_logins():
    seed_demo()

    people = User.objects.filter(email__in=LOGINS)
    assert dict(people.values_list("email", "role")) == LOGINS
    assert PASSWORD == "amoquiz-demo"
    assert all(check_password(PASSWORD, person.password) for person in people)
    companies = {person.email: getattr(person.partner, "name", None) for person in people}
    assert companies["partner@example.com"] == companies["lead@example.com"] == "Северный контур"
    assert (companies["manager@example.com"], companies["admin@example.com"]) == (None, None)


@pytest.mark.parametrize("email", LOGINS)
def test_demo_login_signs_in_and_nobody_does_before_it_is_made(client, email):
    credentials = {"login": email, "password": "amoquiz-demo"}
    assert client.post(reverse("account_login"), credentials).status_code == 200
    assert client.get(reverse("home")).status_code == 302
    seed_demo()

    response = client.post(reverse("account_login"), credentials)

    first = {"partner@example.com": "home", "lead@example.com": "company"}.get(email, "manage_today")
    assert (response.status_code, response.url) == (302, reverse(first))
    assert client.get(reverse("home")).status_code == 200
    admin = client.get(reverse("admin:index"))
    assert (admin.status_code == 200) == (email == "admin@example.com")


def test_sample_people_have_histories_and_cannot_sign_in(exam):
    seed_demo()

    samples = User.objects.exclude(email__in=LOGINS)
    attempts = Counter(Attempt.objects.values_list("candidate__email", flat=True))
    assert samples.count() == 5
    assert attempts == {
        "sample1@example.com": 1,
        "sample2@example.com": 2,
        "sample3@example.com": 1,
        "sample4@example.com": 3,
    }
    states = Counter(Attempt.objects.values_list("exam", "state"))
    assert states == {(exam.pk, AttemptState.SUBMITTED): 6, (exam.pk, AttemptState.VOIDED): 1}
    assert {person.has_usable_password() for person in samples} == {False}


def test_demo_has_something_of_all_that_a_manager_decides():
    seed_demo()

    manager = User.objects.get(email="manager@example.com")
    kinds = Allowance.objects.values_list("candidate__name", "kind", "granted_by")
    assert set(kinds) == {
        ("Елена Шульгина", "attempts", manager.pk),
        ("Никита Громов", "time", manager.pk),
    }
    voided = Attempt.objects.get(state=AttemptState.VOIDED)
    assert (voided.candidate.name, voided.number, voided.voided_by) == ("Дарья Климова", 1, manager)
    noted = Response.objects.with_notes().values_list("attempt__candidate__name", "position")
    assert set(noted) == {("Тимур Ахметов", 3), ("Павел Воронов", 7)}


def test_companies_have_needs_and_a_manager_and_somebody_is_invited():
    seed_demo()

    manager = User.objects.get(email="manager@example.com")
    companies = Partner.objects.order_by("name").values_list("name", "certified_needed", "manager")
    assert list(companies) == [("Вектор продаж", 3, manager.pk), ("Северный контур", 2, manager.pk)]
    invitation = Invitation.objects.get()
    assert (invitation.partner.name, invitation.is_open) == ("Вектор продаж", True)


@pytest.mark.parametrize("is_certified", [False, True])
def test_lead_accepts_the_agreement_where_the_company_has_somebody_certified(is_certified):
    agreement = AgreementFactory()
    company = PartnerFactory(name="Северный контур")
    if is_certified:
        certified(UserFactory(partner=company))

    with time_machine.travel(NOW):
        seed_demo()

    accepted = Acceptance.objects.values_list("agreement", "partner", "accepted_by__email")
    certified_now = Certificate.objects.exists()
    assert list(accepted) == ([(agreement.pk, company.pk, "lead@example.com")] if certified_now else [])


def test_seed_demo_makes_no_attempt_for_the_demo_partner():
    seed_demo()

    partner = User.objects.get(email="partner@example.com")
    assert Attempt.objects.count() > 0
    assert list(partner.attempts.all()) == []
    assert (partner.consented_at, partner.pledged_at) == (None, None)


def test_seed_demo_again_changes_no_row():
    first = seed_demo()
    before = all_rows()
    addresses = rows_of(EmailAddress.objects.all())

    assert seed_demo() == first == "Demo: 9 people.\n"

    assert changed_tables(before) == []
    assert rows_of(EmailAddress.objects.all()) == addresses


def test_seed_demo_leaves_a_changed_login_alone():
    seed_demo()
    partner = User.objects.get(email="partner@example.com")
    partner.name = "Мария Орлова"
    partner.set_password("another one")
    partner.save()
    before = all_rows()

    seed_demo()

    assert changed_tables(before) == []


def test_seed_demo_outside_the_demo_is_refused_and_writes_nothing(settings):
    UserFactory()
    settings.AMOQUIZ_DEMO = False
    before = all_rows()

    with pytest.raises(CommandError):
        seed_demo()

    assert changed_tables(before) == []
    assert EmailAddress.objects.count() == 0
