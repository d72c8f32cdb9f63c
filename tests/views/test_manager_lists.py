"""The manager's lists: attempts, and the notes that candidates leave at questions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import answers, attempts
from certification.reports import manager as reports
from tests.factories import (
    NOW,
    PartnerFactory,
    QuestionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    started,
)
from tests.pages import read, tables, typed, words

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"
OF = words("of", context="score of maximum")


def listed(browser, **query):
    return browser.get(reverse("manage_attempts"), query)


def names(response):
    """Whose attempts are listed, in their order."""
    return [row[0].split(" ")[0] for table in tables(response) for row in table]


def note(attempt, text, *, position=1, now=NOW):
    answers.save_answer(attempt.pk, position, answers.Answer(note=text), by=attempt.candidate_id, now=now)


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1")


@pytest.fixture
def people(exam, manager):
    """One attempt in each state, the first one the oldest."""
    partner = PartnerFactory(name="Северный контур")

    def person(name):
        return UserFactory(name=f"{name} Лебедева", email=f"{name}@example.com".lower(), partner=partner)

    voided = finished(person("Вера"), exam, right=5, now=NOW - timedelta(days=5))
    attempts.void(voided.pk, by=manager.pk, now=NOW, reason="Сбой связи.")
    expired = started(person("Елена"), exam, now=NOW - timedelta(days=4))
    answer(expired, right=2, now=NOW - timedelta(days=4))
    attempts.submit(expired.pk, by=None, now=NOW - timedelta(days=3))
    finished(person("Полина"), exam, right=4, now=NOW - timedelta(days=2))
    started(person("Ольга"), exam, now=NOW - timedelta(minutes=1))


def test_attempts_are_listed_with_the_newest_first(office, people):
    response = listed(office)

    assert response.status_code == 200
    assert tables(response) == [
        [
            [
                "Ольга Лебедева ольга@example.com",
                "Северный контур",
                "Тест 1",
                "1",
                words("In progress"),
                "—",
                "23.11.2026 09:59",
                words("until %(time)s", time="23.11.2026 10:59"),
            ],
            [
                "Полина Лебедева полина@example.com",
                "Северный контур",
                "Тест 1",
                "1",
                words("Passed"),
                f"4 {OF} 5",
                "21.11.2026 10:00",
                "21.11.2026 10:10",
            ],
            [
                "Елена Лебедева елена@example.com",
                "Северный контур",
                "Тест 1",
                "1",
                words("Not passed"),
                f"2 {OF} 5",
                "19.11.2026 10:00",
                "19.11.2026 11:00",
            ],
            [
                "Вера Лебедева вера@example.com",
                "Северный контур",
                "Тест 1",
                "1",
                words("Voided"),
                f"5 {OF} 5",
                "18.11.2026 10:00",
                "18.11.2026 10:10",
            ],
        ]
    ]


def test_list_keeps_the_company_of_the_attempt(office):
    attempt = started(UserFactory(partner=PartnerFactory(name="Прежний партнёр")))
    attempt.candidate.partner = PartnerFactory(name="Новый партнёр")
    attempt.candidate.save(update_fields=["partner"])

    assert tables(listed(office))[0][0][1] == "Прежний партнёр"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ольга", "Полина", "Елена", "Вера"]),
        ({"q": "", "state": ""}, ["Ольга", "Полина", "Елена", "Вера"]),
        ({"q": "полин"}, ["Полина"]),
        ({"q": "лебедева  ЕЛЕНА"}, ["Елена"]),
        ({"q": "вера@"}, ["Вера"]),
        ({"q": "лебедева Фёдор"}, []),
        ({"state": "open"}, ["Ольга"]),
        ({"state": "passed"}, ["Полина"]),
        ({"state": "failed"}, ["Елена"]),
        ({"state": "voided"}, ["Вера"]),
        ({"state": "voided", "q": "полина"}, []),
        ({"colour": "blue", "page": "seven"}, ["Ольга", "Полина", "Елена", "Вера"]),
    ],
)
def test_search_and_filter_live_in_the_address(office, people, query, found):
    response = listed(office, **query)

    assert (response.status_code, names(response)) == (200, found)
    sent = typed(response, "q")
    assert (sent["q"], sent["state"]) == ([query.get("q", "")], [query.get("state", "")])


def test_attempt_is_found_by_its_number(office, people):
    attempt = started(UserFactory(name="Никита"), bank_with_exam(), now=NOW - timedelta(days=9))

    assert names(listed(office, q=f"№ {attempt.pk} Никита")) == ["Никита"]


def test_search_that_finds_nothing_says_so_and_offers_all(office, people):
    page = read(listed(office, q="Фёдор"))

    assert words("No attempt is like that. Try fewer words, or show all.") in page.text
    assert reverse("manage_attempts") in page.links


@pytest.mark.parametrize("query", [{"state": "expelled"}, {"q": "a" * 101}, {"q": "a\0"}])
def test_search_that_cannot_be_says_so(office, people, query):
    response = listed(office, **query)

    assert (response.status_code, names(response)) == (422, [])
    assert '<p class="err">' in response.content.decode()
    assert words("Error:") in response.content.decode()


def test_list_without_attempts_says_what_will_be_there(office):
    page = read(listed(office))

    assert words("Nobody has started an attempt yet. Each one will stand here from its start.") in page.text


def test_pages_keep_the_search(office, exam, monkeypatch):
    monkeypatch.setattr(reports, "ROWS", 2)
    for minute, name in enumerate(["Анна", "Вера", "Дина", "Жанна", "Лиза"]):
        started(UserFactory(name=name), exam, now=NOW + timedelta(minutes=minute))
    started(UserFactory(name="Борис"), exam, now=NOW + timedelta(hours=1))

    first = listed(office, q="на", state="open")  # Анна, Дина, Жанна
    [onwards] = [link for link in read(first).links if "page=2" in link]
    second = office.get(reverse("manage_attempts") + onwards)

    assert (names(first), names(second)) == (["Жанна", "Дина"], ["Анна"])
    ranges = [
        words("%(first)s–%(last)s of %(all)s, the newest first", first=f, last=t, all=3)
        for f, t in ((1, 2), (3, 3))
    ]
    assert [said in read(page).text for said, page in zip(ranges, (first, second), strict=True)] == [True] * 2
    assert names(listed(office, q="на", state="open", page=99)) == ["Анна"]


def test_fifty_rows_are_on_a_page():
    assert reports.ROWS == 50


def test_hostile_names_stay_text(office):
    started(UserFactory(name=HOSTILE, partner=PartnerFactory(name=HOSTILE)), bank_with_exam(title=HOSTILE))

    response = listed(office, q=HOSTILE.split("{", maxsplit=1)[0])

    assert names(response) == [HOSTILE.split(" ")[0]]
    assert [row[1:3] for row in tables(response)[0]] == [[HOSTILE, HOSTILE]]
    assert "<script>alert" not in response.content.decode()


def test_notes_are_listed_with_the_newest_first(office, exam):
    first, second = started(UserFactory(name="Анна"), exam), started(UserFactory(name="Вера"), exam)
    question = second.responses.get(position=3).question
    note(first, "Два верных ответа.", position=2, now=NOW)
    note(second, HOSTILE, position=3, now=NOW + timedelta(minutes=2))

    response = office.get(reverse("manage_notes"))

    other = first.responses.get(position=2).question
    version = words("Version %(version)s", version=1)
    assert tables(response) == [
        [
            [
                f"{question.text} {version}",
                HOSTILE,
                words("%(who)s, attempt %(number)s", who="Вера", number=1),
                "Тест 1",
                "23.11.2026 10:02",
            ],
            [
                f"{other.text} {version}",
                "Два верных ответа.",
                words("%(who)s, attempt %(number)s", who="Анна", number=1),
                "Тест 1",
                "23.11.2026 10:00",
            ],
        ]
    ]
    links = [link for link in read(response).links if link.startswith("/manage/attempts/")][1:]
    assert links == [reverse("manage_attempt", args=[attempt.pk]) for attempt in (second, first)]
    assert "<script>alert" not in response.content.decode()


def test_note_that_was_taken_back_is_not_listed(office, exam):
    attempt = started(exam=exam)
    note(attempt, "Опечатка.")
    note(attempt, "")

    response = office.get(reverse("manage_notes"))

    sentence = words("No notes yet. A candidate can leave one at each question of an attempt.")
    assert (tables(response), sentence in read(response).text) == ([], True)


def test_note_names_its_question_and_shortens_it(office):
    question = QuestionFactory(number="3.7", text="Очень " * 30 + "длинный вопрос?")
    exam = bank_with_exam(questions=0)
    exam.lines.update(section=question.section, questions=1)
    note(started(exam=exam), "Непонятно.")

    [[[cell, *_rest]]] = tables(office.get(reverse("manage_notes")))

    name = words("Question %(number)s, version %(version)s", number="3.7", version=1)
    assert cell == f"{('Очень ' * 30)[:99].strip()}… {name}"


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_menu_leads_managers_to_every_list(office, editor, client, role):
    browser = {"manager": office, "admin": editor}[role]

    links = read(browser.get("/")).links

    wanted = [reverse(name) for name in ("manage_partners", "manage_attempts", "manage_notes")]
    assert [link for link in links if link.startswith("/manage/")] == wanted
    assert [link for link in read(client.get("/")).links if link.startswith("/manage/")] == []
    for address in wanted:
        response = browser.get(address)
        current = [attrs["href"] for _tag, attrs in read(response).tags if "aria-current" in attrs]
        assert current == [address]
