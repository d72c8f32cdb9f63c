"""The cells of an uploaded workbook, which is trusted in nothing: every limit is checked before it is opened.

A workbook is a zip of XML files. What they unpack to, how many tags they have and whether they declare
entities is looked at first, so that neither zip nor XML can grow in the parser; a workbook has no document
type, so one that has is refused, and defusedxml, which does the same while parsing, is not needed.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator
from datetime import date, time, timedelta
from functools import partial
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _

MAGIC, OLD_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # OLE: .xls, and anything that is encrypted
MOST_UNPACKED = 20 * 1024 * 1024  # bytes, of all its files
PIECE = 1024 * 1024  # bytes
MOST_FILES = 200
MOST_CELLS, MOST_STRINGS = 120_000, 60_000  # 5,000 questions with all their columns, and their texts
MOST_GRID_TAGS, MOST_OTHER_TAGS = 500_000, 20_000
MOST_ROWS, MOST_COLUMNS = 5_001, 40  # with the headings
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
CELL, STRING = re.compile(rb"<(?:\w+:)?c[\s/>]"), re.compile(rb"<(?:\w+:)?si[\s/>]")
GRID = re.compile(rb"<(?:\w+:)?(?:row|c|v|f|is|si|t|r)[\s/>]")
LONGEST_TAG = 32 * 1024  # bytes
ALIEN = (b"\x00", b"<!DOCTYPE", b"<!ENTITY", b"<!--")
ENDING = re.compile(rb"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")  # of a tag; its attributes may have a > too
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class WorkbookError(Exception):
    """Why the file is refused; `row` is 0 where that is of no row."""

    def __init__(self, sentence: str, row: int = 0) -> None:
        super().__init__(sentence, row)
        self.sentence = sentence
        self.row = row


class Row(NamedTuple):
    place: int
    cells: tuple[str, ...]


def read_rows(data: bytes) -> Iterator[Row]:
    """The rows of the first sheet that have something in them, every cell as text."""
    if data.startswith(OLD_MAGIC):
        raise WorkbookError(
            _("This is an old or an encrypted workbook. Save it as .xlsx without a password.")
        )
    if not data.startswith(MAGIC):
        raise WorkbookError(_("This is not a workbook: its contents are not those of an .xlsx file."))
    try:
        yield from rows_of_first_sheet(repacked(checked_parts(data)))
    except BROKEN:
        raise WorkbookError(_("The workbook is damaged or is none. Save it anew as .xlsx.")) from None


def checked_parts(data: bytes) -> dict[str, bytes]:
    """The XML files by name. Of each at most as many bytes are unpacked as the directory says it has."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = archive.infolist()
        names = {file.filename.lower() for file in files}
        if len(files) > MOST_FILES or len(names) < len(files):
            raise WorkbookError(_("The workbook has too many files in it, or one of them twice."))
        if sum(file.file_size for file in files) > MOST_UNPACKED:
            most = MOST_UNPACKED // 1024**2
            raise WorkbookError(_("Unpacked, the workbook has more than %(most)s MB.") % {"most": most})
        if any(file.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for file in files):
            raise zipfile.BadZipFile
        parts = {
            file.filename: unpacked(archive, file)
            for file in files
            if file.filename.lower().endswith((".xml", ".rels"))
        }
    has_macros = any("vbaproject" in name or "macrosheets/" in name for name in names)
    if has_macros or b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise WorkbookError(_("The workbook has macros. Save it as .xlsx without them."))
    check_xml(parts.values())
    return parts


def unpacked(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    """Piece by piece: asked for the whole, zipfile would unpack all there is before it looks at the size."""
    with archive.open(file) as source:
        return b"".join(iter(partial(source.read, PIECE), b""))


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """An archive of our own making, so that the parser meets nothing of the one that was sent."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed


def check_xml(parts: Collection[bytes]) -> None:
    """No entities, no encoding in which they could hide, and no more tags than are parsed in a moment."""
    if any(alien in part for part in parts for alien in ALIEN) or any(map(has_alien_tag, parts)):
        raise WorkbookError(_("The workbook has XML in it that no workbook has."))
    if any(count(ROW, part) > MOST_ROWS for part in parts):
        raise WorkbookError(too_many_rows())
    grid = sum(count(GRID, part) for part in parts)
    others = sum(part.count(b"<") - part.count(b"</") for part in parts) - grid
    if others > MOST_OTHER_TAGS:
        sentence = _("The workbook has too much in it beside texts. Copy the texts into a new one.")
        raise WorkbookError(sentence)
    cells, strings = (sum(count(tag, part) for part in parts) for tag in (CELL, STRING))
    if grid > MOST_GRID_TAGS or cells > MOST_CELLS or strings > MOST_STRINGS:
        most_rows = MOST_ROWS - 1
        raise WorkbookError(_("The workbook has more in it than %(most)s questions.") % {"most": most_rows})


def has_alien_tag(part: bytes) -> bool:
    """Whether a tag is one that no workbook has, or so long that the parser would read it time and again."""
    if part.rfind(b"<?") > 0:
        return True
    return any(
        len(piece) >= LONGEST_TAG and not ENDING.match(piece, 0, LONGEST_TAG)
        for piece in part.split(b"<")[1:]
    )


def too_many_rows() -> str:
    sentence = _("There are more than %(most)s rows. Delete the empty ones, or cut the file.")
    return sentence % {"most": MOST_ROWS - 1}


def count(tag: re.Pattern[bytes], part: bytes) -> int:
    return sum(1 for _match in tag.finditer(part))


def rows_of_first_sheet(source: io.BytesIO) -> Iterator[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would not keep when writing
        workbook = openpyxl.load_workbook(source, read_only=True, keep_links=False)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # a file may say anything of them
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for place, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
                if place > MOST_ROWS:
                    raise WorkbookError(too_many_rows(), place)
                texts = tuple(text_of(cell, place) for cell in cells)
                if any(texts):
                    yield Row(place, texts)
    finally:
        workbook.close()


def text_of(cell: object, place: int) -> str:
    """What a person reads in the cell; never what a formula makes of something."""
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if kind == "f":
        raise WorkbookError(_("There is a formula. Put its value there."), place)
    if kind == "e":
        raise WorkbookError(_("There is an error of a formula: %(value)s.") % {"value": value}, place)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool | float | date | time | timedelta) or not isinstance(value, str | int):
        sentence = _("“%(value)s” is a date or a number. Make the cell a text and type it again.")
        raise WorkbookError(sentence % {"value": value}, place)
    return str(value).strip()
