"""Migrations that move data, from the rows of the release before."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from certification.models import Attempt, Exam, triggers
from tests.factories import (
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
    uncertified,
)
from tests.models.test_triggers import drop


def migrate(name):
    call_command("migrate", "certification", name, verbosity=0)


@pytest.fixture
def back_to():
    """Takes the database back to a migration, and leaves it whole again."""
    yield migrate
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_attempts_are_given_the_promises_of_their_day(back_to):
    """In one way back and forth, which takes seconds: minutes, then months of a certificate."""
    exams = [bank_with_exam(minutes=minutes) for minutes in (1, 45, 150)]
    training = bank_with_exam(gives_certificate=False)
    attempts = [started(exam=exam) for exam in exams[:2]]
    attempts += [uncertified(exam=exams[2], right=5), finished(exam=training)]

    back_to("0003_engine")
    drop("attempt_promises_unchanged", Attempt._meta.db_table)  # it came later
    Attempt.objects.update(minutes=None)
    back_to("0006_people_and_certificates")
    drop("attempt_promises_unchanged", Attempt._meta.db_table)
    Attempt.objects.update(certificate_months=None)
    Exam.objects.update(certificate_months=7)
    triggers.install(connection)  # a database that has had the release before for a while
    call_command("migrate", verbosity=0)

    for attempt in attempts:
        attempt.refresh_from_db()
    assert [attempt.minutes for attempt in attempts] == [1, 45, 150, 60]
    assert [attempt.certificate_months for attempt in attempts] == [7, 7, 7, None]
    with pytest.raises(IntegrityError, match="promised"), transaction.atomic():
        Attempt.objects.update(certificate_months=1)


@pytest.mark.django_db(transaction=True)
def test_names_that_were_there_are_folded(back_to):
    attempt = started(UserFactory(name="Фёдор Шмелёв", partner=PartnerFactory(name="ООО «Ёлка»")))
    nameless = UserFactory(name="")

    back_to("0009_out_of_sight")
    call_command("migrate", verbosity=0)

    attempt.refresh_from_db()
    names = attempt.holder_name_folded, attempt.candidate.name_folded, attempt.partner.name_folded
    assert names == ("федор шмелев", "федор шмелев", "ооо «елка»")
    nameless.refresh_from_db()
    assert nameless.name_folded == ""
