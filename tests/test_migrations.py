"""Migrations that move data, from the rows of the release before."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from certification.models import Attempt
from tests.factories import bank_with_exam, started
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
