"""Read one section of the bank from its YAML file.

Nothing is guessed: a file either has exactly this form or is refused with the line and the reason.
Whether its questions are any good is the lint's business (`rules.item_lint`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml
from django.utils.translation import gettext as _

from certification.rules.items import KINDS, Item, ItemOption, Kind

SECTION_KEYS = ("number", "title", "questions")
QUESTION_KEYS = ("number", "kind", "text", "options")
QUESTION_OPTIONAL_KEYS = ("explanation", "enemies", "weight")
NEVER_EMPTY = ("title", "text")
# Characters; what the database takes.
MOST_WEIGHT = 100  # points
AT_MOST = {"title": 200, "number": 20, "right": 500, "wrong": 500, "enemies": 40}
OPTION_KEYS = ("right", "wrong")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

STR_TAG = "tag:yaml.org,2002:str"
INT_TAG = "tag:yaml.org,2002:int"


@dataclass(frozen=True, slots=True)
class SectionFile:
    number: int
    title: str
    items: tuple[Item, ...]


class BankFileError(Exception):
    """Why a file is not a section of the bank; `line` counts from 1."""

    def __init__(self, path: str, line: int, sentence: str) -> None:
        super().__init__(path, line, sentence)
        self.path = path
        self.line = line
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


def read_text(path: Path) -> str:
    """The file's text; BankFileError where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise BankFileError(path.name, line, _("The file is not UTF-8.")) from None


def parse_section(text: str, path: str) -> SectionFile:
    """The section written in `text`. `path` only names the file in a `BankFileError`."""
    return _SectionReader(path).read(text)


class _SectionReader:
    def __init__(self, path: str) -> None:
        self.path = path

    def read(self, text: str) -> SectionFile:
        root = self._compose(text)
        keys = self._mapping(root, required=SECTION_KEYS)
        number = self._integer(keys["number"], "number")
        title = self._string(keys["title"], "title")
        items = tuple(self._items(keys["questions"], number))
        return SectionFile(number=number, title=title, items=items)

    def _compose(self, text: str) -> yaml.Node:
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._refuse_line(
                mark.line + 1 if mark else 1,
                _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context},
            )
        except yaml.reader.ReaderError as error:
            self._refuse_line(
                text.count("\n", 0, error.position) + 1,
                _("The file has a character that YAML does not allow."),
            )
        if root is None:
            self._refuse_line(1, _("The file is empty."))
        return root

    def _items(self, node: yaml.Node, section: int) -> Iterator[Item]:
        seen: set[str] = set()
        for question in self._sequence(node, "questions"):
            item = self._item(question, section)
            if item.number in seen:
                self._refuse(question, _("Question %(number)s occurs twice."), number=item.number)
            seen.add(item.number)
            yield item

    def _item(self, node: yaml.Node, section: int) -> Item:
        keys = self._mapping(node, required=QUESTION_KEYS, optional=QUESTION_OPTIONAL_KEYS)
        return Item(
            number=self._question_number(keys["number"], section),
            section=section,
            kind=self._kind(keys["kind"]),
            text=self._string(keys["text"], "text"),
            options=tuple(self._option(option) for option in self._sequence(keys["options"], "options")),
            explanation=self._string(keys["explanation"], "explanation") if "explanation" in keys else "",
            enemies=self._enemies(keys["enemies"]) if "enemies" in keys else "",
            weight=self._weight(keys["weight"]) if "weight" in keys else 1,
            line=_line(node),
        )

    def _question_number(self, node: yaml.Node, section: int) -> str:
        number = self._string(node, "number")
        if not re.fullmatch(rf"{section}\.[1-9][0-9]*", number):
            self._refuse(
                node,
                _("Question number “%(number)s” is not of section %(section)s."),
                number=number,
                section=section,
            )
        return number

    def _kind(self, node: yaml.Node) -> Kind:
        text = self._string(node, "kind")
        kind = next((kind for kind in KINDS if kind == text), None)
        if kind is None:
            self._refuse(node, _("“%(kind)s” is no kind of question; write single or multiple."), kind=text)
        return kind

    def _option(self, node: yaml.Node) -> ItemOption:
        if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
            self._refuse(node, _("An option is one line, “right: …” or “wrong: …”."))
        key, value = node.value[0]
        if key.value not in OPTION_KEYS:
            self._refuse(key, _("An option is “right” or “wrong”, not “%(key)s”."), key=_shown(key))
        return ItemOption(text=self._string(value, key.value), is_correct=key.value == "right")

    def _enemies(self, node: yaml.Node) -> str:
        group = self._string(node, "enemies")
        if not SLUG.fullmatch(group):
            self._refuse(
                node,
                _("The group “%(group)s” must be small Latin letters, digits and hyphens."),
                group=group,
            )
        return group

    def _weight(self, node: yaml.Node) -> int:
        weight = self._integer(node, "weight")
        if weight > MOST_WEIGHT:
            self._refuse(node, _("“%(key)s” is at most %(most)s."), key="weight", most=MOST_WEIGHT)
        return weight

    def _mapping(
        self, node: yaml.Node, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """The values by key: each known, none twice, no required one missing."""
        if not isinstance(node, yaml.MappingNode):
            self._refuse(node, _("Here must be the keys %(keys)s."), keys=", ".join(required))
        values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = _shown(key)
            if not isinstance(key, yaml.ScalarNode) or name not in required + optional:
                self._refuse(key, _("The key “%(key)s” is not known here."), key=name)
            if name in values:
                self._refuse(key, _("The key “%(key)s” occurs twice."), key=name)
            values[name] = value
        for name in required:
            if name not in values:
                self._refuse(node, _("The key “%(key)s” is missing."), key=name)
        return values

    def _sequence(self, node: yaml.Node, name: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self._refuse(node, _("“%(key)s” must be a list."), key=name)
        return list(node.value)

    def _string(self, node: yaml.Node, name: str) -> str:
        """A text as YAML resolves it, so that 3.10 or «no» without quotes is refused, not changed."""
        is_text = isinstance(node, yaml.ScalarNode) and node.tag == STR_TAG
        text = str(node.value).strip() if is_text else ""
        if not is_text or (name in NEVER_EMPTY and not text):
            self._refuse(node, _("“%(key)s” must be text; put it in quotes."), key=name)
        if len(text) > AT_MOST.get(name, len(text)):
            self._refuse(node, _("“%(key)s” has at most %(most)s characters."), key=name, most=AT_MOST[name])
        return text

    def _integer(self, node: yaml.Node, name: str) -> int:
        if (
            not isinstance(node, yaml.ScalarNode)
            or node.tag != INT_TAG
            or not re.fullmatch(r"[1-9][0-9]*", node.value)
        ):
            self._refuse(node, _("“%(key)s” must be a whole number from 1."), key=name)
        return int(node.value)

    def _refuse(self, node: yaml.Node, sentence: str, **values: object) -> NoReturn:
        self._refuse_line(_line(node), sentence % values)

    def _refuse_line(self, line: int, sentence: str) -> NoReturn:
        raise BankFileError(self.path, line, sentence)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _shown(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
