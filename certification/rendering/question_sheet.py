"""The bank as a workbook, and an empty one to be filled in; the import reads both."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.rendering.spreadsheet import write_cell
from certification.rules.item_sheet import COLUMNS, KINDS, OPTIONS, SheetRow, cells, heading

MOST_ROWS = 5_000
WIDTHS = {"key": 38, "title": 30, "kind": 24, "text": 60, "explanation": 60, "right": 14, "enemies": 16}
OPTION_WIDTH, WIDTH = 32, 9
ABOUT: dict[str, Any] = {
    "key": gettext_lazy("Names a question of the bank. Leave it as it was exported; empty for a new one."),
    "version": gettext_lazy("The version that was exported. Leave it as it is, or empty."),
    "section": gettext_lazy("Number of the section."),
    "title": gettext_lazy("Needed only if the bank has no such section yet."),
    "number": gettext_lazy("Such as 3.7. By it the file's question is known again next time."),
    "kind": gettext_lazy("If it is empty, the number of right options decides."),
    "text": gettext_lazy("The question itself."),
    "option_1": gettext_lazy("The options in their order, each in a column."),
    "right": gettext_lazy("Numbers of the right options, such as 1, 3."),
    "explanation": gettext_lazy("Why the right answer is right, and what the others confuse."),
    "enemies": gettext_lazy("Questions with the same word here answer one another: one paper has one."),
    "weight": gettext_lazy("How many points a right answer is worth; if it is empty, 1."),
}


def workbook_of(rows: Iterable[SheetRow]) -> bytes:
    """An .xlsx file with a row a question, and a sheet that explains the columns."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("Questions"))
        for index, column in enumerate(COLUMNS):
            sheet.set_column(index, index, width_of(column), text)
            sheet.write_string(0, index, heading(column), bold)
        kind = list(COLUMNS).index("kind")
        choice = {"validate": "list", "source": [str(name) for name in KINDS.values()]}
        sheet.data_validation(1, kind, MOST_ROWS, kind, choice)
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(rows, start=1):
            values = cells(row)
            for index, column in enumerate(COLUMNS):
                write_cell(sheet, place, index, values.get(column), text)
        explain(book, bold, text)
    return target.getvalue()


def width_of(column: str) -> int:
    return OPTION_WIDTH if column in OPTIONS else WIDTHS.get(column, WIDTH)


def explain(book: Any, bold: Any, text: Any) -> None:
    sheet = book.add_worksheet(_("Columns"))
    sheet.set_column(0, 0, 24, bold)
    sheet.set_column(1, 1, 90, text)
    for place, (column, about) in enumerate(ABOUT.items()):
        sheet.write_string(place, 0, heading(column))
        sheet.write_string(place, 1, str(about))
