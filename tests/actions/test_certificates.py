"""What a pass gives, and how it is taken back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from certification.actions import attempts, certificates
from certification.actions.refused import Refused
from certification.models import Attempt, Certificate, Event, Exam, Notice
from certification.rules.eligibility import Reason, Refusal
from certification.states import CertificateStatus, EventKind, RevocationCause
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    answer,
    bank_with_exam,
    certified,
    finished,
    revoke,
    started,
    uncertified,
    void,
)
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
END = NOW + timedelta(minutes=10)  # of an attempt that began NOW


def facts_of(kind):
    return [(e.subject_id, e.actor_id, e.at, e.facts) for e in Event.objects.filter(kind=kind).order_by("id")]


def status(certificate, now):
    return Certificate.objects.with_successors().get(pk=certificate.pk).status(now=now)


def reopened(attempt, *, now):
    return attempts.reopen(attempt.pk, by=ManagerFactory().pk, now=now, reason="Ошибка", minutes=30)


def test_pass_is_certified_as_it_was_promised():
    user = UserFactory(partner=PartnerFactory(name="Северный контур"))
    exam = bank_with_exam(title="Тест 1", certificate_months=6)
    attempt = started(user, exam)
    Exam.objects.update(certificate_months=99, gives_certificate=False)
    answer(attempt, right=5)

    attempts.submit(attempt.pk, by=user.pk, now=END)

    certificate = Certificate.objects.get()
    assert certificate.attempt == attempt
    assert (certificate.candidate, certificate.exam, certificate.partner) == (user, exam, user.partner)
    assert certificate.number == f"AQ-2026-{attempt.pk:05}"
    assert certificate.holder_name == attempt.holder_name
    assert (certificate.issued_at, certificate.expires_at) == (END, END.replace(year=2027, month=5))
    assert certificate.supersedes is None
    assert certificate.revoked_at is None
    words = certificate.wording
    company = gettext("Partner company: %(company)s") % {"company": "Северный контур"}
    assert (words["exam"], words["company"]) == ("Тест 1", company)
    assert (words["issued"], words["expires"]) == ("23 ноября 2026 г.", "23 мая 2027 г.")
    assert all(isinstance(word, str) and word for word in words.values())
    facts = {
        "number": certificate.number,
        "attempt": attempt.pk,
        "expires_at": "2027-05-23T10:10:00+03:00",
        "supersedes": None,
    }
    assert facts_of(EventKind.CERTIFICATE_ISSUED) == [(certificate.pk, user.pk, END, facts)]


def test_words_are_frozen_whatever_is_renamed_later():
    certificate = certified()
    before = certificate.wording

    Exam.objects.update(title="Другой тест")
    type(certificate.partner).objects.update(name="Другая компания")

    certificate.refresh_from_db()
    assert certificate.wording == before
    assert not any("Друг" in word for word in before.values())


@pytest.mark.parametrize(("right", "exam"), [(3, {}), (5, {"gives_certificate": False})])
def test_failure_and_training_give_none(right, exam):
    attempt = finished(exam=bank_with_exam(**exam), right=right)

    assert attempt.certificate_months == (12 if not exam else None)
    assert not Certificate.objects.exists()


def test_pass_that_ran_out_is_certified_from_its_deadline():
    attempt = started()
    answer(attempt, right=5)

    attempts.close_overdue(now=attempt.deadline + DAY)

    certificate = Certificate.objects.get()
    assert certificate.issued_at == attempt.deadline
    [(_pk, actor, at, _facts)] = facts_of(EventKind.CERTIFICATE_ISSUED)
    assert (actor, at) == (None, attempt.deadline + DAY)


def test_second_submit_issues_nothing_more():
    certificate = certified()
    before = all_rows()

    attempts.submit(certificate.attempt_id, by=None, now=NOW + DAY)

    assert changed_tables(before) == []


@pytest.mark.parametrize(
    ("right", "late", "kinds"),
    [
        (5, timedelta(), {"result", "certificate"}),
        (0, timedelta(), {"result"}),
        (5, DAY, {"closed", "certificate"}),
        (0, DAY, {"closed"}),
    ],
)
def test_letters_tell_of_the_result_and_of_the_certificate(right, late, kinds):
    attempt = started()
    answer(attempt, right=right)

    attempts.submit(attempt.pk, by=None, now=NOW + late)

    notices = Notice.objects.all()
    assert {notice.kind for notice in notices} == kinds
    assert {notice.email for notice in notices} == {attempt.candidate.email}
    assert {n.attempt or n.certificate.attempt for n in notices} == {attempt}


def test_attempt_that_is_voided_in_progress_gives_neither_certificate_nor_letter():
    attempt = started()
    answer(attempt, right=5)

    assert void(attempt).passed

    assert not Certificate.objects.exists()
    assert not Notice.objects.exists()


def test_revoked_certificate_says_who_when_and_why():
    certificate, manager = certified(), ManagerFactory()
    before = all_rows()

    revoked = certificates.revoke(
        certificate.pk, by=manager.pk, now=NOW + DAY, cause=RevocationCause.MISTAKE, reason="Не тот человек"
    )

    revoked.refresh_from_db()
    assert (revoked.revoked_at, revoked.revoked_by) == (NOW + DAY, manager)
    assert (revoked.revocation_cause, revoked.revocation_reason) == ("mistake", "Не тот человек")
    assert sorted(changed_tables(before)) == ["Certificate", "Event"]
    facts = {
        "reason": "Не тот человек",
        "cause": "mistake",
        "number": certificate.number,
        "attempt": certificate.attempt_id,
        "issued_at": certificate.issued_at.isoformat(),
        "expires_at": certificate.expires_at.isoformat(),
    }
    [(pk, actor, at, kept)] = facts_of(EventKind.CERTIFICATE_REVOKED)
    assert (pk, actor, at) == (certificate.pk, manager.pk, NOW + DAY)
    moments = {name: datetime.fromisoformat(kept[name]) for name in ("issued_at", "expires_at")}
    assert moments == {"issued_at": certificate.issued_at, "expires_at": certificate.expires_at}
    assert kept.keys() == facts.keys()
    assert {k: v for k, v in kept.items() if k not in moments} == {
        k: v for k, v in facts.items() if k not in moments
    }


def test_code_is_in_no_event():
    certificate = revoke(certified())

    assert certificate.code not in str([event.facts for event in Event.objects.all()])


def test_revoked_certificate_comes_back_as_it_is():
    certificate = revoke(certified())
    before = all_rows()

    again = revoke(certificate, now=NOW + 9 * DAY)

    assert (again.revoked_at, again.revoked_by_id) == (certificate.revoked_at, certificate.revoked_by_id)
    assert changed_tables(before) == ["User"]  # the other manager


def test_nobody_revokes_their_own():
    certificate = certified(ManagerFactory())
    before = all_rows()

    with pytest.raises(Refused) as caught, transaction.atomic():
        certificates.revoke(
            certificate.pk,
            by=certificate.candidate_id,
            now=NOW,
            cause=RevocationCause.AT_REQUEST,
            reason="Не нужен",
        )

    assert caught.value.code == "own"
    assert changed_tables(before) == []


@pytest.mark.parametrize("how", [void, reopened])
def test_void_and_reopen_revoke_what_the_attempt_gave(how):
    certificate = certified()
    other = certified()

    taken = how(certificate.attempt, now=NOW + DAY)

    certificate.refresh_from_db()
    assert (certificate.revoked_at, certificate.revocation_cause) == (NOW + DAY, "result_withdrawn")
    [event] = Event.objects.filter(kind=EventKind.CERTIFICATE_REVOKED)
    assert (event.actor_id, event.facts["reason"]) == (
        certificate.revoked_by_id,
        certificate.revocation_reason,
    )
    assert certificate.revocation_reason == (taken.void_reason or "Ошибка")
    other.refresh_from_db()
    assert other.revoked_at is None


def test_attempt_that_is_reopened_and_passed_again_has_another_number_and_code():
    first = certified()
    reopened(first.attempt, now=NOW + DAY)

    attempts.submit(first.attempt_id, by=None, now=NOW + DAY)

    second = Certificate.objects.in_force().get()
    assert second.attempt == first.attempt
    assert (second.number, second.supersedes) == (f"{first.number}-2", None)
    assert second.code != first.code
    assert status(first, NOW + DAY) == CertificateStatus.REVOKED
    assert status(second, NOW + DAY) == CertificateStatus.VALID
    assert Notice.objects.filter(kind="result").count() == 2
    assert Notice.objects.filter(kind="certificate").count() == 2


def test_form_that_revoked_one_revokes_no_later_one_of_the_attempt():
    first = certified()
    said = {"by": ManagerFactory().pk, "cause": RevocationCause.MISTAKE, "reason": "Ошибка", "once": uuid4()}
    certificates.revoke_of(first.attempt_id, now=NOW, **said)
    reopened(first.attempt, now=NOW + DAY)
    attempts.submit(first.attempt_id, by=None, now=NOW + DAY)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        certificates.revoke_of(first.attempt_id, now=NOW + 2 * DAY, **said)

    assert (caught.value.code, changed_tables(before)) == ("done", [])


def test_two_years_of_a_certificate():
    user = UserFactory()
    exam = bank_with_exam(questions=4, per_section=2)
    first = certified(user, exam)
    expires, opens = first.expires_at, first.renewal_opens
    assert (expires - opens, expires) == (60 * DAY, END.replace(year=2027))

    def sit(now):
        return attempts.start(exam.pk, by=user.pk, now=now, name=user.name)

    tick = timedelta(seconds=1)
    assert status(first, END) == CertificateStatus.VALID
    assert sit(opens - tick) == Refusal(Reason.PASSED, retry_at=opens)
    assert status(first, expires - tick) == CertificateStatus.VALID
    assert status(first, expires) == CertificateStatus.EXPIRED

    failed = finished(user, exam, right=0, now=opens)
    assert (failed.number, failed.passed) == (2, False)
    assert status(first, opens + DAY) == CertificateStatus.VALID
    renewal = certified(user, exam, now=opens + 2 * DAY)
    assert renewal.supersedes == first
    assert renewal.number != first.number
    assert status(first, opens + 3 * DAY) == CertificateStatus.SUPERSEDED
    assert status(first, expires + DAY) == CertificateStatus.SUPERSEDED
    assert status(renewal, expires + DAY) == CertificateStatus.VALID
    assert sit(expires) == Refusal(Reason.PASSED, retry_at=renewal.renewal_opens)

    revoke(renewal, now=opens + 4 * DAY)
    assert status(renewal, opens + 4 * DAY) == CertificateStatus.REVOKED
    assert status(first, opens + 4 * DAY) == CertificateStatus.VALID
    assert status(first, expires) == CertificateStatus.EXPIRED

    again = certified(user, exam, now=expires + DAY)
    assert again.supersedes == first  # the last one that is not revoked
    assert status(first, expires + 2 * DAY) == CertificateStatus.SUPERSEDED
    two_years = NOW.replace(year=2028) + 30 * DAY
    assert status(again, two_years) == CertificateStatus.EXPIRED
    assert status(renewal, two_years) == CertificateStatus.REVOKED
    assert isinstance(sit(two_years), Attempt)


def test_pass_whose_certificate_is_revoked_lets_the_next_attempt_start():
    exam = bank_with_exam(questions=4, per_section=2)
    certificate = certified(exam=exam)
    user, now = certificate.candidate, NOW + 2 * DAY
    refused = attempts.start(exam.pk, by=user.pk, now=now, name=user.name)
    assert refused == Refusal(Reason.PASSED, retry_at=certificate.renewal_opens)

    revoke(certificate)

    assert isinstance(attempts.start(exam.pk, by=user.pk, now=now, name=user.name), Attempt)


def test_certificate_of_another_exam_or_person_is_not_renewed():
    first = certified()
    other = certified(first.candidate)
    alien = certified(exam=first.exam)

    assert (other.supersedes, alien.supersedes) == (None, None)


def test_pass_from_before_is_certified_as_its_attempt_promises():
    attempt = uncertified(exam=bank_with_exam(questions=2, per_section=2, certificate_months=3))
    Exam.objects.update(certificate_months=99, gives_certificate=False)

    certificate = certificates.issue_missing(attempt.pk, now=NOW + 9 * DAY)

    assert (certificate.issued_at, certificate.expires_at) == (END, END.replace(year=2027, month=2))
    [(_pk, actor, at, _facts)] = facts_of(EventKind.CERTIFICATE_ISSUED)
    assert (actor, at) == (None, NOW + 9 * DAY)
    assert certificates.issue_missing(attempt.pk, now=NOW + 9 * DAY) is None


def test_what_was_revoked_or_never_promised_is_not_issued():
    training = finished(exam=bank_with_exam(gives_certificate=False), right=5)
    Exam.objects.update(gives_certificate=True)
    failure = finished(right=0)
    voided = void(uncertified())
    revoked = revoke(certified()).attempt
    running = started()
    before = all_rows()

    for attempt in (training, failure, voided, revoked, running):
        assert certificates.issue_missing(attempt.pk, now=NOW + DAY) is None
    assert changed_tables(before) == []


def test_open_attempt_is_not_certified():
    with pytest.raises(ValueError, match="not finished"):
        certificates.issue(started(), months=12, by=None, now=NOW)


def test_year_of_the_number_is_moscows():
    eve = datetime(2026, 12, 31, 23, 55, tzinfo=timezone.get_default_timezone())

    certificate = certified(now=eve)

    assert certificate.number.startswith("AQ-2027-")
