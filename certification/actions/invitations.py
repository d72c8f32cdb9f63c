"""Invitations: sent by whoever may, accepted once by whoever holds the letter."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from certification.actions import notices
from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import Invitation, Partner, User
from certification.models.invitations import hash_of
from certification.rules.inviting import may_invite
from certification.states import EventKind, NoticeKind

VALID_FOR = timedelta(days=14)
NONCE_BYTES = 16


@transaction.atomic
def invite(email: str, *, name: str, role: str, partner_id: int | None, by: int, now: datetime) -> Invitation:
    """Write down an invitation and its letter.

    Refuses what `by` may not (`not_allowed`), somebody who is in the programme (`known_here`, `known`) and
    somebody who is invited already (`invited_here`, `invited_elsewhere`); `detail` names the other company,
    to managers only. An invitation that has expired gives way to the new one.
    """
    inviter = User.objects.get(pk=by)
    refuse_unless_allowed(role, partner_id, inviter)
    email = email.lower()
    refuse_invited(email, partner_id, inviter, now=now)
    refuse_known(email, partner_id, inviter)
    invitation = Invitation(
        email=email, name=name, role=role, partner_id=partner_id, invited_by=inviter, invited_at=now
    )
    renew(invitation, now=now)
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError:  # somebody else invited them meanwhile
        refuse_invited(email, partner_id, inviter, now=now)
        raise
    notices.write(NoticeKind.INVITATION, invitation, now=now, mark=invitation.nonce)
    record(EventKind.INVITATION_SENT, invitation, by=by, now=now, role=role, partner=partner_id)
    return invitation


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a list. `number`: of its line."""

    number: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row: it was invited, or refused."""

    row: Row
    invitation: Invitation | None
    refused: Refused | None = None


def invite_many(
    rows: Iterable[Row], *, role: str, partner_id: int | None, by: int, now: datetime
) -> list[Outcome]:
    """Invite each row by itself; what refuses one keeps none of the others from being invited."""
    outcomes = []
    for row in rows:
        try:
            sent = invite(row.email, name=row.name, role=role, partner_id=partner_id, by=by, now=now)
            outcomes.append(Outcome(row, sent))
        except Refused as refused:
            outcomes.append(Outcome(row, None, refused))
    return outcomes


def refuse_unless_allowed(role: str, partner_id: int | None, inviter: User) -> None:
    allowed = may_invite(role, partner_id, by_role=inviter.role, by_partner_id=inviter.partner_id)
    if not (inviter.is_active and allowed):
        raise Refused("not_allowed")


def refuse_invited(email: str, partner_id: int | None, inviter: User, *, now: datetime) -> None:
    """Asked before `refuse_known`: whoever accepts meanwhile is known by then.

    An expired invitation is revoked on the way.
    """
    former = (
        Invitation.objects.select_for_update(of=("self",), no_key=True).open().filter(email=email).first()
    )
    if former is None:
        return
    if former.is_expired(now):
        settle_revoked(former, by=inviter.pk, now=now)
    elif former.partner_id == partner_id:
        raise Refused("invited_here")
    else:
        raise Refused("invited_elsewhere", detail=company_for(inviter, former))


def refuse_known(email: str, partner_id: int | None, inviter: User) -> None:
    person = User.objects.having(email).select_related("partner").first()
    if person is None:
        return
    if partner_id is not None and person.partner_id == partner_id:
        raise Refused("known_here")
    raise Refused("known", detail=company_for(inviter, person))


def company_for(inviter: User, row: User | Invitation) -> str:
    """The company of another one, as far as `inviter` may know it."""
    if row.partner is None or not Partner.objects.visible_to(inviter).contains(row.partner):
        return ""
    return str(row.partner)


def renew(invitation: Invitation, *, now: datetime) -> None:
    """Another link, valid from now on."""
    invitation.nonce = secrets.token_hex(NONCE_BYTES)
    invitation.token_hash = hash_of(invitation.token)
    invitation.sent_at, invitation.expires_at = now, now + VALID_FOR


@transaction.atomic
def resend(invitation_id: int, *, by: int, now: datetime, as_of: datetime | None = None) -> Invitation:
    """Send it anew, expired or not, with another link; the former one leads nowhere.

    Refuses what `by` may not (`not_allowed`), one that was accepted or revoked (`settled`), one to somebody
    who came into the programme otherwise (`known_here`, `known`), and one that was sent since `as_of`, when
    whoever asks looked at it (`resent`): a form that is sent twice sends one letter.
    """
    invitation, inviter = lock(invitation_id, by=by)
    if as_of is not None and invitation.sent_at > as_of:
        raise Refused("resent")
    refuse_known(invitation.email, invitation.partner_id, inviter)
    renew(invitation, now=now)
    invitation.save(update_fields=["nonce", "token_hash", "sent_at", "expires_at"])
    notices.write(NoticeKind.INVITATION, invitation, now=now, mark=invitation.nonce)
    record(EventKind.INVITATION_RESENT, invitation, by=by, now=now)
    return invitation


@transaction.atomic
def revoke(invitation_id: int, *, by: int, now: datetime) -> Invitation:
    """Let its link lead nowhere. Refuses as `resend` does, but for people who are known."""
    invitation, _inviter = lock(invitation_id, by=by)
    return settle_revoked(invitation, by=by, now=now)


def settle_revoked(invitation: Invitation, *, by: int, now: datetime) -> Invitation:
    invitation.revoked_at, invitation.revoked_by_id = now, by
    invitation.save(update_fields=["revoked_at", "revoked_by"])
    record(EventKind.INVITATION_REVOKED, invitation, by=by, now=now, had_expired=now >= invitation.expires_at)
    return invitation


def lock(invitation_id: int, *, by: int) -> tuple[Invitation, User]:
    invitation = Invitation.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation_id)
    inviter = User.objects.get(pk=by)
    refuse_unless_allowed(invitation.role, invitation.partner_id, inviter)
    if not invitation.is_open:
        raise Refused("settled")
    return invitation, inviter


@transaction.atomic
def accept(token: str, *, name: str, password: str, now: datetime) -> User:
    """Make whoever holds the letter a member, once, with an address that counts as confirmed.

    Refuses a token that leads to no invitation (`unknown`), to one that was revoked (`revoked`) or accepted
    (`accepted`), that has expired (`expired`), and whose person came into the programme otherwise (`known`).
    """
    locked = Invitation.objects.select_for_update(of=("self",), no_key=True)
    invitation = locked.with_token(token).first()
    if code := why_not(invitation, now=now):
        raise Refused(code)
    assert invitation is not None  # noqa: S101  there is a code otherwise
    if User.objects.having(invitation.email).exists():
        raise Refused("known")
    person = User.objects.create_known(
        invitation.email,
        password,
        name=name,
        role=invitation.role,
        partner_id=invitation.partner_id,
        date_joined=now,
    )
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(EventKind.INVITATION_ACCEPTED, invitation, by=person.pk, now=now)
    return person


def why_not(invitation: Invitation | None, *, now: datetime) -> str:
    """Why this invitation cannot be accepted; "" where it can."""
    if invitation is None:
        return "unknown"
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.is_expired(now) else ""
