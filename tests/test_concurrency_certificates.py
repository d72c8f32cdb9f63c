"""Certificates issued and revoked by several at once. See test_concurrency.py."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from certification.actions import attempts, certificates
from certification.models import Attempt, Certificate, Notice
from certification.states import CertificateStatus, EventKind, RevocationCause
from tests.factories import (
    NOW,
    ManagerFactory,
    UserFactory,
    answer,
    bank_with_exam,
    certified,
    started,
    uncertified,
)
from tests.test_concurrency import (
    PATIENCE,
    ROUNDS,
    at_once,
    events_of,
    real_connections,  # noqa: F401  a fixture
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=50)
CROWD = 24


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


def test_finish_that_is_sent_by_a_crowd_gives_one_result_one_certificate_and_one_letter_each():
    """By requests of one person, as a double click, a retry and a second tab send them."""
    person, exam = UserFactory(), bank_with_exam(questions=2, per_section=2)
    attempt = started(person, exam)
    answer(attempt, right=2)
    with time_machine.travel(LATER, tick=False):
        browser = Client()
        browser.force_login(person)

        responses = crowd(CROWD, lambda: post(reverse("finish", args=[attempt.pk]), browser.cookies))

    attempt.refresh_from_db()
    assert [(r.status_code, r["Location"]) for r in responses] == [(302, attempt.get_result_url())] * CROWD
    assert (attempt.state, attempt.finished_at, attempt.passed) == ("submitted", LATER, True)
    assert attempt.certificates.count() == 1
    kinds = (EventKind.ATTEMPT_SUBMITTED, EventKind.ATTEMPT_EXPIRED, EventKind.CERTIFICATE_ISSUED)
    assert [events_of(kind) for kind in kinds] == [1, 0, 1]
    assert sorted(Notice.objects.values_list("kind", "email")) == [
        ("certificate", person.email),
        ("result", person.email),
    ]


def post(address, cookies):
    """By a browser of its own, in the session of these cookies."""
    browser = Client()
    browser.cookies.update(cookies)
    return browser.post(address)


def crowd(size, call):
    """What so many threads are answered that call together; none holds a connection while it waits for them,
    so that the pool of any size will do.
    """
    barrier = threading.Barrier(size)

    def run(_number):
        barrier.wait(timeout=PATIENCE)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(size) as threads:
        return list(threads.map(run, range(size)))


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
    exam = bank_with_exam(questions=2, per_section=2)
    for _ in range(ROUNDS):
        attempt = uncertified(exam=exam)
        issue = lambda pk=attempt.pk: certificates.issue_missing(pk, now=LATER)  # noqa: E731

        results = at_once(issue, issue)

        assert [result for result in results if result] == [attempt.certificates.get()]
