from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.models import Attempt, Event
from certification.states import AttemptState, EventKind
from tests.factories import NOW, UserFactory, answer, bank_with_exam, started
from tests.pages import read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(person):
    """Four of five questions are answered rightly."""
    attempt = started(person, bank_with_exam(pass_percent=80))
    answer(attempt, right=4)
    return attempt


def finish(client, attempt):
    return client.post(reverse("finish", args=[attempt.pk]))


def outcome(attempt):
    fields = ("state", "finished_at", "score", "max_score", "passed")
    return Attempt.objects.filter(pk=attempt.pk).values_list(*fields).get()


def endings():
    kinds = [EventKind.ATTEMPT_SUBMITTED, EventKind.ATTEMPT_EXPIRED]
    return list(Event.objects.filter(kind__in=kinds).values_list("kind", "actor_id", "subject_id"))


def test_finish_scores_what_was_saved_and_leads_to_the_result(client, person, attempt, clock):
    clock.shift(timedelta(minutes=20))

    response = finish(client, attempt)

    assert (response.status_code, response["Location"]) == (302, reverse("result", args=[attempt.pk]))
    finished_at = NOW + timedelta(minutes=20)
    assert outcome(attempt) == (AttemptState.SUBMITTED, finished_at, 400, 500, True)
    assert endings() == [(EventKind.ATTEMPT_SUBMITTED, person.pk, attempt.pk)]


def test_finish_twice_keeps_the_first_result(client, attempt, clock):
    finish(client, attempt)
    first = outcome(attempt)
    clock.shift(timedelta(minutes=90))

    response = finish(client, attempt)

    assert response["Location"] == reverse("result", args=[attempt.pk])
    assert outcome(attempt) == first
    assert len(endings()) == 1


@pytest.mark.parametrize(
    ("late", "state"),
    [(0, AttemptState.SUBMITTED), (1, AttemptState.EXPIRED), (3600, AttemptState.EXPIRED)],
)
def test_finish_after_the_deadline_ends_at_the_deadline(client, attempt, clock, late, state):
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    finish(client, attempt)

    assert outcome(attempt) == (state, attempt.deadline, 400, 500, True)


def test_finish_of_somebody_elses_attempt_is_not_there(client):
    alien = started(UserFactory())

    assert finish(client, alien).status_code == 404
    assert outcome(alien) == (AttemptState.OPEN, None, None, None, None)


def test_finish_of_no_attempt_is_not_there(client):
    assert client.post(reverse("finish", args=[99])).status_code == 404


def test_finish_without_a_token_says_so_and_changes_nothing(person, attempt):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(person)

    response = finish(guarded, attempt)

    assert response.status_code == 403
    assert words("The page is out of date") in read(response).text
    assert outcome(attempt) == (AttemptState.OPEN, None, None, None, None)


def test_finish_is_a_post(client, attempt):
    client.get(reverse("finish", args=[attempt.pk]))

    assert outcome(attempt) == (AttemptState.OPEN, None, None, None, None)


def test_finish_signed_out_comes_back_to_a_page_after_the_login(person, attempt):
    """The login returns by GET to the address of the form."""
    person.set_password("a long password")
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    stranger = Client()

    login = finish(stranger, attempt)["Location"]
    page = stranger.post(login, {"login": person.email, "password": "a long password"}, follow=True)

    assert page.status_code == 200
    assert page.request["PATH_INFO"] == reverse("review", args=[attempt.pk])
    assert outcome(attempt) == (AttemptState.OPEN, None, None, None, None)
