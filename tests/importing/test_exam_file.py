"""The exams' file: what is read, what is refused at which line, and what is added."""

from datetime import timedelta

import pytest

from certification.importing.exam_file import ExamEntry, ExamFileError, add_missing, read_exams
from certification.models import BlueprintLine, Exam
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory
from tests.rows import all_rows, changed_tables, rows_of

EXAMS = """\
# Two exams.
- slug: test-1
  title: Тест 1
  about: >-
    О первом.
  place: 1
  minutes: 60
  pass_percent: 80
  gives_certificate: true
  certificate_months: 24
  partial_credit: true
  review_right_after: score
  review_meanwhile: sections
  review_later: wrong
  keeps_keys: true
  attempts_allowed: 3
  first_wait_hours: 24
  later_wait_hours: 168
  questions_per_section: 5

- slug: full
  title: Полный тест
  about: О полном.
  place: 2
  minutes: 150
  pass_percent: 75
  gives_certificate: false
  certificate_months: 12
  partial_credit: false
  review_right_after: sections
  review_meanwhile: nothing
  review_later: answers
  keeps_keys: false
  attempts_allowed: null
  first_wait_hours: 24
  later_wait_hours: 12
  questions_per_section: null
"""
TODAY = NOW.date()
TEST_1 = ExamEntry(
    slug="test-1",
    title="Тест 1",
    about="О первом.",
    place=1,
    minutes=60,
    pass_percent=80,
    gives_certificate=True,
    certificate_months=24,
    partial_credit=True,
    review_right_after="score",
    review_meanwhile="sections",
    review_later="wrong",
    keeps_keys=True,
    attempts_allowed=3,
    first_wait_hours=24,
    later_wait_hours=168,
    questions_per_section=5,
)
FULL = ExamEntry(
    slug="full",
    title="Полный тест",
    about="О полном.",
    place=2,
    minutes=150,
    pass_percent=75,
    gives_certificate=False,
    certificate_months=12,
    partial_credit=False,
    review_right_after="sections",
    review_meanwhile="nothing",
    review_later="answers",
    keeps_keys=False,
    attempts_allowed=None,
    first_wait_hours=24,
    later_wait_hours=12,
    questions_per_section=None,
)


@pytest.fixture
def read(tmp_path):
    """Reads a text as the exams' file."""

    def read_text(text):
        path = tmp_path / "exams.yaml"
        path.write_text(text, encoding="utf-8")
        return read_exams(path)

    return read_text


def test_file_is_read_as_it_is_written(read):
    assert read(EXAMS) == [TEST_1, FULL]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("- slug: full", "- slag: full", 21),
        ("  place: 2\n", "", 21),
        ("  place: 1\n", "  place: 1\n  colour: red\n", 2),
        ("minutes: 150", "minutes: [150", 26),
        ("minutes: 150", "minutes: 150\n  minutes: 90", 21),
        ("minutes: 150", "minutes: 150\x07", 25),
        ("title: Тест 1", "title: Тест: 1", 3),
    ],
)
def test_refused_with_file_and_line(read, old, new, line):
    assert EXAMS.count(old) == 1

    with pytest.raises(ExamFileError) as caught:
        read(EXAMS.replace(old, new))

    assert str(caught.value).startswith(f"exams.yaml:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("minutes: 150", "minutes: много", 25),
        ("minutes: 150", "minutes: null", 25),
        ("minutes: 150", "minutes: 0", 25),
        ("pass_percent: 75", "pass_percent: 101", 26),
        ("pass_percent: 75", "pass_percent: 75.5", 26),
        ("gives_certificate: false", "gives_certificate: нет", 27),
        ("certificate_months: 12", "certificate_months: 0", 28),
        ("partial_credit: false", "partial_credit: 0", 29),
        ("review_right_after: score", "review_right_after: all", 12),
        ("review_meanwhile: nothing", "review_meanwhile: null", 31),
        ("review_later: answers", "review_later: [answers]", 32),
        ("keeps_keys: false", "keeps_keys: maybe", 33),
        ("attempts_allowed: 3", "attempts_allowed: 0", 16),
        ("later_wait_hours: 12", "later_wait_hours: -1", 36),
        ("questions_per_section: 5", "questions_per_section: 0", 19),
        ("title: Полный тест", 'title: ""', 22),
        ("title: Полный тест", "title: 5", 22),
        ("slug: full", "slug: полный", 21),
        ("slug: full", "slug: test-1", 21),
    ],
)
def test_value_that_makes_no_sense_is_refused_at_its_line(read, old, new, line):
    assert EXAMS.count(old) == 1

    with pytest.raises(ExamFileError) as caught:
        read(EXAMS.replace(old, new))

    assert str(caught.value).startswith(f"exams.yaml:{line}: ")


@pytest.mark.parametrize("text", ["", "slug: test-1\n", "just a text\n", "- test-1\n- full\n"])
def test_what_is_no_list_of_exams_is_refused(read, text):
    with pytest.raises(ExamFileError) as caught:
        read(text)

    assert str(caught.value).startswith("exams.yaml:1: ")


@pytest.mark.django_db
def test_missing_exams_are_added_over_all_sections():
    first, second = SectionFactory(number=1), SectionFactory(number=2)
    for section in (first, second):
        QuestionFactory.create_batch(5, section=section)

    assert add_missing([TEST_1, FULL], on=TODAY) == ["test-1", "full"]

    exams = Exam.objects.values_list(
        "slug", "is_published", "minutes", "pass_percent", "attempts_allowed", "first_wait", "later_wait"
    )
    assert list(exams) == [
        ("test-1", True, 60, 80, 3, timedelta(hours=24), timedelta(days=7)),
        ("full", True, 150, 75, None, timedelta(hours=24), timedelta(hours=12)),
    ]
    lines = BlueprintLine.objects.order_by("exam__place", "section__number")
    assert list(lines.values_list("exam__slug", "section", "questions")) == [
        ("test-1", first.pk, 5),
        ("test-1", second.pk, 5),
        ("full", first.pk, None),
        ("full", second.pk, None),
    ]


@pytest.mark.django_db
def test_an_exam_that_cannot_be_drawn_is_added_unpublished():
    QuestionFactory.create_batch(4, section=SectionFactory(number=1))

    add_missing([TEST_1, FULL], on=TODAY)

    assert dict(Exam.objects.values_list("slug", "is_published")) == {"test-1": False, "full": True}


@pytest.mark.django_db
def test_exam_that_exists_is_never_touched():
    section = SectionFactory(number=1)
    own = ExamFactory(slug="test-1", title="Свой тест", minutes=5, lines={section: 1})
    SectionFactory(number=2)
    kept = rows_of(Exam.objects.all()), rows_of(own.lines)

    assert add_missing([TEST_1, FULL], on=TODAY) == ["full"]

    assert (rows_of(Exam.objects.filter(pk=own.pk)), rows_of(own.lines)) == kept
    before = all_rows()
    assert add_missing([TEST_1, FULL], on=TODAY) == []
    assert changed_tables(before) == []
