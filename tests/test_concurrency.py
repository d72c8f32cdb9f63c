"""Several people, pages and processes at once: real threads, each with a connection of its own.

Runs on PostgreSQL and on a file of SQLite; a database in memory would be one connection to all.
"""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from certification.actions import allowances, answers, attempts, bank
from certification.actions.answers import Answer, Verdict
from certification.models import AnswerLog, Attempt, Event, Question
from certification.rules.deadlines import ExtraTime
from certification.rules.eligibility import Reason, Refusal
from certification.states import EventKind, QuestionKind
from tests.factories import (
    NOW,
    ExamFactory,
    ManagerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    item,
    shown_key,
    started,
)

pytestmark = pytest.mark.django_db(transaction=True)

# SQLite lets one transaction write at a time, from its first statement on: few rounds find what there is.
ROUNDS = 10 if connection.vendor == "sqlite" else 30
PATIENCE = 60  # seconds until a thread counts as stuck
LATE = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def real_connections(transactional_db):
    if connection.vendor == "sqlite":
        assert not connection.is_in_memory_db(), "give the test database a file: TEST NAME"


def at_once(*calls):
    """Run every call in a thread of its own, let go together; what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(place, call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=PATIENCE)
            results[place] = call()
        except Exception as error:  # noqa: BLE001  the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "stuck"
    return results


def start(exam, user, *, now=NOW):
    return lambda: attempts.start(exam.pk, by=user.pk, now=now, name=user.name)


def submit(attempt, *, now, by=None):
    return lambda: attempts.submit(attempt.pk, by=by, now=now)


def save(attempt, position, *chosen, client="", seq=None, now=NOW):
    said = Answer(chosen=chosen, client=client, seq=seq)
    return lambda: answers.save_answer(attempt.pk, position, said, by=attempt.candidate_id, now=now)


def outcomes(results):
    """Errors as they are, so that a comparison shows them."""
    return [result.reason if isinstance(result, Refusal) else result for result in results]


def events_of(kind):
    return Event.objects.filter(kind=kind).count()


def test_parallel_starts_make_one_attempt():
    exam = bank_with_exam(questions=3, per_section=2)
    for round_number in range(1, ROUNDS + 1):
        user = UserFactory()

        results = at_once(*[start(exam, user)] * 4)

        attempt = Attempt.objects.get(candidate=user)
        assert results == [attempt] * 4
        assert (attempt.number, attempt.responses.count()) == (1, 2)
        assert events_of(EventKind.ATTEMPT_STARTED) == round_number


def test_parallel_starts_of_many_people_do_not_hinder_one_another():
    exam = bank_with_exam(questions=3, per_section=2)
    users = UserFactory.create_batch(6)

    results = at_once(*[start(exam, user) for user in users])

    assert [attempt.candidate for attempt in results] == users
    assert Counter(Attempt.objects.values_list("number", flat=True)) == {1: 6}


@pytest.mark.parametrize(("allowed", "reason"), [(1, Reason.OUT_OF_ATTEMPTS), (2, None)])
def test_parallel_starts_over_an_overdue_attempt_close_it_once_and_keep_the_limit(allowed, reason):
    exam = bank_with_exam(questions=3, per_section=2, attempts_allowed=allowed, first_wait=timedelta(0))
    for round_number in range(1, ROUNDS + 1):
        overdue = started(UserFactory(), exam)

        results = at_once(*[start(exam, overdue.candidate, now=LATE)] * 3)

        own = list(overdue.candidate.attempts.order_by("number").values_list("number", "state"))
        if reason:
            assert outcomes(results) == [reason] * 3
            assert own == [(1, "expired")]
        else:
            assert results == [overdue.candidate.attempts.get(number=2)] * 3
            assert own == [(1, "expired"), (2, "open")]
        assert events_of(EventKind.ATTEMPT_EXPIRED) == round_number


def test_starts_beside_a_submit_never_exceed_the_limit():
    exam = bank_with_exam(questions=3, per_section=2, attempts_allowed=1)
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)

        results = at_once(
            start(exam, attempt.candidate),
            submit(attempt, now=NOW + timedelta(minutes=5)),
            start(exam, attempt.candidate),
        )

        assert list(attempt.candidate.attempts.values_list("number", "state")) == [(1, "submitted")]
        assert results[1] == attempt
        assert set(outcomes(results)) <= {attempt, Reason.OUT_OF_ATTEMPTS}


def test_parallel_submits_score_once():
    exam = bank_with_exam(questions=2, per_section=2)
    for round_number in range(1, ROUNDS + 1):
        attempt = started(UserFactory(), exam)
        answer(attempt, right=1)
        moments = [NOW + timedelta(minutes=minutes) for minutes in (10, 20, 30)]

        results = at_once(*[submit(attempt, now=moment) for moment in moments])

        attempt.refresh_from_db()
        assert attempt.finished_at in moments
        assert [(r.finished_at, r.score, r.state) for r in results] == [
            (attempt.finished_at, 100, "submitted")
        ] * 3
        assert events_of(EventKind.ATTEMPT_SUBMITTED) == round_number


def test_sweepers_and_a_submit_close_an_attempt_once():
    exam = bank_with_exam(questions=2, per_section=2)
    for round_number in range(1, ROUNDS + 1):
        overdue = [started(UserFactory(), exam), started(UserFactory(), exam)]

        results = at_once(
            lambda: attempts.close_overdue(now=LATE),
            lambda: attempts.close_overdue(now=LATE),
            submit(overdue[0], now=LATE, by=overdue[0].candidate_id),
        )

        assert [sweep.failures for sweep in results[:2]] == [0, 0]
        assert results[2] == overdue[0]
        assert events_of(EventKind.ATTEMPT_EXPIRED) == 2 * round_number


def test_save_beside_a_submit_is_counted_or_refused():
    exam = bank_with_exam(questions=2, per_section=2)
    for _ in range(ROUNDS * 2):
        attempt = started(UserFactory(), exam)
        key = shown_key(attempt.responses.get(position=1))

        saved, finished = at_once(save(attempt, 1, *key), submit(attempt, now=NOW))

        attempt.refresh_from_db()
        response = attempt.responses.get(position=1)
        counted = (True, 100, 1) if saved.accepted else (False, 0, 0)
        assert (saved.accepted, attempt.score, response.revision) == counted
        assert (finished.score, attempt.result().score) == (attempt.score, attempt.score)


def test_late_saves_beside_a_sweeper_end_the_attempt_once():
    exam = bank_with_exam(questions=3, per_section=3)
    for round_number in range(1, ROUNDS + 1):
        attempt = started(UserFactory(), exam)

        results = at_once(
            *[save(attempt, position, 1, now=LATE) for position in (1, 2, 3)],
            lambda: attempts.close_overdue(now=LATE),
        )

        assert [(r.accepted, r.response.attempt.state) for r in results[:3]] == [(False, "expired")] * 3
        assert results[3].failures == 0
        assert events_of(EventKind.ATTEMPT_EXPIRED) == round_number
        assert set(attempt.responses.values_list("revision", flat=True)) == {0}


def test_parallel_saves_of_one_page_end_with_the_highest_number():
    section = SectionFactory()
    QuestionFactory(section=section, kind=QuestionKind.MULTIPLE, options__rights=2)
    exam = ExamFactory(lines={section: 1})
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)

        results = at_once(*[save(attempt, 1, seq, client="page", seq=seq) for seq in (2, 0, 3, 1)])

        response = attempt.responses.get()
        assert [result.accepted for result in results] == [True] * 4
        assert (response.shown_chosen, response.seqs) == ([3], {"page": 3})
        log = list(AnswerLog.objects.filter(response=response).values_list("revision", "seq"))
        assert [revision for revision, _ in log] == list(range(1, response.revision + 1))
        assert [seq for _, seq in log] == sorted(seq for _, seq in log)


def test_parallel_saves_of_several_pages_are_all_kept_in_the_log():
    exam = bank_with_exam(questions=1, per_section=1)
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)

        at_once(*[save(attempt, 1, n, client=f"page-{n}", seq=1) for n in range(4)])

        response = attempt.responses.get()
        log = list(AnswerLog.objects.filter(response=response).values_list("revision", "client"))
        assert sorted(log) == [(n, client) for n, (_, client) in enumerate(log, start=1)]
        assert {client for _, client in log} == set(response.seqs) == {f"page-{n}" for n in range(4)}
        assert response.log.last().chosen == response.chosen


def test_parallel_saves_of_several_questions_are_all_stored():
    exam = bank_with_exam(questions=4, per_section=4)
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)

        at_once(*[save(attempt, n, n - 1) for n in (1, 2, 3, 4)])

        assert [r.shown_chosen for r in attempt.responses.all()] == [[0], [1], [2], [3]]


def test_parallel_revisions_of_one_question_make_one_next_version():
    section = SectionFactory()
    for _ in range(ROUNDS):
        question = QuestionFactory(section=section)
        drafts = [item(section=section.number, text=f"Кто добавляет людей {n}?") for n in range(3)]

        def revise(draft, question=question):
            return lambda: bank.revise(question.pk, draft, by=None, now=NOW, publish=True)

        results = at_once(*[revise(draft) for draft in drafts])

        versions = Question.objects.filter(key=question.key).order_by("version")
        assert list(versions.values_list("version", "is_current")) == [(1, False), (2, True)]
        refused = [result for result in results if isinstance(result, bank.Refused)]
        assert [result.code for result in refused] == ["outdated"] * 2
        assert versions[1] in results


def test_start_beside_a_revision_draws_one_version_whole():
    section = SectionFactory()
    exam = ExamFactory(lines={section: 1})
    question = QuestionFactory(section=section)
    for n in range(ROUNDS):
        user = UserFactory()
        draft = item(section=section.number, text=f"Кто добавляет людей {n}?")
        former = Question.objects.with_options().get(pk=question.pk).item

        attempt, revised = at_once(
            start(exam, user),
            lambda old=question.pk, new=draft: bank.revise(old, new, by=None, now=NOW, publish=True),
        )

        asked = Question.objects.with_options().get(responses__attempt=attempt)
        assert asked.pk in (question.pk, revised.pk)
        assert asked.item == (former if asked.pk == question.pk else draft)
        assert Question.objects.with_options().get(pk=question.pk).item == former
        question = revised


def test_reopening_beside_a_start_leaves_one_open_attempt():
    exam = bank_with_exam(questions=3, per_section=2, first_wait=timedelta(0), later_wait=timedelta(0))
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        attempt = finished(UserFactory(), exam)
        now = attempt.finished_at + timedelta(minutes=1)

        results = at_once(
            lambda a=attempt, now=now: attempts.reopen(
                a.pk, by=manager.pk, now=now, reason="Сбой", minutes=5
            ),
            start(exam, attempt.candidate, now=now),
        )

        states = list(attempt.candidate.attempts.order_by("number").values_list("number", "state"))
        if states == [(1, "open")]:
            assert results == [attempt, attempt]
        else:
            assert states == [(1, "submitted"), (2, "open")]
            assert (results[0].code, results[1].number) == ("later_attempt", 2)


def test_extension_beside_the_sweeper_is_given_or_refused():
    exam = bank_with_exam(questions=2, per_section=2, minutes=60)
    manager = ManagerFactory()
    brink = NOW + timedelta(minutes=60, seconds=10)
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)
        extra = ExtraTime(minutes=5)

        extended, _swept = at_once(
            lambda a=attempt, extra=extra: attempts.extend(
                a.pk, extra, by=manager.pk, now=brink, reason="Болезнь"
            ),
            lambda: attempts.close_overdue(now=brink + timedelta(milliseconds=1)),
        )

        attempt.refresh_from_db()
        if attempt.is_open:
            assert attempt.deadline == extended.deadline == NOW + timedelta(minutes=65)
        else:
            assert (attempt.state, extended.code) == ("expired", "finished")
            assert attempt.deadline == NOW + timedelta(minutes=60)


def test_grants_beside_starts_never_let_more_begin_than_were_granted():
    exam = bank_with_exam(questions=2, per_section=2, attempts_allowed=1, first_wait=timedelta(0))
    manager = ManagerFactory()
    for _ in range(ROUNDS):
        user = finished(UserFactory(), exam).candidate
        later = NOW + timedelta(minutes=30)

        results = at_once(
            start(exam, user, now=later),
            lambda user=user, now=later: allowances.grant_attempts(
                user.pk, exam.pk, 1, by=manager.pk, now=now, reason="Сбой"
            ),
            start(exam, user, now=later),
        )

        begun = list(user.attempts.filter(number__gt=1))
        assert len(begun) <= 1
        for outcome in outcomes([results[0], results[2]]):
            assert outcome in [*begun, Reason.OUT_OF_ATTEMPTS]


def test_wait_waived_by_several_at_once_is_waived_once():
    exam = bank_with_exam(questions=2, per_section=2)
    managers = ManagerFactory.create_batch(3)
    for _ in range(ROUNDS):
        attempt = finished(UserFactory(), exam)

        results = at_once(
            *[
                lambda m=m, a=attempt: allowances.waive_wait(a.pk, by=m.pk, now=NOW, reason="Сбой")
                for m in managers
            ]
        )

        assert results == [attempt.candidate.allowances.get()] * 3


def test_queued_answers_of_two_pages_upon_the_same_revision_do_not_overwrite_one_another():
    exam = bank_with_exam(questions=1, per_section=1)
    for _ in range(ROUNDS):
        attempt = started(UserFactory(), exam)

        def queued(client, chosen, attempt=attempt):
            said = Answer(chosen=(chosen,), client=client, seq=1, base=0)
            return lambda: answers.save_answer(attempt.pk, 1, said, by=attempt.candidate_id, now=NOW)

        results = at_once(queued("page", 1), queued("tab", 2))

        verdicts = {result.verdict: result.response.shown_chosen for result in results}
        stored = attempt.responses.get().shown_chosen
        assert verdicts == {Verdict.STORED: stored, Verdict.CONFLICT: stored}
