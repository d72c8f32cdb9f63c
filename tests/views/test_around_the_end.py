"""What pages do when a deadline is just gone, an exam is taken off, or something odd arrives."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from certification.models import Attempt, Exam
from certification.states import AttemptState
from tests.factories import NOW, bank_with_exam, finished, started, void
from tests.pages import read, words

pytestmark = pytest.mark.django_db

JUST_OVER = timedelta(seconds=5)
OVERDUE = timedelta(seconds=11)


@pytest.fixture
def attempt(person):
    return started(person)


def url(attempt, position=1):
    return reverse("question", args=[attempt.pk, position])


def test_save_within_the_grace_counts_but_brings_no_further_question(client, attempt, clock):
    clock.move_to(attempt.deadline + JUST_OVER)

    plain = client.post(url(attempt), {"choice": "1", "go": "next"})
    script = client.post(url(attempt, 2), {"choice": "1", "go": "next"}, headers={"hx-request": "true"})

    assert plain["Location"] == script["HX-Redirect"] == reverse("result", args=[attempt.pk])
    assert [r.shown_chosen for r in attempt.responses.all()[:2]] == [[1], [1]]


def test_nonsense_to_an_overdue_attempt_closes_it_too(client, attempt, clock):
    clock.move_to(attempt.deadline + OVERDUE)

    response = client.post(url(attempt), {"choice": "x"})

    assert response.status_code == 409
    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_at) == (AttemptState.EXPIRED, attempt.deadline)


@pytest.mark.parametrize("send", ["get", "post"])
def test_an_attempt_with_a_number_that_no_key_can_be_is_not_there(client, send):
    assert getattr(client, send)("/attempts/99999999999999999999999/questions/1/").status_code == 404


def test_a_flag_on_a_question_without_answer_does_not_say_saved(client, attempt):
    client.post(url(attempt), {"go": "flag"})
    flagged = read(client.get(url(attempt))).text
    client.post(url(attempt), {"choice": "1", "go": "save"})
    answered = read(client.get(url(attempt))).text

    saved = words("Saved at %(time)s", time="10:00:00")
    assert (words("No answer yet") in flagged, saved in flagged) == (True, False)
    assert (words("No answer yet") in answered, saved in answered) == (False, True)


def test_start_makes_the_session_outlive_the_attempt(client, clock, settings):
    exam = bank_with_exam()
    clock.shift(timedelta(seconds=settings.SESSION_COOKIE_AGE) - timedelta(minutes=10))
    now = NOW + timedelta(seconds=settings.SESSION_COOKIE_AGE) - timedelta(minutes=10)
    session = client.session  # of somebody who was here all the time
    session["seen"] = (now - timedelta(minutes=4)).timestamp()
    session.save()

    client.post(reverse("exam", args=[exam.slug]), {"name": "Мария", "consent": "on", "pledge": "on"})

    assert Attempt.objects.get().started_at == now
    assert Session.objects.get().expire_date == now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    clock.shift(timedelta(minutes=59))
    assert client.get(reverse("question", args=[Attempt.objects.get().pk, 1])).status_code == 200


def test_home_keeps_an_exam_that_is_being_taken_though_it_was_taken_off(client, person):
    running, other = started(person), finished(person)
    Exam.objects.update(is_published=False)

    page = read(client.get(reverse("home")))

    assert url(running) in page.links
    assert running.exam.title in page.text
    assert page.text.count(other.exam.title) == 1  # in the list of attempts alone


def test_a_voided_pass_is_no_pass_on_the_home_page(client, person):
    passed = finished(person, right=5)
    before = read(client.get(reverse("home"))).text
    void(passed)

    after = read(client.get(reverse("home"))).text

    heading = words("%(name)s, the exam is passed", name="Мария")
    assert (heading in before, heading in after) == (True, False)


def test_too_many_tries_are_told_on_a_page_of_ours(anonymous):
    for _try in range(6):
        response = anonymous.post(reverse("account_reset_password"), {"email": "somebody@example.com"})

    assert response.status_code == 429
    assert words("Too many tries") in read(response).text
