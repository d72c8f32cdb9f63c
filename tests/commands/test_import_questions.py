"""`manage.py import_questions` on files, dry and in earnest."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from certification.importing import bank_import
from certification.importing.import_plan import answer_lines
from certification.models import Question
from certification.states import QuestionState
from tests.factories import ExamFactory, QuestionFactory, SectionFactory, item
from tests.rows import all_rows, changed_tables
from tests.sources import DOCUMENT, NAME, changed, row, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def run(path, data=DOCUMENT, *options):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    out = StringIO()
    call_command("import_questions", path, *options, stdout=out)
    return out.getvalue().splitlines()


def test_it_says_what_it_would_do_and_does_nothing(path):
    before = all_rows()

    said = run(path)

    assert said == [
        "Read: sections 4, questions 9 (0, 4, 3, 2).",
        "Line 1: 2 lines stand before the first section and are left out.",
        "Line 4: Section 1: questions announced 3, found 0.",
        "Line 16: Section 3: questions announced 2, found 3.",
        "Line 17: A quotation mark has no pair: «Когда можно вернуть товар?",
        "Line 20: This looks like a question but is out of turn: it is read as an answer.",
        "Line 21: This looks like a question but is out of turn: it is read as an answer.",
        "Line 29: 2 lines follow the last question's answer: are they of a question?",
        "Line 29 → —: Смену закрывают каждый вечер.",
        "Line 30 → —: Отчёт уходит бухгалтеру.",
        "Line 4: section 1 “Знакомство” is new",
        "Line 5: section 2 “Склад и доставка” is new",
        "Line 16: section 3 “Возврат” is new",
        "Line 24: section 4 “Касса” is new",
        "Line 6: 2.1 new",
        "    ✓ Кладовщик.",
        "Line 8: 2.2 new",
        "    ✓ Составить акт.",
        "    ✓ Сфотографировать упаковку.",
        "Line 11: 2.3 new",
        "    ✓ В базе знаний //wiki.example.com/akt?_ga=1.181",
        "Line 14: 2.4 new",
        "    ✓ Доставка занимает до 2 дней.",
        "Line 17: 3.1 new",
        "    ✓ В течение 14 дней",
        "Line 19: 3.2 new",
        "    ✓ 1. Написать заявление.",
        "    ✓ 2. Упаковать товар.",
        "Line 22: 3.3 new",
        "    ✓ Продавец.",
        "Line 25: 4.1 new",
        "    ✓ Кнопкой «Открыть смену»",
        "Line 27: 4.2 new",
        "    ✓ Старший кассир.",
        "In all: new 9; changed 0; linked, unchanged 0; not in the file 0; as before 0.",
        "Nothing is written: repeat with --apply.",
    ]
    assert changed_tables(before) == []


def test_apply_does_it_and_says_what_the_drafts_lack(path):
    said = run(path, DOCUMENT, "--apply")

    assert said[-10:-8] == [
        "Done: new 9, changed 0, linked 0, retired 0.",
        "2.1 v1: There are 1 options; 3 to 4 are wanted. There is no explanation.",
    ]
    assert set(Question.objects.values_list("state", flat=True)) == {QuestionState.DRAFT}
    again = run(path, DOCUMENT)[-2]
    assert again == "In all: new 0; changed 0; linked, unchanged 0; not in the file 0; as before 9."


@pytest.mark.parametrize(("options", "versions"), [((), 1), (("--revise",), 2)])
def test_question_of_the_bank_is_revised_only_if_told(path, options, versions):
    QuestionFactory(section=SectionFactory(number=2), number="2.1", text="Кому сдают товар?")

    run(path, DOCUMENT, "--apply", *options)

    assert Question.objects.filter(number="2.1").count() == versions


def test_revise_retires_nothing_that_was_worded_anew(path):
    run(path, DOCUMENT, "--apply")
    Question.objects.filter(number="3.3").update(text="Кто платит?")

    run(path, changed(("3. Кто платит за возврат?\nПродавец.\n", "")), "--apply", "--revise")

    assert Question.objects.get(number="3.3").state == QuestionState.DRAFT


def test_document_is_called_as_told(path):
    run(path, DOCUMENT, "--apply", "--document", "справка")
    path = path.with_name("копия.txt")

    assert "as before 9." in run(path, DOCUMENT, "--document", "справка")[-2]
    assert "linked, unchanged 9;" in run(path)[-2]


def test_workbook_is_imported_the_same_way(path):
    said = run(path.with_name("a.xlsx"), workbook())

    assert said == [
        "Row 2: section 1 “Склад” is new",
        "Row 2: 1.1 new",
        *(f"    {line}" for line in answer_lines(item())),
        f"    Explanation: {item().explanation}",
        "In all: new 1; changed 0; linked, unchanged 0; not in the file 0; as before 0.",
        "Nothing is written: repeat with --apply.",
    ]


def test_workbook_retires_nothing_by_itself(path):
    path = path.with_name("a.xlsx")
    run(path, workbook(), "--apply")

    said = run(path, workbook(row(number="1.2", text="Где?")), "--apply", "--revise")

    assert "—: 1.1 not in the file: left" in said
    assert "Done: new 1, changed 0, linked 0, retired 0. Not chosen and left: 1." in said
    assert Question.objects.get(number="1.1").state == QuestionState.DRAFT


def test_file_that_is_refused_says_where(path):
    with pytest.raises(CommandError, match=r"^Line 1\. There is no section heading here"):
        run(path, "Просто текст")
    with pytest.raises(CommandError, match=r"^The file is larger than 2 MB\.$"):
        run(path, b"a" * 2_200_000)
    with pytest.raises(CommandError, match=r"^There is no file “.+/nothing\.txt”\.$"):
        call_command("import_questions", path.with_name("nothing.txt"))
    with pytest.raises(CommandError, match=r"^The file “.+” cannot be read\.$"):
        call_command("import_questions", path.parent)


def test_bank_that_changes_meanwhile_is_not_written_to(path, monkeypatch):
    def outdated(*args, **options):
        raise bank_import.Outdated

    monkeypatch.setattr(bank_import, "apply", outdated)

    with pytest.raises(
        CommandError, match=r"^Somebody has changed the bank meanwhile\. Nothing is written\.$"
    ):
        run(path, DOCUMENT, "--apply")


def test_exam_that_nobody_could_start_any_more_is_told(path):
    run(path, DOCUMENT, "--apply")
    Question.objects.filter(number="3.3").update(state=QuestionState.PUBLISHED, is_current=True)
    ExamFactory(title="Тест", lines={Question.objects.get(number="3.3").section: 1})

    said = run(path, changed(("3. Кто платит за возврат?\nПродавец.\n", "")))

    assert said[-2] == (
        "Without them nobody can start “Тест” any more. 3. Возврат: questions wanted 1, available 0."
    )
