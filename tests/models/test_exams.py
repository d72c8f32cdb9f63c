"""The words about exams and their blueprints."""

from datetime import timedelta

import pytest

from certification.models import BlueprintLine, Exam
from certification.rules.eligibility import Terms
from certification.states import QuestionState
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory


@pytest.fixture
def section():
    """A section with three questions in use, and with every kind that is not."""
    section = SectionFactory(number=30001)
    QuestionFactory.create_batch(3, section=section)
    for state in QuestionState:
        QuestionFactory(section=section, state=state, is_current=False)
    QuestionFactory()
    assert section.questions.count() == 3 + len(QuestionState)
    return section


@pytest.mark.django_db
def test_published_exams():
    public = ExamFactory()
    hidden = ExamFactory(is_published=False)
    assert list(Exam.objects.published()) == [public]
    assert set(Exam.objects.all()) == {public, hidden}


@pytest.mark.django_db
def test_exams_come_by_place_then_by_title():
    last, b, a = (ExamFactory(place=place, title=title) for place, title in [(2, "А"), (1, "Б"), (1, "А")])
    assert list(Exam.objects.all()) == [a, b, last]


@pytest.mark.django_db
@pytest.mark.parametrize(("questions", "count"), [(2, 2), (3, 3), (9, 9), (None, 3)])
def test_a_line_counts_what_it_asks_for_or_the_whole_section(section, questions, count):
    exam = ExamFactory(lines={section: questions})
    line = exam.lines.with_available(on=NOW.date()).get()
    assert (line.available, line.count) == (3, count)


@pytest.mark.django_db
def test_an_empty_section_has_nothing_available():
    exam = ExamFactory(lines={SectionFactory(): None})
    line = exam.lines.with_available(on=NOW.date()).get()
    assert (line.available, line.count) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_blueprint_by_section_takes_one_query(django_assert_num_queries, section, count):
    sections = [section, SectionFactory(number=30003), SectionFactory(number=30002)][:count]
    exam = ExamFactory(lines=dict.fromkeys(sections))
    ExamFactory(lines={section: 1})
    with django_assert_num_queries(1):
        lines = BlueprintLine.objects.with_available(on=NOW.date()).filter(exam=exam)
        found = [(line.section.number, line.count) for line in lines]
    assert found == [(30001, 3), (30002, 0), (30003, 0)][:count]


@pytest.mark.django_db
@pytest.mark.parametrize(("leaves_out", "drawable"), [(False, 4), (True, 3)])
def test_a_line_tells_what_its_section_has_for_it(leaves_out, drawable):
    section = SectionFactory()
    stale = {"review_by": NOW.date() - timedelta(days=1)}
    QuestionFactory.create_batch(2, section=section, enemies="plan")
    QuestionFactory.create_batch(2, section=section)
    QuestionFactory(section=section, **stale)
    QuestionFactory(section=section, state=QuestionState.DRAFT, **stale)
    QuestionFactory(section=section, state=QuestionState.IN_REVIEW)
    exam = ExamFactory(lines={section: 2}, leaves_out_stale=leaves_out)

    line = exam.lines.with_supply(on=NOW.date()).get()

    assert (line.drawable, line.stale, line.in_work) == (drawable, 1, 2)
    assert line.available == drawable + 1  # of the two enemies both


@pytest.mark.parametrize("gives_certificate", [True, False])
def test_the_terms_that_eligibility_reads(gives_certificate):
    exam = Exam(
        slug="test-1",
        is_published=True,
        minutes=60,
        attempts_allowed=3,
        first_wait=timedelta(hours=24),
        later_wait=timedelta(days=7),
        cycle_days=90,
        gives_certificate=gives_certificate,
    )
    assert exam.terms == Terms(
        is_published=True,
        attempts_allowed=3,
        first_wait=timedelta(hours=24),
        later_wait=timedelta(days=7),
        cycle=timedelta(days=90),
        retake_after_pass=not gives_certificate,
    )
    assert exam.time_limit == timedelta(hours=1)
    assert exam.get_absolute_url() == "/exams/test-1/"


def test_an_exam_is_closed_and_gives_a_certificate_unless_said_otherwise():
    assert Exam().terms == Terms(
        is_published=False,
        attempts_allowed=None,
        first_wait=timedelta(),
        later_wait=timedelta(),
        cycle=timedelta(days=90),
        retake_after_pass=False,
    )
