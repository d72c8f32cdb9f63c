"""Tables as files: XLSX and CSV, of which nothing that somebody has typed is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.formats import number_format

MOST_ROWS = 200_000  # a sheet of Excel has 1,048,576, the first of which is the heading

Value = str | int | Decimal | datetime | None
Row = Sequence[Value]


class Kind(Enum):
    """What stands in a column. Moments are told in the time of Moscow."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"


MOMENT = "dd.mm.yyyy hh:mm"
# With what a cell begins that some program might take for a formula: OWASP, "CSV Injection".
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """`width`: in characters."""

    title: str
    kind: Kind
    width: int


def local(moment: datetime) -> datetime:
    """In Moscow, without saying so: cells know of no zones."""
    return timezone.localtime(moment, timezone.get_default_timezone()).replace(tzinfo=None)


def write_xlsx(
    file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]], *, title: str, now: datetime
) -> int:
    """Write a sheet of these rows, and return how many they are. Memory holds a row; the rest is on disk."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, "created": local(now)})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {Kind.MOMENT: book.add_format({"num_format": MOMENT})}
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.title, bold)
        count = 0
        for batch in batches:
            for row in batch:
                count += 1
                for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                    write_cell(sheet, count, place, value, formats.get(column.kind))
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def write_cell(sheet: Any, row: int, place: int, value: Value, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, local(value), form)
    else:
        sheet.write_number(row, place, value, form)


def write_csv(file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    """Write a heading and these rows as Excel in Russian reads them, and return how many rows they are."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(column.title) for column in columns])
    count = 0
    for batch in batches:
        writer.writerows(cells(batch))
        count += len(batch)
    text.detach()
    return count


def cells(batch: Iterable[Row]) -> Iterator[list[str]]:
    for row in batch:
        yield [written(value) for value in row]


def written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, datetime):
        return local(value).strftime("%d.%m.%Y %H:%M")
    return number_format(value, use_l10n=True, force_grouping=False)


def safe(text: str) -> str:
    """As it is, or with an apostrophe before it, which keeps it text. See STARTS_FORMULA."""
    return f"'{text}" if text.startswith(STARTS_FORMULA) else text
