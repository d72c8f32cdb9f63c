"""What published exams can draw on, and what they would lack were other questions in use."""

from datetime import timedelta

import pytest

from certification.models import Question, Supply
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
STALE = TODAY - timedelta(days=1)


@pytest.fixture
def section():
    """Two questions in use, and another section with three."""
    section, other = SectionFactory(number=1), SectionFactory(number=2)
    QuestionFactory.create_batch(2, section=section)
    QuestionFactory.create_batch(3, section=other)
    return section


def other_section():
    return SectionFactory(number=2)


def version(question, **changes):
    """A draft beside this one."""
    kept = {"section": question.section, "enemies": question.enemies, **changes}
    return QuestionFactory(key=question.key, version=2, state="draft", **kept)


def told(findings):
    return [
        (f.level, f.values["exam"], f.values["section"], f.values["wanted"], f.values["available"])
        for f in findings
    ]


def lost(shortfalls):
    return [(one.exam, one.section, one.short.wanted, one.short.available) for one in shortfalls]


def test_a_version_in_another_section_leaves_the_exam_short(section):
    ExamFactory(title="Тест 1", lines={section: 2, other_section(): 1})
    question = section.questions.first()

    found = [Supply(on=TODAY).findings(version(question, section=other_section()))]

    assert list(map(told, found)) == [[("warning", "Тест 1", "1. Раздел 1", 2, 1)]]


def test_a_version_with_enemies_leaves_the_exam_short(section):
    """Of three two are asked for, and with it all three are enemies."""
    QuestionFactory(section=section)
    section.questions.update(enemies="")
    first, *others = section.questions.all()
    Question.objects.filter(pk__in=[other.pk for other in others]).update(enemies="plan")
    ExamFactory(title="Тест 1", lines={section: 2})

    found = Supply(on=TODAY).findings(version(first, enemies="plan"))

    assert told(found) == [("warning", "Тест 1", "1. Раздел 1", 2, 1)]


@pytest.mark.parametrize("leaves_out_stale", [True, False])
def test_a_stale_version_is_none_where_the_exam_leaves_it_out(section, leaves_out_stale):
    ExamFactory(title="Тест 1", lines={section: 2}, leaves_out_stale=leaves_out_stale)
    draft = version(section.questions.first(), review_by=STALE)

    found = Supply(on=TODAY).findings(draft)

    assert told(found) == ([("warning", "Тест 1", "1. Раздел 1", 2, 1)] if leaves_out_stale else [])


@pytest.mark.parametrize(
    "exam",
    [{"is_published": False}, {"lines": {}}, {}],
    ids=["not published", "of nothing", "with enough"],
)
def test_what_no_published_exam_misses_is_not_told(section, exam):
    ExamFactory(**{"lines": {section: 1}, **exam})

    assert Supply(on=TODAY).findings(version(section.questions.first(), section=other_section())) == []


def test_only_what_becomes_worse_is_told(section):
    """Section 2 has three questions of five that are wanted."""
    exam = ExamFactory(lines={section: 2, other_section(): 5})
    question = section.questions.first()
    supply = Supply(on=TODAY)

    assert told(supply.findings(version(question))) == []
    assert told(supply.findings(QuestionFactory(section=other_section(), state="draft"))) == []
    assert lost(supply.lost(without=[question])) == [(exam, section, 2, 1)]
    assert lost(supply.lost(without=list(Question.objects.current()))) == [
        (exam, section, 2, 0),
        (exam, other_section(), 5, 0),
    ]


@pytest.mark.parametrize("leaves_out_stale", [True, False])
def test_the_pool_is_that_of_the_exam(section, leaves_out_stale):
    exam = ExamFactory(lines={section: 1}, leaves_out_stale=leaves_out_stale)
    for review_by in (STALE, TODAY, None):
        QuestionFactory(section=section, enemies="plan", review_by=review_by)
    supply = Supply(on=TODAY)

    assert supply.pool(exam, supply.rows) == exam.pool([section.pk], TODAY)


@pytest.mark.parametrize("exams", [1, 3])
def test_it_is_read_in_three_queries_and_asked_without_any(section, exams, django_assert_num_queries):
    ExamFactory.create_batch(exams, lines={section: 2})
    drafts = [version(question, section=other_section()) for question in section.questions.all()]

    with django_assert_num_queries(3):
        supply = Supply(on=TODAY)
        found = [supply.findings(draft) for draft in drafts]

    assert list(map(len, found)) == [exams, exams]
