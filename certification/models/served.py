"""The text of questions that were served, kept in the process.

Served versions never change (triggers hold that), so this is the one thing that a process keeps to itself.
What may change with time, such as a section's title, is not here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from certification.models.bank import Option, Question
from certification.states import QuestionKind

# Of a bank of a few hundred questions all versions fit; each takes about 2 kB.
MOST = 4096


@dataclass(frozen=True, slots=True)
class ServedOption:
    text: str
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Served:
    """One version of a question; `options` by canonical position."""

    kind: QuestionKind
    text: str
    explanation: str
    weight: int
    options: Mapping[int, ServedOption]

    @property
    def correct(self) -> frozenset[int]:
        return frozenset(position for position, option in self.options.items() if option.is_correct)


Version = tuple[UUID, int]  # key and version: they name the content, whatever database it is in

_kept: dict[Version, Served] = {}
_lock = Lock()


def served(versions: Iterable[Version]) -> dict[Version, Served]:
    """The text of these versions, each of which a response points at. One query at most, none when kept."""
    wanted = set(versions)
    found = {version: _kept[version] for version in wanted & _kept.keys()}
    if missing := wanted - found.keys():
        read = from_database(missing)
        with _lock:
            if len(_kept) + len(read) > MOST:
                _kept.clear()
            _kept.update(read)
        found |= read
    return found


def from_database(versions: set[Version]) -> dict[Version, Served]:
    options: dict[Version, dict[int, ServedOption]] = {version: {} for version in versions}
    questions: dict[Version, Question] = {}
    rows = Option.objects.filter(question__key__in={key for key, _ in versions}).select_related("question")
    for option in rows.order_by("position"):
        version = (option.question.key, option.question.version)
        if version in versions:
            questions[version] = option.question
            options[version][option.position] = ServedOption(option.text, option.is_correct)
    return {
        version: Served(
            kind=QuestionKind(question.kind),
            text=question.text,
            explanation=question.explanation,
            weight=question.weight,
            options=options[version],
        )
        for version, question in questions.items()
    }
