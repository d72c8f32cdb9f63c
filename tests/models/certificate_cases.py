"""Rows of certificates, and of what promises them, that constraints allow and refuse."""

from datetime import timedelta

from tests.factories import NOW, ExamFactory, UserFactory, certified, finished, revoke
from tests.models.constraint_cases import Case
from tests.models.writes import added

# What makes a copy of a certificate another one.
ANOTHER = {"attempt_id": lambda: finished().pk}
FRESH = {"number": "AQ-1", "code": "Z" * 26}
REVOKED = {
    "revoked_at": NOW,
    "revoked_by": UserFactory,
    "revocation_cause": "mistake",
    "revocation_reason": "Ошибка",
}


def certificate():
    return certified()


def withdrawn():
    """One whose attempt may have another."""
    return revoke(certified())


CERTIFICATE_CASES = [
    Case("certificate_one_per_attempt", certificate, [FRESH | ANOTHER, FRESH | REVOKED], [FRESH], added),
    Case(
        "certificate_code_is_whole",
        certificate,
        [FRESH | ANOTHER, FRESH | ANOTHER | {"code": "0123456789ABCDEFGHJKMNPQRS"}],
        [
            FRESH | ANOTHER | {"code": code}
            for code in ("Z" * 25, "z" * 26, "I" * 26, "L" * 26, "O" * 26, "U" * 26, "", "Z" * 25 + "-")
        ],
        added,
    ),
    Case(
        "certificate_has_a_holder",
        certificate,
        [FRESH | ANOTHER],
        [FRESH | ANOTHER | {"holder_name": ""}],
        added,
    ),
    Case(
        "certificate_expires_after_issue",
        certificate,
        [FRESH | ANOTHER | {"issued_at": NOW, "expires_at": NOW + timedelta(milliseconds=1)}],
        [FRESH | ANOTHER | {"issued_at": NOW, "expires_at": NOW}],
        added,
    ),
    Case(
        "certificate_renews_another",
        certificate,
        [FRESH | ANOTHER | {"id": 30001, "supersedes_id": lambda: certified().pk}],
        [FRESH | ANOTHER | {"id": 30001, "supersedes_id": 30001}],
        added,
    ),
    Case(
        "certificate_revocation_recorded",
        certificate,
        [FRESH | ANOTHER, FRESH | REVOKED],
        [
            *(
                FRESH | REVOKED | {name: empty}
                for name, empty in (
                    ("revoked_at", None),
                    ("revoked_by", None),
                    ("revocation_cause", ""),
                    ("revocation_cause", "whim"),
                    ("revocation_reason", ""),
                )
            ),
            FRESH | ANOTHER | {"revocation_cause": "mistake"},
            FRESH | ANOTHER | {"revocation_reason": "Ошибка"},
            FRESH | ANOTHER | {"revoked_by": UserFactory},
        ],
        added,
    ),
    Case(
        "exam_certificate_months_from_one",
        ExamFactory,
        [{"certificate_months": 1}],
        [{"certificate_months": 0}],
    ),
    Case(
        "attempt_certificate_months_from_one",
        finished,
        [{"candidate": UserFactory, "certificate_months": months} for months in (1, None)],
        [{"candidate": UserFactory, "certificate_months": 0}],
        added,
    ),
]
