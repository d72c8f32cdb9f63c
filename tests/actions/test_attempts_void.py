"""Voiding an attempt, and letting one go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certification.actions import answers, attempts
from certification.actions.answers import Answer
from certification.actions.refused import Refused
from certification.models import Attempt, Event
from certification.rules.eligibility import Reason, Refusal
from certification.states import AttemptState, EventKind
from tests.factories import NOW, ManagerFactory, UserFactory, answer, bank_with_exam, finished, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def manager():
    return ManagerFactory()


def void(attempt, manager, *, now=LATER):
    return attempts.void(attempt.pk, by=manager.pk, now=now, reason="Сбой у партнёра")


def reopen(attempt, manager, *, now=LATER, minutes=30):
    return attempts.reopen(attempt.pk, by=manager.pk, now=now, reason="Сбой у нас", minutes=minutes)


def start(exam, user, *, now):
    return attempts.start(exam.pk, by=user.pk, now=now, name=user.name)


def row(attempt):
    [stored] = rows_of(Attempt.objects.filter(pk=attempt.pk))
    return stored


def iso(moment):
    return moment.astimezone(timezone.get_default_timezone()).isoformat()


def event_of(kind):
    """The one event of a kind, its moments as text in Moscow time."""
    event = Event.objects.get(kind=kind)
    moments = {
        name: iso(timezone.datetime.fromisoformat(fact))
        for name, fact in event.facts.items()
        if isinstance(fact, str) and name.endswith(("deadline", "_at"))
    }
    return event.at, event.actor, event.subject_id, event.facts | moments


def test_voided_attempt_keeps_everything_and_says_who_when_and_why(manager):
    attempt = finished(right=5)
    before, row_before = all_rows(), row(attempt)

    voided = void(attempt, manager)

    changes = {
        "state": "voided",
        "voided_at": LATER,
        "voided_by_id": manager.pk,
        "void_reason": "Сбой у партнёра",
    }
    assert row(attempt) == row_before | changes
    assert (voided.state, voided.counts, voided.score) == (AttemptState.VOIDED, False, 500)
    assert sorted(changed_tables(before)) == ["Attempt", "Certificate", "Event"]
    assert event_of(EventKind.ATTEMPT_VOIDED) == (
        LATER,
        manager,
        attempt.pk,
        {
            "reason": "Сбой у партнёра",
            "former_state": "submitted",
            "former_deadline": iso(NOW + 60 * MINUTE),
            "former_finished_at": iso(NOW + 10 * MINUTE),
            "former_score": 500,
            "former_max_score": 500,
            "former_passed": True,
            "former_voided_at": None,
            "former_voided_by_id": None,
            "former_void_reason": "",
        },
    )


@pytest.mark.parametrize(
    ("now", "ended", "finished_at"),
    [
        (NOW + 20 * MINUTE, EventKind.ATTEMPT_SUBMITTED, NOW + 20 * MINUTE),
        (LATER, EventKind.ATTEMPT_EXPIRED, NOW + 60 * MINUTE),
    ],
)
def test_attempt_in_progress_is_finished_and_scored_before_it_is_voided(manager, now, ended, finished_at):
    attempt = started()
    answer(attempt, right=3)

    voided = void(attempt, manager, now=now)

    assert (voided.state, voided.finished_at, voided.score) == (AttemptState.VOIDED, finished_at, 300)
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [EventKind.ATTEMPT_STARTED, ended, EventKind.ATTEMPT_VOIDED]


def test_second_voiding_changes_nothing(manager):
    attempt = finished()
    void(attempt, manager)
    before = all_rows()

    again = void(attempt, manager, now=LATER + MINUTE)

    assert (again.voided_at, changed_tables(before)) == (LATER, [])


def test_voided_attempt_uses_up_no_attempt_and_begins_no_wait(manager):
    exam = bank_with_exam(attempts_allowed=1, first_wait=timedelta(days=30))
    attempt = finished(exam=exam)
    assert start(exam, attempt.candidate, now=LATER) == Refusal(
        Reason.OUT_OF_ATTEMPTS, retry_at=attempt.finished_at + timedelta(days=90)
    )

    void(attempt, manager)

    assert start(exam, attempt.candidate, now=LATER).number == 2


def test_answers_of_a_voided_attempt_are_refused(manager):
    attempt = started()
    void(attempt, manager, now=NOW + MINUTE)

    saved = answers.save_answer(
        attempt.pk, 1, Answer(chosen=(1,)), by=attempt.candidate_id, now=NOW + 2 * MINUTE
    )

    assert not saved.accepted


@pytest.mark.parametrize("state", ["submitted", "expired", "voided"])
def test_reopened_attempt_goes_on_where_it_was(manager, state):
    attempt = started()
    answer(attempt, right=3)
    attempt = attempts.submit(
        attempt.pk, by=None, now=NOW + 2 * MINUTE if state == "submitted" else NOW + 90 * MINUTE
    )
    if state == "voided":
        attempt = void(attempt, manager, now=LATER - MINUTE)
    former = row(attempt)
    paper = rows_of(attempt.responses.all())

    reopened = reopen(attempt, manager)

    changes = {
        "state": "open",
        "deadline": LATER + 30 * MINUTE,
        "reopened_at": LATER,
        "finished_at": None,
        "score": None,
        "max_score": None,
        "passed": None,
        "voided_at": None,
        "voided_by_id": None,
        "void_reason": "",
    }
    assert row(attempt) == former | changes
    assert (reopened.time_limit, reopened.is_over(LATER)) == (30 * MINUTE, False)
    assert rows_of(attempt.responses.all()) == paper
    at, actor, subject, facts = event_of(EventKind.ATTEMPT_REOPENED)
    assert (at, actor, subject) == (LATER, manager, attempt.pk)
    assert facts == {
        "reason": "Сбой у нас",
        "minutes": 30,
        "deadline": iso(LATER + 30 * MINUTE),
        "former_state": state,
        "former_deadline": iso(NOW + 60 * MINUTE),
        "former_finished_at": iso(former["finished_at"]),
        "former_score": 300,
        "former_max_score": 500,
        "former_passed": False,
        "former_voided_at": iso(former["voided_at"]) if state == "voided" else None,
        "former_voided_by_id": manager.pk if state == "voided" else None,
        "former_void_reason": "Сбой у партнёра" if state == "voided" else "",
    }


def test_reopened_attempt_is_answered_and_scored_anew(manager):
    attempt = finished(right=3)
    reopen(attempt, manager)

    answer(attempt, right=5, now=LATER + 29 * MINUTE)
    again = attempts.submit(attempt.pk, by=attempt.candidate_id, now=LATER + 29 * MINUTE)

    assert (again.state, again.score, again.passed) == (AttemptState.SUBMITTED, 500, True)
    assert again.finished_at == LATER + 29 * MINUTE


def test_reopened_attempt_expires_at_its_new_deadline(manager):
    attempt = finished(right=3)
    reopen(attempt, manager)

    attempts.close_overdue(now=LATER + timedelta(days=1))

    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_at) == (AttemptState.EXPIRED, LATER + 30 * MINUTE)


def test_reopening_one_in_progress_changes_nothing(manager):
    attempt = started()
    before = all_rows()

    assert reopen(attempt, manager, now=NOW + MINUTE) == attempt
    assert changed_tables(before) == []


@pytest.mark.parametrize("later", ["open", "finished", "voided"])
def test_attempt_after_which_another_was_started_is_not_reopened(manager, later):
    exam = bank_with_exam(first_wait=timedelta())
    attempt = finished(exam=exam)
    another = start(exam, attempt.candidate, now=NOW + 20 * MINUTE)
    if later != "open":
        attempts.submit(another.pk, by=None, now=NOW + 30 * MINUTE)
    if later == "voided":
        void(another, manager)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        reopen(attempt, manager)

    assert (caught.value.code, changed_tables(before)) == ("later_attempt", [])


def test_attempts_of_others_and_at_other_exams_do_not_hinder_reopening(manager):
    attempt = finished()
    started(attempt.candidate, now=NOW + 20 * MINUTE)
    started(UserFactory(), attempt.exam, now=NOW + 20 * MINUTE)

    assert reopen(attempt, manager).is_open


@pytest.mark.parametrize("act", [void, reopen])
def test_nobody_decides_about_their_own_attempt(act):
    attempt = finished(ManagerFactory())
    before = all_rows()

    with pytest.raises(Refused) as caught:
        act(attempt, attempt.candidate)

    assert (caught.value.code, changed_tables(before)) == ("own", [])
