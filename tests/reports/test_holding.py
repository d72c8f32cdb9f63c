"""From when on a certificate may be renewed, as its holder's pages say it."""

from datetime import timedelta

import pytest

from certification.models import Exam
from certification.reports import holding, standing
from certification.reports.result import outcome
from tests.factories import NOW, UserFactory, certified, finished

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def renewal(user, *, now):
    """Of the one certificate that somebody has, alike on the first page and beside its result."""
    [held] = standing.home(user, now=now).holdings
    beside = outcome(held.certificate.attempt, user, now=now).held
    assert (beside.is_renewable, beside.renewable_from) == (held.is_renewable, held.renewable_from)
    return held.is_renewable, held.renewable_from


@pytest.fixture
def certificate():
    return certified()


def test_from_the_day_of_the_renewal_on(certificate):
    opens = certificate.renewal_opens

    assert renewal(certificate.candidate, now=NOW + DAY) == (False, opens)
    assert renewal(certificate.candidate, now=opens) == (True, None)


def test_later_where_the_exam_opens_later(certificate):
    opens = certificate.renewal_opens + 9 * DAY
    Exam.objects.update(opens_at=opens)

    assert renewal(certificate.candidate, now=NOW + DAY) == (False, opens)
    assert renewal(certificate.candidate, now=opens - DAY) == (False, opens)
    assert renewal(certificate.candidate, now=opens) == (True, None)


@pytest.mark.parametrize(
    "exam",
    [{"is_published": False}, {"closes_at": NOW + 9 * DAY}, {"gives_certificate": False}],
)
def test_no_day_is_promised_where_the_exam_will_give_none(certificate, exam):
    Exam.objects.update(**exam)

    for now in (NOW + 8 * DAY, certificate.renewal_opens):
        assert renewal(certificate.candidate, now=now) == (False, None)


def test_after_a_failed_renewal_it_waits_as_the_exam_does(certificate):
    opens = certificate.renewal_opens
    failed = finished(certificate.candidate, certificate.exam, now=opens)

    assert renewal(certificate.candidate, now=opens + timedelta(hours=1)) == (False, failed.finished_at + DAY)


def test_nobody_is_asked_to_renew_at_an_exam_that_gives_none_any_more(certificate):
    Exam.objects.update(gives_certificate=False)

    [row] = standing.home(certificate.candidate, now=certificate.renewal_opens).standings

    assert (row.standing.refusal, row.is_renewable) == (None, False)


@pytest.mark.parametrize("months", [1, 2, 3])
def test_short_one_is_not_renewed_before_half_of_its_time(months):
    certificate = certified(certificate_months=months)
    half = certificate.issued_at + (certificate.expires_at - certificate.issued_at) / 2

    assert certificate.renewal_opens == half
    assert renewal(certificate.candidate, now=certificate.issued_at) == (False, half)


def test_of_others_nothing_counts(certificate):
    other = certified(UserFactory(), certificate.exam)
    attempts = other.candidate.attempts.with_certificates().select_related("exam")

    [held] = holding.holdings(list(attempts), [], now=NOW + DAY)

    assert held.certificate == other
