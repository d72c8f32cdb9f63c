"""A list of people, as somebody pastes it or a table saves it: a name and an e-mail a line, in any order."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = (";", "\t", ",")
HEADING = re.compile(
    r"(?:рабочая |электронная )?почта|адрес|e-?mail|имя(?: и фамилия)?|фамилия(?: и имя)?|фио|(?:full )?name",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something. `email` is "" where it has none, or more than one."""

    number: int
    text: str
    name: str
    email: str


def lines(text: str) -> Iterator[Line]:
    """The lines of the list that are not blank, by their numbers; a row of headings on top is left out."""
    is_first = True
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip(' \t;,"\u00a0\ufeff'):
            continue
        if is_first and all(HEADING.fullmatch(cell) for cell in cells_of(line.strip()) if cell):
            is_first = False
            continue
        is_first = False
        yield read(number, line.strip())


def read(number: int, line: str) -> Line:
    """«Name; e-mail», «e-mail, name», «Name <e-mail>», or the e-mail alone."""
    cells = [cell for cell in cells_of(line) if cell]
    if len(cells) == 1:
        cells = cells[0].split()
    addresses = [cell for cell in cells if "@" in cell]
    # The name's parts may lie in several cells, or beside the address in one.
    parts = [part for cell in addresses for part in cell.split()]
    addresses = [part for part in parts if "@" in part]
    words = [cell for cell in cells if "@" not in cell] + [part for part in parts if "@" not in part]
    email = addresses[0].strip("<>()\"'").removeprefix("mailto:") if len(addresses) == 1 else ""
    return Line(number=number, text=line, name=" ".join(words), email=email)


def cells_of(line: str) -> list[str]:
    separator = next((mark for mark in SEPARATORS if mark in line), ";")
    try:
        row = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        row = line.split(separator)
    return [cell.strip() for cell in row]
