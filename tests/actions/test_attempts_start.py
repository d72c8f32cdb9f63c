"""What a start freezes, draws, refuses and records."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from certification.actions import attempts, bank
from certification.models import Attempt, Event, Question
from certification.rules.assembly import CannotAssemble, shuffled
from certification.rules.eligibility import Reason, Refusal
from certification.states import AttemptState, EventKind, QuestionState
from tests.factories import (
    NOW,
    ExamFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    bank_with_exam,
    finished,
    item,
    started,
    void,
)
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=10)


def start(exam, user, *, now=NOW, name="Мария Лебедева", seed=None):
    return attempts.start(exam.pk, by=user.pk, now=now, name=name, seed=seed)


def questions_of(attempt):
    return set(attempt.responses.values_list("question_id", flat=True))


def test_start_freezes_what_the_exam_promises_and_who_sits_it():
    user = UserFactory()
    section = SectionFactory(number=3)
    QuestionFactory(section=section)
    exam = ExamFactory(
        minutes=45,
        pass_percent=70,
        tells_how_many=True,
        partial_credit=True,
        review_right_after="score",
        review_meanwhile="nothing",
        review_later="answers",
        certificate_months=24,
    )
    exam.lines.create(section=section, questions=1, min_percent=60)

    attempt = start(exam, user, name="Мария Орлова", seed=7)

    assert rows_of(Attempt.objects.all()) == [
        {
            "id": attempt.pk,
            "candidate_id": user.pk,
            "exam_id": exam.pk,
            "number": 1,
            "started_at": NOW,
            "deadline": NOW + timedelta(minutes=45),
            "seed": 7,
            "minutes": 45,
            "pass_percent": 70,
            "tells_how_many": True,
            "partial_credit": True,
            "section_minimums": {"3": 60},
            "review_right_after": "score",
            "review_meanwhile": "nothing",
            "review_later": "answers",
            "certificate_months": 24,
            "holder_name": "Мария Орлова",
            "holder_name_folded": "мария орлова",
            "partner_id": user.partner_id,
            "state": "open",
            "finished_at": None,
            "score": None,
            "max_score": None,
            "passed": None,
            "reopened_at": None,
            "voided_at": None,
            "voided_by_id": None,
            "void_reason": "",
            "is_tallied": False,
        }
    ]


def test_later_edits_of_exam_person_and_question_change_nothing_that_was_promised():
    user = UserFactory()
    exam = bank_with_exam(minutes=60, pass_percent=80)
    attempt = started(user, exam)
    promised = rows_of(Attempt.objects.all())
    paper = rows_of(attempt.responses)

    exam.minutes, exam.pass_percent, exam.tells_how_many, exam.is_published = 1, 100, True, False
    exam.save()
    exam.lines.all().delete()
    user.name, user.partner = "Мария Орлова", PartnerFactory()
    user.save()
    for question in Question.objects.current():
        other_key = item(section=question.section.number, text=f"{question.text} И зачем?")
        bank.revise(question.pk, other_key, by=None, now=NOW, publish=True)

    assert rows_of(Attempt.objects.all()) == promised
    assert rows_of(attempt.responses) == paper
    answer(attempt, right=4, now=NOW + timedelta(minutes=50))
    result = attempts.submit(attempt.pk, by=user.pk, now=NOW + timedelta(minutes=60))
    assert (result.state, result.score, result.max_score, result.passed) == ("submitted", 400, 500, True)


def test_start_draws_as_many_of_each_section_as_the_blueprint_says():
    first, second, foreign = SectionFactory(), SectionFactory(), SectionFactory()
    for section in (first, second, foreign):
        QuestionFactory.create_batch(4, section=section)
    exam = ExamFactory(lines={first: 2, second: None})

    attempt = start(exam, UserFactory())

    paper = list(attempt.responses.values_list("position", "question__section"))
    assert sorted(position for position, _ in paper) == [1, 2, 3, 4, 5, 6]
    assert Counter(section for _, section in paper) == {first.pk: 2, second.pk: 4}
    assert len(questions_of(attempt)) == 6


def test_start_draws_only_versions_in_use():
    section = SectionFactory()
    in_use = QuestionFactory(section=section)
    QuestionFactory(section=section, state=QuestionState.DRAFT)
    QuestionFactory(section=section, state=QuestionState.IN_REVIEW)
    QuestionFactory(section=section, state=QuestionState.RETIRED)
    QuestionFactory(section=section, key=in_use.key, version=2, is_current=False)
    exam = ExamFactory(lines={section: None})

    attempt = start(exam, UserFactory())

    assert Question.objects.filter(section=section).count() == 5
    assert questions_of(attempt) == {in_use.pk}


def test_start_shows_every_option_once_in_an_order_of_its_own():
    section = SectionFactory()
    QuestionFactory.create_batch(20, section=section)
    exam = ExamFactory(lines={section: 20})

    attempt = start(exam, UserFactory(), seed=1)

    orders = list(attempt.responses.values_list("order", flat=True))
    assert all(sorted(order) == [1, 2, 3, 4] for order in orders)
    assert len({tuple(order) for order in orders}) > 5
    asked = list(attempt.responses.order_by("position").values_list("question_id", flat=True))
    assert asked != sorted(asked)


def test_start_with_one_in_progress_returns_it_and_writes_nothing():
    user = UserFactory()
    exam = bank_with_exam()
    attempt = started(user, exam)
    before = all_rows()

    again = start(exam, user, now=NOW + timedelta(minutes=5), name="Другое Имя")

    assert again == attempt
    assert changed_tables(before) == []


@pytest.mark.parametrize("late", [-MS, timedelta(0), MS, GRACE - MS, GRACE])
def test_start_until_the_grace_is_over_returns_the_one_in_progress(late):
    exam = bank_with_exam(first_wait=timedelta(0))
    attempt = started(exam=exam)
    before = all_rows()

    again = start(exam, attempt.candidate, now=attempt.deadline + late)

    assert again == attempt
    assert changed_tables(before) == []


def test_start_closes_an_overdue_attempt_and_begins_the_next():
    exam = bank_with_exam(first_wait=timedelta(0))
    overdue = started(exam=exam)
    answer(overdue, right=2)
    now = overdue.deadline + GRACE + MS

    attempt = start(exam, overdue.candidate, now=now)

    overdue.refresh_from_db()
    assert (overdue.state, overdue.finished_at, overdue.score) == ("expired", overdue.deadline, 200)
    assert (attempt.number, attempt.state, attempt.started_at) == (2, "open", now)
    assert list(Event.objects.order_by("id").values_list("kind", "subject_id")) == [
        (EventKind.ATTEMPT_STARTED, overdue.pk),
        (EventKind.ATTEMPT_EXPIRED, overdue.pk),
        (EventKind.ATTEMPT_STARTED, attempt.pk),
    ]


def test_start_that_is_refused_closes_an_overdue_attempt_all_the_same():
    exam = bank_with_exam(first_wait=timedelta(hours=24))
    overdue = started(exam=exam)

    answered = start(exam, overdue.candidate, now=overdue.deadline + GRACE + MS)

    overdue.refresh_from_db()
    assert answered == Refusal(Reason.WAIT, retry_at=overdue.deadline + timedelta(hours=24))
    assert overdue.state == AttemptState.EXPIRED
    assert Attempt.objects.count() == 1


def test_start_waits_after_the_first_failure_and_longer_after_later_ones():
    user = UserFactory()
    exam = bank_with_exam(first_wait=timedelta(hours=24), later_wait=timedelta(days=7))

    first = finished(user, exam)
    early = start(exam, user, now=first.finished_at + timedelta(hours=24) - MS)
    second = finished(user, exam, now=first.finished_at + timedelta(hours=24))
    early_again = start(exam, user, now=second.finished_at + timedelta(days=7) - MS)
    third = start(exam, user, now=second.finished_at + timedelta(days=7))

    assert early == Refusal(Reason.WAIT, retry_at=first.finished_at + timedelta(hours=24))
    assert early_again == Refusal(Reason.WAIT, retry_at=second.finished_at + timedelta(days=7))
    assert [first.number, second.number, third.number] == [1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "right", "reason"),
    [
        ({"is_published": False}, 0, Reason.NOT_PUBLISHED),
        ({"gives_certificate": True}, 5, Reason.PASSED),
        ({"first_wait": timedelta(days=6)}, 0, Reason.WAIT),
        ({"attempts_allowed": 1}, 0, Reason.OUT_OF_ATTEMPTS),
    ],
)
def test_start_refused_writes_nothing_and_without_the_reason_it_starts(changes, right, reason):
    user = UserFactory()
    exam = bank_with_exam(attempts_allowed=2, first_wait=timedelta(0), gives_certificate=False, cycle_days=30)
    finished(user, exam, right=right)
    now = NOW + timedelta(days=5)
    type(exam).objects.filter(pk=exam.pk).update(**changes)
    before = all_rows()

    refusal = start(exam, user, now=now, name="Другое Имя")

    assert refusal.reason == reason
    assert changed_tables(before) == []
    exam.save()
    assert start(exam, user, now=now).number == 2


def test_start_after_the_cycle_is_over_begins_a_new_one_with_the_next_number():
    user = UserFactory()
    exam = bank_with_exam(attempts_allowed=1, first_wait=timedelta(0), cycle_days=30)
    last = finished(user, exam)

    refusal = start(exam, user, now=last.finished_at + timedelta(days=30) - MS)
    attempt = start(exam, user, now=last.finished_at + timedelta(days=30))

    assert refusal == Refusal(Reason.OUT_OF_ATTEMPTS, retry_at=last.finished_at + timedelta(days=30))
    assert attempt.number == 2


def test_voided_attempt_keeps_its_number_and_does_not_count():
    user = UserFactory()
    exam = bank_with_exam(attempts_allowed=1)
    voided = finished(user, exam)
    assert start(exam, user, now=NOW + timedelta(hours=1)).reason == Reason.OUT_OF_ATTEMPTS
    void(voided)

    attempt = start(exam, user, now=NOW + timedelta(hours=1))

    assert attempt.number == 2


def test_attempts_at_another_exam_or_of_somebody_else_do_not_matter():
    user = UserFactory()
    exam = bank_with_exam(attempts_allowed=1)
    elsewhere = started(user)
    of_somebody = started(exam=exam)

    attempt = start(exam, user)

    assert attempt.number == 1
    assert set(Attempt.objects.open()) == {elsewhere, of_somebody, attempt}


def test_first_start_remembers_name_consent_and_pledge_and_later_ones_only_the_name():
    user = UserFactory(name="Маша")
    exam = bank_with_exam(first_wait=timedelta(0))

    start(exam, user, name="Мария Лебедева")
    user.refresh_from_db()
    assert (user.name, user.consented_at, user.pledged_at) == ("Мария Лебедева", NOW, NOW)

    later = NOW + timedelta(days=1)
    start(exam, user, now=later, name="Мария Орлова")
    user.refresh_from_db()
    assert (user.name, user.consented_at, user.pledged_at) == ("Мария Орлова", NOW, NOW)
    names = Attempt.objects.order_by("number").values_list("holder_name", flat=True)
    assert list(names) == ["Мария Лебедева", "Мария Орлова"]


@pytest.mark.parametrize("seed", range(5))
def test_retake_draws_the_questions_least_seen_first(seed):
    user = UserFactory()
    exam = bank_with_exam(questions=12, per_section=5, first_wait=timedelta(0), later_wait=timedelta(0))
    first = start(exam, user, seed=seed)
    second = start(exam, user, now=NOW + timedelta(days=1), seed=seed)
    third = start(exam, user, now=NOW + timedelta(days=2), seed=seed)

    never_seen = set(Question.objects.values_list("id", flat=True))
    never_seen -= questions_of(first) | questions_of(second)
    assert len(questions_of(first) & questions_of(second)) == 1  # four fifths are new, and three are spared
    assert len(never_seen) == 3
    assert never_seen < questions_of(third)


def test_stored_seed_gives_the_same_paper_again():
    """So that a draw can be audited: the same bank, the same person, the same order."""
    user, exam = UserFactory(), bank_with_exam(sections=3, questions=9, per_section=3)
    attempt = start(exam, user)
    asked = list(attempt.responses.order_by("position").values_list("question_id", "order"))
    assert 0 <= attempt.seed < 2**63

    rng = Random(attempt.seed)
    questions = attempts.draw_paper(list(exam.lines.all()), UserFactory(), rng, spare=True)
    orders = [shuffled([o.position for o in question.options.all()], rng=rng) for question in questions]

    assert [question.pk for question in questions] == [pk for pk, _order in asked]
    assert orders == [order for _pk, order in asked]


def test_every_start_has_a_seed_of_its_own():
    exam = bank_with_exam()

    assert len({start(exam, UserFactory()).seed for _ in range(5)}) == 5


def test_revised_question_counts_as_seen():
    user = UserFactory()
    section = SectionFactory()
    seen = QuestionFactory(section=section)
    exam = ExamFactory(lines={section: 1})
    start(exam, user)
    revised = bank.revise(seen.pk, item(section=section.number), by=None, now=NOW, publish=True)
    unseen = QuestionFactory(section=section)

    def drawn_for(person):
        lines = list(exam.lines.all())
        return {attempts.draw_paper(lines, person, Random(seed))[0] for seed in range(20)}

    assert drawn_for(user) == {unseen}
    assert drawn_for(UserFactory()) == {unseen, revised}


def test_start_with_too_few_questions_leaves_nothing_behind():
    user = UserFactory(name="Маша")
    exam = bank_with_exam(questions=5, per_section=5)
    retired = Question.objects.current().first()
    bank.retire(retired.pk, by=None, now=NOW)
    before = all_rows()

    with pytest.raises(CannotAssemble) as caught:
        start(exam, user)

    assert (caught.value.wanted, caught.value.available) == (5, 4)
    assert changed_tables(before) == []
    QuestionFactory(section=retired.section)
    assert start(exam, user).number == 1


def test_start_is_recorded():
    user = UserFactory()
    attempt = start(bank_with_exam(), user)

    assert list(Event.objects.values_list("kind", "at", "actor", "subject_table", "subject_id", "facts")) == [
        ("attempt_started", NOW, user.pk, "certification_attempt", attempt.pk, {"number": 1})
    ]
