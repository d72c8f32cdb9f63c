"""Drawing a paper from the bank by a blueprint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Line:
    """`count` questions from a section; None takes the whole section."""

    section: int
    count: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that can be drawn. `seen`: how often this person had it. `enemies` "": none."""

    id: int
    section: int
    enemies: str
    seen: int


class CannotAssemble(Exception):
    """The bank has too few questions for a line; `section` None: the blueprint has no line."""

    def __init__(self, section: int | None, *, wanted: int, available: int) -> None:
        super().__init__(f"section {section}: {wanted} wanted, {available} available")
        self.section = section
        self.wanted = wanted
        self.available = available


def draw(lines: Sequence[Line], pool: Sequence[Candidate], *, rng: Random) -> list[int]:
    """Ids of the questions of a new paper, in the order in which they are asked.

    Every line gets exactly its count. Of each section those that this person has seen least come
    first, at random among equals. At most one question of a group of enemies is drawn, as long as
    the section has others left; a line that takes its whole section is exempt. Raises
    CannotAssemble when a section has fewer questions than its line asks for, or none, and for a
    blueprint without lines.
    """
    if not lines:
        raise CannotAssemble(None, wanted=1, available=0)
    by_section: dict[int, list[Candidate]] = {line.section: [] for line in lines}
    for question in pool:
        if question.section in by_section:
            by_section[question.section].append(question)

    paper: list[int] = []
    used: set[str] = set()
    for line in whole_first(lines, by_section, rng):
        questions = by_section[line.section]
        wanted = len(questions) if line.count is None else line.count
        if wanted > len(questions) or wanted == 0:
            raise CannotAssemble(line.section, wanted=max(wanted, 1), available=len(questions))
        chosen = questions if wanted == len(questions) else pick(questions, wanted, used, rng)
        used.update(question.enemies for question in chosen if question.enemies)
        paper.extend(question.id for question in chosen)
    rng.shuffle(paper)
    return paper


def whole_first(
    lines: Sequence[Line], by_section: Mapping[int, Sequence[Candidate]], rng: Random
) -> list[Line]:
    """The lines that leave nothing to choose, then the others, so that these avoid their enemies.

    Random among equals: enemies across sections have an equal chance.
    """
    return sorted(
        rng.sample(lines, len(lines)),
        key=lambda line: line.count not in (None, len(by_section[line.section])),
    )


def pick(questions: Sequence[Candidate], wanted: int, used: set[str], rng: Random) -> list[Candidate]:
    """`wanted` questions, least seen first; of enemies one, and none that `used` names."""
    queue = sorted(rng.sample(questions, len(questions)), key=lambda question: question.seen)
    taken = set(used)
    chosen: list[Candidate] = []
    spare: list[Candidate] = []
    for question in queue:
        if question.enemies and question.enemies in taken:
            spare.append(question)
        else:
            taken.add(question.enemies)
            chosen.append(question)
    return (chosen + spare)[:wanted]


def shuffled(positions: Sequence[int], *, rng: Random) -> list[int]:
    """A uniformly random order of an item's options."""
    return rng.sample(positions, len(positions))
