from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import Attempt, Exam, Option, Question
from certification.states import AttemptState
from tests.factories import (
    NOW,
    ExamFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    started,
)
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db


def result(client, attempt):
    return client.get(reverse("result", args=[attempt.pk]))


def share_rows(response):
    """The cells of the table by section."""
    rows, cell = [], None
    for kind, chunk in read(response).chunks:
        if kind == "open" and chunk == "tr":
            rows.append([])
        elif kind == "open" and chunk in ("th", "td"):
            rows[-1].append("")
            cell = rows[-1]
        elif kind == "close" and chunk in ("th", "td"):
            cell = None
        elif kind == "text" and cell:
            cell[-1] += chunk
    return [[" ".join(cell.split()) for cell in row[:3]] for row in rows[1:]]


def by_section(person, rights, *, pass_percent=80, **exam):
    """An attempt with so many of three right answers in each section, the last ones of the paper."""
    sections = [SectionFactory(title=f"Часть {name}") for name in "АБВГ"[: len(rights)]]
    for section in sections:
        QuestionFactory.create_batch(3, section=section)
    lines = dict.fromkeys(sections, 3)
    attempt = started(person, ExamFactory(lines=lines, pass_percent=pass_percent, **exam))
    left = dict(zip(sections, rights, strict=True))
    for response in attempt.responses.with_question().order_by("-position"):
        if left[response.question.section]:
            left[response.question.section] -= 1
            key = response.question.options.get(is_correct=True).position
            response.chosen, response.revision, response.saved_at = [key], 1, NOW
            response.save()
    return attempt, sections


def test_result_of_a_pass_shows_score_mark_and_each_section(client, person):
    attempt, sections = by_section(person, [3, 2, 3])
    client.post(reverse("finish", args=[attempt.pk]))

    response = result(client, attempt)

    assert response.status_code == 200
    page = read(response)
    of = words("of", context="score of maximum")
    assert words("The exam is passed") in page.text
    assert f"8 {of} 9" in page.text
    assert words("pass mark %(needed)s", needed=8) in page.text
    assert share_rows(response) == [
        [str(sections[0]), f"3 {of} 3", "100 %"],
        [str(sections[1]), f"2 {of} 3", "66 %"],
        [str(sections[2]), f"3 {of} 3", "100 %"],
    ]
    filled = [attrs["class"] for tag, attrs in page.tags if tag == "rect" and attrs.get("width") == "13"]
    assert filled == ["f", "f", "f", "f", "f", "x", "f", "f", "f"]
    assert words("Retake") not in page.text


def test_result_of_a_failure_says_what_is_missing_and_what_to_revise(client, person):
    attempt, sections = by_section(person, [3, 1, 0, 2], first_wait=timedelta(hours=24), attempts_allowed=3)
    client.post(reverse("finish", args=[attempt.pk]))

    page = read(result(client, attempt))

    assert words("The exam is not passed yet") in page.text
    assert words("%(short)s short", short=4) in page.text
    assert words("pass mark %(needed)s", needed=10) in page.text
    date = "24 ноября 2026 г., 10:00"
    assert words("The next attempt may start from %(date)s (Moscow).", date=date) in page.text
    assert words("%(used)s of %(allowed)s used", used=1, allowed=3) in page.text
    revise = page.text[page.text.index(words("What to revise")) :]
    order = [revise.index(f"Часть {name}") for name in "ВБГ"]
    assert order == sorted(order)
    assert "Часть А" not in revise


def test_result_keeps_the_promised_pass_mark_and_name(client, person):
    attempt, _sections = by_section(person, [2, 2], pass_percent=60)
    client.post(reverse("finish", args=[attempt.pk]))
    attempt.exam.pass_percent = 100
    attempt.exam.save()
    person.name = "Другая Фамилия"
    person.save()

    page = read(result(client, attempt))

    assert words("The exam is passed") in page.text
    assert words("pass mark %(needed)s", needed=4) in page.text
    assert page.text.count("Мария Лебедева") >= 1


@pytest.mark.parametrize(
    ("gives_certificate", "sentence"),
    [
        (True, words("My certificate")),
        (False, words("This was training: the next step is the exam that gives a certificate.")),
    ],
)
def test_result_of_a_pass_says_what_it_is_good_for(client, person, gives_certificate, sentence):
    attempt = finished(person, bank_with_exam(gives_certificate=gives_certificate), right=5)

    assert sentence in read(result(client, attempt)).text


@pytest.mark.parametrize(
    ("promised", "later", "sentence"),
    [
        (True, False, words("My certificate")),
        (False, True, words("This was training: the next step is the exam that gives a certificate.")),
    ],
)
def test_result_is_good_for_what_was_promised_whatever_the_exam_gives_later(
    client, person, promised, later, sentence
):
    attempt = finished(person, bank_with_exam(gives_certificate=promised), right=5)
    Exam.objects.update(gives_certificate=later)

    page = read(result(client, attempt))

    assert sentence in page.text
    assert words("Renew the certificate") not in page.text


def test_result_of_a_failure_after_the_wait_leads_to_the_retake(client, person):
    exam = bank_with_exam(first_wait=timedelta(hours=1))
    attempt = finished(person, exam, now=NOW - timedelta(days=1))

    page = read(result(client, attempt))

    assert words("The next attempt is open.") in page.text
    assert reverse("exam", args=[exam.slug]) in page.links


def test_result_never_shows_keys_questions_or_options(client, person):
    section = SectionFactory(title="Раздел без тайн")
    question = QuestionFactory(
        section=section, text="ТАЙНЫЙВОПРОС?", explanation="ТАЙНОЕПОЯСНЕНИЕ", options__count=0
    )
    for position, text in enumerate(["ТАЙНЫЙКЛЮЧ", "ТАЙНЫЙПРОМАХ", "ТАЙНЫЙОБМАН"], start=1):
        Option.objects.create(question=question, position=position, text=text, is_correct=position == 1)
    passed = finished(person, ExamFactory(lines={section: 1}), right=1)
    failed = finished(UserFactory(), ExamFactory(lines={section: 1}), right=0)
    planted = Question.objects.filter(
        text__startswith="ТАЙНЫЙ", options__text__startswith="ТАЙНЫЙ"
    ).distinct()
    assert planted.count() == 1

    for attempt in (passed, failed):
        client.force_login(attempt.candidate)
        response = result(client, attempt)
        assert response.status_code == 200
        assert "Раздел без тайн" in read(response).text
        assert "ТАЙН" not in response.content.decode()


def test_result_does_not_tell_which_question_was_wrong(client, person):
    """Cells are in the order of their marks, so papers with equal shares look the same."""
    first, _sections = by_section(person, [2], first_wait=timedelta())
    rows = list(first.responses.order_by("position"))
    client.post(reverse("finish", args=[first.pk]))
    cells = [attrs["class"] for tag, attrs in read(result(client, first)).tags if tag == "rect"][-3:]

    assert [bool(row.chosen) for row in rows] == [False, True, True]
    assert cells == ["f", "f", "x"]


def test_result_of_an_open_attempt_leads_back_into_it(client, person):
    attempt = started(person)

    assert result(client, attempt)["Location"] == reverse("question", args=[attempt.pk, 1])


def test_result_after_the_deadline_waits_and_writes_nothing_until_asked(client, person, clock):
    attempt = started(person)
    answer(attempt, right=5)
    clock.move_to(attempt.deadline + timedelta(seconds=1))

    page = result(client, attempt)
    assert page.status_code == 200
    assert words("Time is up") in read(page).text
    assert Attempt.objects.get().state == AttemptState.OPEN

    page = press(client, page, words("Show the result"))

    assert page.request["PATH_INFO"] == reverse("result", args=[attempt.pk])
    assert words("time ran out") in read(page).text
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.finished_at, attempt.passed) == (
        AttemptState.EXPIRED,
        attempt.deadline,
        True,
    )


def test_result_of_somebody_else_is_not_there(client):
    assert result(client, finished(UserFactory(), right=5)).status_code == 404


def test_result_is_only_read(client, person):
    attempt = finished(person)

    assert client.post(reverse("result", args=[attempt.pk])).status_code == 405


def test_result_of_an_earlier_attempt_stays_what_it_was(client, person):
    exam = bank_with_exam(first_wait=timedelta())
    earlier = finished(person, exam, right=2, now=NOW - timedelta(days=2))
    finished(person, exam, right=5, now=NOW - timedelta(days=1))

    page = read(result(client, earlier))

    of = words("of", context="score of maximum")
    assert f"2 {of} 5" in page.text
    assert words("The exam is not passed yet") in page.text
    assert words("attempt %(number)s", number=1) in page.text


def test_clock_tells_the_time_and_the_deadline(client, person, clock):
    attempt = started(person)
    clock.shift(timedelta(minutes=5))

    response = client.get(reverse("clock", args=[attempt.pk]))

    assert response.json() == {
        "server_now": "2026-11-23T07:05:00Z",
        "deadline": "2026-11-23T08:00:00Z",
        "open": True,
    }


@pytest.mark.parametrize(("late", "is_open"), [(0, True), (1, False)])
def test_clock_says_when_the_attempt_is_over(client, person, clock, late, is_open):
    attempt = started(person)
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    assert client.get(reverse("clock", args=[attempt.pk])).json()["open"] is is_open


def test_clock_of_somebody_else_is_not_there(client):
    assert client.get(reverse("clock", args=[started(UserFactory()).pk])).status_code == 404
