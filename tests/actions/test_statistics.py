"""The counts of finished attempts are always those that counting all of them anew would give."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certification.actions import answers, attempts, statistics
from certification.actions.statistics import Refresh, forget_all, refresh
from certification.models import Attempt, JobRun, MarkTally, MonthTally, PaperTally, TimeTally
from certification.models.statistics import TALLIES
from certification.states import StandingJob
from tests.factories import (
    NOW,
    ManagerFactory,
    QuestionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    shown_key,
    started,
    void,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def exam():
    """Sections of several questions, one with parts of a point and one worth three."""
    exam = bank_with_exam(
        sections=2,
        questions=4,
        per_section=3,
        partial_credit=True,
        first_wait=timedelta(),
        later_wait=timedelta(),
        gives_certificate=False,
        attempts_allowed=None,
    )
    section = exam.lines.first().section
    QuestionFactory(section=section, kind="multiple", options__rights=2)
    QuestionFactory(section=section, weight=3)
    return exam


@pytest.fixture(params=[statistics.BATCH, 1])
def batch(request, monkeypatch):
    """Nothing may depend on how many are counted at once."""
    monkeypatch.setattr(statistics, "BATCH", request.param)


def counts():
    """Every count, by table, without the keys of the rows."""
    return {model.__name__: set(model.objects.values_list("exam", *model.KEY, "count")) for model in TALLIES}


@contextmanager
def counted_as_anew():
    """What is done inside leaves the counts as counting everything anew would have them."""
    yield
    refresh(now=NOW)
    found = counts()
    forget_all()
    assert counts() == {model.__name__: set() for model in TALLIES}
    refresh(now=NOW)
    assert counts() == found


def decided(**values):
    return {"by": ManagerFactory().pk, "now": LATER, "reason": "Сбой у партнёра", **values}


def resat(attempt, *, right):
    """The attempt reopened, answered anew and finished again."""
    attempts.reopen(attempt.pk, **decided(minutes=30))
    answer(attempt, right=right, now=LATER)
    return attempts.submit(attempt.pk, by=attempt.candidate_id, now=LATER + timedelta(minutes=1))


def test_one_attempt():
    attempt = finished(right=3)

    assert refresh(now=LATER) == Refresh(tallied=1, failures=0)

    attempt.refresh_from_db()
    assert attempt.is_tallied
    assert set(PaperTally.objects.values_list("exam", "is_first", "score", "max_score", "count")) == {
        (attempt.exam_id, True, 300, 500, 1)
    }
    marks = MarkTally.objects.order_by("question").values_list("question", "score", "mark", "count")
    expected = [(r.question_id, 300, 100 if r.position <= 3 else 0, 1) for r in attempt.responses.all()]
    assert list(marks) == sorted(expected)
    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == (StandingJob.KEEPER, LATER, 0)


def test_second_pass_changes_nothing_and_asks_little():
    finished(right=3)
    refresh(now=NOW)
    before = counts()

    with CaptureQueriesContext(connection) as queries:
        assert refresh(now=LATER) == Refresh(tallied=0, failures=0)

    assert counts() == before
    assert [q["sql"].split()[0] for q in queries if "JobRun".lower() not in q["sql"].lower()] == [
        "SELECT",
        "SAVEPOINT",
        "RELEASE",
    ]


def test_new_attempts_add_to_what_stands(exam, batch):
    with counted_as_anew():
        for right in (2, 2, 6):
            finished(exam=exam, right=right)
            refresh(now=NOW)


def test_what_counts(exam, batch):
    """Neither open nor voided ones, and of one person the first apart from the others."""
    person = UserFactory()
    finished(person, exam, right=1)
    finished(person, exam, right=2, now=NOW + DAY)
    void(finished(exam=exam, right=3))
    started(exam=exam)

    refresh(now=NOW)

    papers = PaperTally.objects.values_list("is_first", "score", "count")
    assert {(is_first, count) for is_first, _, count in papers} == {(True, 1), (False, 1)}
    assert Attempt.objects.filter(is_tallied=True).count() == 2


def test_voided_first_attempt_makes_no_second_one_the_first(exam):
    person = UserFactory()
    void(finished(person, exam))
    finished(person, exam, now=NOW + DAY)

    refresh(now=NOW)

    assert list(PaperTally.objects.values_list("is_first", "count")) == [(False, 1)]


def test_voided_attempt_leaves(exam, batch):
    attempt, other = finished(exam=exam, right=4), finished(exam=exam, right=1)
    with counted_as_anew():
        refresh(now=NOW)
        void(attempt)
        assert Attempt.objects.get(is_tallied=True) == other
        assert sum(PaperTally.objects.values_list("count", flat=True)) == 1


def test_the_only_attempt_leaves_nothing(exam):
    attempt = finished(exam=exam, right=4)
    refresh(now=NOW)

    void(attempt)

    assert counts() == {model.__name__: set() for model in TALLIES}


def test_reopened_attempt_leaves_and_comes_back_with_other_answers(exam, batch):
    first, _second = finished(exam=exam, right=4), finished(exam=exam, right=4)
    with counted_as_anew():
        refresh(now=NOW)
        attempts.reopen(first.pk, **decided(minutes=30))
        assert Attempt.objects.filter(is_tallied=True).count() == 1
        answer(first, right=0, now=LATER)
        attempts.submit(first.pk, by=None, now=LATER + timedelta(minutes=1))


@pytest.mark.parametrize("refreshed", [True, False])
def test_what_was_never_counted_leaves_nothing_behind(exam, refreshed):
    """Reopened, or voided and reopened, before or after it was counted."""
    one, two = finished(exam=exam, right=4), finished(exam=exam, right=2)
    if refreshed:
        refresh(now=NOW)
    with counted_as_anew():
        resat(one, right=1)
        void(two)
        resat(two, right=5)
        void(two)


def test_two_exams_are_counted_apart(batch):
    one, two = finished(right=2), finished(right=2)

    refresh(now=NOW)

    assert set(PaperTally.objects.values_list("exam", "count")) == {(one.exam_id, 1), (two.exam_id, 1)}


def test_months_are_those_of_moscow():
    """Finished at 21:05 UTC on the last of the month: it is the first already."""
    finished(now=datetime(2026, 5, 31, 20, 55, tzinfo=UTC))

    refresh(now=LATER)

    assert {f"{month:%d.%m}" for month in MonthTally.objects.values_list("month", flat=True)} == {"01.06"}


def test_time_is_what_the_pages_told_by_the_finish():
    attempt = started()
    for position, shown in ((1, [4200]), (2, [9000, 12_900]), (3, [None])):
        for seq, milliseconds in enumerate(shown, start=1):
            said = answers.Answer(chosen=(seq,), client=f"page{position}", seq=seq, shown_ms=milliseconds)
            answers.save_answer(attempt.pk, position, said, by=attempt.candidate_id, now=NOW)
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW + timedelta(minutes=1))

    refresh(now=NOW)

    assert sorted(TimeTally.objects.values_list("seconds", "count")) == [(4, 1), (12, 1)]


def test_revised_question_is_counted_by_its_versions(exam):
    """An old paper has the old version, with its own points."""
    with counted_as_anew():
        finished(exam=exam, right=5)
        question = exam.lines.first().section.questions.first()
        type(question).objects.filter(pk=question.pk).update(is_current=False)
        QuestionFactory(section=question.section, key=question.key, version=2)
        finished(exam=exam, right=5)


def test_one_that_cannot_be_counted_stops_no_other(exam, caplog):
    good, bad, last = (finished(exam=exam, right=right) for right in (1, 2, 3))
    paper = statistics.paper

    def stumble(attempt, replies):
        if attempt.pk == bad.pk:
            raise ValueError("Nobody thought of this.")
        return paper(attempt, replies)

    with mock.patch.object(statistics, "paper", stumble):
        assert refresh(now=LATER) == Refresh(tallied=2, failures=1)

    assert set(Attempt.objects.filter(is_tallied=True)) == {good, last}
    assert f"attempt {bad.pk} could not be counted" in caplog.text
    assert JobRun.objects.get().failures == 1
    with counted_as_anew():
        assert refresh(now=LATER) == Refresh(tallied=1, failures=0)


def test_database_that_is_away_is_left_to_the_command(exam):
    finished(exam=exam)

    with mock.patch.object(statistics, "read", side_effect=OperationalError), pytest.raises(OperationalError):
        refresh(now=NOW)


def test_pass_that_dies_has_counted_whole_batches(exam, monkeypatch):
    """Whatever was committed is counted once, with its mark; the rest is as if it had not begun."""
    for right in (1, 2, 3):
        finished(exam=exam, right=right)
    monkeypatch.setattr(statistics, "BATCH", 1)
    write_of, written = statistics.write_of, []

    def die_in_the_second(model, *args, **kwargs):
        written.append(model)
        if len(written) == len(TALLIES) + 3:
            raise KeyboardInterrupt
        write_of(model, *args, **kwargs)

    with mock.patch.object(statistics, "write_of", die_in_the_second), pytest.raises(KeyboardInterrupt):
        refresh(now=NOW)

    assert sum(PaperTally.objects.values_list("count", flat=True)) == 1
    assert Attempt.objects.filter(is_tallied=True).count() == 1
    with counted_as_anew():
        assert refresh(now=NOW).tallied == 2


def test_it_ends_between_two_batches_when_that_is_enough(exam, monkeypatch):
    for _ in range(3):
        finished(exam=exam)
    monkeypatch.setattr(statistics, "BATCH", 2)
    asked = iter([False, True])

    assert refresh(now=LATER, enough=lambda: next(asked)) == Refresh(tallied=2, failures=0)
    assert JobRun.objects.get().ran_at == LATER


def test_what_was_decided_about_meanwhile_is_left_to_the_next_pass(exam):
    """Read as finished, voided or resat before it was locked."""
    stays, voided, changed = (finished(exam=exam, right=right) for right in (1, 2, 3))
    read = statistics.read

    def decide_meanwhile(rows, content):
        papers = read(rows, content)
        void(voided)
        resat(changed, right=5)
        return papers

    with mock.patch.object(statistics, "read", decide_meanwhile):
        refresh(now=NOW)

    assert Attempt.objects.get(is_tallied=True) == stays
    with counted_as_anew():
        pass
    assert set(Attempt.objects.filter(is_tallied=True)) == {stays, changed}


def test_an_action_that_forgot_to_take_it_out_would_be_refused(exam):
    attempt = finished(exam=exam)
    refresh(now=NOW)

    with mock.patch.object(statistics, "forget"), pytest.raises(IntegrityError), transaction.atomic():
        void(attempt)


def test_attempt_in_progress_is_no_paper():
    with pytest.raises(ValueError, match="in progress"):
        statistics.paper(started(), [])


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_pass_do_not_grow_with_the_attempts(rows):
    exam = bank_with_exam()
    for right in range(rows):
        finished(exam=exam, right=right + 1)

    with CaptureQueriesContext(connection) as queries:
        refresh(now=NOW)

    assert len(queries) <= 45


def test_key_of_the_questions_is_what_was_right(exam):
    attempt = started(exam=exam)
    for response in attempt.responses.with_question():
        said = answers.Answer(chosen=shown_key(response))
        answers.save_answer(attempt.pk, response.position, said, by=attempt.candidate_id, now=NOW)
    attempts.submit(attempt.pk, by=None, now=NOW)

    refresh(now=NOW)

    assert set(MarkTally.objects.values_list("mark", flat=True)) == {100}
