"""The results taken away as a file: what the page finds, and that nobody waits for it."""

import io
from datetime import datetime, timedelta
from threading import Thread
from urllib.parse import urlencode

import openpyxl
import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from django.urls import reverse

from certification.actions import answers
from certification.models import Attempt, Event
from certification.rendering import attempt_table, spreadsheet
from certification.reports import pages
from certification.states import EventKind, Role
from certification.views import exports
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
    void,
)
from tests.pages import plain, read, words

DAY = timedelta(days=1)
HOSTILE = '=HYPERLINK("http://example.com")'


def export(browser, form="csv", **query):
    return browser.post(f"{reverse('export_attempts')}?{urlencode(query)}", {"as": form})


def body(response):
    return b"".join(response.streaming_content)


def lines(response):
    return [line.split(";") for line in body(response).decode("utf-8-sig").splitlines()]


def names(response):
    return [line[0] for line in lines(response)[1:]]


@pytest.fixture
def people(db):
    """One attempt in each state, the first one the oldest."""
    exam = bank_with_exam(title="Тест 1", partial_credit=True)
    partner = PartnerFactory(name="Северный контур")

    def person(name, **facts):
        return UserFactory(name=name, partner=partner, email=f"{name}@example.com".lower(), **facts)

    void(finished(person("Вера"), exam, right=5, now=NOW - 5 * DAY), now=NOW)
    finished(person("Полина"), exam, right=4, now=NOW - 2 * DAY)
    finished(person("Елена"), exam, right=2, now=NOW - 1 * DAY)
    started(person("Ольга"), exam, now=NOW - timedelta(minutes=1))
    return exam


def test_file_has_the_columns_of_the_page(office, people):
    response = export(office, "xlsx")

    book = openpyxl.load_workbook(io.BytesIO(body(response)))
    north = ("Северный контур", "Тест 1", 1)
    assert list(book.active.values) == [
        tuple(column.title for column in attempt_table.columns()),
        (
            *("Ольга", "ольга@example.com", *north, words("In progress"), None, None),
            *(datetime(2026, 11, 23, 9, 59), datetime(2026, 11, 23, 10, 59)),  # noqa: DTZ001
        ),
        (
            *("Елена", "елена@example.com", *north, plain(words("Not passed")), 2, 5),
            *(datetime(2026, 11, 22, 10, 0), datetime(2026, 11, 22, 10, 10)),  # noqa: DTZ001
        ),
        (
            *("Полина", "полина@example.com", *north, words("Passed"), 4, 5),
            *(datetime(2026, 11, 21, 10, 0), datetime(2026, 11, 21, 10, 10)),  # noqa: DTZ001
        ),
        (
            *("Вера", "вера@example.com", *north, words("Voided"), 5, 5),
            *(datetime(2026, 11, 18, 10, 0), datetime(2026, 11, 18, 10, 10)),  # noqa: DTZ001
        ),
    ]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv; charset=utf-8"),
    ],
)
def test_file_is_named_and_kept_by_nobody(office, people, form, kind):
    response = export(office, form)

    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Disposition"].rstrip('"').endswith(f"23.11.2026.{form}")
    assert "no-store" in response["Cache-Control"]
    assert int(response["Content-Length"]) == len(body(response))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ольга", "Елена", "Полина", "Вера"]),
        ({"outcome": "failed"}, ["Елена"]),
        ({"state": "voided"}, ["Вера"]),
        ({"q": "ПОЛИНА"}, ["Полина"]),
        ({"sort": "name"}, ["Вера", "Елена", "Ольга", "Полина"]),
        ({"sort": "-score", "after": "gone"}, ["Вера", "Полина", "Елена", "Ольга"]),
    ],
)
def test_file_has_what_the_page_finds_and_in_its_order(office, people, query, found, monkeypatch):
    monkeypatch.setattr(pages, "BATCH", 2)

    assert names(export(office, **query)) == found


def test_page_of_the_list_does_not_matter(office, people):
    token = pages.turn(Attempt.objects.all(), ("-started_at",), most=2).after

    assert names(export(office, after=token)) == ["Ольга", "Елена", "Полина", "Вера"]


def test_file_has_what_the_manager_sees_and_no_more(people):
    manager = ManagerFactory(all_companies=False)
    own = started(UserFactory(name="Нина", partner=PartnerFactory(manager=manager)), people)
    browser = Client()
    browser.force_login(manager)

    assert names(export(browser)) == [own.candidate.name]
    assert Event.objects.get(kind=EventKind.EXPORT_MADE).facts["rows"] == 1


def test_export_is_in_the_audit(office, manager, people):
    response = export(office, "xlsx", outcome="failed", sort="name", after="")
    assert body(response)[:2] == b"PK"

    event = Event.objects.get(kind=EventKind.EXPORT_MADE)
    assert response.status_code == 200
    assert (event.at, event.actor, event.subject_table, event.subject_id) == (
        NOW,
        manager,
        type(manager)._meta.db_table,
        manager.pk,
    )
    assert event.facts == {
        "listing": "attempts",
        "filters": {"outcome": "failed", "sort": "name"},
        "form": "xlsx",
        "rows": 1,
    }


def test_names_that_look_like_formulas_stay_text(office, people):
    started(UserFactory(name=HOSTILE, partner=PartnerFactory(name="@corp")), people, now=NOW)

    sheet = openpyxl.load_workbook(io.BytesIO(body(export(office, "xlsx")))).active
    row = lines(export(office))[1]

    assert [(cell.data_type, cell.value) for cell in (sheet["A2"], sheet["C2"])] == [
        ("s", HOSTILE),
        ("s", "@corp"),
    ]
    assert (row[0].replace('"', ""), row[2]) == ("'" + HOSTILE.replace('"', ""), "'@corp")


@pytest.mark.parametrize(
    ("form", "query", "sentence"),
    [
        ("pdf", {}, "There is no such form of a file."),
        ("", {}, "Choose a form for the file."),
        ("csv", {"colour": "blue"}, "There is no filter of this name: %(names)s."),
    ],
)
def test_export_that_cannot_be_says_why(office, people, form, query, sentence):
    response = export(office, form, **query)

    assert response.status_code == 422
    assert words(sentence, names="colour") in read(response).text
    assert not Event.objects.filter(kind=EventKind.EXPORT_MADE).exists()


def test_too_many_rows_are_refused_before_any_is_read(office, people, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    monkeypatch.setattr(attempt_table, "batches", None)

    response = export(office, state="", sort="name")

    sentence = "A file holds %(most)s rows at most: filter the list further."
    assert (response.status_code, words(sentence, most=3) in read(response).text) == (422, True)
    assert f"{reverse('manage_attempts')}?sort=name" in read(response).links
    assert spreadsheet.MOST_ROWS == 200_000


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_others_take_nothing_away(client, person, people, role):
    person.role = role
    person.save(update_fields=["role"])

    assert export(client).status_code == 403


def elsewhere(write):
    """Let another connection write, without waiting for a lock; return why it could not."""
    failed = []

    def attempted():
        try:
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA busy_timeout = 0")
            write()
        except OperationalError as error:
            failed.append(str(error))
        finally:
            connection.close()

    thread = Thread(target=attempted)
    thread.start()
    thread.join()
    return failed


@pytest.fixture
def answering(transactional_db):
    """Three attempts, and a save of an answer of the first, by another connection."""
    exam = bank_with_exam(questions=1, per_section=1)
    attempts = [started(exam=exam) for _ in range(3)]
    failed, chosen = [], iter([0, 1] * 9)

    def save():
        attempt = attempts[0]
        answer = answers.Answer(chosen=(next(chosen),))
        failed.extend(
            elsewhere(lambda: answers.save_answer(attempt.pk, 1, answer, by=attempt.candidate_id, now=NOW))
        )
        return failed

    yield save
    close_old_connections()


def test_answers_are_saved_while_a_file_is_written(answering, office, monkeypatch):
    monkeypatch.setattr(pages, "BATCH", 1)
    saved = []
    row_of = attempt_table.row_of

    def slow(attempt):
        saved.append(answering())
        return row_of(attempt)

    monkeypatch.setattr(attempt_table, "row_of", slow)

    response = export(office, "xlsx")
    content = iter(response.streaming_content)
    half = next(content)
    saved.append(answering())

    assert (saved, half[:2]) == ([[]] * 4, b"PK")
    assert b"".join(content)  # read to its end, it is closed


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's readers keep nobody waiting")
def test_an_open_query_would_keep_them_waiting(answering):
    rows = Attempt.objects.iterator(chunk_size=1)
    next(rows)

    assert answering() == ["database is locked"]
    rows.close()
