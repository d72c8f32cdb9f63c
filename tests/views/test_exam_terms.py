"""What the page before an attempt promises beyond the ordinary."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import allowances
from certification.rules.deadlines import ExtraTime
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished, started
from tests.pages import read, words

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def page(client, exam):
    response = client.get(reverse("exam", args=[exam.slug]))
    assert response.status_code == 200
    return read(response)


def said(person, exam, now=NOW):
    return {"by": ManagerFactory().pk, "now": now, "reason": "Справка"}


def test_extra_time_is_said_before_the_start(client, person):
    exam = bank_with_exam(minutes=60)
    sentence = words(
        "You were granted extra time: %(time)s instead of %(limit)s.", time="90 минут", limit="60 минут"
    )
    assert sentence not in page(client, exam).text

    allowances.grant_time(person.pk, exam.pk, ExtraTime(percent=150), **said(person, exam))

    assert sentence in page(client, exam).text


@pytest.mark.parametrize(
    ("closes_in", "cut"), [(59 * MINUTE, True), (60 * MINUTE, False), (90 * MINUTE, False)]
)
def test_window_that_cuts_the_attempt_is_said_before_the_start(client, closes_in, cut):
    exam = bank_with_exam(minutes=60, closes_at=NOW + closes_in)
    date = "23 ноября 2026 г., 10:59"

    text = page(client, exam).text

    sentence = words(
        "The exam closes on %(date)s (Moscow): an attempt that starts now has %(time)s.",
        date=date,
        time="59 минут",
    )
    assert (sentence in text) is cut
    assert (words("Open until") in text) is not cut


@pytest.mark.parametrize(
    ("window", "sentence", "date"),
    [
        ({"opens_at": NOW + 90 * MINUTE}, "The exam opens on %(opens)s (Moscow).", "opens"),
        (
            {"closes_at": NOW},
            "The exam closed on %(closes)s (Moscow). What you have earned stays.",
            "closes",
        ),
    ],
)
def test_outside_its_window_the_exam_is_not_started_and_says_when(client, person, window, sentence, date):
    exam = bank_with_exam(**window)
    moment = {"opens": "23 ноября 2026 г., 11:30", "closes": "23 ноября 2026 г., 10:00"}[date]

    shown = page(client, exam)
    posted = client.post(
        reverse("exam", args=[exam.slug]), {"name": "Мария", "consent": "on", "pledge": "on"}
    )

    assert words(sentence, **{date: moment}) in shown.text
    assert posted.status_code == 409
    assert words(sentence, **{date: moment}) in read(posted).text
    assert not person.attempts.exists()


@pytest.mark.parametrize(
    ("allowed", "sentence"),
    [
        (
            2,
            (
                "The wait before the next attempt lasts until the exam closes on %(closes)s (Moscow). To "
                "start earlier ask the programme's manager:"
            ),
        ),
        (
            1,
            (
                "All attempts are used, and the exam closes on %(closes)s (Moscow). For one more ask the "
                "programme's manager:"
            ),
        ),
    ],
)
def test_next_attempt_that_would_open_after_the_exam_closes_has_no_date(client, person, allowed, sentence):
    exam = bank_with_exam(attempts_allowed=allowed, closes_at=NOW + timedelta(hours=2))
    finished(person, exam, now=NOW - 10 * MINUTE)

    assert words(sentence, closes="23 ноября 2026 г., 12:00") in page(client, exam).text


def test_minimums_of_sections_and_partial_credit_are_said(client):
    exam = bank_with_exam(sections=2, partial_credit=True)
    line = exam.lines.select_related("section").first()
    line.min_percent = 80
    line.save()

    text = page(client, exam).text

    assert f"{line.section.title} — 80 %." in text
    assert words("%(percent)s %% of the points", percent=80) in text
    whole = words("Where several answers are right, all of them and nothing else must be chosen.")
    assert whole[:60] not in text


def test_granted_attempts_are_counted(client, person):
    exam = bank_with_exam(attempts_allowed=1)
    finished(person, exam, now=NOW - 10 * MINUTE)
    allowances.grant_attempts(person.pk, exam.pk, 2, **said(person, exam))

    assert words("%(used)s of %(allowed)s used", used=1, allowed=3) in page(client, exam).text


def test_address_of_an_attempt_leads_to_where_it_stands(client, person):
    attempt = started(person)
    assert client.get(reverse("attempt", args=[attempt.pk]))["Location"] == attempt.get_absolute_url()
    done = finished(person, now=NOW - 30 * MINUTE)
    assert client.get(reverse("attempt", args=[done.pk]))["Location"] == done.get_result_url()
