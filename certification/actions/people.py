"""Where a person belongs, as what, and whether they may sign in. Nobody decides about themselves."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import User
from certification.states import MANAGING_ROLES, PARTNER_ROLES, EventKind, Role


@transaction.atomic
def move(person_id: int, partner_id: int | None, *, by: int, now: datetime, reason: str) -> User:
    """Into another company, or out of theirs (None); a lead comes there as a candidate.

    Somebody who is there already comes back as they are. What they have sat stays with the company of then.
    Refuses as `place` does, and somebody of the programme's staff (`staff`).
    """
    person = lock(person_id, by=by)
    if person.partner_id == partner_id:
        return person
    if person.role in MANAGING_ROLES:
        raise Refused("staff")
    return put(person, Role.CANDIDATE, partner_id, by=by, now=now, reason=reason)


@transaction.atomic
def change_role(person_id: int, role: str, *, by: int, now: datetime, reason: str) -> User:
    """Make them something else where they are; staff leave their company. Refuses as `place` does."""
    person = lock(person_id, by=by)
    partner_id = person.partner_id if role in PARTNER_ROLES else None
    return put(person, role, partner_id, by=by, now=now, reason=reason)


@transaction.atomic
def place(person_id: int, *, role: str, partner_id: int | None, by: int, now: datetime, reason: str) -> User:
    """Role and company in one; where neither changes they come back as they are.

    Refuses oneself (`own`), what only administrators decide: staff, who is one and who becomes one
    (`not_allowed`), a lead without a company (`no_company`) and staff with one (`staff`).
    """
    return put(lock(person_id, by=by), role, partner_id, by=by, now=now, reason=reason)


def put(person: User, role: str, partner_id: int | None, *, by: int, now: datetime, reason: str) -> User:
    """What `place` promises, of a locked person."""
    former_role, former_partner = person.role, person.partner_id
    if (role, partner_id) == (former_role, former_partner):
        return person
    if role in MANAGING_ROLES and User.objects.get(pk=by).role != Role.ADMIN:
        raise Refused("not_allowed")
    if role == Role.LEAD and partner_id is None:
        raise Refused("no_company")
    if role in MANAGING_ROLES and partner_id is not None:
        raise Refused("staff")
    person.role, person.partner_id = role, partner_id
    person.all_companies = person.all_companies and role == Role.MANAGER
    person.save(update_fields=["role", "partner", "all_companies"])
    if partner_id != former_partner:
        record(
            EventKind.PERSON_MOVED,
            person,
            by=by,
            now=now,
            reason=reason,
            former_partner=former_partner,
            partner=partner_id,
        )
    if role != former_role:
        record(
            EventKind.ROLE_CHANGED, person, by=by, now=now, reason=reason, former_role=former_role, role=role
        )
    return person


@transaction.atomic
def show_companies(manager_id: int, *, every: bool, by: int, now: datetime, reason: str) -> User:
    """Give a manager every company to see, or only those of which they are the manager responsible.

    One who sees as much already comes back as they are. Refuses oneself (`own`), all but administrators
    (`not_allowed`) and somebody who is no manager by now (`no_manager`).
    """
    person = lock(manager_id, by=by)
    if person.role != Role.MANAGER:
        raise Refused("no_manager")
    if person.all_companies == every:
        return person
    person.all_companies = every
    person.save(update_fields=["all_companies"])
    record(EventKind.SIGHT_CHANGED, person, by=by, now=now, reason=reason, all_companies=every)
    return person


@transaction.atomic
def deactivate(person_id: int, *, by: int, now: datetime, reason: str) -> User:
    """Let them sign in no more; their open sessions end with the next request. What they have done stays.

    One who may not already comes back as they are. Refuses oneself (`own`) and, to managers, staff
    (`not_allowed`).
    """
    return set_active(person_id, to=False, by=by, now=now, reason=reason)


@transaction.atomic
def reactivate(person_id: int, *, by: int, now: datetime, reason: str) -> User:
    """Let them sign in again. See `deactivate`."""
    return set_active(person_id, to=True, by=by, now=now, reason=reason)


def set_active(person_id: int, *, to: bool, by: int, now: datetime, reason: str) -> User:
    person = lock(person_id, by=by)
    if person.is_active == to:
        return person
    person.is_active = to
    person.save(update_fields=["is_active"])
    kind = EventKind.PERSON_REACTIVATED if to else EventKind.PERSON_DEACTIVATED
    record(kind, person, by=by, now=now, reason=reason, former_is_active=not to)
    return person


@transaction.atomic
def remove_factor(factor: Authenticator, *, by: int, now: datetime) -> None:
    """Take a second factor from somebody who lost it: until they have another their password is enough."""
    record(EventKind.FACTOR_REMOVED, factor.user, by=by, now=now, factor=factor.type)
    factor.delete()


def lock(person_id: int, *, by: int) -> User:
    """Both of them, so that of two who decide about one another at once the second is refused."""
    if person_id == by:
        raise Refused("own")
    both = User.objects.select_for_update(no_key=True).filter(pk__in=(person_id, by)).order_by("pk")
    people = {user.pk: user for user in both}
    actor, person = people[by], people[person_id]
    if not actor.is_active or not actor.is_manager:
        raise Refused("not_allowed")
    if person.role in MANAGING_ROLES and actor.role != Role.ADMIN:
        raise Refused("not_allowed")
    return person
