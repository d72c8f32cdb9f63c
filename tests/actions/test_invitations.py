"""Inviting, sending anew, revoking, accepting."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from certification.actions import invitations
from certification.actions.invitations import Row
from certification.actions.refused import Refused
from certification.models import Event, Invitation, Notice, User
from certification.models.invitations import hash_of
from certification.states import EventKind, Role
from tests.factories import (
    NOW,
    AdminFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
)
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
DAYS = timedelta(days=14)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def company():
    return PartnerFactory(name="Северный контур")


@pytest.fixture
def manager():
    return ManagerFactory()


@pytest.fixture
def lead(company):
    return UserFactory(role=Role.LEAD, partner=company)


def invite(by, company, email="new@example.com", *, role=Role.CANDIDATE, now=NOW):
    return invitations.invite(
        email, name="Сергей Панов", role=role, partner_id=company and company.pk, by=by.pk, now=now
    )


def accept(invitation, *, now=LATER):
    return invitations.accept(invitation.token, name="Сергей Ю. Панов", password="a long word", now=now)


def refusal(call, *args, **kwargs):
    """(code, detail) of a refusal that writes nothing."""
    before = all_rows()
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert changed_tables(before) == []
    return caught.value.code, caught.value.detail


def test_invitation_is_written_down_with_its_letter(company, manager):
    invitation = invite(manager, company, "New@Example.com")

    assert rows_of(Invitation.objects.all()) == [
        {
            "id": invitation.pk,
            "email": "new@example.com",
            "name": "Сергей Панов",
            "role": "candidate",
            "partner_id": company.pk,
            "invited_by_id": manager.pk,
            "invited_at": NOW,
            "nonce": invitation.nonce,
            "token_hash": hash_of(invitation.token),
            "sent_at": NOW,
            "expires_at": NOW + DAYS,
            "accepted_at": None,
            "accepted_by_id": None,
            "revoked_at": None,
            "revoked_by_id": None,
        }
    ]
    notice = Notice.objects.get()
    assert (notice.kind, notice.invitation, notice.email) == ("invitation", invitation, "new@example.com")
    event = Event.objects.get()
    assert (event.kind, event.actor, event.at) == (EventKind.INVITATION_SENT, manager, NOW)
    assert (event.subject_id, event.facts) == (
        invitation.pk,
        {"role": "candidate", "partner": company.pk},
    )


def test_token_is_not_in_the_database_and_hangs_on_the_secret_key(company, manager, settings):
    invitation = invite(manager, company)
    token = invitation.token

    stored = [str(value) for rows in all_rows().values() for row in rows for value in row.values()]
    assert [value for value in stored if token in value] == []
    assert hash_of(token) in stored
    assert invitation.link == f"{settings.SITE_URL}/invitations/{token}/"
    settings.SECRET_KEY = "another"
    assert invitation.token != token


@pytest.mark.parametrize(
    ("by", "role", "own"),
    [
        (Role.CANDIDATE, Role.CANDIDATE, True),
        (Role.LEAD, Role.CANDIDATE, False),
        (Role.LEAD, Role.LEAD, True),
        (Role.LEAD, Role.MANAGER, None),
        (Role.MANAGER, Role.MANAGER, None),
        (Role.MANAGER, Role.CANDIDATE, None),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_invitation_that_is_not_theirs_to_send(company, by, role, own):
    inviter = UserFactory(role=by, partner=company)
    target = {True: company, False: PartnerFactory(), None: None}[own]

    assert refusal(invite, inviter, target, role=role) == ("not_allowed", "")


def test_somebody_put_out_invites_nobody(company):
    assert refusal(invite, ManagerFactory(is_active=False), company) == ("not_allowed", "")


def test_administrator_invites_staff(manager):
    invitation = invite(AdminFactory(), None, role=Role.MANAGER)

    assert (invitation.role, accept(invitation).role) == ("manager", "manager")


def test_address_that_somebody_has_only_typed_keeps_nobody_out(company, manager):
    squatter = UserFactory(partner=PartnerFactory())
    EmailAddress.objects.create(user=squatter, email="new@example.com", verified=False)

    person = accept(invite(manager, company))

    assert (person.email, person.partner) == ("new@example.com", company)


def test_known_person_is_refused_and_only_managers_hear_where_they_are(company, manager, lead):
    here = UserFactory(partner=company, email="here@example.com")
    UserFactory(partner=PartnerFactory(name="Вектор"), email="there@example.com")
    UserFactory(partner=None, email="nowhere@example.com")
    EmailAddress.objects.create(user=here, email="second@example.com", verified=True)

    known = {
        (who.role, name): refusal(invite, who, company, f"{name}@example.com")
        for who in (manager, lead)
        for name in ("here", "HERE", "second", "there", "nowhere")
    }

    assert known == {
        (role, name): found
        for role in ("manager", "lead")
        for name, found in {
            **dict.fromkeys(("here", "HERE", "second"), ("known_here", "")),
            "there": ("known", "Вектор" if role == "manager" else ""),
            "nowhere": ("known", ""),
        }.items()
    }


def test_invited_person_is_refused_and_only_managers_hear_by_whom(company, manager, lead):
    InvitationFactory(partner=company, email="here@example.com")
    InvitationFactory(partner=PartnerFactory(name="Вектор"), email="there@example.com")

    invited = {
        (who.role, name): refusal(invite, who, company, f"{name}@example.com", now=NOW + DAYS - MS)
        for who in (manager, lead)
        for name in ("here", "there")
    }

    assert invited == {
        ("manager", "here"): ("invited_here", ""),
        ("lead", "here"): ("invited_here", ""),
        ("manager", "there"): ("invited_elsewhere", "Вектор"),
        ("lead", "there"): ("invited_elsewhere", ""),
    }


def test_expired_invitation_gives_way(company, lead):
    former = InvitationFactory(email="new@example.com")

    invitation = invite(lead, company, now=NOW + DAYS)

    former.refresh_from_db()
    assert (former.revoked_at, former.revoked_by) == (NOW + DAYS, lead)
    assert list(Invitation.objects.open()) == [invitation]
    kinds = Event.objects.order_by("id").values_list("kind", "actor", "subject_id")
    assert list(kinds) == [
        (EventKind.INVITATION_REVOKED, lead.pk, former.pk),
        (EventKind.INVITATION_SENT, lead.pk, invitation.pk),
    ]


def test_list_is_told_row_by_row_and_invites_whom_it_can(company, lead):
    UserFactory(partner=company, email="here@example.com")
    rows = [
        Row(1, "А", "a@example.com"),
        Row(2, "Б", "here@example.com"),
        Row(4, "В", "b@example.com"),
        Row(5, "Г", "A@example.com"),
    ]

    outcomes = invitations.invite_many(rows, role=Role.CANDIDATE, partner_id=company.pk, by=lead.pk, now=NOW)

    assert [outcome.row for outcome in outcomes] == rows
    told = [outcome.invitation.email if outcome.invitation else outcome.refused.code for outcome in outcomes]
    assert told == ["a@example.com", "known_here", "b@example.com", "invited_here"]
    assert set(Invitation.objects.values_list("email", "name")) == {
        ("a@example.com", "А"),
        ("b@example.com", "В"),
    }
    assert Notice.objects.count() == 2


def test_resent_invitation_has_another_link_and_the_former_one_is_dead(company, manager, lead):
    invitation = invite(manager, company)
    former = invitation.token

    again = invitations.resend(invitation.pk, by=lead.pk, now=NOW + 2 * DAYS)

    assert (again.sent_at, again.expires_at) == (NOW + 2 * DAYS, NOW + 3 * DAYS)
    assert (again.invited_by, again.invited_at) == (manager, NOW)
    assert again.token != former
    assert refusal(invitations.accept, former, name="А", password="x", now=NOW) == ("unknown", "")
    keys = Notice.objects.order_by("id").values_list("key", flat=True)
    assert list(keys) == [f"invitation:{again.pk}:{nonce}" for nonce in (invitation.nonce, again.nonce)]
    event = Event.objects.latest("id")
    assert (event.kind, event.actor) == (EventKind.INVITATION_RESENT, lead)
    assert accept(again, now=NOW + 3 * DAYS - MS).email == "new@example.com"


def test_invitation_is_sent_once_to_whoever_saw_it_as_it_was(company, lead):
    invitation = invite(lead, company)
    asked = {"by": lead.pk, "as_of": LATER}
    again = invitations.resend(invitation.pk, **asked, now=LATER + MS)
    before = all_rows()

    assert refusal(invitations.resend, invitation.pk, **asked, now=LATER + 2 * MS) == ("resent", "")
    assert changed_tables(before) == []
    anew = invitations.resend(invitation.pk, by=lead.pk, as_of=LATER + MS, now=LATER + 2 * MS)
    assert anew.token != again.token


def test_revoked_invitation_leads_nowhere(company, lead):
    invitation = invite(lead, company)

    revoked = invitations.revoke(invitation.pk, by=lead.pk, now=LATER)

    assert (revoked.revoked_at, revoked.revoked_by) == (LATER, lead)
    assert refusal(accept, invitation) == ("revoked", "")
    event = Event.objects.latest("id")
    assert (event.kind, event.actor, event.at) == (EventKind.INVITATION_REVOKED, lead, LATER)
    for call in (invitations.resend, invitations.revoke):
        assert refusal(call, invitation.pk, by=lead.pk, now=LATER) == ("settled", "")


@pytest.mark.parametrize("call", [invitations.resend, invitations.revoke])
def test_invitation_that_is_not_theirs_to_change(company, manager, call):
    candidate, stranger = UserFactory(partner=company), UserFactory(role=Role.LEAD)
    own = UserFactory(role=Role.LEAD, partner=company)
    of_candidate = InvitationFactory(partner=company)
    of_lead = InvitationFactory(partner=company, role=Role.LEAD)
    of_staff = InvitationFactory(partner=None, role=Role.MANAGER)

    for who, invitation in [
        (candidate, of_candidate),
        (stranger, of_candidate),
        (own, of_lead),
        (manager, of_staff),
    ]:
        assert refusal(call, invitation.pk, by=who.pk, now=NOW) == ("not_allowed", "")


def test_person_who_came_otherwise_is_not_invited_anew(company, manager):
    invitation = invite(manager, company)
    UserFactory(email="new@example.com", partner=company)

    assert refusal(invitations.resend, invitation.pk, by=manager.pk, now=NOW) == ("known_here", "")
    assert refusal(accept, invitation) == ("known", "")


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_accepting_makes_a_member_whose_address_counts_as_confirmed(company, manager, role):
    invitation = invite(manager, company, role=role)

    person = accept(invitation)

    stored = User.objects.get(pk=person.pk)
    assert (stored.email, stored.name, stored.role) == ("new@example.com", "Сергей Ю. Панов", role)
    assert (stored.partner, stored.is_active, stored.date_joined) == (company, True, LATER)
    assert stored.check_password("a long word")
    addresses = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(addresses) == [(person.pk, "new@example.com", True, True)]
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.accepted_by) == (LATER, person)
    event = Event.objects.latest("id")
    assert (event.kind, event.actor, event.subject_id) == (
        EventKind.INVITATION_ACCEPTED,
        person,
        invitation.pk,
    )
    assert refusal(accept, invitation) == ("accepted", "")


@pytest.mark.parametrize(("now", "code"), [(NOW + DAYS - MS, ""), (NOW + DAYS, "expired")])
def test_link_opens_for_fourteen_days(company, manager, now, code):
    invitation = invite(manager, company)

    if code:
        assert refusal(accept, invitation, now=now) == (code, "")
    else:
        assert accept(invitation, now=now).partner == company


@pytest.mark.parametrize("token", ["", "abc", "Ж" * 64, "0" * 64])
def test_token_of_nothing_is_unknown(company, manager, token):
    invite(manager, company)

    found = refusal(invitations.accept, token, name="А", password="a long word", now=NOW)

    assert found == ("unknown", "")


def test_hash_in_the_database_is_no_token(company, manager):
    invitation = invite(manager, company)

    for stolen in (invitation.token_hash, invitation.nonce):
        assert refusal(invitations.accept, stolen, name="А", password="x", now=NOW) == ("unknown", "")
