"""A document of our own in the source's plain-text form, with every trap of the real one, and workbooks."""

import io
import zipfile

import openpyxl

from certification.importing.question_file import read_file
from certification.rendering.question_sheet import workbook_of
from certification.rules.item_sheet import SheetRow
from tests.factories import item

DOCUMENT = """\
Памятка для новых сотрудников
О чём спрашивают чаще всего:

1 / 4. Знакомство (3 вопроса)
2 / 4. Склад и доставка (4 вопроса)
1. Кто принимает товар на склад?
Кладовщик.
2. Что делать, если товар повреждён?
Составить акт.
Сфотографировать упаковку.
3. Где лежит образец акта?
В базе знаний
//wiki.example.com/akt?_ga=1.181
4. Выберите верное утверждение:
Доставка занимает до 2 дней.
3 / 4. Возврат (2 вопроса)
1. «Когда можно вернуть товар?
В течение 14 дней
2. Какие есть шаги возврата?
1. Написать заявление.
2. Упаковать товар.
3. Кто платит за возврат?
Продавец.
4 / 4. Касса (2 вопроса)
1. Как открыть смену?
Кнопкой «Открыть смену»
2. Кто закрывает смену?
Старший кассир.
Смену закрывают каждый вечер.
Отчёт уходит бухгалтеру.
"""
NAME = "памятка.txt"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"  # of a workbook
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# How many questions are in each section, and in all.
COUNTS = [0, 4, 3, 2]


def file(text=DOCUMENT, *, name=NAME, **options):
    return read_file(name, text.encode() if isinstance(text, str) else text, **options)


def changed(*pairs):
    """The document with each `old` replaced by its `new`."""
    text = DOCUMENT
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def archive(parts):
    """A zip file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def repacked(data, changes):
    """The workbook with these parts of it put in or replaced."""
    return archive(parts_of(data) | changes)


def row(**changes):
    """A question as a row without a key."""
    return SheetRow(key=None, version=None, title="Склад", item=item(**changes))


def workbook(*rows):
    return workbook_of(rows or [row()])


def sheet_of(*lines):
    """A workbook with these cells, whatever they are, as openpyxl writes them."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet(body, head="<sheetData>", tail="</sheetData>"):
    """A sheet's XML with these rows."""
    return f'<worksheet xmlns="{MAIN}">{head}{body}{tail}</worksheet>'.encode()


def strings(*texts):
    """The XML of the texts that cells refer to."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'.encode()


def styles(code, count=1):
    """The XML of so many styles with this number format."""
    formats = f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
    cells = '<xf numFmtId="200"/>' * count
    return f'<styleSheet xmlns="{MAIN}">{formats}<cellXfs>{cells}</cellXfs></styleSheet>'.encode()


def inline(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
