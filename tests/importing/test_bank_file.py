"""The form of a section file: what is read, and what is refused at which line."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from certification.importing.bank_file import BankFileError, SectionFile, parse_section
from certification.rules.items import Item, ItemOption

SECTION = """\
# Раздел 3 из 9.
number: 3
title: Импорт и экспорт
questions:
- number: "3.1"
  kind: single
  text: Куда попадает файл импорта?
  options:
  - right: В раздел «Импорт»
  - wrong: В корзину
  - wrong: В архив
  explanation: >-
    Файл загружают
    в раздел.
  enemies: import-template
- number: "3.10"
  kind: multiple
  text: Что выгружают в файл?
  options:
  - right: Сделки
  - wrong: Задачи
  - right: Контакты
  - wrong: Отчёты
"""


def error_of(text):
    with pytest.raises(BankFileError) as caught:
        parse_section(text, "section_3.yaml")
    return caught.value


def test_section_is_read_as_it_is_written():
    section = parse_section(SECTION, "section_3.yaml")

    assert section == SectionFile(
        number=3,
        title="Импорт и экспорт",
        items=(
            Item(
                number="3.1",
                section=3,
                kind="single",
                text="Куда попадает файл импорта?",
                options=(
                    ItemOption("В раздел «Импорт»", is_correct=True),
                    ItemOption("В корзину", is_correct=False),
                    ItemOption("В архив", is_correct=False),
                ),
                explanation="Файл загружают в раздел.",
                enemies="import-template",
                line=5,
            ),
            Item(
                number="3.10",
                section=3,
                kind="multiple",
                text="Что выгружают в файл?",
                options=(
                    ItemOption("Сделки", is_correct=True),
                    ItemOption("Задачи", is_correct=False),
                    ItemOption("Контакты", is_correct=True),
                    ItemOption("Отчёты", is_correct=False),
                ),
                line=16,
            ),
        ),
    )


# What is changed in SECTION, to what, the line of the refusal and a word of its sentence.
REFUSED = [
    ("number: 3\n", "number: три\n", 2, "number"),
    ("number: 3\n", "number: 0\n", 2, "number"),
    ("number: 3\n", "number: 0x3\n", 2, "number"),
    ("number: 3\n", "", 2, "number"),
    ("title: Импорт и экспорт\n", "title: 5\n", 3, "title"),
    ("title: Импорт и экспорт\n", "title: [Импорт]\n", 3, "title"),
    ("title: Импорт и экспорт\n", "title:\n", 3, "title"),
    ("title: Импорт и экспорт\n", "title: Импорт\ntitle: Экспорт\n", 4, "title"),
    ("title: Импорт и экспорт\n", "title: Импорт\nauthor: Я\n", 4, "author"),
    ("title: Импорт и экспорт\n", "title: Импорт\n[a]: Я\n", 4, "?"),
    ('number: "3.10"', "number: 3.10", 16, "number"),
    ('number: "3.10"', 'number: "4.10"', 16, "4.10"),
    ('number: "3.10"', 'number: "3.01"', 16, "3.01"),
    ('number: "3.10"', 'number: "33.1"', 16, "33.1"),
    ('number: "3.10"', 'number: "3.1"', 16, "3.1"),
    ("kind: multiple", "kind: several", 17, "several"),
    ("kind: multiple", "kind: multiple\n  kind: single", 18, "kind"),
    ("  kind: multiple\n", "", 16, "kind"),
    ("  text: Что выгружают в файл?\n", "", 16, "text"),
    ("  text: Что выгружают в файл?\n", "  text: yes\n", 18, "text"),
    ("  text: Что выгружают в файл?\n", "  text: !!python/name:os.system x\n", 18, "text"),
    ("- right: Контакты", "- correct: Контакты", 22, "correct"),
    ("- right: Контакты", "- Контакты", 22, "right"),
    ("- right: Контакты", "- right: Контакты\n    wrong: Компании", 22, "right"),
    ("- right: Контакты", "- right: Контакты\n    right: Компании", 22, "right"),
    ("- right: Контакты", "- right: 14", 22, "right"),
    ("- right: Контакты", "- right:", 22, "right"),
    ("enemies: import-template", "enemies: Импорт", 15, "Импорт"),
    ("enemies: import-template", "enemies: [a, b]", 15, "enemies"),
    ("enemies: import-template", "enemy: a", 15, "enemy"),
    ("text: Что выгружают в файл?", "text: Что выгружают: в файл?", 18, "YAML"),
    ("text: Что выгружают в файл?", "text: \x07", 18, "YAML"),
    ("text: Что выгружают в файл?", "text: *nothing", 18, "nothing"),
]


@pytest.mark.parametrize(("old", "new", "line", "word"), REFUSED)
def test_refused_with_line_and_reason(old, new, line, word):
    assert SECTION.count(old) == 1

    error = error_of(SECTION.replace(old, new))

    assert (error.path, error.line) == ("section_3.yaml", line)
    assert word in error.sentence


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# nothing\n", 1),
        ("- number: 3\n", 1),
        ("just a text\n", 1),
        ("number: 3\ntitle: Т\nquestions: много\n", 3),
        ("number: 3\ntitle: Т\nquestions:\n- много\n", 4),
        ("number: 3\ntitle: Т\nquestions: []\n---\nnumber: 4\n", 4),
    ],
)
def test_what_is_no_section_at_all_is_refused(text, line):
    assert error_of(text).line == line


def test_error_reads_as_a_compiler_would_print_it():
    error = error_of("")

    assert str(error) == f"section_3.yaml:1: {error.sentence}"


def test_section_without_questions_is_read():
    assert parse_section("number: 3\ntitle: Т\nquestions: []\n", "f").items == ()


def test_bad_question_is_read_and_left_to_the_lint():
    text = SECTION.replace("  - wrong: В корзину\n  - wrong: В архив\n", "")

    assert len(parse_section(text, "f").items[0].options) == 1


printable = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0xFFFF), min_size=1, max_size=30
).filter(str.strip)


@given(title=printable, text=printable, right=printable)
def test_any_text_that_yaml_quotes_comes_back(title, text, right):
    data = {
        "number": 1,
        "title": title,
        "questions": [{"number": "1.1", "kind": "single", "text": text, "options": [{"right": right}]}],
    }

    section = parse_section(yaml.safe_dump(data, allow_unicode=True), "f")

    assert section.title == title.strip()
    assert section.items[0].text == text.strip()
    assert section.items[0].options == (ItemOption(right.strip(), is_correct=True),)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse_section(text, "f")
    except BankFileError as error:
        assert 1 <= error.line <= text.count("\n") + text.count("\r") + text.count("\x85") + 3  # noqa: PT017


@pytest.mark.parametrize(("length", "refused"), [(200, False), (201, True)])
def test_a_title_longer_than_the_database_takes_is_refused(length, refused):
    text = f"number: 3\ntitle: {'я' * length}\nquestions: []\n"

    if refused:
        assert error_of(text).line == 2
    else:
        assert len(parse_section(text, "section_3.yaml").title) == length
