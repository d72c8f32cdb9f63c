"""The words about attempts, on querysets and on rows."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models import ProtectedError

from certification.actions import attempts, bank
from certification.models import Attempt, Response
from certification.rules.scoring import Marked, Result, SectionScore
from certification.states import AttemptState
from tests.factories import (
    NOW,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    item,
    started,
    void,
)
from tests.models.writes import refused, removed

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
GRACE = timedelta(seconds=10)
LATER = NOW + timedelta(days=1)


def stored(attempt):
    return Attempt.objects.get(pk=attempt.pk)


def ran_out(exam):
    attempt = started(exam=exam)
    answer(attempt, right=2)
    return attempts.submit(attempt.pk, by=None, now=LATER)


@pytest.fixture
def sittings():
    """An exam of an hour, sat in every way there is; `LATER` is when somebody looks."""
    exam = bank_with_exam()

    def due(at):
        return started(exam=exam, now=at - HOUR)

    return SimpleNamespace(
        fresh=started(exam=exam, now=LATER),
        at_deadline=due(LATER),
        in_grace=due(LATER - MS),
        at_limit=due(LATER - GRACE),
        overdue=due(LATER - GRACE - MS),
        long_overdue=started(exam=exam),
        passed=finished(exam=exam, right=5),
        failed=finished(exam=exam, right=1),
        expired=ran_out(exam),
        voided=void(finished(exam=exam, right=5)),
        voided_failure=void(finished(exam=exam)),
    )


def names(sittings, rows):
    found = {row.pk for row in rows}
    return {name for name, attempt in vars(sittings).items() if attempt.pk in found}


OPEN = {"fresh", "at_deadline", "in_grace", "at_limit", "overdue", "long_overdue"}
COUNTED = {"passed", "failed", "expired"}
VOIDED = {"voided", "voided_failure"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("all", OPEN | COUNTED | VOIDED),
        ("open", OPEN),
        ("finished", COUNTED | VOIDED),
    ],
)
def test_attempts_by_word(sittings, word, expected):
    assert names(sittings, getattr(Attempt.objects, word)()) == expected


def test_all_but_the_voided_count(sittings):
    assert names(sittings, [a for a in Attempt.objects.all() if a.counts]) == OPEN | COUNTED


def test_overdue_attempts_are_open_beyond_the_grace(sittings):
    assert names(sittings, Attempt.objects.overdue(LATER)) == {"overdue", "long_overdue"}


@pytest.mark.parametrize(
    ("found", "twin"),
    [
        (lambda: Attempt.objects.open(), lambda a: a.is_open),
        (lambda: Attempt.objects.overdue(LATER), lambda a: a.is_overdue(LATER)),
        (lambda: Attempt.objects.overdue(LATER + MS), lambda a: a.is_overdue(LATER + MS)),
    ],
    ids=["open", "overdue", "overdue-a-moment-later"],
)
def test_the_word_of_the_queryset_and_that_of_the_row_agree(sittings, found, twin):
    assert 0 < len(found()) < Attempt.objects.count()
    by_row = [attempt for attempt in Attempt.objects.all() if twin(attempt)]
    assert names(sittings, by_row) == names(sittings, found())


@pytest.mark.parametrize(
    ("late_by", "over", "overdue"),
    [
        (-MS, False, False),
        (timedelta(), False, False),
        (MS, True, False),
        (GRACE - MS, True, False),
        (GRACE, True, False),
        (GRACE + MS, True, True),
    ],
)
def test_an_open_attempt_around_its_two_limits(late_by, over, overdue):
    attempt = stored(started(exam=bank_with_exam()))
    now = NOW + HOUR + late_by
    assert (attempt.is_over(now), attempt.is_overdue(now)) == (over, overdue)
    assert Attempt.objects.overdue(now).exists() is overdue


def test_a_finished_attempt_is_over_and_never_overdue():
    attempt = stored(finished())
    assert [attempt.is_over(now) for now in (NOW, LATER)] == [True, True]
    assert [attempt.is_overdue(now) for now in (NOW, LATER)] == [False, False]


@pytest.mark.parametrize("right", [0, 3, 4, 5])
def test_rescoring_gives_what_is_stored(right):
    attempt = stored(finished(right=right))
    result = attempt.result()
    assert (result.score, result.max_score, result.passed) == (right * 100, 500, right >= 4)
    assert (attempt.score, attempt.max_score, attempt.passed) == (right * 100, 500, right >= 4)


def test_rescoring_gives_what_is_stored_when_time_ran_out():
    attempt = stored(ran_out(bank_with_exam()))
    result = attempt.result()
    assert (attempt.state, result.score, result.passed) == (AttemptState.EXPIRED, 200, False)
    assert (attempt.score, attempt.max_score, attempt.passed) == (200, 500, False)


def test_rescoring_heeds_no_later_change_of_bank_or_exam():
    attempt = finished(right=4)
    before = attempt.result()
    for response in attempt.responses.with_question():
        other = item(section=response.question.section.number)
        bank.revise(response.question_id, other, by=None, now=LATER, publish=True)
    attempt.exam.pass_percent = 100
    attempt.exam.save(update_fields=["pass_percent"])
    assert stored(attempt).result() == before
    assert before.passed is True


def test_result_tells_sections_by_number_and_marks_in_the_papers_order():
    exam = bank_with_exam(sections=2, questions=2, per_section=2)
    attempt = finished(exam=exam, right=2)
    marks = {number: [] for number in sorted(line.section.number for line in exam.lines.all())}
    for response in attempt.responses.with_question():
        marks[response.question.section.number].append(response.position <= 2)
    assert attempt.result() == Result(
        score=200,
        max_score=400,
        passed=False,
        sections=tuple(
            SectionScore(number, sum(rights) * 100, 200, tuple(100 * right for right in rights))
            for number, rights in marks.items()
        ),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_marked_papers_take_two_queries(django_assert_num_queries, count):
    exam = bank_with_exam(questions=count, per_section=count)
    papers = [finished(exam=exam, right=1) for _ in range(count)]
    number = exam.lines.get().section.number
    with django_assert_num_queries(2):
        marked = Response.objects.filter(attempt__in=papers).marked()
    right = Marked(number, frozenset({1}), frozenset({1}))
    wrong = [m for m in marked if m != right]
    assert [m == right for m in marked] == [True, *[False] * (count - 1)] * count
    assert all(m.correct == {1} and len(m.chosen) == 1 for m in wrong)


def test_rescoring_takes_two_queries(django_assert_num_queries):
    attempt = stored(finished())
    with django_assert_num_queries(2):
        attempt.result()


def test_time_limit_is_what_was_promised_at_the_start():
    attempt = started(exam=bank_with_exam(minutes=45))
    attempt.exam.minutes = 90
    attempt.exam.save(update_fields=["minutes"])
    assert stored(attempt).time_limit == timedelta(minutes=45)


def test_where_an_attempt_leads():
    attempt = started()
    assert attempt.get_absolute_url() == f"/attempts/{attempt.pk}/questions/1/"
    attempt = attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)
    assert attempt.get_absolute_url() == f"/attempts/{attempt.pk}/result/"
    assert attempt.get_result_url() == f"/attempts/{attempt.pk}/result/"


def test_attempts_come_with_the_latest_first():
    exam = bank_with_exam()
    first, last, middle = (started(exam=exam, now=NOW + n * HOUR) for n in (0, 2, 1))
    assert list(Attempt.objects.all()) == [last, middle, first]


KEPT = {
    "candidate": lambda attempt: attempt.candidate,
    "exam": lambda attempt: attempt.exam,
    "company": lambda attempt: attempt.partner,
    "section": lambda attempt: attempt.exam.lines.get().section,
    "question": lambda attempt: attempt.responses.get(position=1).question,
    "attempt": lambda attempt: attempt,
    "response": lambda attempt: attempt.responses.get(position=1),
}


@pytest.mark.parametrize("what", KEPT)
def test_what_an_answered_attempt_rests_on_is_not_deleted(what):
    attempt = started()
    answer(attempt, right=1)
    row = KEPT[what](attempt)
    with pytest.raises(ProtectedError):
        row.delete()
    with refused():
        removed(row)
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("make", [UserFactory, bank_with_exam, lambda: UserFactory().partner, SectionFactory])
def test_what_no_attempt_rests_on_is_deleted(make):
    row = make()
    if hasattr(row, "people"):
        row.people.all().delete()
    row.delete()
    assert not type(row).objects.filter(pk=row.pk).exists()
