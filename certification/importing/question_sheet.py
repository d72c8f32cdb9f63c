"""Questions from a workbook whose columns are those of `rules.item_sheet`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from certification.importing.workbook import Row, WorkbookError, read_rows
from certification.rules.item_sheet import COLUMNS, RowError, SheetRow, heading, row_of

# As workbooks that were exported before have it.
FORMER_HEADINGS = {"вид": "kind"}
NEEDED = ("section", "number", "text")


@dataclass(frozen=True, slots=True)
class NumberedRow:
    place: int
    row: SheetRow


def read_sheet(data: bytes) -> tuple[NumberedRow, ...]:
    """The questions in the order of the rows; WorkbookError where anything is not as it must be."""
    rows = read_rows(data)
    first = next(rows, None)
    if first is None:
        raise WorkbookError(_("The first sheet is empty."))
    columns = columns_of(first)
    questions = tuple(questions_of(rows, columns))
    if not questions:
        raise WorkbookError(_("There are headings, but no question under them."))
    return questions


def columns_of(first: Row) -> dict[int, str]:
    """{index: column} as the headings say, in any order; in the reader's language, or as a column's name."""
    headings = {heading(column).casefold(): column for column in COLUMNS}
    named = FORMER_HEADINGS | headings | {name: name for name in COLUMNS}
    columns: dict[int, str] = {}
    for index, text in enumerate(first.cells):
        column = named.get(text.casefold())
        if text and column is None:
            raise WorkbookError(_("The heading “%(text)s” is not known.") % {"text": text[:100]}, first.place)
        if column in columns.values():
            raise WorkbookError(_("The heading “%(text)s” occurs twice.") % {"text": text}, first.place)
        if column:
            columns[index] = column
    missing = [heading(column) for column in NEEDED if column not in columns.values()]
    if missing:
        raise WorkbookError(
            _("These headings are missing: %(list)s.") % {"list": ", ".join(missing)}, first.place
        )
    return columns


def questions_of(rows: Iterator[Row], columns: dict[int, str]) -> Iterator[NumberedRow]:
    seen: dict[object, int] = {}
    for place, cells in rows:
        check_width(place, cells, columns)
        values = {columns[index]: text for index, text in enumerate(cells) if index in columns}
        try:
            row = row_of(values)
        except RowError as error:
            raise WorkbookError(error.sentence, place) from None
        identity = row.key or row.item.number
        if identity in seen:
            sentence = _("This question is in row %(row)s already.") % {"row": seen[identity]}
            raise WorkbookError(sentence, place)
        seen[identity] = place
        yield NumberedRow(place, row)


def check_width(place: int, cells: Sequence[str], columns: dict[int, str]) -> None:
    for index, text in enumerate(cells):
        if text and index not in columns:
            raise WorkbookError(_("“%(text)s” stands under no heading.") % {"text": text[:100]}, place)
