"""`manage.py seed` on the real fixtures, and on broken ones."""

import re
import shutil
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from certification.actions import bank
from certification.importing.seed_plan import key_of, read_sections
from certification.models import Agreement, BlueprintLine, Exam, Question, Section
from tests.factories import NOW, UserFactory, item, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"


def seed(**options):
    out = StringIO()
    call_command("seed", stdout=out, **options)
    return out.getvalue()


def versions(number):
    rows = Question.objects.filter(key=key_of(number)).order_by("version")
    return list(rows.values_list("version", "state", "is_current"))


def in_use(number):
    return Question.objects.with_options().current().get(key=key_of(number))


def fixture_item(number):
    items = (item for file in read_sections(FIXTURES) for item in file.items)
    return next(item for item in items if item.number == number)


@pytest.fixture
def copied(tmp_path):
    """The fixtures, to be spoilt."""
    return shutil.copytree(FIXTURES, tmp_path / "fixtures")


def spoil(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_seed_makes_the_bank_as_the_fixtures_have_it():
    seed()

    questions = Question.objects.with_options().order_by("pk")
    assert [q.item for q in questions] == [i for file in read_sections(FIXTURES) for i in file.items]
    in_section = Counter(q.section.number for q in questions)
    assert in_section == {1: 9, 2: 10, 3: 10, 4: 16, 5: 10, 6: 15, 7: 15, 8: 16, 9: 14}
    assert len(questions) == 115
    assert {(q.version, q.state, q.is_current, q.author) for q in questions} == {(1, "published", True, None)}
    assert {q.number: q.key for q in questions} == {q.number: key_of(q.number) for q in questions}
    assert list(Section.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_seed_makes_the_agreement_and_never_touches_one():
    assert "Agreement: version 1 added." in seed().splitlines()

    agreement = Agreement.objects.get()
    assert (agreement.number, agreement.in_force_from <= timezone.now()) == (1, True)
    assert agreement.text.count("\n\n") == 7
    Agreement.objects.update(title="Своё соглашение")
    before = all_rows()
    seed()
    assert changed_tables(before) == []


def test_seed_makes_the_two_exams_of_the_issue():
    seed()

    common = {
        "is_published": True,
        "leaves_out_stale": False,
        "pass_percent": 80,
        "tells_how_many": False,
        "cycle_days": 90,
    }
    common |= {"certificate_months": 12}
    common |= {"opens_at": None, "closes_at": None, "partial_credit": False}
    common |= {"review_right_after": "sections", "review_meanwhile": "sections"}
    texts = dict(Exam.objects.values_list("slug", "about"))
    assert rows_of(Exam.objects.all()) == [
        {
            **common,
            "id": Exam.objects.get(slug="test-1").pk,
            "slug": "test-1",
            "title": "Тест 1 — основы продукта + договор",
            "about": texts["test-1"],
            "place": 1,
            "minutes": 60,
            "gives_certificate": True,
            "review_later": "wrong",
            "keeps_keys": True,
            "attempts_allowed": 3,
            "first_wait": timedelta(hours=24),
            "later_wait": timedelta(days=7),
        },
        {
            **common,
            "id": Exam.objects.get(slug="full").pk,
            "slug": "full",
            "title": "Полный тест",
            "about": texts["full"],
            "place": 2,
            "minutes": 150,
            "gives_certificate": False,
            "review_later": "answers",
            "keeps_keys": False,
            "attempts_allowed": None,
            "first_wait": timedelta(hours=24),
            "later_wait": timedelta(hours=24),
        },
    ]
    lines = BlueprintLine.objects.order_by("exam__place", "section__number")
    assert list(lines.values_list("exam__slug", "section__number", "questions")) == [
        *[("test-1", section, 5) for section in range(1, 10)],
        *[("full", section, None) for section in range(1, 10)],
    ]


def test_seeded_exams_give_papers_of_45_and_115_questions():
    seed()

    papers = [started(exam=exam).responses for exam in Exam.objects.order_by("place")]

    assert [paper.count() for paper in papers] == [45, 115]
    sections = Counter(papers[0].values_list("question__section__number", flat=True))
    assert sections == dict.fromkeys(range(1, 10), 5)


def test_seed_again_changes_no_row():
    first = seed()
    before = all_rows()

    second = seed()

    assert changed_tables(before) == []
    assert "115 questions added" in first
    assert "test-1, full" in first
    assert second == "Bank: 0 questions added, 0 revised, 0 differ and stay as they are. Exams: none added.\n"


def test_seed_never_touches_an_edited_question_and_tells_of_it():
    seed()
    edited = bank.revise(
        in_use("3.7").pk,
        item(number="3.7", section=3, text="Кто и когда добавляет людей?"),
        by=None,
        now=NOW,
        publish=True,
    )
    full = Exam.objects.get(slug="full")
    attempt = started(UserFactory(), full)
    assert attempt.responses.filter(question=edited).count() == 1
    before = all_rows()

    said = seed()

    assert changed_tables(before) == []
    assert said.splitlines() == [
        "3.7: differs in kind, text, options, explanation, enemies",
        "Bank: 0 questions added, 0 revised, 1 differ and stay as they are. Exams: none added.",
    ]


def test_seed_never_touches_a_draft_beside_a_question_or_a_retired_one():
    seed()
    draft = item(number="3.7", section=3, text="Кто и когда добавляет людей?")
    bank.revise(in_use("3.7").pk, draft, by=None, now=NOW)
    bank.retire(in_use("4.2").pk, by=None, now=NOW)
    before = all_rows()

    said = seed()

    assert changed_tables(before) == []
    assert said.startswith("3.7: differs in ")
    assert "4.2" not in said


def test_seed_revise_does_not_bring_back_what_was_retired(copied):
    seed(fixtures=copied)
    bank.retire(in_use("3.7").pk, by=None, now=NOW)
    spoil(copied, "section_3.yaml", fixture_item("3.7").text, "Что выгружают в файл в другой раз?")
    before = all_rows()

    said = seed(fixtures=copied, revise=True)

    assert changed_tables(before) == []
    assert said.splitlines()[0] == "3.7: differs in text (it is retired, so it is left alone)"


def test_seed_never_touches_an_exam_that_was_changed():
    seed()
    Exam.objects.filter(slug="test-1").update(minutes=90, title="Тест 1", is_published=False)
    BlueprintLine.objects.filter(exam__slug="test-1", section__number=1).delete()
    before = all_rows()

    seed()
    seed(revise=True)

    assert changed_tables(before) == []


def test_seed_brings_back_an_exam_and_questions_that_are_missing():
    seed()
    Exam.objects.get(slug="full").delete()
    Question.objects.filter(key__in=[key_of("1.1"), key_of("9.14")]).delete()
    kept = rows_of(Question.objects.all())

    said = seed(verbosity=2)

    assert said.splitlines() == [
        "1.1: new",
        "9.14: new",
        "Bank: 2 questions added, 0 revised, 0 differ and stay as they are. Exams: full added.",
    ]
    assert rows_of(Question.objects.filter(pk__in=[row["id"] for row in kept])) == kept
    assert Question.objects.current().count() == 115
    assert Exam.objects.get(slug="full").lines.count() == 9


def test_seed_revise_makes_the_fixtures_wording_the_next_version():
    seed()
    edited = item(number="3.7", section=3, text="Кто и когда добавляет людей?")
    served = bank.revise(in_use("3.7").pk, edited, by=None, now=NOW, publish=True)
    started(UserFactory(), Exam.objects.get(slug="full"))
    others = rows_of(Question.objects.exclude(key=served.key))
    options = rows_of(served.options)

    said = seed(revise=True)

    assert versions("3.7") == [(1, "published", False), (2, "published", False), (3, "published", True)]
    assert in_use("3.7").item == fixture_item("3.7")
    assert Question.objects.with_options().get(pk=served.pk).item == edited
    assert rows_of(served.options) == options
    assert rows_of(Question.objects.exclude(key=served.key)) == others
    assert said.splitlines()[-1] == (
        "Bank: 0 questions added, 1 revised, 0 differ and stay as they are. Exams: none added."
    )
    before = all_rows()
    seed(revise=True)
    assert changed_tables(before) == []


def test_seed_revise_leaves_somebodys_draft_alone():
    seed()
    draft = bank.revise(
        in_use("3.7").pk, item(number="3.7", section=3, text="Черновик?"), by=None, now=NOW, publish=False
    )
    before = all_rows()

    said = seed(revise=True)

    assert changed_tables(before) == []
    assert draft.state == "draft"
    assert said.splitlines()[-2].endswith("(a draft is in work, so it is left alone)")
    assert said.splitlines()[-1] == (
        "Bank: 0 questions added, 0 revised, 1 differ and stay as they are. Exams: none added."
    )


def test_seed_revise_brings_a_changed_fixture_into_the_bank(copied):
    seed(fixtures=copied)
    text = fixture_item("3.7").text
    spoil(copied, "section_3.yaml", text, "Что выгружают в файл в другой раз?")

    seed(fixtures=copied, revise=True)

    assert versions("3.7") == [(1, "published", False), (2, "published", True)]
    assert in_use("3.7").text == "Что выгружают в файл в другой раз?"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("section_4.yaml", "kind: single", "kind: several"),
        ("section_9.yaml", '- number: "9.3"', '- number: "9.2"'),
        ("section_1.yaml", "  - right:", "  - correct:"),
        ("exams.yaml", "- slug: full", "- slag: full"),
        ("exams.yaml", "minutes: 150", "minutes: [150"),
    ],
)
def test_seed_of_a_broken_fixture_names_file_and_line_and_writes_nothing(copied, name, old, new):
    line = spoil(copied, name, old, new)
    before = all_rows()

    with pytest.raises(CommandError) as caught:
        seed(fixtures=copied)

    # An unclosed bracket is found on the line after it.
    assert str(caught.value).split(" ")[0] in (f"{name}:{line}:", f"{name}:{line + ('[' in new)}:")
    assert changed_tables(before) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("section_4.yaml", "  - wrong:", "  - right:"),
        ("section_4.yaml", "  kind: single", "  kind: multiple"),
        ("section_1.yaml", "title: Бизнес-часть", 'title: ""'),
        ("section_1.yaml", "text: Кого в продажах называют лидом?", 'text: ""'),
        ("exams.yaml", "minutes: 150", "minutes: много"),
        ("exams.yaml", "minutes: 150", "minutes: null"),
        ("exams.yaml", "pass_percent: 80", "pass_percent: 0"),
        ("exams.yaml", "slug: full", "slug: test-1"),
    ],
    ids=[
        "two keys",
        "one key of several",
        "empty title",
        "empty text",
        "word for a number",
        "no number",
        "out of range",
        "slug twice",
    ],
)
def test_seed_of_a_fixture_that_makes_no_sense_names_file_and_line_and_writes_nothing(copied, name, old, new):
    spoil(copied, name, old, new)
    before = all_rows()

    with pytest.raises(CommandError) as caught:
        seed(fixtures=copied)

    assert re.match(rf"{name}:\d+: ", str(caught.value))
    assert changed_tables(before) == []


def test_seed_from_a_folder_without_fixtures_says_so(tmp_path):
    with pytest.raises(CommandError):
        seed(fixtures=tmp_path / "nowhere")
