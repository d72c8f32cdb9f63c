"""The words by which attempts are looked for: their verdict, who sees them, what was typed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from certification.actions import attempts
from certification.models import Attempt
from certification.states import Role
from tests.factories import NOW, UserFactory, answer, bank_with_exam, finished, started

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def voided(attempt):
    by = UserFactory(role=Role.MANAGER).pk
    return attempts.void(attempt.pk, by=by, now=NOW + HOUR, reason="Проверка связи.")


def ran_out(exam, *, right):
    attempt = started(exam=exam)
    answer(attempt, right=right)
    return attempts.submit(attempt.pk, by=None, now=NOW + 2 * HOUR)


@pytest.fixture
def sittings():
    exam = bank_with_exam()
    return SimpleNamespace(
        open=started(exam=exam),
        passed=finished(exam=exam, right=5),
        failed=finished(exam=exam, right=1),
        expired=ran_out(exam, right=1),
        expired_pass=ran_out(exam, right=5),
        voided=voided(finished(exam=exam, right=5)),
        voided_failure=voided(finished(exam=exam, right=1)),
    )


def names(sittings, rows):
    found = {row.pk for row in rows}
    return {name for name, attempt in vars(sittings).items() if attempt.pk in found}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("counted", {"passed", "failed", "expired", "expired_pass"}),
        ("passed", {"passed", "expired_pass"}),
        ("failed", {"failed", "expired"}),
        ("voided", {"voided", "voided_failure"}),
        ("finished", {"passed", "failed", "expired", "expired_pass", "voided", "voided_failure"}),
    ],
)
def test_attempts_by_their_verdict(sittings, word, expected):
    assert names(sittings, getattr(Attempt.objects, word)()) == expected


def test_voided_attempts_are_those_that_do_not_count(sittings):
    by_row = {attempt for attempt in Attempt.objects.all() if not attempt.counts}

    assert by_row == set(Attempt.objects.voided())


@pytest.mark.parametrize("role", Role)
def test_who_runs_the_programme_is_a_manager(role):
    assert UserFactory(role=role).is_manager is (role in (Role.MANAGER, Role.ADMIN))


@pytest.fixture
def people():
    exam = bank_with_exam()
    return SimpleNamespace(
        maria=started(UserFactory(name="Мария Лебедева", email="m.lebedeva@example.com"), exam),
        fedor=started(UserFactory(name="Фёдор Шмелёв", email="fedor+exam@example.com"), exam),
        mark=started(UserFactory(name="Mark O'Neil", email="mark@example.org"), exam),
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("лебедева", {"maria"}),
        ("МАР", {"maria"}),
        ("федор", {"fedor"}),
        ("шмелев", {"fedor"}),
        ("FEDOR+EXAM", {"fedor"}),
        ("o'neil", {"mark"}),
        ("example.com", {"maria", "fedor"}),
        ("example_com", set()),
        (".", {"maria", "fedor", "mark"}),
        (".*", set()),
        ("***", set()),
        ("%", set()),
        ("9" * 99, set()),  # more than any key can be
        ("²", set()),  # a digit to Python, but no number
    ],
)
def test_attempts_are_found_by_name_and_e_mail(people, word, expected):
    assert names(people, Attempt.objects.matching(word)) == expected


def test_attempts_are_found_by_the_name_that_was_frozen_as_well(people):
    candidate = people.maria.candidate
    candidate.name = "Мария Соколова"
    candidate.save(update_fields=["name"])

    assert names(people, Attempt.objects.matching("лебедева")) == {"maria"}
    assert names(people, Attempt.objects.matching("соколова")) == {"maria"}


def test_an_attempt_is_found_by_the_number_in_its_receipt(people):
    assert names(people, Attempt.objects.matching(str(people.fedor.pk))) == {"fedor"}
