"""Workbooks that are small and would be large in the parser, and such as other programs write."""

import contextlib
import tracemalloc
from time import thread_time

import pytest
from django.utils import translation

from certification.importing.question_file import FileRefused, read_file
from tests.importing.test_question_file import BESIDE, DAMAGED, FULL, HEAD, refusal
from tests.sources import (
    SHEET,
    STRINGS,
    archive,
    file,
    inline,
    parts_of,
    repacked,
    row,
    sheet,
    strings,
    styles,
    workbook,
)

STYLES = "xl/styles.xml"
LONG = "A cell has more than 32767 characters, which is not possible. Shorten its text."
FORMAT = (
    "A number format in the workbook is longer than 255 characters, which is not possible in a spreadsheet. "
    "Copy the texts into a new workbook."
)
FORMULA = "Row 1. There is a formula. Put its value there."
LITTLE = 150 * 1024 * 1024  # bytes; a file unpacks to 20 MB, and one emoji makes four bytes of each
REFERENCE = '<c t="s"><v>0</v></c>'


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


def most_memory(data):
    """How much reading it takes at once, refused or not."""
    tracemalloc.start()
    try:
        with contextlib.suppress(FileRefused):
            read_file("questions.xlsx", data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


GRIN = "\N{GRINNING FACE}"
HUGE = {
    "a number format": (FORMAT, lambda: {STYLES: styles("[" * 30_000, 30)}),
    "a text in every cell": (
        f"Row 1. {LONG}",
        lambda: {STRINGS: strings(f" {GRIN}{'a' * 19_000_000}"), SHEET: one_row(REFERENCE * 40)},
    ),
    "an error": (f"Row 1. {LONG}", lambda: {SHEET: one_row(f'<c t="e"><v>{"a" * 32_768}</v></c>')}),
    "a formula": (
        FORMULA,
        lambda: {SHEET: one_row(f'<c r="A1"><f t="shared" si="0">{"a+" * 5_000_000}</f></c>')},
    ),
    "formulas": (FORMULA, lambda: {SHEET: one_row('<c><f a=""/></c>' * 110_000)}),
    "formulas without an end": (DAMAGED, lambda: {SHEET: one_row("<f " * 400_000)}),
    "tags without an end": (BESIDE, lambda: {STRINGS: b"<aa" * 6_900_000}),
    "cells without an end": (FULL, lambda: {SHEET: b"<c " * 6_900_000}),
    "ends without a tag": (DAMAGED, lambda: {SHEET: b"</a" * 6_900_000}),
    "looks of a text": (BESIDE, lambda: {STRINGS: strings("</t><r><t>a</t></r><t>" * 100_000)}),
}


def one_row(cells):
    return sheet(f"<row>{cells}</row>")


@pytest.mark.parametrize("case", HUGE)
def test_workbook_that_would_grow_in_the_parser_is_refused_at_once_and_in_little_memory(case):
    sentence, changes = HUGE[case]
    data = repacked(workbook(), changes())

    assert refusal(data) == sentence
    assert most_memory(data) < LITTLE


def test_long_text_in_many_cells_is_refused_before_it_is_copied_into_all():
    texts = strings(f" {GRIN}{'a' * 4_900}", "Section", "Number", "Question", "Explanation")
    head = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(1, 5))
    numbers = [f"{section}.{n}" for section in range(1, 5) for n in range(1, 999)]
    cells = (f'<c><v>{number[0]}</v></c><c t="str"><v>{number}</v></c>{REFERENCE * 2}' for number in numbers)
    rows = "".join(f"<row>{own}</row>" for own in cells)
    data = repacked(workbook(), {STRINGS: texts, SHEET: sheet(f"<row>{head}</row>{rows}")})

    assert most_memory(data) < LITTLE
    assert refusal(data) == "Unpacked, the workbook has more than 20 MB."


def test_many_styles_are_judged_once_for_each_format():
    data = repacked(workbook(), {STYLES: styles("[" * 255, 19_000)})
    began = thread_time()

    assert len(file(data, name="a.xlsx").rows) == 1
    assert thread_time() - began < 1


def test_date_in_a_format_of_the_workbook_is_refused_as_a_date():
    cell = '<row><c s="1"><v>45000</v></c></row>'
    dated = styles("dd/mm/yyyy").replace(b"<cellXfs>", b'<cellXfs><xf numFmtId="0"/>')

    assert refusal(repacked(workbook(), {STYLES: dated, SHEET: sheet(cell)})) == (
        "Row 1. “2023-03-15 00:00:00” is a date or a number. Make the cell a text and type it again."
    )


def test_what_other_programs_add_is_no_matter():
    """A mark before the XML, and notes of a document library about the workbook."""
    parts = parts_of(workbook())
    marked = {name: b"\xef\xbb\xbf" + part for name, part in parts.items()}
    notes = b'<?xml version="1.0"?><?mso-contentType?><FormTemplates><!-- none --></FormTemplates>'
    moved = {name.replace("worksheets/sheet1", "tables/questions"): part for name, part in parts.items()}
    links = moved["xl/_rels/workbook.xml.rels"]
    absolute = links.replace(b"worksheets/sheet1.xml", b"/xl/tables/questions.xml")
    assert absolute != links

    for changed in (
        marked,
        parts | {"customXml/item1.xml": notes},
        parts | {"docProps/app.xml": b"<font/>" * 30_000},
        moved | {"xl/_rels/workbook.xml.rels": absolute},
    ):
        assert len(file(archive(changed), name="a.xlsx").rows) == 1


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("а_x000D_\nб", "а\nб"),
        ("а_x000d_б", "а\nб"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x0001_а", "а"),
        ("_xD83D_", "_xD83D_"),
        ("x000D", "x000D"),
    ],
)
def test_escapes_of_a_spreadsheet_are_read(written, text):
    head = "".join(inline(f"{column}1", name) for column, name in zip("ABC", HEAD, strict=True))
    for cell, changes in (
        (inline("C2", written), {}),
        ('<c r="C2" t="s"><v>0</v></c>', {STRINGS: strings(written)}),
    ):
        body = f"<row>{head}</row><row>{inline('A2', '1')}{inline('B2', '1.1')}{cell}</row>"
        read = file(repacked(workbook(), {SHEET: sheet(body)} | changes), name="a.xlsx")
        assert [one.row.item.text for one in read.rows] == [text]


def test_text_that_looks_like_an_escape_comes_back_as_it_was():
    read = file(workbook(row(text="Что такое _x000D_ и _x005F_?")), name="a.xlsx")

    assert read.rows[0].row.item.text == "Что такое _x000D_ и _x005F_?"
