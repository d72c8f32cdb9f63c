"""Certificates issued and revoked by several at once. See test_concurrency.py."""

from datetime import timedelta

import pytest

from certification.actions import attempts, certificates
from certification.models import Attempt, Certificate
from certification.states import CertificateStatus, EventKind, RevocationCause
from tests.factories import NOW, ManagerFactory, UserFactory, answer, bank_with_exam, certified, started
from tests.test_concurrency import (
    ROUNDS,
    at_once,
    events_of,
    real_connections,  # noqa: F401  a fixture
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(hours=1)


def revoke(certificate, by):
    cause = RevocationCause.MISTAKE
    return lambda: certificates.revoke(certificate.pk, by=by.pk, now=LATER, cause=cause, reason="Ошибка")


def void(attempt, by):
    return lambda: attempts.void(attempt.pk, by=by.pk, now=LATER, reason="Сбой")


def test_pass_that_is_submitted_by_several_at_once_is_certified_once():
    exam = bank_with_exam(questions=2, per_section=2)
    for round_number in range(1, ROUNDS + 1):
        attempt = started(UserFactory(), exam)
        answer(attempt, right=2)

        results = at_once(*[submit(attempt, now=LATER)] * 3)

        assert results == [attempt] * 3
        assert attempt.certificates.count() == 1
        assert events_of(EventKind.CERTIFICATE_ISSUED) == round_number


def test_certificate_revoked_by_several_at_once_is_revoked_once():
    exam = bank_with_exam(questions=2, per_section=2)
    managers = ManagerFactory.create_batch(3)
    for round_number in range(1, ROUNDS + 1):
        certificate = certified(UserFactory(), exam)

        results = at_once(*[revoke(certificate, manager) for manager in managers])

        certificate.refresh_from_db()
        assert [result.revoked_by_id for result in results] == [certificate.revoked_by_id] * 3
        assert events_of(EventKind.CERTIFICATE_REVOKED) == round_number


def test_revocation_beside_a_voiding_leaves_one_revocation():
    exam = bank_with_exam(questions=2, per_section=2)
    one, other = ManagerFactory.create_batch(2)
    for round_number in range(1, ROUNDS + 1):
        certificate = certified(UserFactory(), exam)

        results = at_once(revoke(certificate, one), void(certificate.attempt, other))

        assert [type(result) for result in results] == [Certificate, Attempt]
        certificate.refresh_from_db()
        assert (certificate.revocation_cause, certificate.revoked_by) in (
            ("mistake", one),
            ("result_withdrawn", other),
        )
        assert events_of(EventKind.CERTIFICATE_REVOKED) == round_number


def test_submission_beside_a_voiding_never_leaves_a_certificate_in_force():
    exam = bank_with_exam(questions=2, per_section=2)
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)
        answer(attempt, right=2)

        results = at_once(submit(attempt, now=LATER), void(attempt, manager))

        assert results == [attempt] * 2
        attempt.refresh_from_db()
        assert (attempt.state, attempt.passed) == ("voided", True)
        assert not attempt.certificates.in_force().exists()


def test_renewal_beside_a_revocation_of_what_it_renews():
    exam = bank_with_exam(questions=2, per_section=2)
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        first = certified(UserFactory(), exam)
        renewing = started(first.candidate, exam, now=first.renewal_opens)
        answer(renewing, right=2, now=first.renewal_opens)

        revoked, submitted = at_once(revoke(first, manager), submit(renewing, now=first.renewal_opens))

        assert (revoked, submitted) == (first, renewing)
        second = renewing.certificates.get()
        assert second.supersedes in (first, None)
        first = Certificate.objects.with_successors().get(pk=first.pk)
        assert first.status(now=first.expires_at) == CertificateStatus.REVOKED


def test_command_that_runs_twice_at_once_issues_once():
    exam = bank_with_exam(questions=2, per_section=2, gives_certificate=False)
    passes = []
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)
        answer(attempt, right=2)
        passes.append(attempts.submit(attempt.pk, by=None, now=NOW))
    type(exam).objects.update(gives_certificate=True)

    for attempt in passes:
        issue = lambda pk=attempt.pk: certificates.issue_missing(pk, now=LATER)  # noqa: E731
        results = at_once(issue, issue)

        assert [result for result in results if result] == [attempt.certificates.get()]
