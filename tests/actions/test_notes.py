"""Notes at questions: handled by somebody, put back, and new again once they change."""

from datetime import timedelta

import pytest

from certification.actions import answers, attempts, notes
from certification.actions.refused import Refused
from certification.models import Event, Response
from certification.states import EventKind
from tests.factories import NOW, ManagerFactory, started

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def leave(attempt, text, **content):
    answer = answers.Answer(note=text, **content)
    return answers.save_answer(attempt.pk, 1, answer, by=attempt.candidate_id, now=NOW).response


@pytest.fixture
def attempt():
    return started()


@pytest.fixture
def by():
    return ManagerFactory().pk


def handle(response, *, by, now=NOW):
    """As it was when `response` was read."""
    return notes.handle(response.pk, revision=response.revision, by=by, now=now)


def state(response):
    response.refresh_from_db()
    return response.handled_at, response.handled_by_id


def kinds(response):
    return [(event.kind, event.actor_id, event.at) for event in Event.objects.about([response])]


def test_a_note_is_handled_once_and_put_back_once(attempt, by):
    response = leave(attempt, "Опечатка.")
    assert list(Response.objects.unhandled()) == [response]

    handle(response, by=by)
    handle(response, by=ManagerFactory().pk, now=LATER)
    assert (state(response), list(Response.objects.unhandled())) == ((NOW, by), [])

    notes.put_back(response.pk, by=by, now=LATER)
    notes.put_back(response.pk, by=by, now=LATER)
    assert state(response) == (None, None)
    assert kinds(response) == [(EventKind.NOTE_HANDLED, by, NOW), (EventKind.NOTE_PUT_BACK, by, LATER)]


def test_a_note_of_a_finished_attempt_is_handled_as_well(attempt, by):
    response = leave(attempt, "Опечатка.")
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)

    handle(response, by=by, now=LATER)

    assert state(response) == (LATER, by)


@pytest.mark.parametrize(("text", "stays"), [("Опечатка.", True), ("Два ответа верны.", False), ("", False)])
def test_another_note_is_to_be_handled_anew(attempt, by, text, stays):
    response = leave(attempt, "Опечатка.")
    handle(response, by=by)

    leave(attempt, text, chosen=(0,))

    assert state(response) == ((NOW, by) if stays else (None, None))


def test_a_note_that_was_taken_back_cannot_be_handled(attempt, by):
    response = leave(attempt, "Опечатка.")
    leave(attempt, "")

    with pytest.raises(Refused, match="no_note"):
        handle(response, by=by)

    assert (state(response), kinds(response)) == ((None, None), [])


def test_a_note_that_was_written_anew_is_not_handled_unread(attempt, by):
    response = leave(attempt, "Опечатка.")
    leave(attempt, "Два ответа верны.")

    with pytest.raises(Refused, match="rewritten"):
        handle(response, by=by)

    assert (state(response), kinds(response)) == ((None, None), [])


def test_another_answer_beside_the_same_note_keeps_nobody_from_handling_it(attempt, by):
    response = leave(attempt, "Опечатка.")
    leave(attempt, "Опечатка.", chosen=(0,))

    handle(response, by=by)

    assert state(response) == (NOW, by)
