"""The receipt of a finished attempt: what was answered and when it was saved, in lines that anyone can check.

Its words are part of the form and never translated: a digest must not change with a catalogue. The last line
is the SHA-256 of all that stands before it, so that `head -n -1 receipt.txt | sha256sum` gives the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certification.rules.items import LETTERS


@dataclass(frozen=True, slots=True)
class Answered:
    """One question. `shown`: displayed indices of what is chosen; `saved_at` None: nothing was ever saved."""

    position: int
    key: UUID
    version: int
    shown: tuple[int, ...]
    revision: int
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Moments are aware, in the time zone in which they are to be read."""

    attempt: int
    exam: str
    number: int
    name: str
    started_at: datetime
    deadline: datetime
    finished_at: datetime
    answers: tuple[Answered, ...]


def lines(receipt: Receipt) -> list[str]:
    """The receipt without its digest, a line for each fact: a name cannot end its line and begin another."""
    return [
        "amoquiz: квитанция об ответах, вид 1",
        f"Попытка {receipt.attempt}: тест {receipt.exam}, номер {receipt.number}",
        f"Имя: {one_line(receipt.name)}",
        f"Начата: {moment(receipt.started_at)}",
        f"Срок: {moment(receipt.deadline)}",
        f"Закончена: {moment(receipt.finished_at)}",
        *map(answer_line, receipt.answers),
    ]


def answer_line(answer: Answered) -> str:
    question = f"вопрос {answer.key.hex[:12]}, версия {answer.version}"
    chosen = ", ".join(LETTERS[index] for index in answer.shown) or "нет ответа"
    saved = "без записи"
    if answer.saved_at is not None:
        saved = f"сохранено {moment(answer.saved_at)}, запись {answer.revision}"
    return f"{answer.position}. {chosen} — {saved}; {question}"


def one_line(words: str) -> str:
    """`words` with single spaces for all that is white space or ends a line."""
    return " ".join(words.split())


def moment(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")


def digest(receipt: Receipt) -> str:
    """SHA-256 over the lines, each with its line feed, in UTF-8; 64 hexadecimal digits."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines(receipt)).encode()).hexdigest()


def text(receipt: Receipt) -> str:
    """What is downloaded."""
    return "".join(f"{line}\n" for line in [*lines(receipt), f"SHA-256: {digest(receipt)}"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a claimed receipt says that the record does not, and the reverse; line by line.

    `digest`: the SHA-256 that was claimed, "" where there is none.
    """

    digest: str
    only_claimed: tuple[str, ...]
    only_recorded: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.only_claimed and not self.only_recorded


def compare(claimed: str, recorded: Receipt) -> Comparison:
    """Compare a pasted receipt, or its digest alone, with the record; white space and order do not count."""
    said = [one_line(line) for line in claimed.splitlines() if line.strip()]
    known = [one_line(line) for line in text(recorded).splitlines()]
    if len(said) == 1:
        said[0] = f"SHA-256: {bare_digest(said[0])}"
        known = known[-1:]
    return Comparison(
        digest=next((line.removeprefix("SHA-256: ") for line in said if line.startswith("SHA-256: ")), ""),
        only_claimed=without(said, known),
        only_recorded=without(known, said),
    )


def without(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in some if line not in others)


def bare_digest(line: str) -> str:
    """Without the receipt's label, and without the «-» that sha256sum writes behind what it was piped."""
    return line.removeprefix("SHA-256:").removesuffix(" -").strip().lower()


def claimed_digest(claimed: str) -> str:
    """The SHA-256 that a pasted receipt's own lines have, or the digest that is all of it; "" where its last
    line says another. White space does not count.
    """
    *said, last = [one_line(line) for line in claimed.splitlines() if line.strip()] or [""]
    told = bare_digest(last)
    found = hashlib.sha256("".join(f"{line}\n" for line in said).encode()).hexdigest()
    return told if not said or told == found else ""
