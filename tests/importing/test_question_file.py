"""Files of both forms: good, broken and hostile ones. Each of these is refused without being opened."""

import datetime
import struct
import zipfile
from time import thread_time

import openpyxl
import pytest
from django.utils import translation

from certification.importing import workbook as reader
from certification.importing.document import parse_document
from certification.importing.question_file import FileRefused, read_file
from certification.rules.item_sheet import COLUMNS, heading
from tests.factories import item
from tests.sources import (
    DOCUMENT,
    NAME,
    SHEET,
    STRINGS,
    archive,
    file,
    inline,
    parts_of,
    repacked,
    row,
    sheet,
    sheet_of,
    workbook,
)

DAMAGED = "The workbook is damaged or is none. Save it anew as .xlsx."
MACROS = "The workbook has macros. Save it as .xlsx without them."
ENTITIES = "The workbook has XML in it that no workbook has."
FULL = "The workbook has more in it than 5000 questions."
BESIDE = "The workbook has too much in it beside texts. Copy the texts into a new one."
NEITHER = "This is neither a text nor an .xlsx workbook."
NO_WORKBOOK = "This is not a workbook: its contents are not those of an .xlsx file."
HEAD = ["Section", "Number", "Question"]


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


def refusal(data, name="questions.xlsx"):
    """The sentence, which takes less than a second to find; the best of three, since whatever else runs makes
    a thread's own time longer as well.
    """
    took = []
    while not took or (took[-1] >= 1 and len(took) < 3):
        began = thread_time()
        with pytest.raises(FileRefused) as refused:
            read_file(name, data)
        took.append(thread_time() - began)
    assert min(took) < 1
    return str(refused.value)


def lying(data, name, size):
    """The archive, whose directory says that `name` unpacks to no more than `size` bytes."""
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name.encode():
        at = data.index(b"PK\x01\x02", at + 1)
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def test_document_is_read_whatever_today_saves_it_in():
    utf8 = DOCUMENT.encode()

    for data in (utf8, b"\xef\xbb\xbf" + utf8, DOCUMENT.encode("cp1251")):
        read = file(data)
        assert (read.document, read.text) == ("памятка", parse_document(DOCUMENT))


def test_document_is_called_as_its_file_or_as_somebody_says():
    assert file(name="a/b/Вопросы 2.0.txt").document == "Вопросы 2.0"
    assert file(document=" Вопросы ").document == "Вопросы"


def test_workbook_is_read_with_its_rows():
    rows = [row(), row(number="1.2", text="=1+1", options=()), row(number="1.10", explanation="а\nб")]

    read = file(workbook(*rows), name="questions.xlsx")

    assert [(one.place, one.row) for one in read.rows] == list(zip([2, 3, 4], rows, strict=True))
    assert (read.document, read.text) == ("questions", None)


def test_columns_may_stand_in_any_order_with_empty_rows_between():
    data = sheet_of(
        ["Question", None, "Number", "SECTION"], [], ["Кто?", None, "1.1", 1], [], ["Где?", "", "1.2", 1.0]
    )

    assert [(one.place, one.row.item.text) for one in file(data, name="a.xlsx").rows] == [
        (3, "Кто?"),
        (5, "Где?"),
    ]


def test_headings_are_known_in_russian_and_by_name():
    with translation.override("ru"):
        russian = [heading(column) for column in COLUMNS]
        read = file(sheet_of(russian, [None, None, 1, None, "1.1", None, "Кто?"]), name="a.xlsx")
    named = file(sheet_of(list(COLUMNS), [None, None, 1, None, "1.1", None, "Кто?"]), name="a.xlsx")

    assert read.rows == named.rows


def test_workbook_of_before_is_read_by_the_headings_that_it_had():
    former = sheet_of([*HEAD, "Вид"], [1, "1.1", "Кто?", "several right answers"])

    assert [one.row.item.kind for one in file(former, name="a.xlsx").rows] == ["multiple"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "The first sheet is empty."),
        ([HEAD], "There are headings, but no question under them."),
        ([["Section", "Number"]], "Row 1. These headings are missing: Question."),
        ([[*HEAD, "Mood"]], "Row 1. The heading “Mood” is not known."),
        ([[*HEAD, "number"]], "Row 1. The heading “number” occurs twice."),
        ([HEAD, [1, "1.1", "Кто?", "Он"]], "Row 2. “Он” stands under no heading."),
        ([HEAD, [1, "1.1", "Кто?"], [1, "1.1", "Кто?"]], "Row 3. This question is in row 2 already."),
        ([HEAD, [1, "1.1", "Кто?"], [1, "1.2", ""]], "Row 3. Question: a question needs a text."),
        ([HEAD, [1, "1.1", "=1+1"]], "Row 2. There is a formula. Put its value there."),
        ([HEAD, [1, "1.1", "#N/A"]], "Row 2. There is an error of a formula: #N/A."),
        (
            [HEAD, [1, 1.1, "Кто?"]],
            "Row 2. “1.1” is a date or a number. Make the cell a text and type it again.",
        ),
        (
            [HEAD, [1, datetime.datetime(2026, 11, 1), "Кто?"]],  # noqa: DTZ001  a workbook has no zones
            "Row 2. “2026-11-01 00:00:00” is a date or a number. Make the cell a text and type it again.",
        ),
        (
            [HEAD, [1, "1.1", True]],
            "Row 2. “True” is a date or a number. Make the cell a text and type it again.",
        ),
    ],
)
def test_broken_workbook_is_refused_with_its_row(lines, sentence):
    assert refusal(sheet_of(*lines)) == sentence


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.xlsx", NO_WORKBOOK),
        (b"PK", "a.xlsx", NO_WORKBOOK),
        (DOCUMENT.encode(), "a.xlsx", NO_WORKBOOK),
        (b"%PDF-1.7\n", "a.xlsx", NO_WORKBOOK),
        (b"PK\x03\x04" + b"\x00" * 100, "a.xlsx", DAMAGED),
        (b"PK\x03\x04" + b"\x00" * 100, "a.txt", DAMAGED),
        (archive({"word/document.xml": b"<a/>"}), "a.xlsx", DAMAGED),
        (archive({"[Content_Types].xml": b"<a>"}), "a.xlsx", DAMAGED),
        (workbook()[:-200], "a.xlsx", DAMAGED),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
            "a.xls",
            "This is an old or an encrypted workbook. Save it as .xlsx without a password.",
        ),
        (b"\x89PNG\r\n\x1a\n\x00", "a.txt", f"Line 2. {NEITHER}"),
        (DOCUMENT.encode("utf-16"), "a.txt", f"Line 1. {NEITHER}"),
        (b"\x00" * 100, "a.txt", f"Line 1. {NEITHER}"),
        (
            "Просто текст".encode(),
            "a.txt",
            "Line 1. There is no section heading here, such as “2 / 9. General settings (10 questions)”.",
        ),
        (b"a" * (2 * 1024 * 1024 + 1), "a.txt", "The file is larger than 2 MB."),
    ],
)
def test_what_is_of_neither_form_is_refused(data, name, sentence):
    assert refusal(data, name) == sentence


def test_zip_bomb_is_refused_by_its_directory():
    bomb = repacked(workbook(), {STRINGS: b"0" * (21 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert refusal(bomb) == "Unpacked, the workbook has more than 20 MB."


def test_zip_bomb_that_lies_is_not_unpacked_beyond_its_word(monkeypatch):
    """No more comes out of it at once than a piece, and its sum is wrong."""
    monkeypatch.setattr(reader, "PIECE", 4096)
    bomb = lying(repacked(workbook(), {STRINGS: b"0" * (50 * 1024 * 1024)}), STRINGS, 1000)
    pieces = []
    real = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n=-1: pieces.append(n) or real(self, n))

    assert refusal(bomb) == DAMAGED
    assert set(pieces) == {4096}


def test_nothing_of_the_archive_that_was_sent_reaches_the_parser(monkeypatch):
    opened = []
    load = openpyxl.load_workbook
    monkeypatch.setattr(
        openpyxl, "load_workbook", lambda source, **o: opened.append(source) or load(source, **o)
    )
    data = repacked(workbook(), {"xl/media/image1.png": b"\x89PNG"})

    file(data, name="a.xlsx")

    given = parts_of(opened[0].getvalue())
    sent = parts_of(data)
    assert set(given) == {*reader.FRAME, SHEET, "xl/styles.xml"}
    assert [name for name, part in given.items() if part == sent.get(name)] == [STRINGS]
    assert b"dataValidation" in sent[SHEET]
    assert b"dataValidation" not in given[SHEET]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"xl/vbaProject.bin": b"\x00"}, MACROS),
        ({"xl/macrosheets/sheet1.xml": b"<a/>"}, MACROS),
        (
            {"[Content_Types].xml": b'<Types><Override ContentType="a.macroEnabled.main+xml"/></Types>'},
            MACROS,
        ),
        ({STRINGS: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, ENTITIES),
        ({SHEET: '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")}, ENTITIES),
        ({STRINGS: b"<a><!--" + b"a" * 15_000_000 + b"--></a>"}, ENTITIES),
        ({STRINGS: b"<?xml version='1.0'?><?" + b"a " * 7_000_000 + b"?><a/>"}, ENTITIES),
        ({STRINGS: b"<a" + b' a=">"' * 1_200_000 + b"/>"}, ENTITIES),
        ({SHEET: b"<worksheet>"}, DAMAGED),
        ({STRINGS: b"<si/>" * 60_001}, FULL),
        ({SHEET: b"<row>" + b"<x:c />" * 120_001}, FULL),
        ({SHEET: b"<row>" + b"<v>1</v>" * 500_000}, FULL),
        ({"xl/styles.xml": b"<font/>" * 800_000}, BESIDE),
        ({"[Content_Types].xml": b"<Types>" + b'<Default Extension="a"/>' * 20_001}, BESIDE),
        (
            {f"xl/a{n}.xml": b"" for n in range(200)},
            "The workbook has too many files in it, or one of them twice.",
        ),
        ({"XL/SHAREDSTRINGS.XML": b"<a/>"}, "The workbook has too many files in it, or one of them twice."),
    ],
)
def test_hostile_workbook_is_refused(changes, sentence):
    assert refusal(repacked(workbook(), changes)) == sentence


MANY = "There are more than 5000 rows. Delete the empty ones, or cut the file."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<row/>" * 1_000_000, MANY),
        ('<row r="1048576"><c><v>1</v></c></row>', f"Row 5002. {MANY}"),
        ("<row><c><v>" + "9" * 100_000 + "</v></c></row>", DAMAGED),
        ("<row>" + inline("XFD1", "Section") + "</row>", "The first sheet is empty."),
    ],
)
def test_a_million_rows_are_refused_whatever_the_sheet_says_of_them(body, sentence):
    data = sheet(body, head='<dimension ref="A1:C2"/><sheetData>')

    assert refusal(repacked(workbook(), {SHEET: data})) == sentence


def test_dimensions_are_not_believed():
    whole = parts_of(workbook(row(), row(number="1.2")))[SHEET]
    small = whole.replace(b'<dimension ref="A1:U3"/>', b'<dimension ref="A1"/>')
    assert small != whole

    assert len(file(repacked(workbook(row(), row(number="1.2")), {SHEET: small}), name="a.xlsx").rows) == 2


def test_macros_are_refused_by_what_is_in_the_file_and_not_by_its_name():
    assert len(file(workbook(), name="a.xlsm").rows) == 1


def test_text_of_a_cell_is_never_a_formula():
    formulas = ["=1+1", "+1", "-1", "@a", "=HYPERLINK(1)"]
    rows = [row(number=f"1.{n}", text=text, options=item().options) for n, text in enumerate(formulas, 1)]

    read = file(workbook(*rows), name="a.xlsx").rows

    assert [one.row.item.text for one in read] == formulas
    assert b"<f>" not in parts_of(workbook(*rows))[SHEET]
    assert NAME.endswith(".txt")
