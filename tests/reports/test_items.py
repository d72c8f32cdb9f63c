"""Whole cohorts by hand, from their counts to what the page shows."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest

from certification.actions import statistics
from certification.models import PaperTally, Question
from certification.reports import item as item_reports
from certification.reports import items as reports
from certification.reports.items import Cohort, Counts, Scope, cohort, in_order, item_list
from certification.rules import item_analysis
from certification.states import ItemFlag
from tests.cohorts import plant
from tests.factories import NOW, QuestionFactory, bank_with_exam, finished, started

pytestmark = pytest.mark.django_db

JUNE = date(2026, 6, 1)


@pytest.fixture
def exam():
    return bank_with_exam(questions=3, per_section=3, gives_certificate=False)


def listed(exam, *, firsts=True, by_key=False):
    scope = Scope(exam, firsts=firsts)
    return sorted(item_list(scope, cohort(scope), by_key=by_key), key=lambda item: item.question.pk)


def test_cohort_by_hand(exam):
    """Four papers: 1 1 1, 1 1 2, 2 3 1 and 0 2 2, of which the key is 1.

    Question 1: right right wrong missing; its rests 2 1 1 0, so n·Σxr − Σx·Σr = 4·3 − 2·4 = 4 of √(4 · 8).
    """
    questions = plant(exam, (1, 1, 1), (1, 1, 2), (2, 3, 1), (0, 2, 2))

    first, _second, third = listed(exam)

    assert first.questions == (questions[0],)
    assert (first.analysis.count, first.analysis.facility.share, first.exposure) == (4, 0.5, 1)
    assert first.analysis.discrimination == pytest.approx(4 / 32**0.5)
    # Scores 3, 2, 1 and 0 are in the thirds 2, 1, 1 and 0.
    assert {position: choice.counts for position, choice in first.choices.items()} == {
        0: (1, 0, 0),
        1: (0, 1, 1),
        2: (0, 1, 0),
        3: (0, 0, 0),
        4: (0, 0, 0),
    }
    assert (first.right, first.median, first.flags) == (frozenset({1}), 30, ())
    assert third.analysis.facility.share == 0.5


def test_first_attempts_alone_or_all(exam):
    plant(exam, (1, 1, 1), times=3)
    plant(exam, (2, 2, 2), times=1, is_first=False)

    assert {item.analysis.facility.share for item in listed(exam)} == {1}
    assert {item.analysis.facility.share for item in listed(exam, firsts=False)} == {0.75}
    assert {item.papers for item in listed(exam, firsts=False)} == {4}


def test_other_exams_are_apart(exam):
    plant(bank_with_exam(), (1, 1, 1, 1, 1), times=9)

    assert [(item.papers, item.analysis.count, item.exposure) for item in listed(exam)] == [(0, 0, None)] * 3


def test_question_that_nobody_had_yet_is_listed_and_one_out_of_use_that_somebody_had(exam):
    [gone, *_] = plant(exam, (1, 1, 1))
    Question.objects.filter(pk=gone.pk).update(is_current=False)
    new = QuestionFactory(section=gone.section)

    found = {item.question: item.analysis.count for item in listed(exam)}

    assert (found[gone], found[new], len(found)) == (1, 0, 4)


def test_versions_are_apart_or_together(exam):
    [old, *_] = plant(exam, (1, 1, 1), (2, 1, 1))
    Question.objects.filter(pk=old.pk).update(is_current=False)
    new = QuestionFactory(section=old.section, key=old.key, version=2, weight=1)
    plant(exam, (1, 1, 1), (1, 1, 2), month=JUNE)

    apart = {item.question: item.analysis.facility.share for item in listed(exam)}
    [together] = [item for item in listed(exam, by_key=True) if len(item.questions) == 2]

    assert (apart[old], apart[new]) == (0.5, 0.5)
    assert together.questions == (old, new)
    assert (together.analysis.count, together.exposure) == (4, 1)
    assert [(month.month, facility.count) for month, facility in together.months] == [(5, 2), (6, 2)]
    assert sum(choice.count for choice in together.choices.values()) == 2  # of the new one's options


def everybody():
    """Papers of three questions in which the third is right where the others are wrong."""
    return [(first, second, 1 if first == second == 2 else 3) for first, second in product((1, 2), (1, 2))]


def test_flags_of_a_question_whose_key_is_wrong(exam):
    plant(exam, *everybody(), times=30)

    assert listed(exam)[2].flags == (ItemFlag.NEGATIVE, ItemFlag.WRONG_KEY, ItemFlag.DEAD)


def test_flag_of_a_question_that_has_leaked(exam):
    plant(exam, (2, 1, 2), (2, 2, 1), times=20)
    plant(exam, (1, 1, 2), (1, 2, 1), times=20, month=JUNE)

    assert ItemFlag.LEAKED in listed(exam)[0].flags


def revised(old):
    """A new version of it, in use in its place."""
    Question.objects.filter(pk=old.pk).update(is_current=False)
    return QuestionFactory(section=old.section, key=old.key, version=old.version + 1)


def test_faults_of_a_former_version_are_not_those_of_a_fresh_one(exam):
    """500 had the old one, one has had the new one: of that nothing is known, whatever the key."""
    old = plant(exam, *everybody(), times=125)[2]
    new = revised(old)
    plant(exam, (1, 1, 3), month=JUNE)

    [of_old] = [item for item in listed(exam) if item.question == old]
    [together] = [item for item in listed(exam, by_key=True) if item.question == new]

    assert of_old.flags == (ItemFlag.NEGATIVE, ItemFlag.WRONG_KEY, ItemFlag.DEAD)
    assert (together.analysis.count, together.latest.count) == (501, 1)
    assert (together.flags, together.rivals, together.dead) == ((), frozenset(), frozenset())


def test_version_that_is_easier_than_the_former_has_not_leaked(exam):
    old = plant(exam, (1, 1, 2), (1, 2, 2), times=20)[2]
    new = revised(old)
    plant(exam, (1, 1, 1), (1, 2, 1), times=20, month=JUNE)

    [together] = [item for item in listed(exam, by_key=True) if item.question == new]

    assert [facility.share for _, facility in together.months] == [0, 1]
    assert together.flags == (ItemFlag.EASY,)


def test_order():
    exam = bank_with_exam(questions=0, per_section=None, gives_certificate=False)
    section = exam.lines.get().section
    for number in ("1.10", "1.9", "1.2"):
        QuestionFactory(section=section, number=number)
    plant(exam, (1, 2, 1), (1, 1, 2), times=20)
    QuestionFactory(section=section, number="1.1")  # nobody had it
    items = listed(exam)

    def numbers(sort):
        return [item.question.number for item in in_order(items, sort)]

    assert numbers("place") == ["1.1", "1.2", "1.9", "1.10"]
    assert numbers("-place") == ["1.10", "1.9", "1.2", "1.1"]
    assert numbers("facility") == ["1.2", "1.9", "1.10", "1.1"]
    assert numbers("-facility") == ["1.10", "1.2", "1.9", "1.1"]
    assert numbers("discrimination") == ["1.1", "1.2", "1.9", "1.10"]  # too few: none is before another
    assert numbers("time") == ["1.2", "1.9", "1.10", "1.1"]


def test_reliability_of_the_whole():
    """Two sections of a question each, 1 1 1 0 and 1 1 0 0: variances 1/4 and 1/3, of the totals 11/12."""
    exam = bank_with_exam(sections=2, questions=1, per_section=1, pass_percent=50)
    plant(exam, (1, 1), (1, 1), (1, 2), (2, 2))
    scope = Scope(exam, firsts=True)

    whole = reports.whole(scope, cohort(scope).papers)

    assert (whole.reliability.count, whole.reliability.max_score, whole.is_enough) == (4, 200, False)
    assert whole.reliability.alpha == pytest.approx(2 * (1 - (1 / 4 + 1 / 3) / (11 / 12)))
    assert whole.error_at_cut == pytest.approx(100)


def test_reliability_of_papers_that_do_not_have_the_same_sections_is_not_defined():
    """Two sections that all papers have, and a third that is another one for some."""
    exam = bank_with_exam(sections=4, questions=1, per_section=1, pass_percent=50)
    *_, third, fourth = Question.objects.order_by("pk")
    for absent in (third, fourth):
        Question.objects.update(is_current=True)
        Question.objects.filter(pk=absent.pk).update(is_current=False)
        plant(exam, (1, 1, 1), (1, 1, 2), (2, 2, 2))
    scope = Scope(exam, firsts=True)

    found = reports.whole(scope, cohort(scope).papers).reliability

    assert (found.count, found.max_score, found.alpha, found.error) == (6, 300, None, None)
    assert found.sd is not None


def test_reliability_is_of_the_commonest_size_of_paper(exam):
    plant(exam, (1, 1, 1), (1, 2, 1), times=2)
    Question.objects.filter(pk=Question.objects.latest("pk").pk).update(is_current=False)
    plant(exam, (1, 2), times=3)
    scope = Scope(exam, firsts=True)

    assert reports.whole(scope, cohort(scope).papers).reliability.count == 4


def test_no_papers_have_no_reliability(exam):
    assert reports.whole(Scope(exam, firsts=True), {}) is None


def test_age_and_what_waits(exam):
    finished(exam=exam)
    started(exam=exam)
    finished()
    assert reports.age(exam) == reports.Age(None, 1)

    statistics.refresh(now=NOW + timedelta(hours=1))

    assert reports.age(exam) == reports.Age(NOW + timedelta(hours=1), 0)


def test_one_question_in_its_versions(exam):
    [old, *_] = plant(exam, (1, 1, 1), (0, 1, 1), (3, 2, 2))
    Question.objects.filter(pk=old.pk).update(is_current=False)
    new = QuestionFactory(section=old.section, key=old.key, version=2)
    QuestionFactory(section=old.section, key=old.key, version=3, state="draft")

    of_new, of_old = item_reports.item(item_reports.versions(old.key), Scope(exam, firsts=True))

    assert (of_new.question, of_new.thirds) == (new, (0, 0, 0))
    assert (of_old.question, of_old.thirds) == (old, (1, 1, 1))
    assert [(row.index, row.is_right, row.choice.counts) for row in of_old.options] == [
        (0, True, (0, 0, 1)),
        (1, False, (0, 0, 0)),
        (2, False, (1, 0, 0)),
        (3, False, (0, 0, 0)),
        (None, False, (0, 1, 0)),
    ]


def test_question_while_the_keeper_counts(exam):
    """The answers are read after the papers: one of a score that no paper had yet is among them."""
    [question, *_] = plant(exam, (1, 1, 1))
    marks = Counter({(0, 300, 0): 1, (100, 300, 100): 1, (300, 300, 100): 1, (200, 200, 100): 1})
    counts = {question.pk: Counts(marks=marks, options={1: [0, 4, 3]})}
    group = Cohort(Counter({(100, 300): 2, (300, 300): 1}), {(100, 300): 1, (300, 300): 2}, counts)

    found = item_reports.version(question, group)

    assert found.thirds == (0, 4, 3)
    assert (found.did.analysis.count, found.did.exposure) == (4, 1)


def test_third_of_a_score_is_the_same_here_and_in_sql(exam):
    plant(exam, (2, 2, 2), (1, 2, 2), (1, 1, 2), (1, 1, 1), times=5)
    papers = PaperTally.objects.all()
    scores = [tuple(row) for row in papers.values_list("score", "max_score")]
    for left_out in scores:
        thirds = item_analysis.thirds({one: 5 for one in scores if one != left_out})
        group = Cohort(Counter(), thirds, {})
        in_sql = papers.annotate(third=reports.third_of(thirds)).values_list("score", "max_score", "third")
        assert {(score, size): third for score, size, third in in_sql} == {
            one: group.third(one) for one in scores
        }


def test_draft_that_nobody_had_is_shown_where_there_is_nothing_else():
    draft = QuestionFactory(state="draft")

    [shown] = item_reports.item(item_reports.versions(draft.key), Scope(bank_with_exam(), firsts=True))

    assert (shown.question, shown.did.exposure) == (draft, None)
