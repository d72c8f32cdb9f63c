"""What is shown when a page cannot be: what happened, what is kept, what to do next."""

import sqlite3

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from certification.models import Attempt
from tests.factories import bank_with_exam, started
from tests.pages import read, words

pytestmark = pytest.mark.django_db


def failing(error):
    """A database that fails on whatever concerns attempts."""

    def execute(execute, sql, params, many, context):
        if '"certification_attempt"' in sql:
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute)


def failing_wholly(error):
    def execute(execute, sql, params, many, context):
        raise error

    return connection.execute_wrapper(execute)


def shows(response, *sentences):
    page = read(response)
    assert [sentence for sentence in sentences if words(sentence) not in page.text] == []
    assert reverse("home") in page.links
    return True


def test_an_unknown_address_says_so_to_everybody(client, anonymous):
    for browser in (client, anonymous):
        response = browser.get("/nothing/here/")

        assert response.status_code == 404
        assert shows(
            response,
            "There is no such page",
            "The address is out of date or mistyped. If it was an attempt, all is well with it: "
            "the server keeps the answers.",
        )


def test_a_post_without_a_token_says_that_what_was_saved_is_kept(person):
    exam = bank_with_exam()
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(person)

    response = guarded.post(reverse("exam", args=[exam.slug]), {"name": "Мария", "consent": 1, "pledge": 1})

    assert response.status_code == 403
    assert shows(
        response,
        "The page is out of date",
        "It was open for too long, or you signed in anew meanwhile. What was saved is kept: "
        "open the page again and repeat.",
    )
    assert Attempt.objects.count() == 0


def test_a_broken_request_is_answered_with_a_sentence(client):
    response = client.get(reverse("home"), headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert shows(response, "The request was not understood")


def test_a_request_that_is_too_large_is_answered_with_a_sentence(client, person):
    attempt = started(person)

    response = client.post(reverse("question", args=[attempt.pk, 1]), {"choice": "1", "go": "x" * 1_000_001})

    assert response.status_code == 400
    assert shows(response, "The request was not understood")
    assert attempt.responses.get(position=1).revision == 0


@pytest.mark.parametrize("fail", [failing, failing_wholly])
def test_an_error_of_ours_says_that_answers_are_kept(client, fail):
    client.raise_request_exception = False

    with fail(RuntimeError("a fault of ours")):
        response = client.get(reverse("home"))

    assert response.status_code == 500
    assert shows(
        response,
        "Something broke on our side",
        "It is noted and will be looked at. What was saved is kept, and the attempt's time goes by the "
        "server: open the page again.",
    )
    assert "a fault of ours" not in response.content.decode()


@pytest.mark.parametrize("fail", [failing, failing_wholly])
def test_a_busy_database_asks_to_try_again(client, fail):
    client.raise_request_exception = False

    with fail(OperationalError("database is locked")):
        response = client.get(reverse("home"))

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert shows(response, "The server is busy")


@pytest.mark.django_db(transaction=True)
def test_a_save_while_another_process_writes_is_503_and_stores_nothing(client, person):
    """The lock is real: a second connection to the same file begins to write and does not end."""
    attempt = started(person)
    address = reverse("question", args=[attempt.pk, 1])
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    page = client.post(address, {"choice": "1", "go": "next"})
    script = client.post(address, {"choice": "1"}, headers={"accept": "application/json"})
    other.execute("ROLLBACK")
    other.close()
    later = client.post(address, {"choice": "1", "go": "next"})
    connection.close()

    assert (page.status_code, script.status_code, later.status_code) == (503, 503, 302)
    assert shows(page, "The server is busy")
    assert script.json()["reason"] == "busy"
    assert attempt.responses.get(position=1).revision == 1


@pytest.mark.parametrize("name", ["start", "finish"])
def test_a_busy_database_starts_and_finishes_nothing(client, person, name):
    exam = bank_with_exam()
    attempt = started(person, exam) if name == "finish" else None
    address = reverse("finish", args=[attempt.pk]) if attempt else reverse("exam", args=[exam.slug])
    before = list(Attempt.objects.values())
    client.raise_request_exception = False

    def execute(execute, sql, params, many, context):
        if sql.startswith(('INSERT INTO "certification_event"', 'INSERT INTO "certification_response"')):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute):
        response = client.post(address, {"name": "Мария Коваль", "consent": "on", "pledge": "on"})

    assert response.status_code == 503
    assert list(Attempt.objects.values()) == before
    person.refresh_from_db()
    assert person.name == "Мария Лебедева"


def test_a_page_for_administrators_says_whom_it_is_for(client):
    """Django's own admin would ask somebody signed in to sign in once more."""
    response = client.get(reverse("admin:index"), follow=True)

    assert response.status_code == 403
    assert shows(response, "This page is not for you")
