"""Letters that go out after a change: they tell what was promised, and what holds by now."""

from datetime import timedelta

import pytest

from certification.models import Exam
from certification.rules.certificates import RENEWAL
from certification.states import NoticeKind
from tests.certified import certificate as held
from tests.factories import NOW, CertificateFactory, bank_with_exam, certified, finished, revoke
from tests.letters import html, letter, said
from tests.pages import plain, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
COUNTS = "The result is kept and counts towards the certificate of %(name)s."
TRAINING = "This was training: the next step is the exam that gives a certificate."
RENEWED = (
    "It can be renewed from %(date)s: pass the exam again, and the new certificate takes the place of "
    "this one."
)


@pytest.mark.parametrize("promised", [True, False])
def test_result_tells_of_the_certificate_that_the_attempt_promised(promised):
    attempt = finished(exam=bank_with_exam(gives_certificate=promised), right=5)
    Exam.objects.update(gives_certificate=not promised)
    attempt.exam.refresh_from_db()

    message = letter(NoticeKind.RESULT, attempt)

    counts, training = words(COUNTS, name="Мария Лебедева"), words(TRAINING)
    for text in (plain(message.body), html(message).text):
        assert (counts in text, training in text) == (promised, not promised)


def test_result_says_that_its_certificate_was_revoked_meanwhile():
    certificate = revoke(certified())

    message = letter(NoticeKind.RESULT, certificate.attempt, now=NOW + timedelta(hours=2))

    lost = words(
        "The certificate of this attempt was revoked on %(date)s (Moscow). Questions are answered by the "
        "programme's manager:",
        date="23 ноября 2026 г., 11:00",
    )
    for text in (plain(message.body), html(message).text):
        assert f"{lost} manager@example.com" in text
        assert words(COUNTS, name="Мария Лебедева") not in text


@pytest.mark.parametrize(
    ("exam", "date"),
    [
        ({}, "3 июня 2027 г."),
        ({"opens_at": NOW + 200 * DAY}, "11 июня 2027 г."),
        ({"opens_at": NOW + 2 * DAY}, "3 июня 2027 г."),
        ({"closes_at": NOW + 100 * DAY}, None),
        ({"is_published": False}, None),
    ],
)
def test_letter_promises_a_renewal_where_the_exam_will_be_open(exam, date):
    certificate = held(days=192 + RENEWAL.days)
    Exam.objects.update(**exam)
    certificate.exam.refresh_from_db()

    message = letter(NoticeKind.EXPIRING, certificate)

    link = f"http://localhost:8000{certificate.exam.get_absolute_url()}"
    assert (link in said(message), link in html(message).links) == (date is not None,) * 2
    for text in (plain(message.body), html(message).text):
        assert (words("To the exam") in text) is (date is not None)
        if date:
            assert words(RENEWED, date=date) in text


def test_letter_about_a_short_certificate_says_when_it_may_be_renewed():
    certificate = CertificateFactory(expires_at=NOW + timedelta(minutes=10) + 30 * DAY)

    message = letter(NoticeKind.EXPIRING, certificate)

    assert words(RENEWED, date="8 декабря 2026 г.") in said(message)
