"""Certificates for passes from before there were any."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from certification.models import Certificate, Exam
from tests.factories import NOW, bank_with_exam, certified, finished, revoke, uncertified, void
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + 9 * DAY, tick=False):
        yield


def issue():
    out = StringIO()
    call_command("issue_certificates", stdout=out)
    return out.getvalue()


def test_passes_that_have_had_none_get_one_and_a_second_run_does_nothing():
    exam = bank_with_exam(questions=4, per_section=2)
    first = uncertified(exam=exam, now=NOW)
    later = uncertified(exam=exam, now=NOW + 2 * DAY)
    finished(exam=exam, right=0)
    void(uncertified(exam=exam))
    training = finished(exam=bank_with_exam(gives_certificate=False), right=5)
    Exam.objects.update(gives_certificate=True)
    had = revoke(certified())

    assert issue() == "Certificates issued: 2.\n"

    certificates = Certificate.objects.exclude(pk=had.pk).order_by("issued_at")
    assert [c.attempt for c in certificates] == [first, later]
    assert not training.certificates.exists()
    before = all_rows()
    assert issue() == "Certificates issued: 0.\n"
    assert changed_tables(before) == []
