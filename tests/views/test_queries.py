"""How many queries each page asks, with session, user and the statements of transactions.

The numbers are literal: one more is a decision. A page has 8 at most, a save 8, and a save that brings
the next question 12; none grows with the paper or with the rows it lists.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.states import ReviewLevel
from tests.factories import NOW, answer, bank_with_exam, finished, started

pytestmark = pytest.mark.django_db

PAPERS = pytest.mark.parametrize("questions", [5, 45])


@pytest.fixture
def paper(person, questions):
    """An open attempt with so many questions, over five sections."""
    exam = bank_with_exam(sections=5, questions=questions // 5, per_section=None)
    attempt = started(person, exam)
    assert attempt.responses.count() == questions
    return attempt


def queries(send, *args, status=200, **kwargs):
    with CaptureQueriesContext(connection) as captured:
        response = send(*args, **kwargs)
    assert response.status_code == status
    return len(captured)


@pytest.mark.parametrize("exams", [1, 3])
def test_home_however_many_exams(client, exams):
    for _exam in range(exams):
        bank_with_exam(sections=2)

    assert queries(client.get, reverse("home")) == 7


@pytest.mark.parametrize("sittings", [1, 3])
def test_home_however_many_attempts(client, person, sittings):
    exam = bank_with_exam(sections=2, first_wait=timedelta(), later_wait=timedelta())
    for day in range(sittings):
        finished(person, exam, right=day, now=NOW - timedelta(days=9 - day))

    assert queries(client.get, reverse("home")) == 7


@PAPERS
def test_home_with_an_open_attempt(client, paper):
    assert queries(client.get, reverse("home")) == 7


@pytest.mark.parametrize("sittings", [0, 1, 3])
@pytest.mark.parametrize("sections", [1, 9])
def test_start_page(client, person, sections, sittings):
    exam = bank_with_exam(sections=sections, first_wait=timedelta(), later_wait=timedelta())
    for day in range(sittings):
        finished(person, exam, now=NOW - timedelta(days=9 - day))

    assert queries(client.get, reverse("exam", args=[exam.slug])) == 6


@pytest.mark.parametrize("questions", [1, 9])
def test_start(client, questions):
    exam = bank_with_exam(sections=5, questions=questions, per_section=None)
    data = {"name": "Мария Лебедева", "consent": "on", "pledge": "on"}

    assert queries(client.post, reverse("exam", args=[exam.slug]), data, status=302) == 21


@PAPERS
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_question_page(client, paper, headers):
    address = reverse("question", args=[paper.pk, 2])

    assert queries(client.get, address, headers=headers) == 6
    assert queries(client.get, address, headers=headers) == 5  # its text is known by now


@PAPERS
def test_save_by_a_script(client, paper):
    address = reverse("question", args=[paper.pk, 2])
    data = {"choice": "1", "client": "page", "seq": "1", "go": "save"}

    assert queries(client.post, address, data, headers={"accept": "application/json"}) == 7


@PAPERS
def test_save_by_a_script_that_brings_the_next_question(client, paper):
    script = {"accept": "application/json"}
    data = {"choice": "1", "client": "page", "go": "save", "with": "next"}
    address = reverse("question", args=[paper.pk, 2])

    assert queries(client.post, address, {**data, "seq": "1"}, headers=script) == 9
    assert queries(client.post, address, {**data, "seq": "2", "choice": "2"}, headers=script) == 8


@PAPERS
def test_save_from_the_queue(client, paper):
    address = reverse("question", args=[paper.pk, 2])
    client.post(address, {"choice": "1"})
    data = {"choice": "2", "client": "page", "seq": "1", "base": "0"}

    assert queries(client.post, address, data, status=409, headers={"accept": "application/json"}) == 6


@PAPERS
def test_save_that_changes_nothing(client, paper):
    address = reverse("question", args=[paper.pk, 2])
    client.post(address, {"choice": "1"})

    assert queries(client.post, address, {"choice": "1"}, headers={"accept": "application/json"}) == 5


@PAPERS
def test_save_by_a_plain_form(client, paper):
    address = reverse("question", args=[paper.pk, 2])

    assert queries(client.post, address, {"choice": "1", "go": "next"}, status=302) == 8


@PAPERS
def test_save_that_brings_the_next_question(client, paper):
    address = reverse("question", args=[paper.pk, 2])
    data = {"choice": "1", "client": "page", "seq": "1", "go": "next"}

    assert queries(client.post, address, data, headers={"hx-request": "true"}) == 11


@PAPERS
def test_save_of_the_last_question(client, paper, questions):
    address = reverse("question", args=[paper.pk, questions])
    data = {"choice": "1", "go": "next"}

    assert queries(client.post, address, data, status=302) == 8


@PAPERS
def test_save_of_what_cannot_be(client, paper):
    address = reverse("question", args=[paper.pk, 2])

    assert queries(client.post, address, {"choice": "9", "go": "next"}, status=422) == 11


@PAPERS
def test_save_too_late(client, paper):
    client.post(reverse("finish", args=[paper.pk]))
    address = reverse("question", args=[paper.pk, 2])

    assert queries(client.post, address, {"choice": "1", "go": "next"}, status=409) == 5


@PAPERS
def test_review(client, paper):
    answer(paper, right=3)

    assert queries(client.get, reverse("review", args=[paper.pk])) == 4


@PAPERS
def test_clock(client, paper):
    assert queries(client.get, reverse("clock", args=[paper.pk])) == 3


@PAPERS
def test_clock_with_a_question(client, paper):
    assert queries(client.get, reverse("clock", args=[paper.pk]), {"question": "2"}) == 4


@PAPERS
def test_receipt(client, paper):
    client.post(reverse("finish", args=[paper.pk]))

    assert queries(client.post, reverse("receipt", args=[paper.pk])) == 4


@PAPERS
def test_finish(client, paper):
    answer(paper, right=3)

    assert queries(client.post, reverse("finish", args=[paper.pk]), status=302) == 12


@PAPERS
def test_finish_that_is_certified(client, paper, questions):
    answer(paper, right=questions)

    assert queries(client.post, reverse("finish", args=[paper.pk]), status=302) == 18


@PAPERS
@pytest.mark.parametrize("level", ReviewLevel.values)
@pytest.mark.parametrize("right", [0, 5])
def test_result(client, person, questions, right, level):
    exam = bank_with_exam(
        sections=5, questions=questions // 5, per_section=None, review_right_after=level, keeps_keys=True
    )
    attempt = finished(person, exam, right=right, now=NOW - timedelta(minutes=10))
    address = reverse("result", args=[attempt.pk])
    first = {"nothing": 5, "score": 5, "sections": 7, "wrong": 7, "answers": 8}[level]

    assert queries(client.get, address) == first
    again = first if level in ("nothing", "score") else first - 1  # the text is known by now
    assert queries(client.get, address) == again


@PAPERS
def test_result_that_waits_to_be_closed(client, paper, clock):
    clock.shift(timedelta(minutes=61))

    address = reverse("result", args=[paper.pk])
    assert queries(client.get, address) == 6  # three of them note in the session that somebody is there
    assert queries(client.get, address) == 3
