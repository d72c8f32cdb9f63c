"""Questions as plain values: what the lint and the blind solver read, whatever they were stored in."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

Kind = Literal["single", "multiple"]
KINDS: tuple[Kind, ...] = ("single", "multiple")
LETTERS = "АБВГДЕЖЗИК"  # what options are called, in the order in which they are shown


@dataclass(frozen=True, slots=True)
class ItemOption:
    text: str
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a question, worth `weight` points. `line` is where its file has it, if it has one."""

    number: str
    section: int
    kind: Kind
    text: str
    options: tuple[ItemOption, ...]
    explanation: str = ""
    enemies: str = ""
    weight: int = 1
    line: int | None = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """The same for the same content, and for no other."""
        content = (self.number, self.section, self.kind, self.text, self.explanation, self.enemies)
        options = [(option.text, option.is_correct) for option in self.options]
        return sha256(repr((content, self.weight, options)).encode()).hexdigest()

    @property
    def right(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options if option.is_correct)

    @property
    def wrong(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options if not option.is_correct)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options)
