"""Migrations that move data, from the rows of the release before."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from certification.models import Attempt, triggers
from tests.factories import PartnerFactory, UserFactory, bank_with_exam, finished, started, uncertified
from tests.models.test_triggers import drop


def migrate(name):
    call_command("migrate", "certification", name, verbosity=0)


@pytest.fixture
def back_to():
    """Takes the database back to a migration, and leaves it whole again."""
    yield migrate
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_attempts_get_the_minutes_that_they_were_given(back_to):
    attempts = [started(exam=bank_with_exam(minutes=minutes)) for minutes in (1, 45, 45, 150)]

    back_to("0003_engine")
    assert set(Attempt.objects.values_list("minutes", flat=True)) == {1, 45, 150}
    drop("attempt_promises_unchanged", Attempt._meta.db_table)  # it came later
    Attempt.objects.update(minutes=None)
    call_command("migrate", verbosity=0)

    for attempt in attempts:
        attempt.refresh_from_db()
    assert [attempt.minutes for attempt in attempts] == [1, 45, 45, 150]
    assert [a.time_limit for a in attempts] == [timedelta(minutes=m) for m in (1, 45, 45, 150)]


@pytest.mark.django_db(transaction=True)
def test_attempts_are_promised_the_months_of_an_exam_that_gives_a_certificate(back_to):
    one, training = bank_with_exam(certificate_months=7), bank_with_exam(gives_certificate=False)
    running, passed, trained = started(exam=one), uncertified(exam=one, right=5), finished(exam=training)

    back_to("0006_people_and_certificates")
    drop("attempt_promises_unchanged", Attempt._meta.db_table)
    Attempt.objects.update(certificate_months=None)
    triggers.install(connection)  # a database that has had the release before for a while
    call_command("migrate", verbosity=0)

    for attempt in (running, passed, trained):
        attempt.refresh_from_db()
    assert [a.certificate_months for a in (running, passed, trained)] == [7, 7, None]
    with pytest.raises(IntegrityError, match="promised"), transaction.atomic():
        Attempt.objects.update(certificate_months=1)


@pytest.mark.django_db(transaction=True)
def test_names_that_were_there_are_folded(back_to):
    attempt = started(UserFactory(name="Фёдор Шмелёв", partner=PartnerFactory(name="ООО «Ёлка»")))
    nameless = UserFactory(name="")

    back_to("0008_sight_of_companies")
    call_command("migrate", verbosity=0)

    attempt.refresh_from_db()
    names = attempt.holder_name_folded, attempt.candidate.name_folded, attempt.partner.name_folded
    assert names == ("федор шмелев", "федор шмелев", "ооо «елка»")
    nameless.refresh_from_db()
    assert nameless.name_folded == ""
