"""Tables as files, read back as Excel would."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

from certification.rendering import spreadsheet
from certification.rendering.spreadsheet import Column, Kind
from tests.factories import NOW

COLUMNS = [
    Column("Имя", Kind.TEXT, 28),
    Column("Балл", Kind.NUMBER, 9),
    Column("Начало", Kind.MOMENT, 16),
    Column("Конец", Kind.MOMENT, 12),
]
MIDNIGHT = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)  # the new year in Moscow
ROWS = [("Мария; «Лебедь»", 45, NOW, MIDNIGHT), ("Фёдор", Decimal("28.5"), MIDNIGHT, NOW), (None,) * 4]
FORMULAS = ["=1+1", "+7 900", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://e.com")']


def xlsx(batches, columns=COLUMNS):
    file = io.BytesIO()
    count = spreadsheet.write_xlsx(file, columns, batches, title="Результаты", now=NOW)
    return count, openpyxl.load_workbook(file)


def text(batches, columns=COLUMNS):
    file = io.BytesIO()
    count = spreadsheet.write_csv(file, columns, batches)
    return count, file.getvalue()


def test_sheet_has_real_dates_and_numbers():
    count, book = xlsx([ROWS[:1], ROWS[1:]])

    sheet = book.active
    assert (count, book.sheetnames) == (3, ["Результаты"])
    assert list(sheet.values) == [
        ("Имя", "Балл", "Начало", "Конец"),
        ("Мария; «Лебедь»", 45, datetime(2026, 11, 23, 10, 0), datetime(2027, 1, 1)),  # noqa: DTZ001
        ("Фёдор", 28.5, datetime(2027, 1, 1), datetime(2026, 11, 23, 10, 0)),  # noqa: DTZ001
    ]  # and a row in which nothing stands
    forms = ["General", "General", "dd.mm.yyyy hh:mm", "dd.mm.yyyy hh:mm"]
    assert [cell.number_format for cell in sheet[2]] == forms


def test_heading_of_a_sheet_stays_in_sight_and_filters():
    _count, book = xlsx([ROWS])

    sheet = book.active
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:D4", "$1:$1")
    assert [round(sheet.column_dimensions[letter].width) for letter in "ABCD"] == [29, 10, 17, 13]
    assert book.properties.created == datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001


@pytest.mark.parametrize("typed", FORMULAS)
def test_nothing_typed_is_a_formula(typed):
    columns = [Column(typed, Kind.TEXT, 9)]

    _count, book = xlsx([[(typed,)]], columns)
    _count, csv = text([[(typed,)]], columns)

    cells = [row[0] for row in book.active.iter_rows()]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert [cell.value.replace("_x000D_", "\r") for cell in cells] == [typed] * 2
    assert csv.decode("utf-8-sig").replace('"', "").startswith("'" + typed.replace('"', ""))


@pytest.mark.parametrize(
    "typed", ["http://example.com", "mailto:a@example.com", "007", "1e5", "Иванов-Петров"]
)
def test_text_stays_text(typed):
    columns = [Column("Имя", Kind.TEXT, 9)]

    _count, book = xlsx([[(typed,)]], columns)
    _count, csv = text([[(typed,)]], columns)

    cell = book.active["A2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", typed, None)
    assert csv.decode("utf-8-sig") == f"Имя\r\n{typed}\r\n"


def test_text_is_as_excel_in_russian_reads_it():
    count, written = text([ROWS[:1], ROWS[1:]])

    assert count == 3
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").split("\r\n") == [
        "Имя;Балл;Начало;Конец",
        '"Мария; «Лебедь»";45;23.11.2026 10:00;01.01.2027 00:00',
        "Фёдор;28,5;01.01.2027 00:00;23.11.2026 10:00",
        ";;;",
        "",
    ]


def test_files_without_rows_have_their_heading():
    assert xlsx([])[0] == text([])[0] == 0
    assert list(xlsx([])[1].active.values) == [("Имя", "Балл", "Начало", "Конец")]
    assert text([])[1].decode("utf-8-sig") == "Имя;Балл;Начало;Конец\r\n"


def test_batch_is_asked_for_when_the_one_before_is_written():
    """However many rows there are, memory holds a batch."""
    file, lengths = io.BytesIO(), []

    def batches():
        for row in ROWS:
            lengths.append(len(file.getvalue()))
            yield [row]

    spreadsheet.write_csv(file, COLUMNS, batches())

    assert lengths == sorted(set(lengths))
