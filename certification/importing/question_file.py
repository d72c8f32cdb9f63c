"""An uploaded or named file with questions, in whichever of the two forms: what it says, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from certification.importing import said
from certification.importing.document import (
    Document,
    DocumentError,
    DocumentQuestion,
    Problem,
    parse_document,
    with_moved,
)
from certification.importing.question_sheet import NumberedRow, read_sheet
from certification.importing.workbook import MAGIC, OLD_MAGIC, WorkbookError
from certification.rules.item_sheet import AT_MOST, NUMBER

MOST_BYTES = 2 * 1024 * 1024
LONGEST_NAME = 200
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


class FileRefused(Exception):
    """Why nothing is read from the file; the sentence names its line or row."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one question. By `number` in its section, or by `key`, it is known again.

    `label`: the number as the bank has it, such as 3.7.
    """

    place: int
    section: int
    number: int | None
    label: str
    says: dict[str, Any]
    key: UUID | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """`document` is what it is called, whatever the file is; one of `text` and `rows` is there."""

    document: str
    text: Document | None = None
    rows: tuple[NumberedRow, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.text.problems if self.text else ()

    @property
    def sections(self) -> dict[int, tuple[int, str]]:
        """{number: (place, title)}, "" where the file does not say how it is called."""
        if self.text:
            return {section.number: (section.place, section.title) for section in self.text.sections}
        titles: dict[int, tuple[int, str]] = {}
        for place, row in ((numbered.place, numbered.row) for numbered in self.rows):
            if not titles.get(row.item.section, (0, ""))[1]:
                titles[row.item.section] = place, row.title
        return titles

    def place_of(self, place: int) -> str:
        """“Line 12” or “Row 12”."""
        return (_("Line %(place)s") if self.text else _("Row %(place)s")) % {"place": place}

    def entries(self, moves: Mapping[int, tuple[int, int]]) -> list[Entry]:
        """`moves`: {line of the tail: (section, number) whose answer it continues}."""
        if self.text is None:
            return [entry_of_row(numbered) for numbered in self.rows]
        document = with_moved(self.text, moves)
        own = {(q.section, q.number): len(q.answers) for q in self.text.questions}
        return [
            self.entry_of(question, own[question.section, question.number]) for question in document.questions
        ]

    def entry_of(self, question: DocumentQuestion, own: int) -> Entry:
        says, most = said.by_document(question, own), AT_MOST["explanation"]
        if len(said.explanation_said(says)) > most:
            sentence = _("The answer is longer than %(most)s characters.") % {"most": most}
            raise FileRefused(f"{self.place_of(question.place)}. {sentence}")
        return Entry(
            place=question.place,
            section=question.section,
            number=question.number,
            label=f"{question.section}.{question.number}",
            says=says,
        )


def entry_of_row(numbered: NumberedRow) -> Entry:
    row = numbered.row
    found = None if row.key else NUMBER.fullmatch(row.item.number)
    return Entry(
        place=numbered.place,
        section=row.item.section,
        number=int(found[2]) if found else None,
        label=row.item.number,
        says=said.by_sheet(row.item),
        key=row.key,
        version=row.version,
    )


def read_file(name: str, data: bytes, *, document: str = "") -> QuestionFile:
    """What the file says; FileRefused where it is too big, of neither form, or broken."""
    document = (document.strip() or PurePath(name).stem)[:LONGEST_NAME] or "?"
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    try:
        if data.startswith((MAGIC, OLD_MAGIC)) or name.lower().endswith((".xlsx", ".xlsm", ".xls")):
            return QuestionFile(document, rows=read_sheet(data))
        return QuestionFile(document, text=parse_document(text_of(data)))
    except WorkbookError as error:
        row = _("Row %(place)s") % {"place": error.row}
        raise FileRefused(f"{row}. {error.sentence}" if error.row else error.sentence) from None
    except DocumentError as error:
        line = _("Line %(place)s") % {"place": error.line}
        raise FileRefused(f"{line}. {error.sentence}") from None


def text_of(data: bytes) -> str:
    """UTF-8, with or without its mark, or windows-1251, which any other Russian text of today is in."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251", errors="replace")
    if found := NOT_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DocumentError(line, _("This is neither a text nor an .xlsx workbook."))
    return text
