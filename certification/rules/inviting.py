"""Who may invite whom."""

from certification.states import MANAGING_ROLES, PARTNER_ROLES, Role


def invitable(role: str) -> tuple[Role, ...]:
    """The roles to which somebody with this `role` invites; a lead within their own company."""
    if role == Role.ADMIN:
        return (*PARTNER_ROLES, *MANAGING_ROLES)
    if role == Role.MANAGER:
        return PARTNER_ROLES
    if role == Role.LEAD:
        return (Role.CANDIDATE,)
    return ()


def may_invite(role: str, partner_id: int | None, *, by_role: str, by_partner_id: int | None) -> bool:
    """Whether somebody invites to this role and company; candidates and leads to one, staff to none."""
    if role not in invitable(by_role) or (partner_id is not None) != (role in PARTNER_ROLES):
        return False
    return by_role in MANAGING_ROLES or partner_id == by_partner_id
