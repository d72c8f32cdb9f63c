"""Who accepts the partner agreement for a company, and when."""

from enum import Enum

from certification.states import Role


class NotYet(Enum):
    """Why somebody does not accept it."""

    NO_COMPANY = "no_company"
    FOR_THE_LEAD = "for_the_lead"
    FOR_THE_CERTIFIED = "for_the_certified"
    NOBODY_CERTIFIED = "nobody_certified"


def refusal(
    *, role: str, in_company: bool, company_has_lead: bool, is_certified: bool, company_has_certified: bool
) -> NotYet | None:
    """Why this person does not accept it for their company; None where they do.

    The lead does; where a company has no active lead, a candidate of it who is certified. In either case
    somebody of the company must hold a valid certificate first.
    """
    if not in_company or role not in (Role.LEAD, Role.CANDIDATE):
        return NotYet.NO_COMPANY
    if role == Role.CANDIDATE and company_has_lead:
        return NotYet.FOR_THE_LEAD
    if not company_has_certified:
        return NotYet.NOBODY_CERTIFIED
    if role == Role.CANDIDATE and not is_certified:
        return NotYet.FOR_THE_CERTIFIED
    return None
