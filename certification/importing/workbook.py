"""The cells of an uploaded workbook, which is trusted in nothing: every limit is checked before it is opened.

A workbook is a zip of XML files. What they unpack to, how many tags they have and whether they declare
entities is looked at first, so that neither zip nor XML can grow in the parser; a workbook has no document
type, so one that has is refused, and defusedxml, which does the same while parsing, is not needed. Only
what the first sheet needs is unpacked at all, and of that openpyxl gets the cells, the texts and what is a
date, in a workbook of our own: how the rest looks is not its business, and the rest may be as it likes.
"""

import codecs
import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from functools import partial
from itertools import islice
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.xml.constants import CONTYPES_NS, PKG_REL_NS, REL_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

MAGIC, OLD_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # OLE: .xls, and anything that is encrypted
MOST_UNPACKED = 20 * 1024 * 1024  # bytes, of all its files
PIECE = 1024 * 1024  # bytes
MOST_FILES = 200
MOST_CELLS, MOST_STRINGS = 120_000, 60_000  # 5,000 questions with all their columns, and their texts
MOST_GRID_TAGS, MOST_RUNS, MOST_OTHER_TAGS = 500_000, 40_000, 20_000
MOST_ROWS, MOST_COLUMNS = 5_001, 40  # with the headings
MOST_FORMULAS = 1_000  # read cell by cell; of more the first is found before that
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
CELL, STRING = re.compile(rb"<(?:\w+:)?c[\s/>]"), re.compile(rb"<(?:\w+:)?si[\s/>]")
RUN = re.compile(rb"<(?:\w+:)?r[\s/>]")  # of a text with several looks
GRID = re.compile(rb"<(?:\w+:)?(?:row|c|v|f|is|si|t|r)[\s/>]")
LONGEST_TAG = 32 * 1024  # bytes
LONG = re.compile(rb"<[^<]{%d}" % LONGEST_TAG)  # a tag and the text after it
LONGEST_TEXT, LONGEST_FORMAT = 32_767, 255  # characters; Excel's own limits
# A half of a pair (_xD83D_) is no character.
ESCAPED = re.compile("_x([0-9A-Ca-cEFef][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})_")
ALIEN = (b"\x00", b"<!DOCTYPE", b"<!ENTITY", b"<!--")
ENDING = re.compile(rb"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")  # of a tag; its attributes may have a > too
ROOT = re.compile(rb"<(\w+:)?worksheet(?:\s[^<>]*)?>")
DATA = re.compile(rb"<(?:\w+:)?sheetData[\s/>]")
FORMULA = re.compile(rb"<((?:\w+:)?f)\s[^<>]*?(/?)>")
DATE, NUMBER = 14, 0  # formats that every spreadsheet has
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONSHIP = f'<Relationship Id="a" Type="{REL_NS}/worksheet" Target="worksheets/sheet1.xml"/>'
FRAME: dict[
    str, str | bytes
] = {  # what a workbook has around its parts, of which openpyxl finds the styles by their name
    "[Content_Types].xml": f'''<Types xmlns="{CONTYPES_NS}">
        <Override PartName="/xl/workbook.xml" ContentType="{CONTENT}.sheet.main+xml"/>
        <Override PartName="/{STRINGS}" ContentType="{CONTENT}.sharedStrings+xml"/></Types>''',
    "xl/workbook.xml": f'''<workbook xmlns="{SHEET_MAIN_NS}" xmlns:r="{REL_NS}">
        <sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>''',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PKG_REL_NS}">{RELATIONSHIP}</Relationships>',
    STRINGS: f'<sst xmlns="{SHEET_MAIN_NS}"/>',
}
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


# With the one style that each has, or openpyxl warns of it.
STYLE_SHEET = f"""<styleSheet xmlns="{SHEET_MAIN_NS}"><fonts><font/></fonts>
    <fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>
    <cellXfs>%s</cellXfs><cellStyles><cellStyle name="Normal" xfId="0"/></cellStyles></styleSheet>"""


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
    """What makes up the first sheet, under names of our own; nothing else is unpacked or judged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_directory(archive.infolist())
        if b"macroEnabled" in xml_of(archive, "[Content_Types].xml"):
            raise WorkbookError(macros())
        [book] = links_of(archive, "")["officeDocument"].values()
        return parts_of_sheet(archive, book)


def check_directory(files: Sequence[zipfile.ZipInfo]) -> None:
    """Of each file at most as many bytes are unpacked as are said here."""
    names = {file.filename.lower() for file in files}
    if len(files) > MOST_FILES or len(names) < len(files):
        raise WorkbookError(_("The workbook has too many files in it, or one of them twice."))
    if sum(file.file_size for file in files) > MOST_UNPACKED:
        raise WorkbookError(too_large())
    if any(file.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for file in files):
        raise zipfile.BadZipFile
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise WorkbookError(macros())


def too_large() -> str:
    return _("Unpacked, the workbook has more than %(most)s MB.") % {"most": MOST_UNPACKED // 1024**2}


def macros() -> str:
    return _("The workbook has macros. Save it as .xlsx without them.")


def xml_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """The file without the mark that some programs begin it with; refused where `check_xml` refuses it."""
    part = unpacked(archive, archive.getinfo(name)).removeprefix(codecs.BOM_UTF8)
    check_xml(part)
    return part


def links_of(archive: zipfile.ZipFile, source: str) -> dict[str, dict[str, str]]:
    """{kind: {id: name}} of the files that a file names and that are there."""
    folder, name = posixpath.split(source)
    present = set(archive.namelist())
    links: dict[str, dict[str, str]] = {}
    for link in fromstring(xml_of(archive, posixpath.join(folder, "_rels", f"{name}.rels"))):
        place = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).strip("/")
        if place in present:
            links.setdefault(posixpath.basename(link.get("Type", "")), {})[link.get("Id", "")] = place
    return links


def parts_of_sheet(archive: zipfile.ZipFile, book: str) -> dict[str, bytes]:
    links = links_of(archive, book)
    sheets = (tag for tag in fromstring(xml_of(archive, book)).iter() if local_name(tag.tag) == "sheet")
    ids = (text for tag in sheets for name, text in tag.items() if local_name(name) == "id")
    there = links["worksheet"]
    parts = {SHEET: xml_of(archive, next((there[key] for key in ids if key in there), ""))}
    for name, kind in ((STRINGS, "sharedStrings"), (STYLES, "styles")):
        for place in list(links.get(kind, {}).values())[:1]:
            parts[name] = xml_of(archive, place)
    if sum(map(tags_of, parts.values())) > MOST_GRID_TAGS + MOST_OTHER_TAGS:
        raise WorkbookError(too_many_cells())
    parts[SHEET] = grid_of(parts[SHEET])
    if STRINGS in parts:  # openpyxl drops every x005F_, so that this is what remains; see `unescaped`
        parts[STRINGS] = parts[STRINGS].replace(b"x005F_", b"xx005F_005F_")
    if STYLES in parts:
        parts[STYLES] = styles_of(parts[STYLES])
    return parts


def local_name(name: str) -> str:
    return name.rpartition("}")[2]


def grid_of(part: bytes) -> bytes:
    """The sheet's cells alone: nothing of how they look, nor of what a formula is, but that it is one."""
    root, data = ROOT.search(part), DATA.search(part)
    if not root or not data:
        raise zipfile.BadZipFile
    prefix = root[1] or b""
    end = part.rfind(b"sheetData>") + len(b"sheetData>")
    grid, formulas = FORMULA.subn(rb"<\1\2>", part[data.start() : end])
    first = FORMULA.search(part) if formulas > MOST_FORMULAS else None
    if first:  # one is enough to refuse it, and so many are long in reading
        raise has_formula(count(ROW, part[: first.start()], MOST_ROWS))
    return b'%s<%sdimension ref="A1"/>%s</%sworksheet>' % (root[0], prefix, grid, prefix)


def styles_of(part: bytes) -> bytes:
    """Of every style only whether it shows a number as a date: openpyxl judges each format over and over."""
    styles = fromstring(part)
    codes = {str(place): code for place, code in BUILTIN_FORMATS.items()}
    for tag in styles.iter():
        code = tag.get("formatCode", "")
        if len(code) > LONGEST_FORMAT:
            sentence = _(
                "A number format in the workbook is longer than %(most)s characters, which is not "
                "possible in a spreadsheet. Copy the texts into a new workbook."
            )
            raise WorkbookError(sentence % {"most": LONGEST_FORMAT})
        if local_name(tag.tag) == "numFmt":
            codes[tag.get("numFmtId", "")] = code
    used = [style.get("numFmtId", "0") for tag in styles if local_name(tag.tag) == "cellXfs" for style in tag]
    shown = {place: DATE if is_date_format(codes.get(place)) else NUMBER for place in set(used)}
    made = "".join(f'<xf numFmtId="{shown[place]}"/>' for place in used)
    return (STYLE_SHEET % made).encode()


def unpacked(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    """Piece by piece: asked for the whole, zipfile would unpack all there is before it looks at the size."""
    with archive.open(file) as source:
        return b"".join(iter(partial(source.read, PIECE), b""))


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """An archive of our own making, so that the parser meets nothing of the one that was sent."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in (FRAME | parts).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed


def check_xml(part: bytes) -> None:
    """No entities, no encoding in which they could hide, and no more tags than are parsed in a moment."""
    if any(alien in part for alien in ALIEN):
        raise WorkbookError(alien_xml())
    check_tags(part)
    if has_alien_tag(part):
        raise WorkbookError(alien_xml())


def check_tags(part: bytes) -> None:
    """None is counted beyond what is possible: there may be millions."""
    tags = tags_of(part)
    if part.count(b"</") > tags:
        raise zipfile.BadZipFile
    if count(ROW, part, MOST_ROWS) > MOST_ROWS:
        raise WorkbookError(too_many_rows())
    grid = count(GRID, part, MOST_GRID_TAGS)
    if grid <= MOST_GRID_TAGS and tags - grid > MOST_OTHER_TAGS:
        raise WorkbookError(too_much_beside())
    at_most = (CELL, MOST_CELLS), (STRING, MOST_STRINGS)
    if grid > MOST_GRID_TAGS or any(count(tag, part, most) > most for tag, most in at_most):
        raise WorkbookError(too_many_cells())
    if count(RUN, part, MOST_RUNS) > MOST_RUNS:
        raise WorkbookError(too_much_beside())


def too_much_beside() -> str:
    return _("The workbook has too much in it beside texts. Copy the texts into a new one.")


def tags_of(part: bytes) -> int:
    return part.count(b"<") - part.count(b"</")


def too_many_cells() -> str:
    return _("The workbook has more in it than %(most)s questions.") % {"most": MOST_ROWS - 1}


def alien_xml() -> str:
    return _("The workbook has XML in it that no workbook has.")


def has_alien_tag(part: bytes) -> bool:
    """Whether a tag is one that no workbook has, or so long that the parser would read it time and again."""
    if part.rfind(b"<?") > 0:
        return True
    starts = (found.start() + 1 for found in LONG.finditer(part))
    return any(not ENDING.match(part, start, start + LONGEST_TAG) for start in starts)


def has_formula(place: int) -> WorkbookError:
    return WorkbookError(_("There is a formula. Put its value there."), place)


def too_many_rows() -> str:
    sentence = _("There are more than %(most)s rows. Delete the empty ones, or cut the file.")
    return sentence % {"most": MOST_ROWS - 1}


def count(tag: re.Pattern[bytes], part: bytes, most: int) -> int:
    """How many there are; `most` + 1 stands for more."""
    return sum(1 for _match in islice(tag.finditer(part), most + 1))


def rows_of_first_sheet(source: io.BytesIO) -> Iterator[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would not keep when writing
        workbook = openpyxl.load_workbook(source, read_only=True, keep_links=False)
    left = MOST_UNPACKED
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # a file may say anything of them
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for place, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
                if place > MOST_ROWS:
                    raise WorkbookError(too_many_rows(), place)
                texts = tuple(text_of(cell, place) for cell in cells)
                left -= sum(map(len, texts))
                if left < 0:  # one long text may stand in every cell
                    raise WorkbookError(too_large())
                if any(texts):
                    yield Row(place, texts)
    finally:
        workbook.close()


def text_of(cell: object, place: int) -> str:
    """What a person reads in the cell; never what a formula makes of something."""
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if kind == "f":
        raise has_formula(place)
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        sentence = _("A cell has more than %(most)s characters, which is not possible. Shorten its text.")
        raise WorkbookError(sentence % {"most": LONGEST_TEXT}, place)
    if kind == "e":
        raise WorkbookError(_("There is an error of a formula: %(value)s.") % {"value": value}, place)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool | float | date | time | timedelta) or not isinstance(value, str | int):
        sentence = _("“%(value)s” is a date or a number. Make the cell a text and type it again.")
        raise WorkbookError(sentence % {"value": value}, place)
    return unescaped(str(value)).strip()


def unescaped(text: str) -> str:
    """A spreadsheet writes a character that XML cannot hold, and _x…_ itself, as _x and its number."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
