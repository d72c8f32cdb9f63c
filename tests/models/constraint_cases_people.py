"""The cases of companies, leads, invitations and the agreement. See constraint_cases."""

from datetime import timedelta
from unittest import mock

from django.db.models import TextField

from certification.actions import saved_filters
from certification.models.folded import FoldedField
from certification.states import Role
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AgreementFactory,
    InvitationFactory,
    PartnerFactory,
    UserFactory,
    started,
)
from tests.models.writes import added, resolved

MS = timedelta(milliseconds=1)
ACCEPTED = {"accepted_at": NOW, "accepted_by": UserFactory}
REVOKED = {"revoked_at": NOW, "revoked_by": UserFactory}


def unfolded(row, **values):
    """A copy whose name nothing folds."""
    values = resolved(values)
    with mock.patch.object(FoldedField, "pre_save", TextField.pre_save):
        added(row, **values)


def other(**values):
    """A copy of an invitation to somebody else."""
    return {"email": "other@example.com", "token_hash": "f" * 64, **values}


def saved_filter():
    return saved_filters.keep("Мои", "outcome=failed", by=UserFactory().pk)


# name, row, allowed, refused and, where it is not a change, the write
PEOPLE_CASES = [
    ("partner_name_is_folded", PartnerFactory, [{"name": "Я"}], [{"name_folded": ""}]),
    (
        "attempt_name_is_folded",
        started,
        [{"candidate": UserFactory}],
        [{"candidate": UserFactory, "holder_name_folded": ""}],
        unfolded,
    ),
    ("user_name_is_folded", UserFactory, [{"name": "Я"}, {"name": ""}], [{"name_folded": ""}]),
    ("partner_needs_somebody", PartnerFactory, [{"certified_needed": 1}], [{"certified_needed": 0}]),
    (
        "user_lead_has_partner",
        UserFactory,
        [{"role": Role.LEAD}, {"partner": None}, {"role": Role.MANAGER, "partner": None}],
        [{"role": Role.LEAD, "partner": None}],
    ),
    (
        "user_all_companies_of_a_manager",
        UserFactory,
        [{"role": Role.MANAGER, "all_companies": True}],
        [{"all_companies": True}, {"role": Role.ADMIN, "all_companies": True}],
    ),
    (
        "invitation_one_open_per_email",
        InvitationFactory,
        [other(), {"token_hash": "f" * 64, **REVOKED}, {"token_hash": "f" * 64, **ACCEPTED}],
        [{"token_hash": "f" * 64}],
        added,
    ),
    (
        "invitation_email_lower_case",
        InvitationFactory,
        [{"email": "anna@example.com"}],
        [{"email": "Anna@example.com"}],
    ),
    (
        "invitation_partner_by_role",
        InvitationFactory,
        [
            {"role": Role.LEAD},
            {"role": Role.MANAGER, "partner": None},
            {"role": Role.ADMIN, "partner": None},
        ],
        [
            {"partner": None},
            {"role": Role.LEAD, "partner": None},
            {"role": Role.MANAGER},
            {"role": Role.ADMIN},
            {"role": "guest"},
        ],
    ),
    (
        "invitation_expires_after_sending",
        InvitationFactory,
        [{"expires_at": NOW + MS}, {"sent_at": NOW + MS}],
        [{"expires_at": NOW}, {"sent_at": NOW - MS}],
    ),
    (
        "invitation_ends_once",
        InvitationFactory,
        [ACCEPTED, REVOKED],
        [
            *({name: value} for name, value in (ACCEPTED | REVOKED).items()),
            ACCEPTED | REVOKED,
        ],
    ),
    (
        "savedfilter_name_once",
        saved_filter,
        [{"name": "Другие"}, {"user": UserFactory}],
        [{}],
        added,
    ),
    (
        "savedfilter_asks_something",
        saved_filter,
        [{"name": "Б", "query": "q=a"}],
        [{"name": ""}, {"query": ""}],
    ),
    ("agreement_number_from_one", AgreementFactory, [{"number": 1}], [{"number": 0}]),
    (
        "agreement_has_words",
        AgreementFactory,
        [{"title": "А", "text": "Б"}],
        [{"title": ""}, {"text": ""}],
    ),
    (
        "acceptance_once",
        AcceptanceFactory,
        [{"agreement": AgreementFactory}, {"partner": PartnerFactory}],
        [{}],
        added,
    ),
    (
        "acceptance_has_names",
        AcceptanceFactory,
        [{"partner": PartnerFactory, "name": "А", "partner_name": "Б"}],
        [{"partner": PartnerFactory, "name": ""}, {"partner": PartnerFactory, "partner_name": ""}],
        added,
    ),
]
