"""From the fixtures to the bank: read → plan → apply. Only `apply` writes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from django.db import transaction

from certification.actions import bank
from certification.importing.bank_file import BankFileError, SectionFile, parse_section, read_text
from certification.models import Question, Section
from certification.rules.item_lint import lint_item
from certification.rules.items import Item
from certification.states import QuestionState

# Names the questions of the source document: key = uuid5(DOCUMENT, "3.7").
DOCUMENT = UUID("5f0c1c5e-0d7e-4a86-9d0c-3b1c6f6f2f11")


LEFT_ALONE = {
    QuestionState.DRAFT: "a draft is in work",
    QuestionState.IN_REVIEW: "a draft is in review",
    QuestionState.RETIRED: "it is retired",
}


def key_of(number: str) -> UUID:
    return uuid5(DOCUMENT, number)


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose standing version in the bank is not what the fixtures say.

    `left_alone`: why not even `--revise` touches it; "" where it would.
    """

    question_id: int
    fixture: Item
    bank: Item
    left_alone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What seeding would do: add sections and questions; differences are told, or revised."""

    sections: tuple[SectionFile, ...]
    new_sections: tuple[SectionFile, ...]
    new_items: tuple[Item, ...]
    differences: tuple[Difference, ...]

    def lines(self) -> Iterator[str]:
        """The plan as a person reads it, a line each."""
        for section in self.new_sections:
            yield f"section {section.number}: new"
        for item in self.new_items:
            yield f"{item.number}: new"
        for difference in self.differences:
            held = f" ({difference.left_alone}, so it is left alone)" if difference.left_alone else ""
            yield f"{difference.fixture.number}: differs in {', '.join(changed(difference))}{held}"


def changed(difference: Difference) -> list[str]:
    names = ("number", "section", "kind", "text", "options", "explanation", "enemies", "weight")
    return [n for n in names if getattr(difference.fixture, n) != getattr(difference.bank, n)]


def read_sections(folder: Path) -> list[SectionFile]:
    """Every section file of the folder, in the order of the numbers.

    Raises BankFileError, also for a question that the lint finds in error: it could not be published.
    """
    files: list[SectionFile] = []
    for path in sorted(folder.glob("section_*.yaml")):
        file = parse_section(read_text(path), path=path.name)
        if any(file.number == other.number for other in files):
            raise BankFileError(path.name, 1, f"another file has section {file.number} already")
        for item in file.items:
            for finding in lint_item(item):
                if finding.level == "error":
                    raise BankFileError(path.name, item.line or 1, f"{item.number}: {finding.sentence}")
        files.append(file)
    return sorted(files, key=lambda file: file.number)


def plan(files: Sequence[SectionFile], *, bank: Mapping[UUID, Question], sections: Iterable[int]) -> Plan:
    """Compare fixtures with the bank. `bank`: the standing version of each key, options at hand."""
    known = set(sections)
    items = [item for file in files for item in file.items]
    pairs = [(item, bank.get(key_of(item.number))) for item in items]
    return Plan(
        sections=tuple(files),
        new_sections=tuple(file for file in files if file.number not in known),
        new_items=tuple(item for item, question in pairs if question is None),
        differences=tuple(
            Difference(
                question_id=question.pk,
                fixture=item,
                bank=question.item,
                left_alone=LEFT_ALONE.get(QuestionState(question.state), ""),
            )
            for item, question in pairs
            if question is not None and question.item != item
        ),
    )


def plan_for_database(files: Sequence[SectionFile]) -> Plan:
    keys = [key_of(item.number) for file in files for item in file.items]
    standing = Question.objects.standing().with_options().filter(key__in=keys)
    return plan(
        files,
        bank={question.key: question for question in standing},
        sections=Section.objects.values_list("number", flat=True),
    )


@transaction.atomic
def apply(plan: Plan, *, now: datetime, revise: bool) -> None:
    """Add what is missing; with `revise`, give what differs the fixtures' content. All or nothing."""
    Section.objects.bulk_create(
        Section(number=section.number, title=section.title) for section in plan.new_sections
    )
    for item in plan.new_items:
        bank.create(item, by=None, now=now, publish=True, key=key_of(item.number))
    if revise:
        for difference in plan.differences:
            if not difference.left_alone:
                bank.revise(difference.question_id, difference.fixture, by=None, now=now, publish=True)
