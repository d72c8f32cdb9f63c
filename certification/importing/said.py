"""What a file said of a question, as JSON, and what that makes of the question.

A document gives a text and the lines of its answer; the wrong options, the explanation and the rest are the
bank's own. A row of a sheet gives everything.
"""

from typing import Any

from certification.importing.document import DocumentQuestion, right_options
from certification.rules.item_sheet import AT_MOST_OPTION, OPTIONS, cleaned
from certification.rules.items import Item, ItemOption, Kind

Said = dict[str, Any]


def by_document(question: DocumentQuestion, own: int) -> Said:
    """`own`: how many lines of the answer are the file's; those after them a person moved there."""
    answers = list(question.answers)
    return {"text": question.text, "answers": answers, "moved": answers[own:]}


def by_sheet(item: Item) -> Said:
    item = cleaned(item)
    return {
        "kind": item.kind,
        "text": item.text,
        "options": [[option.text, option.is_correct] for option in item.options],
        "explanation": item.explanation,
        "enemies": item.enemies,
        "weight": item.weight,
    }


def item_of(said: Said, *, section: int, number: str, before: Item | None) -> Item:
    """The question as the file has it; what a document leaves open stays as it was in the bank."""
    if "options" in said:
        return Item(
            number=number,
            section=section,
            kind=said["kind"],
            text=said["text"],
            options=tuple(ItemOption(text, is_correct) for text, is_correct in said["options"]),
            explanation=said["explanation"],
            enemies=said["enemies"],
            weight=said["weight"],
        )
    right = options_said(said)
    return Item(
        number=number,
        section=section,
        kind=kind_of(right, before),
        text=said["text"],
        options=options_of(right, before),
        explanation=(before.explanation if before else "") or explanation_said(said),
        enemies=before.enemies if before else "",
        weight=before.weight if before else 1,
    )


def holds(said: Said, item: Item) -> bool:
    """Whether the question is still as the file said, so that the file may go on to change it."""
    if not said:
        return False
    return cleaned(item_of(said, section=item.section, number=item.number, before=item)) == cleaned(item)


def options_said(said: Said) -> tuple[str, ...]:
    """The right options that a document gives; none where they cannot be options."""
    return right_options(said["answers"], most=len(OPTIONS), longest=AT_MOST_OPTION)


def explanation_said(said: Said) -> str:
    """An answer that is too long for options is kept here, until a person has made options of it."""
    return "" if options_said(said) else "\n".join(said["answers"])


def kind_of(right: tuple[str, ...], before: Item | None) -> Kind:
    if before and (not right or set(before.right) == set(right)):
        return before.kind
    return "multiple" if len(right) > 1 else "single"


def options_of(right: tuple[str, ...], before: Item | None) -> tuple[ItemOption, ...]:
    if before and (not right or set(before.right) == set(right)):
        return before.options
    wrong = [option for option in before.options if not option.is_correct] if before else []
    return (
        *(ItemOption(text, is_correct=True) for text in right),
        *(option for option in wrong if option.text not in right),
    )
