"""The numbers of the charts, counted by hand for a small cohort."""

from datetime import date, timedelta

import pytest

from certification.actions import attempts
from certification.models import Attempt
from certification.reports import charts as reports
from certification.reports.charts import Bin, Rate, SectionShare, Week, charts
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
    started,
    void,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def sat(exam, right, *, minutes, now=NOW):
    attempt = started(UserFactory(), exam, now=now)
    answer(attempt, right=right, now=now)
    return attempts.submit(attempt.pk, by=attempt.candidate_id, now=now + timedelta(minutes=minutes))


def drawn(**filters):
    return charts(Attempt.objects.filter(**filters))


def test_small_cohort_counted_by_hand():
    """Two weeks at one exam of five points with the mark at four; who goes on or is voided is not in it."""
    exam = bank_with_exam(questions=5)
    last_sunday = NOW - DAY
    for right, minutes, now in ((5, 4, last_sunday), (1, 5, last_sunday), (3, 12, NOW), (4, 60, NOW)):
        sat(exam, right, minutes=minutes, now=now)
    attempts.submit(started(exam=exam).pk, by=None, now=NOW + 2 * DAY)
    started(exam=exam)
    void(sat(exam, 5, minutes=7))

    found = drawn()

    assert found.rate == Rate(2, 5)
    assert found.scores.bins == (
        Bin(0, 0, passed=0, failed=1),
        Bin(1, 1, passed=0, failed=1),
        Bin(2, 2, passed=0, failed=0),
        Bin(3, 3, passed=0, failed=1),
        Bin(4, 4, passed=1, failed=0),
        Bin(5, 5, passed=1, failed=0),
    )
    assert (found.scores.points, found.scores.marks) == (5, (4,))
    assert found.weeks == (
        Week(date(2026, 11, 16), Rate(1, 2)),
        Week(date(2026, 11, 23), Rate(1, 3)),
    )
    section = exam.lines.get().section
    assert found.sections == (SectionShare(f"{section.number}. {section.title}", 1300, 2500, 25),)
    assert found.sample == 5
    counts = [(bin.first, bin.last, bin.count) for bin in found.times if bin.count]
    assert counts == [(0, 5, 2), (10, 15, 1), (55, 60, 2)]
    assert len(found.times) == 12


def test_papers_of_several_sizes_are_compared_by_their_share():
    small, large = bank_with_exam(questions=4, per_section=4, pass_percent=60), bank_with_exam(questions=5)
    for exam, right in ((small, 4), (small, 1), (large, 2), (large, 0)):
        sat(exam, right, minutes=1)

    found = drawn().scores

    assert [(bin.first, bin.last, bin.passed, bin.failed) for bin in found.bins if bin.count] == [
        (0, 4, 0, 1),
        (25, 29, 0, 1),
        (40, 44, 0, 1),
        (95, 100, 1, 0),
    ]
    assert (found.points, found.marks, len(found.bins)) == (None, (60, 80), 20)


def test_weeks_are_the_newest_dozen_and_begin_on_monday_in_moscow():
    exam = bank_with_exam()
    monday = NOW.replace(hour=0)
    for now in (
        monday,
        monday - timedelta(seconds=1),
        monday - timedelta(weeks=11),
        monday - timedelta(weeks=12),
    ):
        sat(exam, 0, minutes=1, now=now)

    assert [week.monday for week in drawn().weeks] == [
        date(2026, 9, 7),
        date(2026, 11, 16),
        date(2026, 11, 23),
    ]


def test_weakest_section_stands_first(monkeypatch):
    exam = bank_with_exam(sections=2, questions=3, per_section=3)
    sat(exam, 0, minutes=1, now=NOW - DAY)
    for _person in range(2):
        attempt = started(UserFactory(), exam)
        answer(attempt, right=6)
        right = attempt.responses.filter(question__section=exam.lines.first().section)
        right.update(chosen=[])
        attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)
    monkeypatch.setattr(reports, "SAMPLE", 2)

    found = drawn()

    weak, strong = (line.section for line in exam.lines.all())
    assert found.sections == (
        SectionShare(f"{weak.number}. {weak.title}", 0, 600, 6),
        SectionShare(f"{strong.number}. {strong.title}", 600, 600, 6),
    )
    assert (found.sample, found.rate.of) == (2, 3)


def test_share_is_rounded_and_sorted_by_what_it_is():
    """7 of 15 are 46.67 %; 5 of 11 are 45.45 %, 9 of 20 exactly 45 %."""
    shares = [SectionShare("", 100 * earned, 100 * of, of) for earned, of in ((7, 15), (5, 11), (9, 20))]

    assert [share.share for share in shares] == [47, 45, 45]
    assert sorted(shares, key=lambda share: share.part) == shares[::-1]


def test_parts_of_a_point_count_where_they_were_promised():
    for partial in (True, False):
        section = SectionFactory()
        QuestionFactory(section=section, kind="multiple", options__rights=2)
        attempt = started(exam=ExamFactory(lines={section: 1}, partial_credit=partial))
        attempt.responses.update(chosen=[1])
        attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW)

    assert [share.share for share in drawn().sections] == [0, 50]


def test_longer_than_the_exam_is_a_bar_of_its_own_and_what_was_reopened_none():
    exam = bank_with_exam(minutes=10)
    late = started(exam=exam)
    Attempt.objects.filter(pk=late.pk).update(deadline=NOW + timedelta(minutes=30))
    attempts.submit(late.pk, by=late.candidate_id, now=NOW + timedelta(minutes=11))
    reopened = finished(exam=exam, right=1)
    attempts.reopen(reopened.pk, by=ManagerFactory().pk, now=NOW + DAY, reason="Сбой.", minutes=9)
    attempts.submit(reopened.pk, by=None, now=NOW + 2 * DAY)

    assert [bin for bin in drawn().times if bin.count] == [Bin(10, None, passed=1)]


def test_nothing_is_drawn_of_nobody():
    started()

    found = drawn()

    assert (found.rate.of, found.weeks, found.sections, found.times) == (0, (), (), ())


@pytest.mark.parametrize(
    ("rate", "told"), [(Rate(3, 4), None), (Rate(3, 5), (60, 23, 88)), (Rate(0, 20), (0, 0, 16))]
)
def test_few_have_no_percentage(rate, told):
    assert ((rate.percent, rate.low, rate.high) if rate.is_told else None) == told
