"""The manager's list of the notes that candidates leave at questions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import answers
from tests.factories import (
    NOW,
    QuestionFactory,
    UserFactory,
    bank_with_exam,
    started,
)
from tests.pages import read, tables, words

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>&amp;{{ 7|add:7 }}"


def note(attempt, text, *, position=1, now=NOW):
    answers.save_answer(attempt.pk, position, answers.Answer(note=text), by=attempt.candidate_id, now=now)


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1")


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
                f"{words('It is handled', context='note')} {question.number}".strip(),
            ],
            [
                f"{other.text} {version}",
                "Два верных ответа.",
                words("%(who)s, attempt %(number)s", who="Анна", number=1),
                "Тест 1",
                "23.11.2026 10:00",
                f"{words('It is handled', context='note')} {other.number}".strip(),
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

    names = (
        "manage_today",
        "manage_attempts",
        "manage_items",
        "manage_partners",
        "manage_audit",
        "manage_help",
    )
    wanted = [reverse(name) for name in names]
    assert [link for link in links if link.startswith("/manage/")] == wanted
    assert [link for link in read(client.get("/")).links if link.startswith("/manage/")] == []
    for address in wanted:
        response = browser.get(address)
        current = [attrs["href"] for _tag, attrs in read(response).tags if "aria-current" in attrs]
        assert current == [address]
