"""A question as a row of a spreadsheet: the columns, and what their cells say. Export and import share it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.rules.items import LETTERS, Item, ItemOption, Kind

OPTIONS = tuple(f"option_{place}" for place in range(1, len(LETTERS) + 1))

# What each column is called, in the order of the sheet.
COLUMNS: dict[str, Any] = {
    "key": pgettext_lazy("column", "Key"),
    "version": pgettext_lazy("column", "Version"),
    "section": pgettext_lazy("column", "Section"),
    "title": pgettext_lazy("column", "Section's title"),
    "number": pgettext_lazy("column", "Number"),
    "kind": pgettext_lazy("column", "Kind"),
    "text": pgettext_lazy("column", "Question"),
    **{name: (pgettext_lazy("column", "Option %(place)s"), place) for place, name in enumerate(OPTIONS, 1)},
    "right": pgettext_lazy("column", "Right options"),
    "explanation": pgettext_lazy("column", "Explanation"),
    "enemies": pgettext_lazy("column", "Enemies"),
    "weight": pgettext_lazy("column", "Points"),
}
KINDS: dict[Kind, Any] = {"single": _("one right answer"), "multiple": _("several right answers")}

AT_MOST = {"title": 200, "number": 20, "text": 5_000, "explanation": 5_000, "enemies": 40}
AT_MOST_OPTION = 500
MOST_SECTION, MOST_VERSION, MOST_WEIGHT = 32_767, 32_767, 100
NUMBER = re.compile(r"([1-9]\d{0,4})\.([1-9]\d{0,2})")
SLUG = re.compile(r"[\w-]+", re.ASCII)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class RowError(Exception):
    """Why a row is refused; `column` is a key of COLUMNS."""

    def __init__(self, column: str, template: Any, **values: object) -> None:
        super().__init__(column, template, values)
        self.column = column
        self.template = template
        self.values = values

    @property
    def sentence(self) -> str:
        return f"{heading(self.column)}: {self.template % self.values}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`key` and `version` say which question of the bank it was, in an exported file."""

    key: UUID | None
    version: int | None
    title: str
    item: Item


def heading(column: str) -> str:
    name = COLUMNS[column]
    return str(name[0]) % {"place": name[1]} if isinstance(name, tuple) else str(name)


def clean(text: str) -> str:
    """As a cell can hold it: line ends are \\n, nothing around it."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def cleaned(item: Item) -> Item:
    """The item as it comes back from a sheet; two that differ in no more than this are the same."""
    return Item(
        number=clean(item.number),
        section=item.section,
        kind=item.kind,
        text=clean(item.text),
        options=tuple(ItemOption(clean(option.text), option.is_correct) for option in item.options),
        explanation=clean(item.explanation),
        enemies=clean(item.enemies),
        weight=item.weight,
    )


def cells(row: SheetRow) -> dict[str, str | int]:
    """The row's cells by column; empty ones are not there."""
    item = cleaned(row.item)
    right = (str(place) for place, option in enumerate(item.options, 1) if option.is_correct)
    values: dict[str, str | int | None] = {
        "key": str(row.key) if row.key else "",
        "version": row.version,
        "section": item.section,
        "title": clean(row.title),
        "number": item.number,
        "kind": str(KINDS[item.kind]),
        "text": item.text,
        **{name: option.text for name, option in zip(OPTIONS, item.options, strict=False)},
        "right": ", ".join(right),
        "explanation": item.explanation,
        "enemies": item.enemies,
        "weight": item.weight,
    }
    return {name: value for name, value in values.items() if value not in ("", None)}


def row_of(values: Mapping[str, str]) -> SheetRow:
    """The row whose cells say this, as text; RowError where they say nothing that is allowed."""
    texts = {name: clean(values.get(name, "")) for name in COLUMNS}
    for name, text in texts.items():
        most = AT_MOST_OPTION if name in OPTIONS else AT_MOST.get(name, 200)
        if len(text) > most:
            raise RowError(name, _("at most %(most)s characters are possible."), most=most)
    if not texts["text"]:
        raise RowError("text", _("a question needs a text."))
    key = key_of(texts["key"])
    section = whole(texts, "section", most=MOST_SECTION)
    options = options_of(texts)
    return SheetRow(
        key=key,
        version=whole(texts, "version", most=MOST_VERSION) if texts["version"] else None,
        title=texts["title"],
        item=Item(
            number=number_of(texts["number"], section, is_known=key is not None),
            section=section,
            kind=kind_of(texts["kind"], rights=sum(option.is_correct for option in options)),
            text=texts["text"],
            options=options,
            explanation=texts["explanation"],
            enemies=enemies_of(texts["enemies"]),
            weight=whole(texts, "weight", most=MOST_WEIGHT) if texts["weight"] else 1,
        ),
    )


def key_of(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise RowError("key", _("leave it as it was exported, or empty for a new question.")) from None


def whole(texts: Mapping[str, str], column: str, *, most: int) -> int:
    text = texts[column]
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise RowError(column, _("a whole number from 1 to %(most)s is wanted."), most=most)
    return int(text)


def number_of(text: str, section: int, *, is_known: bool) -> str:
    """By it a question is known again, unless its key is there."""
    if not is_known:
        found = NUMBER.fullmatch(text)
        if not found or int(found[1]) != section:
            raise RowError("number", _("a number such as %(section)s.1 is wanted."), section=section)
    return text


def kind_of(text: str, *, rights: int) -> Kind:
    if not text:
        return "single" if rights <= 1 else "multiple"
    for kind, name in KINDS.items():
        if text.casefold() in (kind, str(name).casefold()):
            return kind
    raise RowError(
        "kind", _("“%(one)s” or “%(several)s” is wanted."), one=KINDS["single"], several=KINDS["multiple"]
    )


def options_of(texts: Mapping[str, str]) -> tuple[ItemOption, ...]:
    given = [texts[name] for name in OPTIONS]
    while given and not given[-1]:
        given.pop()
    for name, text in zip(OPTIONS, given, strict=False):
        if not text:
            raise RowError(name, _("it is empty, but a later option is not."))
    right = right_places(texts["right"], most=len(given))
    return tuple(ItemOption(text, place in right) for place, text in enumerate(given, 1))


def right_places(text: str, *, most: int) -> set[int]:
    parts = re.split(r"[\s,;]+", text) if text else []
    if not all(re.fullmatch(r"[0-9]{1,2}", part) and 1 <= int(part) <= most for part in parts):
        raise RowError("right", _("numbers of options are wanted, such as 1, 3."))
    return {int(part) for part in parts}


def enemies_of(text: str) -> str:
    if text and not SLUG.fullmatch(text):
        raise RowError("enemies", _("Latin letters, digits, hyphens and underscores are possible."))
    return text
