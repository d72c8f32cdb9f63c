"""What else the exam's page asks of a save and of the clock: the next question, an answer from its queue."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import attempts
from certification.models import AnswerLog
from certification.rules.deadlines import ExtraTime
from tests.factories import NOW, ManagerFactory, started
from tests.pages import Reader, words
from tests.views.test_save_json import content, refused, save, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(person):
    return started(person)


def test_save_brings_the_next_question_to_a_script_that_asks_for_it(client, attempt):
    plain = save(client, attempt, choice="1").json()

    response = save(client, attempt, choice="2", **{"with": "next"})

    assert "next" not in plain
    following = response.json()["next"]
    assert following["position"] == 2
    shown = attempt.responses.with_question().get(position=2)
    [form] = Reader(following["html"]).forms
    assert (form.method, form.action) == ("post", url(attempt, 2))
    assert [field.label for field in form.named("choice")] == [
        f"{letter}{option.text}" for letter, option in zip("АБВГ", shown.shown_options, strict=True)
    ]
    assert [field.value for field in form.named("client")] == [""]
    assert shown.question.text in Reader(following["html"]).text


def test_next_question_comes_as_it_is_stored(client, attempt):
    save(client, attempt, 2, choice="3", strike="0", note="Опечатка")

    following = save(client, attempt, choice="1", **{"with": "next"}).json()["next"]

    [form] = Reader(following["html"]).forms
    assert form.data()["choice"] == ["3"]
    assert form.data()["note"] == ["Опечатка"]
    assert [button.name for button in form.buttons if button.value == "0"] == ["restore"]


@pytest.mark.parametrize("late_by", [timedelta(), timedelta(milliseconds=1)])
def test_nothing_follows_the_last_question_and_the_deadline(client, attempt, clock, late_by):
    assert save(client, attempt, 5, choice="1", **{"with": "next"}).json()["next"] is None
    clock.move_to(attempt.deadline + late_by)

    following = save(client, attempt, 1, choice="1", **{"with": "next"}).json()["next"]

    assert (following is None) is bool(late_by)


def test_answer_from_the_queue_that_another_page_has_overtaken_is_told_what_is_stored(client, attempt):
    save(client, attempt, choice="1", client="page", seq="1")
    save(client, attempt, choice="3", strike="0", client="tab", seq="1")

    response = save(client, attempt, choice="2", client="page", seq="2", base="1")

    assert response.status_code == 409
    assert refused(response) == {
        "reason": "conflict",
        "sentence": words(
            "This question was answered in another window or on another device meanwhile. That answer is "
            "stored, yours is not: choose which one counts."
        ),
        "value": [3],
        "struck": [0],
        "flagged": False,
        "revision": 2,
        "saved_at": "2026-11-23T07:00:00Z",
    }
    assert content(attempt)[:2] == ([3], 2)


def test_form_without_a_script_knows_no_base(client, attempt):
    save(client, attempt, choice="1", client="page", seq="1")

    client.post(url(attempt), {"choice": "2", "base": "0"})

    assert content(attempt)[:2] == ([2], 2)


@pytest.mark.parametrize("field", ["base", "shown_ms", "away_times", "away_ms"])
def test_numbers_that_are_none_are_refused(client, attempt, field):
    response = save(client, attempt, choice="1", client="page", seq="1", **{field: "-1"})

    assert (response.status_code, response.json()["reason"]) == (422, "damaged")
    assert content(attempt) == ([], 0, None)


def test_save_keeps_how_long_the_question_was_shown(client, attempt):
    save(client, attempt, choice="1", client="page", seq="1", shown_ms="4200", away_times="0", away_ms="0")

    row = AnswerLog.objects.get()
    assert (row.shown_ms, row.away_times, row.away_ms) == (4200, 0, 0)


@pytest.mark.parametrize("half", [{"away_times": "3"}, {"away_ms": "900"}])
def test_half_of_what_was_out_of_sight_says_nothing(client, attempt, half):
    response = save(client, attempt, choice="1", client="page", seq="1", **half)

    row = AnswerLog.objects.get()
    assert (response.status_code, row.away_times, row.away_ms) == (200, None, None)


def clock_of(client, attempt, **query):
    return client.get(reverse("clock", args=[attempt.pk]), query).json()


def test_clock_tells_an_extension_and_what_is_stored(client, attempt):
    save(client, attempt, 2, choice="3", client="tab", seq="1")
    attempts.extend(attempt.pk, ExtraTime(minutes=15), by=ManagerFactory().pk, now=NOW, reason="Болезнь")

    assert clock_of(client, attempt, question="2") == {
        "server_now": "2026-11-23T07:00:00Z",
        "deadline": "2026-11-23T08:15:00Z",
        "open": True,
        "question": {
            "value": [3],
            "struck": [],
            "flagged": False,
            "revision": 1,
            "saved_at": "2026-11-23T07:00:00Z",
        },
    }


@pytest.mark.parametrize("position", ["6", "0", "9999", "-1", "²", "x", "1 OR 1"])
def test_clock_knows_no_question_that_is_not_there(client, attempt, position):
    assert clock_of(client, attempt, question=position).get("question") is None


def test_person_who_is_deactivated_is_refused_and_the_attempt_kept(client, attempt, person):
    save(client, attempt, choice="1")
    person.is_active = False
    person.save()

    response = save(client, attempt, choice="2")

    assert (response.status_code, response.json()["reason"]) == (401, "signed_out")
    assert content(attempt)[:2] == ([1], 1)
    attempt.refresh_from_db()
    assert attempt.is_open


@pytest.mark.parametrize(
    ("queued", "taken"),
    [(timedelta(seconds=10), True), (timedelta(seconds=9, milliseconds=999), False)],
    ids=["arrived in the grace", "arrived a millisecond after it"],
)
def test_wait_for_a_thread_takes_no_time_from_anybody(client, attempt, clock, settings, queued, taken):
    """The save reached our proxy before the limit and the view 10 s later."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    now = attempt.deadline + timedelta(seconds=20)
    clock.move_to(now)
    arrived = (now - queued).timestamp()

    response = client.post(
        url(attempt),
        {"choice": "2"},
        headers={"accept": "application/json", "x-request-start": f"t={arrived:.3f}"},
    )

    assert response.status_code == (200 if taken else 409)
    assert content(attempt)[0] == ([2] if taken else [])


def test_moment_that_a_client_claims_is_not_believed(client, attempt, clock):
    clock.move_to(attempt.deadline + timedelta(seconds=20))

    response = client.post(
        url(attempt),
        {"choice": "2"},
        headers={"accept": "application/json", "x-request-start": f"t={NOW.timestamp():.3f}"},
    )

    assert response.status_code == 409
