"""How many queries the manager's pages ask, with session and user; 15 at most, and none for a row more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.actions import allowances, answers, attempts
from certification.models import served
from certification.models.responses import receipt_of
from certification.rules import receipt
from certification.rules.deadlines import ExtraTime
from tests.factories import NOW, UserFactory, answer, bank_with_exam, certified, finished, started
from tests.views.office import REASON, SENT, decide

pytestmark = pytest.mark.django_db

ROWS = pytest.mark.parametrize("rows", [1, 3])
DAY = timedelta(days=1)


def queries(send, *args, status=200, **kwargs):
    with CaptureQueriesContext(connection) as captured:
        response = send(*args, **kwargs)
    assert response.status_code == status
    return len(captured)


@pytest.fixture(autouse=True)
def texts_unknown(monkeypatch):
    """To the process, as after its start: otherwise it depends on the tests before this one."""
    monkeypatch.setattr(served, "_kept", {})


def history(rows, manager, *, is_open=False):
    """So many attempts, allowances of each kind, notes and questions; each granted by somebody else."""
    person = UserFactory()
    exam = bank_with_exam(
        sections=rows,
        questions=rows,
        per_section=None,
        attempts_allowed=9,
        first_wait=timedelta(),
        later_wait=timedelta(),
        gives_certificate=False,
    )
    for day in range(rows):
        attempt = started(person, exam, now=NOW - (9 - day) * DAY)
        answer(attempt, right=1, now=attempt.started_at)
        note = answers.Answer(note="Опечатка.")
        answers.save_answer(attempt.pk, 1, note, by=person.pk, now=attempt.started_at)
        by = {"by": UserFactory(role="manager").pk, "now": attempt.started_at, "reason": REASON}
        attempts.extend(attempt.pk, ExtraTime(minutes=9), **by)
        allowances.grant_time(person.pk, exam.pk, ExtraTime(percent=150), **by)
        allowances.waive_wait(attempt.pk, **by)
        allowance = allowances.grant_attempts(person.pk, exam.pk, 1, **by)
        allowances.withdraw(allowance.pk, by=manager.pk, now=NOW, reason=REASON)
        if not (is_open and day == rows - 1):
            attempt = attempts.submit(attempt.pk, by=person.pk, now=attempt.started_at)
    return attempt


@ROWS
def test_list_of_attempts(office, rows):
    for _row in range(rows):
        started()

    assert queries(office.get, reverse("manage_attempts"), {"q": "person", "state": "open"}) == 7


@ROWS
def test_list_of_notes(office, rows):
    for _row in range(rows):
        attempt = started()
        note = answers.Answer(note="Опечатка.")
        answers.save_answer(attempt.pk, 1, note, by=attempt.candidate_id, now=NOW)

    assert queries(office.get, reverse("manage_notes")) == 4


@ROWS
@pytest.mark.parametrize(("is_open", "count"), [(True, 9), (False, 11)])
def test_attempt(office, manager, rows, is_open, count):
    attempt = history(rows, manager, is_open=is_open)

    assert queries(office.get, reverse("manage_attempt", args=[attempt.pk])) == count


def test_attempt_with_texts_that_the_process_knows(office, manager):
    address = reverse("manage_attempt", args=[history(1, manager).pk])
    office.get(address)

    assert queries(office.get, address) == 10


@ROWS
def test_receipt_of_an_earlier_finish(office, manager, rows):
    attempt = history(rows, manager)
    digest = receipt.digest(receipt_of(attempt))
    attempts.reopen(attempt.pk, by=manager.pk, now=NOW, reason=REASON, minutes=5)
    attempts.submit(attempt.pk, by=None, now=NOW)

    address = reverse("check_receipt", args=[attempt.pk])
    assert queries(office.post, address, {"text": digest}) == 13


@ROWS
@pytest.mark.parametrize("name", SENT)
def test_decision_that_says_nothing(office, manager, rows, name):
    attempt = history(rows, manager)

    assert queries(decide, office, attempt, name, reason="", status=422) == 11


@ROWS
@pytest.mark.parametrize(
    ("name", "count"),
    [("void", 9), ("reopen", 12), ("grant_time", 8), ("grant_attempts", 8)],
)
def test_decision(office, manager, rows, name, count):
    attempt = history(rows, manager)

    assert queries(decide, office, attempt, name, status=302) == count


@ROWS
@pytest.mark.parametrize(("name", "count"), [("void", 13), ("reopen", 16), ("revoke", 10)])
def test_decision_that_takes_a_certificate_away(office, rows, name, count):
    for _row in range(rows):
        attempt = certified(now=NOW - DAY).attempt

    assert queries(decide, office, attempt, name, status=302) == count


@ROWS
def test_extension(office, manager, rows):
    attempt = history(rows, manager, is_open=True)
    now = attempt.started_at
    attempts.extend(attempt.pk, ExtraTime(minutes=60 * 24 * 9), by=manager.pk, now=now, reason=REASON)

    assert queries(decide, office, attempt, "extend", status=302) == 8


@ROWS
def test_waiver(office, rows):
    for _row in range(rows):
        attempt = finished(now=NOW - DAY)

    assert queries(decide, office, attempt, "waive_wait", status=302) == 13
