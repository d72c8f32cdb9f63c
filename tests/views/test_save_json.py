"""The answer form sent by a script: what it echoes, and how it says that it did not save."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from certification.models import AnswerLog, Attempt
from certification.states import AttemptState
from tests.factories import NOW, UserFactory, started
from tests.pages import read, words

pytestmark = pytest.mark.django_db

ENDED = "The attempt has ended, so this answer was not taken. What was saved before counts."


@pytest.fixture
def attempt(person):
    return started(person)


def url(attempt, position=1):
    return reverse("question", args=[attempt.pk, position])


def save(client, attempt, position=1, /, **data):
    """Send the answer form as a script does."""
    return client.post(url(attempt, position), data, headers={"accept": "application/json"})


def refused(response):
    body = response.json()
    return {**body, "sentence": words(body["sentence"])}


def content(attempt, position=1):
    response = attempt.responses.get(position=position)
    return response.shown_chosen, response.revision, response.saved_at


def test_save_echoes_what_is_stored(client, attempt, clock):
    clock.move_to(NOW + timedelta(minutes=3, seconds=21))

    response = save(client, attempt, choice="2", client="page-a", seq="7", go="save")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "value": [2],
        "struck": [],
        "flagged": False,
        "seq": 7,
        "revision": 1,
        "saved_at": "2026-11-23T07:03:21Z",
        "server_now": "2026-11-23T07:03:21Z",
        "deadline": "2026-11-23T08:00:00Z",
    }
    assert content(attempt) == ([2], 1, NOW + timedelta(minutes=3, seconds=21))
    [log] = AnswerLog.objects.values("response__position", "revision", "client", "seq", "chosen", "flagged")
    assert log == {
        "response__position": 1,
        "revision": 1,
        "client": "page-a",
        "seq": 7,
        "chosen": attempt.responses.get(position=1).chosen,
        "flagged": False,
    }


def test_save_without_a_change_echoes_when_it_was_saved(client, attempt, clock):
    save(client, attempt, choice="2", client="a", seq="1")
    clock.shift(timedelta(minutes=1))

    response = save(client, attempt, choice="2", client="a", seq="2")

    echo = response.json()
    assert (echo["revision"], echo["saved_at"]) == (1, "2026-11-23T07:00:00Z")
    assert echo["server_now"] == "2026-11-23T07:01:00Z"


def test_save_of_an_older_packet_of_the_same_page_echoes_the_newer_answer(client, attempt):
    save(client, attempt, choice="2", client="a", seq="5")

    late = save(client, attempt, choice="0", client="a", seq="4")
    again = save(client, attempt, choice="0", client="a", seq="5")

    assert [(r.status_code, r.json()["value"], r.json()["revision"]) for r in (late, again)] == [
        (200, [2], 1),
        (200, [2], 1),
    ]
    assert content(attempt) == ([2], 1, NOW)
    assert AnswerLog.objects.count() == 1


def test_save_from_another_page_wins_by_arriving_later(client, attempt):
    save(client, attempt, choice="2", client="a", seq="50")

    response = save(client, attempt, choice="0", client="b", seq="1")

    assert (response.json()["value"], response.json()["revision"]) == ([0], 2)
    assert content(attempt) == ([0], 2, NOW)


def test_save_keeps_the_order_of_each_question_apart(client, attempt):
    save(client, attempt, 1, choice="2", client="a", seq="9")

    response = save(client, attempt, 2, choice="1", client="a", seq="3")

    assert response.json()["value"] == [1]
    assert content(attempt, 2) == ([1], 1, NOW)


@pytest.mark.parametrize(
    ("data", "echoed"),
    [
        ({"choice": "1", "go": "flag", "flagged": ""}, ([1], [], True)),
        ({"choice": "1", "go": "clear"}, ([], [], False)),
        ({"choice": "1", "strike": "3"}, ([1], [3], False)),
        ({"choice": "1"}, ([1], [], False)),
    ],
)
def test_save_echoes_every_part(client, attempt, data, echoed):
    save(client, attempt, choice="0")

    echo = save(client, attempt, **data).json()

    assert (echo["value"], echo["struck"], echo["flagged"]) == echoed


def test_save_without_client_has_no_seq(client, attempt):
    assert save(client, attempt, choice="1").json()["seq"] is None


@pytest.mark.parametrize(("late", "status"), [(0, 200), (10, 200), (10.001, 409)])
def test_save_is_taken_until_the_grace_is_gone(client, attempt, clock, late, status):
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    assert save(client, attempt, choice="1").status_code == status
    assert content(attempt)[0] == ([1] if status == 200 else [])


def test_save_after_the_grace_is_refused_with_what_is_stored(client, attempt, clock):
    save(client, attempt, choice="2")
    clock.move_to(attempt.deadline + timedelta(seconds=11))

    response = save(client, attempt, choice="0")

    assert response.status_code == 409
    assert refused(response) == {"reason": "ended", "sentence": words(ENDED), "value": [2]}
    assert content(attempt) == ([2], 1, NOW)


def test_save_that_meets_an_overdue_attempt_closes_it(client, attempt, clock):
    clock.move_to(attempt.deadline + timedelta(seconds=11))

    save(client, attempt, choice="0")

    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_at) == (AttemptState.EXPIRED, attempt.deadline)


def test_save_after_the_finish_is_refused_with_what_is_stored(client, attempt):
    save(client, attempt, choice="2")
    client.post(reverse("finish", args=[attempt.pk]))
    scored = Attempt.objects.filter(pk=attempt.pk).values().get()

    response = save(client, attempt, choice="0")

    assert response.status_code == 409
    assert refused(response) == {"reason": "ended", "sentence": words(ENDED), "value": [2]}
    assert content(attempt) == ([2], 1, NOW)
    assert Attempt.objects.filter(pk=attempt.pk).values().get() == scored


@pytest.mark.parametrize(
    ("data", "reason", "sentence"),
    [
        (
            {"choice": "4"},
            "no_such_option",
            "The question has no such option. Nothing was changed: choose again.",
        ),
        (
            {"choice": "x"},
            "no_such_option",
            "The question has no such option. Nothing was changed: choose again.",
        ),
        (
            {"choice": ["0", "1"]},
            "one_only",
            "This question takes one answer. Nothing was changed: choose again.",
        ),
        (
            {"choice": "1", "client": "a", "seq": "-1"},
            "damaged",
            "The page sent something unreadable. Nothing was changed: repeat the answer.",
        ),
        (
            {"choice": "1", "client": "a b/c", "seq": "3"},
            "damaged",
            "The page sent something unreadable. Nothing was changed: repeat the answer.",
        ),
        (
            {"choice": "1", "client": "a" * 41, "seq": "3"},
            "damaged",
            "The page sent something unreadable. Nothing was changed: repeat the answer.",
        ),
        (
            {"choice": "1", "client": "a", "seq": str(2**31)},
            "damaged",
            "The page sent something unreadable. Nothing was changed: repeat the answer.",
        ),
    ],
)
def test_save_of_what_cannot_be_is_refused_with_what_is_stored(client, attempt, data, reason, sentence):
    save(client, attempt, choice="2")

    response = save(client, attempt, **data)

    assert response.status_code == 422
    assert refused(response) == {"reason": reason, "sentence": words(sentence), "value": [2]}
    assert content(attempt) == ([2], 1, NOW)
    assert AnswerLog.objects.count() == 1


def test_save_of_what_cannot_be_after_the_end_says_that_it_ended(client, attempt):
    client.post(reverse("finish", args=[attempt.pk]))

    response = save(client, attempt, choice="9")

    assert (response.status_code, response.json()["reason"]) == (409, "ended")


def test_save_signed_out_gets_a_login_that_returns_to_the_question(person, attempt):
    stranger = Client()

    response = save(stranger, attempt, 2, choice="1")

    assert response.status_code == 401
    body = refused(response)
    login = urlsplit(body.pop("login"))
    assert body == {
        "reason": "signed_out",
        "sentence": words("You are signed out. Sign in again: what was saved is kept."),
    }
    assert (login.path, parse_qs(login.query)) == (reverse("account_login"), {"next": [url(attempt, 2)]})
    assert content(attempt, 2) == ([], 0, None)


def test_save_without_a_token_is_refused(person, attempt):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(person)

    response = save(guarded, attempt, choice="1")

    assert response.status_code == 403
    assert refused(response) == {
        "reason": "csrf",
        "sentence": words("This page is out of date. Open it anew: what was saved is kept."),
        "value": None,
    }
    assert content(attempt) == ([], 0, None)


def test_save_with_the_page_token_is_taken(person, attempt):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(person)
    guarded.get(url(attempt))

    response = save(guarded, attempt, choice="1", csrfmiddlewaretoken=guarded.cookies["csrftoken"].value)

    assert response.status_code == 200
    assert content(attempt) == ([1], 1, NOW)


def test_save_to_somebody_elses_attempt_is_not_there(client):
    alien = started(UserFactory())

    response = save(client, alien, choice="1")

    assert (response.status_code, response.json()["reason"]) == (404, "not_found")
    assert content(alien) == ([], 0, None)


@pytest.mark.parametrize("position", [0, 6])
def test_save_to_a_question_not_on_the_paper_says_so_to_the_script(client, attempt, position):
    """A script reads JSON only; a page in its place leaves «Saving…» standing for ever."""
    response = save(client, attempt, position, choice="1")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert refused(response) == {
        "reason": "not_found",
        "sentence": words("There is no such question in this attempt. What was saved is kept."),
        "value": None,
    }


def busy(*words):
    """A database that fails on statements which have one of these words in them."""

    def execute(execute, sql, params, many, context):
        if any(word in sql for word in words):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute)


@pytest.mark.parametrize(
    "statement",
    [
        'FROM "certification_response"',
        'UPDATE "certification_response"',
        'INSERT INTO "certification_answerlog"',
        'FROM "django_session"',
        'FROM "certification_user"',
    ],
)
@pytest.mark.parametrize("script", [True, False])
def test_save_to_a_busy_database_is_503_and_stores_nothing(client, attempt, statement, script):
    save(client, attempt, choice="2")
    client.raise_request_exception = False

    with busy(statement):
        headers = {"accept": "application/json"} if script else {}
        response = client.post(url(attempt), {"choice": "0", "go": "next"}, headers=headers)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    if script:
        sentence = words("Not saved yet: the server is busy. The page will try again.")
        assert refused(response) == {"reason": "busy", "sentence": sentence, "value": None}
    else:
        sentence = words("This was not saved. Wait a few seconds and repeat: what was saved before is kept.")
        assert sentence in read(response).text
    assert content(attempt) == ([2], 1, NOW)
    assert AnswerLog.objects.count() == 1


def test_save_again_after_a_busy_moment_is_taken(client, attempt):
    client.raise_request_exception = False
    with busy('UPDATE "certification_response"'):
        save(client, attempt, choice="1", client="a", seq="1")

    response = save(client, attempt, choice="1", client="a", seq="1")

    assert (response.status_code, response.json()["revision"]) == (200, 1)
    assert content(attempt) == ([1], 1, NOW)
