"""What the lint says of a question, and how a rule is declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from certification.rules.items import Item

Level = Literal["error", "warning", "info"]

Flaw = tuple[Any, dict[str, object]]
"""A lazily translated sentence with %(name)s places, and the values that fill them."""

BANK = ""
"""The number of a finding that concerns no single question."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw. It is a prompt for a person to look, not a verdict; only an error stops a publication."""

    rule: str
    level: Level
    number: str
    template: Any
    values: dict[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return str(self.template % self.values)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    level: Level
    flaws: Callable[[Item], Iterator[Flaw]]

    def findings(self, item: Item) -> Iterator[Finding]:
        for template, values in self.flaws(item):
            yield Finding(self.name, self.level, item.number, template, values)


class RuleBook(list[Rule]):
    """The rules of one module, in the order in which they stand there."""

    def rule(
        self, name: str, level: Level
    ) -> Callable[[Callable[[Item], Iterator[Flaw]]], Callable[[Item], Iterator[Flaw]]]:
        def register(flaws: Callable[[Item], Iterator[Flaw]]) -> Callable[[Item], Iterator[Flaw]]:
            self.append(Rule(name, level, flaws))
            return flaws

        return register
