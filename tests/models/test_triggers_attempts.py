"""What was promised, answered, scored and granted stays: column by column."""

from datetime import timedelta

import pytest

from certification.models import Allowance, Attempt, Certificate
from tests.factories import NOW, PartnerFactory, UserFactory, bank_with_exam, certified, finished
from tests.models.test_triggers import FROZEN, GRANTED, PROMISES, RESULT
from tests.models.writes import allowed, changed, refused, sentence_of

pytestmark = pytest.mark.django_db

# Every column of an attempt is promised, or written by the actions that move it.
PROMISED = {
    "candidate_id": lambda: UserFactory().pk,
    "exam_id": lambda: bank_with_exam().pk,
    "number": 9,
    "started_at": NOW - timedelta(minutes=1),
    "seed": 9,
    "minutes": 90,
    "pass_percent": 1,
    "tells_how_many": True,
    "partial_credit": True,
    "section_minimums": {"1": 50},
    "review_right_after": "answers",
    "review_meanwhile": "answers",
    "review_later": "answers",
    "certificate_months": 24,
    "holder_name": "Анна Орлова",
    "partner_id": lambda: PartnerFactory().pk,
}
MOVED = {"deadline", "state", "reopened_at", *Attempt.RESULT, "voided_at", "voided_by_id", "void_reason"}
KEPT = {"is_tallied"}  # by the statistics, for themselves
DERIVED = {"holder_name_folded"}  # anew wherever names are folded otherwise


def test_every_column_of_an_attempt_is_promised_or_moved():
    columns = {field.attname for field in Attempt._meta.concrete_fields}
    assert PROMISED.keys() | MOVED | DERIVED | KEPT == columns - {"id"}
    assert PROMISED.keys() & MOVED == set()


@pytest.mark.parametrize("subject", ["attempt", "finished"])
@pytest.mark.parametrize("column", PROMISED)
def test_what_an_attempt_promised_is_refused(served, subject, column):
    with refused() as caught:
        changed(getattr(served, subject), **{column: PROMISED[column]})
    assert sentence_of(caught.value) == PROMISES


@pytest.mark.parametrize(
    "values",
    [
        {"deadline": NOW + timedelta(days=1)},
        {"reopened_at": NOW + timedelta(minutes=1)},
        {"finished_at": NOW},
        {"score": 500},
        {"max_score": 100},
        {"passed": True},
    ],
    ids=lambda values: next(iter(values)),
)
def test_no_part_of_a_result_is_changed_even_beside_its_voiding(served, values):
    void = {"state": "voided", "voided_at": NOW, "voided_by": UserFactory, "void_reason": "Сбой"}
    allowed(changed, served.finished, **void)
    for write in (values, {**void, **values}):
        with refused() as caught:
            changed(served.finished, **write)
        assert sentence_of(caught.value) == RESULT


@pytest.mark.parametrize("column", ["chosen", "struck", "flagged", "note", "revision", "saved_at", "seqs"])
def test_answers_of_a_finished_attempt_are_refused(served, column):
    values = {
        "chosen": [1],  # the right one, which was not chosen
        "struck": [4],
        "flagged": True,
        "note": "Опечатка",
        "revision": 7,
        "saved_at": NOW + timedelta(seconds=1),
        "seqs": {"page": 7},
    }
    with refused() as caught:
        changed(served.scored, **{column: values[column]})
    assert sentence_of(caught.value) == RESULT


# Every column of an allowance is granted, or written by its withdrawal.
GRANT = {
    "candidate_id": lambda: UserFactory().pk,
    "exam_id": lambda: bank_with_exam().pk,
    "kind": "time",
    "percent": 150,
    "minutes": 5,
    "attempts": 9,
    "attempt_id": lambda: finished().pk,
    "reason": "Другая",
    "granted_at": NOW + timedelta(minutes=1),
    "granted_by_id": lambda: UserFactory().pk,
}


def test_what_was_granted_is_withdrawn_once_and_never_changed(served):
    columns = {field.attname for field in Allowance._meta.concrete_fields}
    assert GRANT.keys() == columns - {"id", "withdrawn_at", "withdrawn_by_id"}
    for column, value in GRANT.items():
        with refused() as caught:
            changed(served.allowance, **{column: value})
        assert sentence_of(caught.value) == GRANTED
    changed(served.allowance, withdrawn_at=NOW, withdrawn_by=UserFactory)
    with refused() as caught:
        changed(served.allowance, withdrawn_at=None, withdrawn_by=None)
    assert sentence_of(caught.value) == GRANTED


# Every column of a certificate is what it says, or written by its revocation.
CERTIFIED = {
    "attempt_id": lambda: finished().pk,
    "candidate_id": lambda: UserFactory().pk,
    "exam_id": lambda: bank_with_exam().pk,
    "partner_id": lambda: PartnerFactory().pk,
    "supersedes_id": lambda: certified().pk,
    "number": "AQ-2026-1",
    "code": "Z" * 26,
    "holder_name": "Анна Орлова",
    "wording": {"heading": "Диплом"},
    "issued_at": NOW,
    "expires_at": NOW + timedelta(days=9999),
}
REVOKED = {
    "revoked_at": NOW,
    "revoked_by": UserFactory,
    "revocation_cause": "mistake",
    "revocation_reason": "Ошибка",
}
NOT_REVOKED = {"revoked_at": None, "revoked_by": None, "revocation_cause": "", "revocation_reason": ""}


def test_what_a_certificate_says_is_revoked_once_and_never_changed(served):
    columns = {field.attname for field in Certificate._meta.concrete_fields}
    assert CERTIFIED.keys() == columns - {"id", "revoked_by_id"} - REVOKED.keys()
    for column, value in CERTIFIED.items():
        with refused() as caught:
            changed(served.certificate, **{column: value})
        assert sentence_of(caught.value) == FROZEN
    changed(served.certificate, **REVOKED)
    for values in (NOT_REVOKED, {"revocation_reason": "Другая"}):
        with refused() as caught:
            changed(served.certificate, **values)
        assert sentence_of(caught.value) == FROZEN
