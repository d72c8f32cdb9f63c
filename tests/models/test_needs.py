"""After which attempts somebody needs a manager."""

from datetime import timedelta

import pytest

from certification.models import Attempt, Exam
from certification.rules.borderline import is_borderline
from tests.factories import NOW, UserFactory, bank_with_exam, finished, started, void

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EXAM = {
    "attempts_allowed": 9,
    "first_wait": timedelta(),
    "later_wait": timedelta(),
}


@pytest.fixture
def exam():
    return bank_with_exam(**EXAM)


def sit(exam, *rights, person=None):
    """One attempt after another, each with so many of five questions right; None is left open."""
    person = person or UserFactory()
    made = []
    for day, right in enumerate(rights):
        now = NOW + day * DAY
        made.append(
            started(person, exam, now=now) if right is None else finished(person, exam, right=right, now=now)
        )
    return made


def test_third_failure_is_the_last_one_and_those_after_it(exam):
    third = sit(exam, 1, 0, 1)
    fourth = sit(exam, 1, 0, 1, 0)
    sit(exam, 1, 0)
    sit(exam, 5)

    assert set(Attempt.objects.third_failures(NOW)) == {third[-1], fourth[-1]}


def test_who_sits_again_needs_nobody(exam):
    sit(exam, 1, 0, 1, None)
    sit(exam, 1, 0, 1, 5)

    assert list(Attempt.objects.third_failures(NOW)) == []


def test_voided_attempts_are_no_failures_and_follow_nothing(exam):
    *_earlier, last = sit(exam, 1, 0, 1)
    again = finished(last.candidate, exam, now=NOW + 5 * DAY)
    void(again, now=NOW + 9 * DAY)
    two = sit(exam, 1, 0, 1)
    void(two[0], now=NOW + 9 * DAY)

    assert list(Attempt.objects.third_failures(NOW)) == [last]


def test_a_pass_begins_the_count_anew():
    exam = bank_with_exam(**EXAM, certificate_months=1)
    person = UserFactory()
    for day, right in enumerate((1, 1, 5)):
        finished(person, exam, right=right, now=NOW + day * DAY)
    renewal = NOW + 60 * DAY
    finished(person, exam, right=1, now=renewal)
    finished(person, exam, right=1, now=renewal + DAY)
    assert list(Attempt.objects.third_failures(NOW)) == []

    third = finished(person, exam, right=1, now=renewal + 2 * DAY)

    assert list(Attempt.objects.third_failures(NOW)) == [third]


def test_failures_at_other_exams_and_of_others_do_not_add_up(exam):
    [first, second] = sit(exam, 1, 0)
    sit(bank_with_exam(**EXAM), 1, person=first.candidate)
    sit(exam, 1)

    assert list(Attempt.objects.third_failures(NOW)) == []
    assert second in Attempt.objects.last_failures(NOW)


def test_training_may_be_failed_as_often_as_one_likes(exam):
    """And what was failed while the exam gave no certificate was training."""
    Exam.objects.update(gives_certificate=False)
    sit(exam, 1, 0, 3)
    [trained] = sit(exam, 1)
    Exam.objects.update(gives_certificate=True)
    for day in (1, 2):
        second = finished(trained.candidate, exam, right=3, now=NOW + day * DAY)
    assert list(Attempt.objects.third_failures(NOW)) == []

    third = finished(trained.candidate, exam, right=3, now=NOW + 3 * DAY)

    assert (second.number, list(Attempt.objects.third_failures(NOW))) == (3, [third])
    assert list(Attempt.objects.borderline(NOW)) == [third]


def test_who_may_not_sign_in_needs_nobody(exam):
    *_earlier, last = sit(exam, 1, 0, 1)
    person = last.candidate
    person.is_active = False
    person.save(update_fields=["is_active"])

    assert list(Attempt.objects.third_failures(NOW)) == []
    assert list(Attempt.objects.borderline(NOW)) == []


def test_borderline_is_what_the_rule_says(exam):
    """Five points, mark 4: one standard error is √(4 · 1 / 4) = 1."""
    by_right = {right: sit(exam, right)[0] for right in range(6)}
    sit(exam, None)
    wide = bank_with_exam(**EXAM, pass_percent=50)
    by_rule = [sit(wide, right)[0] for right in range(6)]

    expected = {by_right[3]} | {
        one for one in by_rule if is_borderline(one.score, one.max_score, pass_percent=50)
    }
    assert set(Attempt.objects.borderline(NOW)) == expected
    assert len(expected) == 2


def test_borderline_until_another_attempt_starts(exam):
    sit(exam, 3, None)
    sit(exam, 3, 5)
    [_far, near] = sit(exam, 0, 3)

    assert list(Attempt.objects.borderline(NOW)) == [near]


def test_what_was_sat_ninety_days_ago_is_past(exam):
    [*_earlier, near] = sit(exam, 0, 1, 3)

    for name in ("last_failures", "third_failures", "borderline"):
        ask = getattr(Attempt.objects, name)
        assert list(ask(near.started_at + 90 * DAY - timedelta(microseconds=1))) == [near]
        assert list(ask(near.started_at + 90 * DAY)) == []
