"""From a file's questions to the bank: plan → apply. The plan is a plain value; only `apply` writes.

A file may change what it made: a question that is still as the file said. One that people have worded
themselves, or that was in the bank before, it only names; it is changed where somebody chooses so.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from certification.importing import said
from certification.importing.question_file import Entry, FileRefused, QuestionFile
from certification.rules.item_sheet import cleaned
from certification.rules.items import Item
from certification.states import QuestionState

FIELDS = ("section", "number", "kind", "text", "options", "explanation", "enemies", "weight")


class Change(StrEnum):
    CREATE = "create"
    REVISE = "revise"
    LINK = "link"
    RETIRE = "retire"
    UNCHANGED = "unchanged"


CHANGES: dict[Change, Any] = {
    Change.CREATE: pgettext_lazy("import", "new"),
    Change.REVISE: pgettext_lazy("import", "changed"),
    Change.LINK: pgettext_lazy("import", "linked, unchanged"),
    Change.RETIRE: pgettext_lazy("import", "not in the file"),
    Change.UNCHANGED: pgettext_lazy("import", "as before"),
}
GONE: dict[bool, Any] = {
    True: pgettext_lazy("import", "not in the file: retired"),
    False: pgettext_lazy("import", "not in the file: left"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest version of a question in the bank."""

    question_id: int
    key: UUID
    version: int
    state: QuestionState
    item: Item


@dataclass(frozen=True, slots=True)
class Known:
    """A question that the document named before, and what it said of it then."""

    pk: int
    key: UUID
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bank:
    """What a plan is made against. `known`: by section and number, of this document alone."""

    questions: Mapping[UUID, Standing]
    known: Mapping[tuple[int, int], Known]
    sections: frozenset[int]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one question. `place`: its line or row, None where the file has it no more.

    `is_chosen`: it is done unless somebody decides otherwise; `is_choice`: somebody may. `item`: what the
    question becomes, and `why` says what keeps it as it is.
    """

    change: Change
    number: str
    place: int | None
    says: dict[str, Any]
    source: tuple[int, int] | None = None
    key: UUID | None = None
    standing: Standing | None = None
    item: Item | None = None
    known: int | None = None
    is_chosen: bool = True
    is_choice: bool = False
    why: str = ""

    @property
    def name(self) -> str:
        """Names it among the plan's steps."""
        return f"{self.place}" if self.place is not None else f"gone-{self.known}"

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields in which the question would not be as it is."""
        if self.standing is None or self.item is None:
            return ()
        new, old = cleaned(self.item), cleaned(self.standing.item)
        return tuple(name for name in FIELDS if getattr(new, name) != getattr(old, name))

    @property
    def written(self) -> list[str]:
        """A new question's answer as it is going to stand in the bank, a line each."""
        if self.change != Change.CREATE or self.item is None:
            return []
        explanation = self.item.explanation
        lines = answer_lines(self.item) or [_("No options.")]
        return [*lines, *(f"{_('Explanation')}: {explanation}".splitlines() if explanation else ())]


def answer_lines(item: Item) -> list[str]:
    """The options in their order, the right ones marked."""
    return [f"{'✓' if option.is_correct else '—'} {option.text}" for option in item.options]


@dataclass(frozen=True, slots=True)
class Plan:
    document: str
    new_sections: Mapping[int, str]
    steps: tuple[Step, ...]

    def of(self, change: Change) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.change == change)

    @property
    def is_empty(self) -> bool:
        return not self.new_sections and all(step.change == Change.UNCHANGED for step in self.steps)

    @property
    def chosen(self) -> frozenset[str]:
        """The names of the steps that are done unless somebody decides otherwise."""
        return frozenset(step.name for step in self.steps if step.is_choice and step.is_chosen)

    @property
    def choosable(self) -> frozenset[str]:
        return frozenset(step.name for step in self.steps if step.is_choice)

    @property
    def revisable(self) -> frozenset[str]:
        """The names of the steps that change a question unless somebody decides otherwise, or if so."""
        return frozenset(s.name for s in self.steps if s.is_choice and s.change != Change.RETIRE)

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same to the same bank."""
        done = (astuple(step) for step in self.steps if step.change != Change.UNCHANGED)
        told = [self.document, sorted(self.new_sections.items()), *done]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def lines(self, file: QuestionFile) -> Iterator[str]:
        """The plan as a person reads it, a line each; what stays as before is only counted."""
        for number, title in self.new_sections.items():
            place = file.place_of(file.sections[number][0])
            yield _("%(place)s: section %(number)s “%(title)s” is new") % {
                "place": place,
                "number": number,
                "title": title,
            }
        for step in self.steps:
            if step.change != Change.UNCHANGED:
                place = file.place_of(step.place) if step.place is not None else "—"
                why = f" ({step.why})" if step.why else ""
                is_gone = step.change == Change.RETIRE
                becomes = GONE[step.is_chosen] if is_gone else CHANGES[step.change]
                yield f"{place}: {step.number} {becomes}{why}"
                yield from (f"    {line}" for line in step.written)
        counts = (f"{CHANGES[change]} {len(self.of(change))}" for change in Change)
        yield _("In all: %(counts)s.") % {"counts": "; ".join(counts)}


def make_plan(file: QuestionFile, entries: Sequence[Entry], bank: Bank) -> Plan:
    """What importing these entries would do; FileRefused where it could do nothing sensible."""
    planner = _Planner(bank)
    steps = [planner.step(entry) for entry in entries]
    refuse_twice(file, steps)
    return Plan(
        document=file.document,
        new_sections=new_sections(file, bank),
        steps=(*steps, *planner.gone(entries, is_whole=file.text is not None)),
    )


def refuse_twice(file: QuestionFile, steps: Sequence[Step]) -> None:
    """One row may name a question by its key, another the same by its number."""
    rows: dict[UUID, int] = {}
    for step in steps:
        if step.standing is None or step.place is None:
            continue
        first = rows.setdefault(step.standing.key, step.place)
        if first != step.place:
            sentence = _("This question is in row %(row)s already.") % {"row": first}
            raise FileRefused(f"{file.place_of(step.place)}. {sentence}")


def new_sections(file: QuestionFile, bank: Bank) -> dict[int, str]:
    titles = {}
    for number, (place, title) in sorted(file.sections.items()):
        if number not in bank.sections:
            if not title:
                sentence = _("%(place)s. The bank has no section %(number)s: say how it is called.")
                raise FileRefused(sentence % {"place": file.place_of(place), "number": number})
            titles[number] = title
    return titles


class _Planner:
    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        linked = {known.key for known in bank.known.values()}
        # The first question of each number, of those that this document does not name already.
        self.by_number: dict[str, Standing] = {}
        for standing in sorted(bank.questions.values(), key=lambda standing: standing.question_id):
            if standing.key not in linked and standing.item.number:
                self.by_number.setdefault(standing.item.number, standing)

    def step(self, entry: Entry) -> Step:
        if entry.key is not None:
            return self.step_by_key(entry, entry.key)
        assert entry.number is not None  # noqa: S101  a row without a key has one
        source = (entry.section, entry.number)
        known = self.bank.known.get(source)
        standing = self.bank.questions.get(known.key) if known else self.by_number.get(entry.label)
        step = Step(Change.CREATE, entry.label, entry.place, entry.says, source)
        if standing is None:
            return replace(step, item=item_of(entry, None))
        return self.compared(step, entry, standing, known)

    def compared(self, step: Step, entry: Entry, standing: Standing, known: Known | None) -> Step:
        """The step of a question that is in the bank; `known`: what the document said before."""
        step = replace(step, item=item_of(entry, standing.item), standing=standing)
        if known and known.said == entry.says:
            return replace(step, change=Change.UNCHANGED)
        if not step.changed:
            return replace(step, change=Change.LINK, why=_("the bank says the same"))
        if known is None or not known.said:
            why = _("the bank has a question of this number")
        elif standing.state == QuestionState.RETIRED:
            why = _("it is retired")
        elif standing.state == QuestionState.IN_REVIEW:
            why = _("it is in review")
        elif not said.holds(known.said, standing.item):
            why = _("changed in the file, but worded anew in the bank")
        else:
            return replace(step, change=Change.REVISE, is_choice=True)
        return replace(step, change=Change.LINK, is_choice=True, is_chosen=False, why=why)

    def step_by_key(self, entry: Entry, key: UUID) -> Step:
        """Of an exported file, which knows the question by its key and which version it had."""
        standing = self.bank.questions.get(key)
        item = item_of(entry, standing.item if standing else None)
        step = Step(
            Change.CREATE, entry.label, entry.place, entry.says, key=key, standing=standing, item=item
        )
        if standing is None:
            return step
        if not step.changed:
            return replace(step, change=Change.UNCHANGED)
        if standing.state == QuestionState.RETIRED:
            why = _("it is retired")
        elif standing.state == QuestionState.IN_REVIEW:
            why = _("it is in review")
        elif entry.version is not None and entry.version != standing.version:
            why = _("the file has version %(old)s, the bank %(new)s") % {
                "old": entry.version,
                "new": standing.version,
            }
        else:
            return replace(step, change=Change.REVISE, is_choice=True)
        return replace(step, change=Change.LINK, is_choice=True, is_chosen=False, why=why)

    def gone(self, entries: Sequence[Entry], *, is_whole: bool) -> Iterator[Step]:
        """The questions that the document named before and names no more.

        `is_whole`: whether they were taken out of it, or the file may be only a part of it, as a workbook.
        """
        there = {(entry.section, entry.number) for entry in entries}
        keys = {entry.key for entry in entries}
        for source, known in sorted(self.bank.known.items()):
            standing = self.bank.questions.get(known.key)
            if source in there or known.key in keys or not known.said or standing is None:
                continue
            if standing.state != QuestionState.RETIRED:
                number = f"{source[0]}.{source[1]}"
                is_as_said = said.holds(known.said, standing.item)
                yield Step(
                    Change.RETIRE,
                    number,
                    None,
                    {},
                    source,
                    key=known.key,
                    standing=standing,
                    known=known.pk,
                    is_chosen=is_as_said and is_whole,
                    is_choice=True,
                    why="" if is_as_said else _("worded anew in the bank"),
                )


def item_of(entry: Entry, before: Item | None) -> Item:
    return said.item_of(entry.says, section=entry.section, number=entry.label, before=before)
