"""A database that has no room left: what was not stored is not called stored, and room is all it takes.

The crash test fills a real disk (docs/crash.md); here SQLite is told how many pages it may have.
"""

import pytest
from django.db import connection
from django.urls import reverse

from certification.models import AnswerLog
from tests.factories import started

pytestmark = pytest.mark.django_db(transaction=True)

ANY_ROOM = 2**30  # pages
MOST_SAVES = 500  # what fits into the last pages is far less


def pragma(text):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        return cursor.fetchone()[0]


@pytest.fixture
def no_room():
    """Called, it leaves the database the pages that it has and not one more."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests have left free would be room
    yield lambda: pragma(f"max_page_count = {pragma('page_count')}")
    pragma(f"max_page_count = {ANY_ROOM}")


def logged(attempt):
    return [(row.seq, row.revision) for row in AnswerLog.objects.filter(response__attempt=attempt)]


def test_a_full_database_refuses_a_save_and_takes_it_once_there_is_room(client, person, no_room):
    attempt = started(person)
    address = reverse("question", args=[attempt.pk, 1])
    client.raise_request_exception = False

    def save(seq):
        answer = {"choice": seq % 2, "client": "a", "seq": seq, "go": "save"}
        return client.post(address, answer, headers={"accept": "application/json"})

    no_room()
    responses = [save(1)]
    while responses[-1].status_code == 200 and len(responses) < MOST_SAVES:
        responses.append(save(len(responses) + 1))
    refused, before = len(responses), logged(attempt)
    again = save(refused)
    pragma(f"max_page_count = {ANY_ROOM}")
    after = save(refused)

    for response in (responses[-1], again):
        assert (response.status_code, response.json()["reason"]) == (503, "busy")
    assert before == [(seq, seq) for seq in range(1, refused)]
    assert (after.status_code, after.json()["revision"]) == (200, refused)
    assert logged(attempt) == [*before, (refused, refused)]
    response = attempt.responses.get(position=1)
    assert (response.revision, response.shown_chosen) == (refused, [refused % 2])
