"""Finishing an attempt: when it counts as finished, what it scores, and that it does so once."""

from datetime import timedelta

import pytest

from certification.actions import answers, attempts, bank
from certification.actions.answers import Answer
from certification.models import Attempt, Event, Question
from certification.models.responses import receipt_of
from certification.rules import receipt
from certification.states import EventKind, QuestionKind
from tests.factories import (
    NOW,
    ExamFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    item,
    shown_key,
    started,
)
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=10)


def submit(attempt, *, now, by=None):
    return attempts.submit(attempt.pk, by=by, now=now)


def result_of(attempt):
    columns = ("state", "finished_at", "score", "max_score", "passed")
    return Attempt.objects.values_list(*columns).get(pk=attempt.pk)


def digest_of(attempt):
    attempt.refresh_from_db()
    return receipt.digest(receipt_of(attempt))


def finishing_events():
    return list(
        Event.objects.exclude(kind=EventKind.ATTEMPT_STARTED).values_list(
            "kind", "at", "actor", "subject_table", "subject_id", "facts"
        )
    )


@pytest.mark.parametrize(
    ("right", "passed"), [(0, False), (3, False), (4, True), (5, True)], ids=["0", "60%", "80%", "100%"]
)
def test_submit_scores_what_is_saved_against_the_pass_mark(right, passed):
    attempt = started()
    answer(attempt, right=right)
    now = NOW + timedelta(minutes=20)

    returned = submit(attempt, now=now, by=attempt.candidate_id)

    assert result_of(attempt) == ("submitted", now, 100 * right, 500, passed)
    assert (returned.state, returned.score, returned.passed) == ("submitted", 100 * right, passed)


def test_submit_of_a_blank_paper_scores_nothing():
    attempt = started()

    submit(attempt, now=NOW)

    assert result_of(attempt) == ("submitted", NOW, 0, 500, False)


def test_submit_counts_an_unanswered_question_as_wrong():
    attempt = started()
    response = attempt.responses.get(position=2)
    answers.save_answer(attempt.pk, 2, Answer(chosen=shown_key(response)), by=attempt.candidate_id, now=NOW)

    submit(attempt, now=NOW + timedelta(minutes=1))

    assert result_of(attempt)[2:] == (100, 500, False)


@pytest.mark.parametrize(("chosen", "score"), [([1, 2], 100), ([1], 0), ([1, 2, 3], 0), ([3, 4], 0), ([], 0)])
def test_submit_scores_a_multiple_choice_all_or_nothing(chosen, score):
    section = SectionFactory()
    QuestionFactory(section=section, kind=QuestionKind.MULTIPLE, options__rights=2)
    attempt = started(exam=ExamFactory(lines={section: 1}))
    shown = tuple(attempt.responses.get().shown(chosen))
    answers.save_answer(attempt.pk, 1, Answer(chosen=shown), by=attempt.candidate_id, now=NOW)

    assert submit(attempt, now=NOW).score == score


@pytest.mark.parametrize(
    ("late", "state"),
    [
        (-MS, "submitted"),
        (timedelta(0), "submitted"),
        (MS, "expired"),
        (GRACE, "expired"),
        (GRACE + MS, "expired"),
        (timedelta(days=3), "expired"),
    ],
)
def test_submit_after_the_deadline_ended_at_the_deadline(late, state):
    attempt = started()
    answer(attempt, right=4)
    now = attempt.deadline + late

    submit(attempt, now=now, by=attempt.candidate_id)

    assert result_of(attempt) == (state, min(now, attempt.deadline), 400, 500, True)


def test_submit_within_the_grace_counts_what_was_saved_within_it():
    attempt = started()
    answer(attempt, right=5, now=attempt.deadline + GRACE)

    submit(attempt, now=attempt.deadline + GRACE + MS)

    assert result_of(attempt) == ("expired", attempt.deadline, 500, 500, True)


def test_submit_again_returns_the_first_result_and_writes_nothing():
    attempt = started()
    answer(attempt, right=4)
    first = submit(attempt, now=NOW + timedelta(minutes=20), by=attempt.candidate_id)
    before = all_rows()

    again = submit(attempt, now=attempt.deadline + timedelta(hours=1), by=None)

    assert again == first
    assert (again.state, again.finished_at, again.score) == (first.state, first.finished_at, 400)
    assert changed_tables(before) == []


def test_submit_by_the_candidate_is_recorded_with_the_result():
    attempt = started()
    answer(attempt, right=4)
    now = NOW + timedelta(minutes=20)

    submit(attempt, now=now, by=attempt.candidate_id)

    facts = {"score": 400, "max_score": 500, "passed": True, "receipt": digest_of(attempt)}
    assert finishing_events()[-1:] == [
        ("attempt_submitted", now, attempt.candidate_id, "certification_attempt", attempt.pk, facts)
    ]


def test_submit_by_the_system_is_recorded_at_the_moment_it_happened():
    attempt = started()
    now = attempt.deadline + timedelta(minutes=2)

    submit(attempt, now=now)

    facts = {"score": 0, "max_score": 500, "passed": False, "receipt": digest_of(attempt)}
    assert finishing_events() == [("attempt_expired", now, None, "certification_attempt", attempt.pk, facts)]


def test_submit_leaves_the_paper_and_other_attempts_alone():
    exam = bank_with_exam()
    attempt, other = started(exam=exam), started(exam=exam)
    answer(attempt, right=3)
    before = all_rows()

    submit(attempt, now=NOW)

    assert sorted(changed_tables(before)) == ["Attempt", "Event", "Notice"]
    assert result_of(other) == ("open", None, None, None, None)


def test_submit_scores_by_the_version_that_was_asked():
    user = UserFactory()
    section = SectionFactory()
    asked = QuestionFactory(section=section)
    attempt = started(user, ExamFactory(lines={section: 1}))
    answer(attempt, right=1)
    changed = item(section=section.number, text="Что делает кнопка теперь?")
    bank.revise(asked.pk, changed, by=None, now=NOW, publish=True)
    assert not Question.objects.current().filter(pk=asked.pk).exists()

    assert submit(attempt, now=NOW).score == 100
