"""From the fixtures to the bank: what is planned, how it is told, and what is written."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from certification.actions.bank import Refused
from certification.importing import seed_plan
from certification.importing.bank_file import BankFileError, SectionFile
from certification.importing.seed_plan import Difference, Plan, changed, key_of
from certification.models import Event, Question, Section
from certification.rules.items import ItemOption
from certification.states import QuestionState
from tests.factories import NOW, SectionFactory, item
from tests.rows import all_rows, changed_tables

FIRST = item(number="1.1")
SECOND = item(number="1.2", text="Кто добавляет людей в аккаунт?")
FILE = SectionFile(number=1, title="Бизнес-часть", items=(FIRST, SECOND))
OTHER_FILE = SectionFile(number=2, title="Общие настройки", items=(item(number="2.1", section=2),))
YAML = """\
number: {number}
title: Раздел
questions:
- number: "{number}.1"
  kind: single
  text: Кто добавляет сотрудников в аккаунт?
  options:
  - right: Администратор
  - wrong: Руководитель
  - wrong: Ответственный
  explanation: Добавляет администратор, остальные роли этого права не имеют.
"""


def stored(pk, content):
    """What planning needs to know of a question in the bank."""
    return SimpleNamespace(pk=pk, item=content, state=QuestionState.PUBLISHED)


def planned(files=(FILE,), bank=None, sections=(1,)):
    return seed_plan.plan(files, bank=bank or {}, sections=sections)


def test_key_of_a_question_is_always_the_same_and_another_for_each_number():
    """The keys are in every installation's bank: a new way to make them would double it."""
    assert str(key_of("3.7")) == "2b25a5d5-145e-511f-bb6f-f2dc7cbd5fee"
    assert len({key_of(f"{section}.{n}") for section in range(1, 10) for n in range(1, 17)}) == 144


def test_everything_is_new_to_an_empty_bank():
    plan = planned(files=(FILE, OTHER_FILE), sections=())

    assert plan == Plan(
        sections=(FILE, OTHER_FILE),
        new_sections=(FILE, OTHER_FILE),
        new_items=(FIRST, SECOND, *OTHER_FILE.items),
        differences=(),
    )
    assert list(plan.lines()) == ["section 1: new", "section 2: new", "1.1: new", "1.2: new", "2.1: new"]


def test_what_is_there_and_the_same_is_left_out():
    plan = planned(bank={key_of("1.1"): stored(7, FIRST), key_of("1.2"): stored(8, SECOND)})

    assert plan == Plan(sections=(FILE,), new_sections=(), new_items=(), differences=())
    assert list(plan.lines()) == []


def test_what_is_there_and_different_is_told_with_its_columns():
    edited = item(number="1.2", text="Иначе?", explanation="Иначе.")

    plan = planned(bank={key_of("1.1"): stored(7, FIRST), key_of("1.2"): stored(8, edited)})

    assert plan.differences == (Difference(8, fixture=SECOND, bank=edited, left_alone=""),)
    assert plan.new_items == ()
    assert list(plan.lines()) == ["1.2: differs in text, explanation"]


def test_question_of_the_bank_that_no_fixture_has_is_left_alone():
    plan = planned(
        bank={uuid4(): stored(9, SECOND), key_of("1.1"): stored(7, FIRST), key_of("1.2"): stored(8, SECOND)}
    )

    assert (plan.new_items, plan.differences) == ((), ())


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, []),
        ({"line": 5}, []),
        ({"section": 2}, ["section"]),
        ({"kind": "multiple", "enemies": "staff"}, ["kind", "enemies"]),
        ({"options": tuple(reversed(FIRST.options))}, ["options"]),
    ],
)
def test_changed_names_what_differs(changes, names):
    assert changed(Difference(1, fixture=FIRST, bank=item(**changes), left_alone="")) == names


def test_sections_are_read_by_number_whatever_their_files_are_called(tmp_path):
    for name, number in (("section_1.yaml", 10), ("section_2.yaml", 9)):
        (tmp_path / name).write_text(YAML.format(number=number), encoding="utf-8")
    (tmp_path / "exams.yaml").write_text("- not a section", encoding="utf-8")

    files = seed_plan.read_sections(tmp_path)

    assert [file.number for file in files] == [9, 10]
    assert [file.items[0].number for file in files] == ["9.1", "10.1"]


def test_two_files_of_one_section_are_refused(tmp_path):
    for name in ("section_1.yaml", "section_2.yaml"):
        (tmp_path / name).write_text(YAML.format(number=1), encoding="utf-8")

    with pytest.raises(BankFileError) as caught:
        seed_plan.read_sections(tmp_path)

    assert str(caught.value) == "section_2.yaml:1: another file has section 1 already"


def test_file_that_is_not_utf_8_is_refused_at_its_line(tmp_path):
    (tmp_path / "section_3.yaml").write_bytes("number: 3\ntitle: Импорт\n".encode("windows-1251"))

    with pytest.raises(BankFileError) as caught:
        seed_plan.read_sections(tmp_path)

    assert (caught.value.path, caught.value.line) == ("section_3.yaml", 2)


def test_error_in_a_section_names_its_file(tmp_path):
    (tmp_path / "section_3.yaml").write_text(YAML.format(number=3).replace("single", "any"), encoding="utf-8")

    with pytest.raises(BankFileError) as caught:
        seed_plan.read_sections(tmp_path)

    assert str(caught.value).startswith("section_3.yaml:5: ")


def test_question_that_could_not_be_published_is_an_error_of_its_file(tmp_path):
    text = YAML.format(number=3).replace("wrong", "right")
    (tmp_path / "section_3.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(BankFileError) as caught:
        seed_plan.read_sections(tmp_path)

    assert str(caught.value).startswith("section_3.yaml:4: ")


@pytest.mark.django_db
def test_apply_adds_sections_and_questions_in_use():
    seed_plan.apply(planned(sections=()), now=NOW, revise=False)

    assert list(Section.objects.values_list("number", "title")) == [(1, "Бизнес-часть")]
    questions = Question.objects.with_options().order_by("pk")
    assert [(q.key, q.item, q.version, q.is_current) for q in questions] == [
        (key_of("1.1"), FIRST, 1, True),
        (key_of("1.2"), SECOND, 1, True),
    ]
    assert set(Event.objects.values_list("kind", "actor", "at")) == {("question_published", None, NOW)}


@pytest.mark.django_db
def test_plan_for_the_database_compares_with_the_standing_version():
    seed_plan.apply(planned(sections=()), now=NOW, revise=False)
    again = item(number="1.2", text="Кто теперь добавляет людей в аккаунт?")
    newer = SectionFile(number=1, title="Бизнес-часть", items=(FIRST, again))

    first = seed_plan.plan_for_database([newer])
    seed_plan.apply(first, now=NOW, revise=True)

    newest = Question.objects.current().get(key=key_of("1.2"))
    assert [(d.fixture, d.bank) for d in first.differences] == [(again, SECOND)]
    assert newest.version == 2
    assert seed_plan.plan_for_database([newer]).differences == ()
    assert [d.question_id for d in seed_plan.plan_for_database([FILE]).differences] == [newest.pk]


@pytest.mark.django_db
def test_apply_leaves_differences_alone_unless_asked():
    seed_plan.apply(planned(sections=()), now=NOW, revise=False)
    again = SectionFile(1, "Бизнес-часть", (FIRST, item(number="1.2", text="Кто их добавляет в аккаунт?")))
    before = all_rows()

    seed_plan.apply(seed_plan.plan_for_database([again]), now=NOW, revise=False)

    assert changed_tables(before) == []


@pytest.mark.django_db
def test_apply_is_all_or_nothing():
    SectionFactory(number=2)
    flawed = item(number="1.3", options=(ItemOption("Администратор", is_correct=True),))
    plan = planned(files=(SectionFile(1, "Бизнес-часть", (FIRST, SECOND, flawed)),), sections=(2,))
    before = all_rows()

    with pytest.raises(Refused):
        seed_plan.apply(plan, now=NOW, revise=False)

    assert changed_tables(before) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "queries"), [(1, 3), (3, 3)])
def test_planning_takes_the_same_queries_for_any_number(count, queries, django_assert_num_queries):
    items = tuple(item(number=f"1.{n}") for n in range(1, count + 1))
    file = SectionFile(1, "Бизнес-часть", items)
    seed_plan.apply(planned(files=(file,), sections=()), now=NOW, revise=False)

    with django_assert_num_queries(queries):
        assert seed_plan.plan_for_database([file]).new_items == ()
