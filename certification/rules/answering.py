"""What an answer changes at a question, whoever keeps the question."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What one save says. Indices are those displayed; None leaves that part as it is.

    `client` and `seq` say which page sent it and as its how-manieth; "" and None: a plain form. `base`: the
    revision it was made upon, from a page that could not send it at once. `shown_ms`: how long that page had
    shown the question, out of sight `away_times` times and for `away_ms` of it; None: not told.
    """

    chosen: tuple[int, ...] | None = None
    clear: bool = False  # take the answer back, whatever `chosen` says
    flagged: bool | None = None
    strike: int | None = None  # one option to strike out
    restore: int | None = None  # one to bring back
    note: str | None = None  # what is wrong with the question
    client: str = ""
    seq: int | None = None
    base: int | None = None
    shown_ms: int | None = None
    away_times: int | None = None
    away_ms: int | None = None


class BadAnswer(Exception):
    """An answer that this question cannot have. Nothing was written; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content:
    """What a save can change at a question. `chosen` and `struck`: canonical positions, ascending."""

    chosen: list[int]
    struck: list[int]
    flagged: bool
    note: str


def applied(content: Content, answer: Answer, *, order: Sequence[int], single: bool) -> Content:
    """The content with the answer's parts put onto it; BadAnswer where they do not fit the question.

    `order`: canonical positions as displayed. Radios cannot be unchosen: a page of a question that takes one
    answer (`single`) and names nothing was opened before the answer was given, and takes nothing back.
    Checkboxes can.
    """
    try:
        chosen = canonical(answer.chosen or (), order=order)
        strike = canonical([] if answer.strike is None else [answer.strike], order=order)
        restore = canonical([] if answer.restore is None else [answer.restore], order=order)
    except IndexError:
        raise BadAnswer("no_such_option") from None
    if single and len(chosen) > 1:
        raise BadAnswer("one_only")
    if answer.clear:
        chosen = []
    elif not chosen and (single or answer.chosen is None):
        chosen = content.chosen
    return Content(
        chosen=chosen,
        struck=sorted({*content.struck, *strike} - {*restore}),
        flagged=content.flagged if answer.flagged is None else answer.flagged,
        note=content.note if answer.note is None else answer.note,
    )


def canonical(indices: Sequence[int], *, order: Sequence[int]) -> list[int]:
    """Canonical positions of displayed indices, ascending; IndexError outside the paper."""
    if any(index < 0 for index in indices):
        raise IndexError(indices)
    return sorted({order[index] for index in indices})
