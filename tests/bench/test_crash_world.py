"""What a run stands on, and what it reads in the end."""

import pytest
from django.db import connection
from django.test import Client

from bench.crash import world
from bench.crash.checker import Ended, Logged, Stored
from certification.actions import answers, attempts
from certification.actions.answers import Answer
from tests.factories import NOW, bank_with_exam, started

JSON = {"accept": "application/json"}


@pytest.fixture
def pragma(transactional_db):
    """Sets one on this connection, which then is closed. What tests alone leave out is put right before."""

    def execute(text):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {text}")

    execute("synchronous = FULL")
    yield execute
    connection.close()


def test_a_database_that_keeps_what_it_commits_is_safe(pragma):
    assert world.unsafe() == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("synchronous = OFF", {"PRAGMA synchronous": 0}),
        ("journal_mode = MEMORY", {"PRAGMA journal_mode": "memory"}),
    ],
)
def test_a_database_that_may_lose_a_commit_is_found(pragma, text, found):
    pragma(text)

    assert world.unsafe() == found


@pytest.mark.django_db
def test_a_seat_lets_a_browser_save_without_signing_in():
    seat = world.take_seat(bank_with_exam(questions=12, per_section=12), number=1)
    browser = Client(enforce_csrf_checks=True)
    asked = seat.questions[0]

    answered = browser.post(
        f"/attempts/{seat.attempt}/questions/{asked.position}/",
        {"choice": asked.options - 1, "client": "a", "seq": 1, "go": "save"},
        headers={**JSON, "cookie": seat.cookie, "x-csrftoken": seat.token},
    )

    assert [question.position for question in seat.questions] == list(range(1, world.QUESTIONS + 1))
    assert (answered.status_code, answered.json()["value"]) == (200, [asked.options - 1])


@pytest.mark.django_db
def test_the_end_is_read_in_displayed_indices():
    attempt = started(exam=bank_with_exam(questions=2, per_section=2))
    for seq, choice in enumerate([3, 0], start=1):
        answer = Answer(chosen=(choice,), client="a", seq=seq)
        answers.save_answer(attempt.pk, 1, answer, by=attempt.candidate_id, now=NOW)

    assert world.stored() == [
        Stored(attempt.pk, 1, (0,), 2, (Logged(1, "a", 1, (3,)), Logged(2, "a", 2, (0,)))),
        Stored(attempt.pk, 2, (), 0),
    ]


@pytest.mark.django_db
def test_an_attempt_that_ended_is_read_with_its_score_and_scored_anew():
    attempt = attempts.submit(started().pk, by=None, now=NOW)

    assert world.ended() == [
        Ended(attempt.pk, "submitted", (0, attempt.max_score, False), (0, attempt.max_score, False))
    ]
