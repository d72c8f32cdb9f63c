"""Several people inviting, accepting and deciding at once. See test_concurrency."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import agreements, allowances, attempts, invitations, people
from certification.actions.invitations import Row
from certification.actions.refused import Refused
from certification.models import Acceptance, Invitation, Notice, User
from certification.rules.deadlines import ExtraTime
from certification.states import Role
from tests.certified import certified
from tests.factories import (
    NOW,
    AdminFactory,
    AgreementFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    started,
)
from tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15


def outcomes(results):
    """Refusals by their code, sorted before whatever else came."""
    return sorted(result.code if isinstance(result, Refused) else type(result).__name__ for result in results)


def invite(email, partner, by):
    said = {"name": "", "role": Role.CANDIDATE, "partner_id": partner.pk, "by": by.pk, "now": NOW}
    return lambda: invitations.invite(email, **said)


def accept(invitation):
    return lambda: invitations.accept(invitation.token, name="Анна", password="a long word", now=NOW)


def test_parallel_invitations_of_one_person_make_one():
    managers, partners = ManagerFactory.create_batch(3), PartnerFactory.create_batch(2)
    for number in range(ROUNDS):
        email = f"round{number}@example.com"

        results = at_once(
            invite(email, partners[0], managers[0]),
            invite(email, partners[0], managers[1]),
            invite(email, partners[1], managers[2]),
        )

        invitation = Invitation.objects.get(email=email)
        assert Notice.objects.filter(invitation=invitation).count() == 1
        codes = {result.code for result in results if isinstance(result, Refused)}
        assert len([result for result in results if result == invitation]) == 1
        assert codes <= {"invited_here", "invited_elsewhere"}


def test_parallel_invitations_over_an_expired_one_make_one():
    manager, partner = ManagerFactory(), PartnerFactory()
    for number in range(ROUNDS):
        email = f"round{number}@example.com"
        former = InvitationFactory(email=email, invited_at=NOW.replace(month=10))

        results = at_once(*[invite(email, partner, manager)] * 3)

        former.refresh_from_db()
        assert former.revoked_at == NOW
        assert outcomes(results) == ["Invitation", "invited_here", "invited_here"]
        assert Invitation.objects.open().filter(email=email).count() == 1


def test_lists_in_opposite_orders_invite_everybody_once():
    managers, partner = ManagerFactory.create_batch(2), PartnerFactory()
    rows = [Row(number, "", f"row{number}@example.com") for number in range(12)]

    def send(by, rows):
        said = {"role": Role.CANDIDATE, "partner_id": partner.pk, "by": by.pk, "now": NOW}
        return lambda: invitations.invite_many(rows, **said)

    results = at_once(send(managers[0], rows), send(managers[1], rows[::-1]))

    assert sum(outcome.invitation is not None for result in results for outcome in result) == 12
    assert Invitation.objects.count() == Notice.objects.count() == 12


def test_two_administrators_who_change_one_another_at_once_leave_one_of_them():
    """Each with another name besides: the one who comes second is refused, and nobody waits for ever."""
    for _ in range(ROUNDS):
        admins = AdminFactory.create_batch(2)
        clients = [Client() for _ in admins]
        for client, admin in zip(clients, admins, strict=True):
            client.force_login(admin)

        def change(client, person):
            sent = {"name": "Анна", "role": "admin", "partner": "", "reason": "Так решили"}  # may not sign in
            address = reverse("admin:certification_user_change", args=[person.pk])
            return lambda: client.post(address, sent).status_code

        assert at_once(change(clients[0], admins[1]), change(clients[1], admins[0])) == [302, 302]
        active = User.objects.filter(pk__in=[admin.pk for admin in admins], is_active=True)
        assert active.count() == 1


def test_parallel_accepts_make_one_person():
    for _ in range(ROUNDS):
        invitation = InvitationFactory()

        results = at_once(*[accept(invitation)] * 3)

        assert outcomes(results) == ["User", "accepted", "accepted"]
        person = User.objects.get(email=invitation.email)
        invitation.refresh_from_db()
        assert invitation.accepted_by == person


def test_accepting_beside_an_invitation_of_the_same_person_leaves_one_of_them():
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        invitation = InvitationFactory()

        results = at_once(accept(invitation), invite(invitation.email, PartnerFactory(), manager))

        assert outcomes(results) in (["User", "invited_elsewhere"], ["User", "known"])
        assert not Invitation.objects.open().filter(email=invitation.email).exists()


def test_accepting_beside_a_revocation_ends_one_way():
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        invitation = InvitationFactory()

        results = at_once(
            accept(invitation),
            lambda row=invitation: invitations.revoke(row.pk, by=manager.pk, now=NOW),
            lambda row=invitation: invitations.resend(row.pk, by=manager.pk, now=NOW),
        )

        is_member = User.objects.filter(email=invitation.email).exists()
        invitation.refresh_from_db()
        assert (invitation.accepted_at is not None) == is_member
        assert not any(isinstance(r, Exception) and not isinstance(r, Refused) for r in results)


def test_parallel_acceptances_of_the_agreement_make_one():
    agreement = AgreementFactory()
    for _ in range(ROUNDS):
        partner = certified().partner
        leads = UserFactory.create_batch(3, role=Role.LEAD, partner=partner)

        results = at_once(
            *[lambda lead=lead: agreements.accept(agreement.pk, by=lead.pk, now=NOW) for lead in leads]
        )

        assert results == [Acceptance.objects.get(partner=partner)] * 3


def test_two_administrators_who_put_one_another_out_leave_one():
    for _ in range(ROUNDS):
        one, other = AdminFactory.create_batch(2)

        def put_out(person, by):
            return lambda: people.deactivate(person.pk, by=by.pk, now=NOW, reason="Так")

        results = at_once(put_out(one, other), put_out(other, one))

        assert outcomes(results) == ["User", "not_allowed"]
        assert User.objects.filter(pk__in=(one.pk, other.pk), is_active=True).count() == 1


def test_form_that_is_sent_twice_at_once_is_carried_out_once():
    exam = bank_with_exam(questions=2, per_section=2)
    manager = ManagerFactory()
    said = {"by": manager.pk, "now": NOW, "reason": "Сбой"}
    for _ in range(ROUNDS):
        attempt, once = started(UserFactory(), exam), uuid4()
        whom = attempt.candidate_id, exam.pk
        for twice in (
            lambda w=whom, o=once: allowances.grant_attempts(*w, 1, **said, once=o),
            lambda a=attempt, o=once: attempts.extend(a.pk, ExtraTime(minutes=5), **said, once=o),
        ):
            results = at_once(twice, twice)
            assert outcomes(results) in (["Allowance", "done"], ["Attempt", "done"])

        attempt.refresh_from_db()
        assert attempt.deadline == NOW + timedelta(minutes=65)
        assert attempt.candidate.allowances.count() == 1
