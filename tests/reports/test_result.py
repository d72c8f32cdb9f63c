"""How far the review of a finished attempt goes."""

from datetime import timedelta

import pytest

from certification.actions import allowances, attempts
from certification.reports.result import outcome
from certification.rules.review import JUST_FINISHED
from certification.states import QuestionKind, ReviewLevel
from tests.factories import (
    NOW,
    ExamFactory,
    ManagerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    finished,
    shown_key,
    started,
)

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)
FINISHED = NOW + timedelta(minutes=10)
SOON = FINISHED + timedelta(minutes=1)


def review(level):
    return {"review_right_after": level, "review_meanwhile": level, "review_later": level}


def seen(attempt, *, now=SOON):
    return outcome(attempt, attempt.candidate, now=now)


@pytest.mark.parametrize(
    ("level", "sections", "questions", "keys"),
    [
        (ReviewLevel.NOTHING, 0, 0, 0),
        (ReviewLevel.SCORE, 0, 0, 0),
        (ReviewLevel.SECTIONS, 2, 0, 0),
        (ReviewLevel.WRONG, 2, 6, 0),
        (ReviewLevel.ANSWERS, 2, 6, 6),
    ],
)
def test_each_level_has_what_it_includes_and_no_more(level, sections, questions, keys):
    exam = bank_with_exam(sections=2, questions=3, per_section=3, keeps_keys=False, **review(level))

    found = seen(finished(exam=exam, right=2))

    assert found.level == level
    assert found.shows_score is (level != ReviewLevel.NOTHING)
    assert len(found.sections) == sections
    assert len(found.questions) == questions
    assert sum(bool(q.choices and q.explanation) for q in found.questions) == keys
    assert sum(bool(q.choices or q.explanation) for q in found.questions) == keys
    assert found.withheld == 0


def test_review_shows_the_paper_as_it_was_served_with_what_was_chosen_and_what_is_right():
    exam = bank_with_exam(keeps_keys=False, **review(ReviewLevel.ANSWERS))
    attempt = finished(exam=exam, right=2)

    found = seen(attempt)

    responses = list(attempt.responses.with_question())
    assert [q.position for q in found.questions] == [1, 2, 3, 4, 5]
    assert [(q.credit, q.worth, q.is_right) for q in found.questions] == [(100, 100, True)] * 2 + [
        (0, 100, False)
    ] * 3
    for question, response in zip(found.questions, responses, strict=True):
        assert question.text == response.question.text
        assert question.explanation == response.question.explanation
        assert [c.text for c in question.choices] == [o.text for o in response.shown_options]
        assert [c.index for c in question.choices if c.chosen] == response.shown_chosen
        assert tuple(c.index for c in question.choices if c.is_correct) == shown_key(response)


def test_review_gives_partial_credit_as_the_attempt_promised():
    section = SectionFactory()
    question = QuestionFactory(section=section, kind=QuestionKind.MULTIPLE, options__rights=2, weight=3)
    exam = ExamFactory(lines={section: 1}, partial_credit=True, **review(ReviewLevel.WRONG))
    attempt = attempts.start(exam.pk, by=UserFactory().pk, now=NOW, name="Мария")
    response = attempt.responses.get()
    attempt.responses.update(chosen=[1], revision=1, saved_at=NOW)
    attempt = attempts.submit(attempt.pk, by=None, now=FINISHED)

    [reviewed] = seen(attempt).questions

    assert (reviewed.credit, reviewed.worth, reviewed.is_right) == (150, 300, False)
    assert (attempt.score, attempt.max_score) == (150, 300)
    assert response.question == question


@pytest.mark.parametrize(("minimum", "failed"), [(None, False), (20, False), (21, True), (100, True)])
def test_section_that_fails_the_attempt_is_named(minimum, failed):
    """One of its five questions was answered right, and all of the other section's."""
    exam = bank_with_exam(sections=2, pass_percent=50)
    line = exam.lines.select_related("section").first()
    line.min_percent = minimum
    line.save()
    attempt = started(exam=exam)
    weak = attempt.responses.filter(question__section=line.section).values_list("pk", flat=True)[:4]
    attempt.responses.exclude(pk__in=list(weak)).update(chosen=[1], revision=1, saved_at=NOW)
    attempt = attempts.submit(attempt.pk, by=None, now=FINISHED)

    found = seen(attempt)

    assert (attempt.score, attempt.passed) == (600, not failed)
    assert [row.title for row in found.short_sections] == ([str(line.section)] if failed else [])


@pytest.mark.parametrize(
    ("right", "now", "level"),
    [
        (0, FINISHED, ReviewLevel.SCORE),
        (0, FINISHED + JUST_FINISHED - MS, ReviewLevel.SCORE),
        (0, FINISHED + JUST_FINISHED, ReviewLevel.SECTIONS),
        (5, FINISHED + JUST_FINISHED - MS, ReviewLevel.SCORE),
        (5, FINISHED + JUST_FINISHED, ReviewLevel.WRONG),
    ],
)
def test_level_follows_the_phase(right, now, level):
    exam = bank_with_exam(
        attempts_allowed=2, review_right_after="score", review_meanwhile="sections", review_later="wrong"
    )

    assert seen(finished(exam=exam, right=right), now=now).level == level


def test_level_later_comes_with_the_last_attempt_and_goes_with_one_more_that_is_granted():
    exam = bank_with_exam(attempts_allowed=1, review_meanwhile="score", review_later="wrong")
    attempt = finished(exam=exam)
    later = FINISHED + DAY
    assert seen(attempt, now=later).level == ReviewLevel.WRONG

    allowances.grant_attempts(
        attempt.candidate_id, exam.pk, 1, by=ManagerFactory().pk, now=SOON, reason="Сбой"
    )

    assert seen(attempt, now=later).level == ReviewLevel.SCORE


def test_policy_is_the_one_promised_at_the_start():
    exam = bank_with_exam(keeps_keys=False, **review(ReviewLevel.SCORE))
    attempt = finished(exam=exam)
    for name, level in review(ReviewLevel.ANSWERS).items():
        setattr(exam, name, level)
    exam.save()

    assert seen(attempt).level == ReviewLevel.SCORE


class Shared:
    """A training exam that shows answers, over a section that an exam for certificates asks from as well."""

    def __init__(self, **terms):
        self.section, self.own = SectionFactory(), SectionFactory()
        for section in (self.section, self.own):
            QuestionFactory.create_batch(2, section=section)
        self.training = ExamFactory(
            lines={self.section: 2, self.own: 2},
            gives_certificate=False,
            keeps_keys=False,
            **review(ReviewLevel.ANSWERS),
        )
        self.exam = ExamFactory(lines={self.section: 2}, attempts_allowed=1, **terms)
        self.user = UserFactory()

    def withheld(self, *, now=SOON):
        attempt = finished(self.user, self.training, now=now - timedelta(minutes=11))
        found = outcome(attempt, self.user, now=now)
        assert found.level == ReviewLevel.ANSWERS
        hidden = [q for q in found.questions if not q.choices]
        assert all(not q.explanation for q in hidden)
        assert found.withheld == len(hidden)
        return {q.position for q in hidden} == {
            r.position for r in attempt.responses.with_question() if r.question.section == self.section
        } or len(hidden)


def test_key_is_withheld_from_whoever_may_meet_the_question_in_an_exam_that_keeps_it():
    assert Shared().withheld() is True


def test_key_is_shown_where_no_exam_keeps_it():
    assert Shared(keeps_keys=False).withheld() == 0


def test_key_is_withheld_after_a_pass_that_may_be_renewed():
    shared = Shared()
    finished(shared.user, shared.exam, right=2, now=NOW - DAY)

    assert shared.withheld() is True


def test_key_is_shown_after_a_pass_that_the_exam_outlasts_by_too_little_to_be_renewed():
    shared = Shared(closes_at=NOW + 99 * DAY)
    finished(shared.user, shared.exam, right=2, now=NOW - DAY)

    assert shared.withheld() == 0


def test_key_is_withheld_while_a_new_cycle_may_bring_the_question_back():
    shared = Shared()
    finished(shared.user, shared.exam, right=0, now=NOW - DAY)

    assert shared.withheld() is True


def test_key_is_withheld_for_an_exam_off_the_list_which_may_come_back():
    assert Shared(is_published=False).withheld() is True


@pytest.mark.parametrize(("closes_at", "withheld"), [(SOON + MS, True), (SOON, 0)])
def test_key_is_shown_once_the_exam_that_keeps_it_is_closed(closes_at, withheld):
    assert Shared(closes_at=closes_at).withheld() == withheld


def test_key_is_withheld_before_the_exam_that_keeps_it_opens():
    assert Shared(opens_at=SOON + DAY).withheld() is True


def test_what_somebody_else_has_passed_opens_no_key():
    shared = Shared()
    finished(UserFactory(), shared.exam, right=2, now=NOW - DAY)

    assert shared.withheld() is True
