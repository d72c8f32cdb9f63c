"""People, companies, invitations and agreements in Django admin."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from certification.models import Agreement, Event, Partner, User
from certification.states import EventKind, Role
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AgreementFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
)
from tests.pages import read, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

REASON = "Сменила работу"


def change(editor, person, **typed):
    """Save a person's page with these changes."""
    shown = {
        "name": person.name,
        "role": person.role,
        "partner": person.partner_id or "",
        **({"is_active": "on"} if person.is_active else {}),
        "reason": "",
    }
    sent = {name: value for name, value in {**shown, **typed}.items() if value is not None}
    response = editor.post(reverse("admin:certification_user_change", args=[person.pk]), sent)
    person.refresh_from_db()
    return response


def events():
    return list(Event.objects.order_by("id").values_list("kind", "actor", "subject_id", "at"))


def test_role_company_and_right_to_sign_in_leave_their_events(editor, admin):
    person, company = UserFactory(), PartnerFactory()

    response = change(
        editor, person, role="lead", partner=company.pk, is_active=None, name="Мария Орлова", reason=REASON
    )

    assert response.status_code == 302
    assert (person.name, person.role, person.partner, person.is_active) == (
        "Мария Орлова",
        "lead",
        company,
        False,
    )
    kinds = [EventKind.PERSON_MOVED, EventKind.ROLE_CHANGED, EventKind.PERSON_DEACTIVATED]
    assert events() == [(kind, admin.pk, person.pk, NOW) for kind in kinds]
    assert {event.facts["reason"] for event in Event.objects.all()} == {REASON}
    change(editor, person, is_active="on", reason=REASON)
    assert (person.is_active, events()[-1][0]) == (True, EventKind.PERSON_REACTIVATED)


def test_name_alone_wants_no_reason_and_leaves_no_event(editor):
    person = UserFactory()

    assert change(editor, person, name="Мария Орлова").status_code == 302
    assert (person.name, events()) == ("Мария Орлова", [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"role": "lead"}, "Write the reason."),
        ({"role": "manager", "reason": REASON}, "Managers and administrators belong to no company."),
        ({"role": "lead", "partner": "", "reason": REASON}, "A company lead needs a company."),
    ],
)
def test_change_that_cannot_be_says_why(editor, typed, sentence):
    person = UserFactory()
    before = all_rows()

    response = change(editor, person, **typed)

    assert (response.status_code, changed_tables(before)) == (200, [])
    assert words(sentence) in read(response).text


@pytest.mark.parametrize("typed", [{"role": "candidate"}, {"is_active": None}])
def test_administrator_decides_nothing_about_themselves(editor, admin, typed):
    response = change(editor, admin, reason=REASON, **typed)

    sentence = words("Nobody decides about themselves: ask another administrator.")
    assert sentence in read(response).text
    assert (admin.role, admin.is_active, events()) == (Role.ADMIN, True, [])
    assert change(editor, admin, name="Анна").status_code == 302


def test_person_added_by_hand_can_sign_in_at_once(editor):
    sent = {
        "email": "New@example.com",
        "name": "Анна",
        "role": "manager",
        "partner": "",
        "usable_password": "true",
        "password1": "a long enough word",
        "password2": "a long enough word",
    }

    response = editor.post(reverse("admin:certification_user_add"), sent)

    person = User.objects.get(email="new@example.com")
    assert (response.status_code, person.role) == (302, "manager")
    credentials = {"login": "new@example.com", "password": "a long enough word"}
    signed_in = Client().post(reverse("account_login"), credentials)
    assert (signed_in.status_code, signed_in.url) == (302, reverse("manage_today"))


def test_first_administrator_can_sign_in_at_once(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long enough word")

    call_command("createsuperuser", email="Boss@example.com", name="Анна", interactive=False, verbosity=0)

    person = User.objects.get()
    assert (person.email, person.role) == ("boss@example.com", Role.ADMIN)
    assert check_password("a long enough word", person.password)
    found = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(found) == [(person.pk, "boss@example.com", True, True)]


def test_company_has_its_need_and_its_manager(editor, admin):
    manager = ManagerFactory()
    sent = {"name": "Вектор", "kind": "developer", "certified_needed": "3", "manager": manager.pk}

    assert editor.post(reverse("admin:certification_partner_add"), sent).status_code == 302
    [partner] = Partner.objects.all()
    assert (partner.certified_needed, partner.manager) == (3, manager)
    assert events() == [(EventKind.COMPANY_ASSIGNED, admin.pk, partner.pk, NOW)]
    stranger = {**sent, "name": "Другая", "manager": UserFactory().pk}
    assert editor.post(reverse("admin:certification_partner_add"), stranger).status_code == 200


def test_another_manager_of_a_company_wants_a_reason_and_leaves_its_event(editor, admin):
    former, present = ManagerFactory.create_batch(2)
    company = PartnerFactory(name="Вектор", kind="developer", certified_needed=3, manager=former)
    address = reverse("admin:certification_partner_change", args=[company.pk])
    sent = {"name": "Вектор", "kind": "developer", "certified_needed": "4", "manager": present.pk}
    before = all_rows()
    assert words("Write the reason.") in read(editor.post(address, sent)).text
    assert changed_tables(before) == []

    assert editor.post(address, {**sent, "reason": REASON}).status_code == 302

    company.refresh_from_db()
    assert (company.manager, company.certified_needed) == (present, 4)
    [event] = Event.objects.all()
    assert (event.kind, event.actor, event.subject_id) == ("company_assigned", admin, company.pk)
    assert event.facts == {"former_manager": former.pk, "manager": present.pk, "reason": REASON}
    assert editor.post(address, {**sent, "name": "Вектор+"}).status_code == 302
    company.refresh_from_db()
    assert (company.name, company.manager, Event.objects.count()) == ("Вектор+", present, 1)


@pytest.mark.parametrize("how", ["on its page", "from the list"])
def test_second_factor_that_is_taken_away_leaves_its_event(editor, admin, how):
    person, other = UserFactory.create_batch(2)
    factor, kept = (
        Authenticator.objects.create(user=user, type="totp", data={"secret": "x"}) for user in (person, other)
    )
    if how == "on its page":
        address = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
        sent = {"post": "yes"}
    else:
        address = reverse("admin:mfa_authenticator_changelist")
        sent = {"action": "delete_selected", "_selected_action": [factor.pk], "post": "yes"}

    assert editor.post(address, sent).status_code == 302

    assert list(Authenticator.objects.values_list("pk", flat=True).filter(user__in=[person, other])) == [
        kept.pk
    ]
    assert events() == [(EventKind.FACTOR_REMOVED, admin.pk, person.pk, NOW)]
    assert Event.objects.get().facts == {"factor": "totp"}


def test_what_makes_a_link_is_not_shown(editor):
    invitation = InvitationFactory()

    page = editor.get(reverse("admin:certification_invitation_change", args=[invitation.pk])).content.decode()

    secrets = (invitation.token, invitation.token_hash, invitation.nonce)
    assert (invitation.email in page, [secret for secret in secrets if secret in page]) == (True, [])


def test_agreement_is_edited_until_somebody_accepts_it(editor):
    agreement = AgreementFactory(number=1)
    address = reverse("admin:certification_agreement_change", args=[agreement.pk])
    sent = {
        "number": "1",
        "title": "Новое",
        "text": "Слова",
        "in_force_from_0": "01.11.2026",
        "in_force_from_1": "10:00",
    }
    assert editor.post(address, sent).status_code == 302
    AcceptanceFactory(agreement=agreement)

    refused = editor.post(address, {**sent, "title": "Ещё новее"})
    deleted = editor.post(
        reverse("admin:certification_agreement_delete", args=[agreement.pk]), {"post": "yes"}
    )

    assert (refused.status_code, deleted.status_code) == (403, 403)
    assert Agreement.objects.get().title == "Новое"
    add = editor.get(reverse("admin:certification_agreement_add"))
    [form] = [form for form in read(add).forms if form.named("text")]
    assert (form.named("number")[0].value, form.named("title")[0].value) == ("2", "Новое")
