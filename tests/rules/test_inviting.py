"""Who invites whom, and who accepts the agreement."""

import pytest

from certification.rules.agreeing import NotYet, refusal
from certification.rules.inviting import invitable, may_invite
from certification.states import Role

OWN, OTHER = 7, 8


def test_who_invites_to_which_role():
    assert {role: set(invitable(role)) for role in Role} == {
        Role.CANDIDATE: set(),
        Role.LEAD: {Role.CANDIDATE},
        Role.MANAGER: {Role.CANDIDATE, Role.LEAD},
        Role.ADMIN: set(Role),
    }


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        (Role.CANDIDATE, set()),
        (Role.LEAD, {(Role.CANDIDATE, OWN)}),
        (Role.MANAGER, {(role, company) for role in (Role.CANDIDATE, Role.LEAD) for company in (OWN, OTHER)}),
        (
            Role.ADMIN,
            {(role, company) for role in (Role.CANDIDATE, Role.LEAD) for company in (OWN, OTHER)}
            | {(Role.MANAGER, None), (Role.ADMIN, None)},
        ),
    ],
)
def test_who_invites_to_which_company(by, allowed):
    own = OWN if by in (Role.CANDIDATE, Role.LEAD) else None

    found = {
        (role, company)
        for role in Role
        for company in (OWN, OTHER, None)
        if may_invite(role, company, by_role=by, by_partner_id=own)
    }

    assert found == allowed


def why(role, **changes):
    facts = {
        "in_company": True,
        "company_has_lead": False,
        "is_certified": True,
        "company_has_certified": True,
    }
    return refusal(role=role, **{**facts, **changes})


@pytest.mark.parametrize(
    ("role", "changes", "expected"),
    [
        (Role.LEAD, {"company_has_lead": True}, None),
        (Role.LEAD, {"company_has_lead": True, "is_certified": False}, None),
        (
            Role.LEAD,
            {"is_certified": False, "company_has_certified": False},
            NotYet.NOBODY_CERTIFIED,
        ),
        (Role.CANDIDATE, {}, None),
        (Role.CANDIDATE, {"company_has_lead": True}, NotYet.FOR_THE_LEAD),
        (Role.CANDIDATE, {"is_certified": False}, NotYet.FOR_THE_CERTIFIED),
        (Role.CANDIDATE, {"is_certified": False, "company_has_certified": False}, NotYet.NOBODY_CERTIFIED),
        (Role.CANDIDATE, {"in_company": False}, NotYet.NO_COMPANY),
        (Role.MANAGER, {}, NotYet.NO_COMPANY),
        (Role.ADMIN, {}, NotYet.NO_COMPANY),
    ],
)
def test_who_accepts_the_agreement(role, changes, expected):
    assert why(role, **changes) == expected
