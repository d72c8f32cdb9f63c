"""Drawing a paper from the bank by a blueprint."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

# A line whose section has fewer than so many times its questions brings the same ones back too soon.
ENOUGH = 3
# How much of a retake the person has never seen, in percent, when another retake may follow.
FRESH = 80


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
    """The bank has too few questions for a line; `section` None: the blueprint has no line.

    `available` counts of each group of enemies one, and none that another line of the paper has taken.
    """

    def __init__(self, section: int | None, *, wanted: int, available: int) -> None:
        super().__init__(f"section {section}: {wanted} wanted, {available} available")
        self.section = section
        self.wanted = wanted
        self.available = available


def draw(lines: Sequence[Line], pool: Sequence[Candidate], *, rng: Random, spare: bool = False) -> list[int]:
    """Ids of the questions of a new paper, in the order in which they are asked.

    Every line gets exactly its count. Of each section those that this person has seen least come first, at
    random among equals; the more enemies a question has, the better its chance (see `late`). With `spare`,
    for a retake after which another may follow, only FRESH percent of the paper come from what the person
    has never seen, as far as there are others.

    Of a group of enemies one question is on a paper at most; a line that takes its whole section is exempt.
    The same lines, pool (in the same order) and state of `rng` give the same paper. Raises CannotAssemble
    when that cannot be had, for a section without questions and a blueprint without lines.
    """
    if not lines:
        raise CannotAssemble(None, wanted=1, available=0)
    by_section: dict[int, list[Candidate]] = {line.section: [] for line in lines}
    for question in pool:
        if question.section in by_section:
            by_section[question.section].append(question)
    shuffled_lines = rng.sample(lines, len(lines))  # enemies across sections have an equal chance
    whole = [line for line in shuffled_lines if line.count in (None, len(by_section[line.section]))]
    paper = [question for line in whole for question in by_section[line.section]]
    for line in whole:
        if not by_section[line.section]:
            raise CannotAssemble(line.section, wanted=1, available=0)
    closed = {question.enemies for question in paper}
    rivals = Counter((group(q), q.seen) for questions in by_section.values() for q in questions)
    open_lines = []
    for line in shuffled_lines:
        if line not in whole and line.count is not None:
            queue = sorted(
                by_section[line.section], key=lambda q: (q.seen, late(rivals[group(q), q.seen], rng))
            )
            open_lines.append((line.section, line.count, queue))
    chosen = unseen_first(open_lines, closed, spare=spare, rng=rng) or in_turn(open_lines, closed)
    ids = [question.id for question in (*paper, *chosen)]
    rng.shuffle(ids)
    return ids


def late(rivals: int, rng: Random) -> float:
    """A random place in a queue, the smaller the more enemies a question has; between -1 and 0.

    A weighted order without replacement (Efraimidis and Spirakis), by the square of their number: a group
    must be spread over papers, as each can have but one of it, and yet every question has a chance.
    """
    return -(rng.random() ** (1 / rivals**2))


# A section, how many it gives, and its questions in the order of preference.
OpenLine = tuple[int, int, Sequence["Candidate"]]


def unseen_first(
    lines: Sequence[OpenLine], closed: set[str], *, spare: bool, rng: Random
) -> list[Candidate] | None:
    """As many as the paper may have of what was never seen, then the others; None where it leads nowhere.

    In a retake they come from the sections that have most of them left, so that a small one has some for
    another; in a first attempt from any, so that enemies across sections have their chance.
    """
    seats = Seats(closed)
    unseen = {section: [q for q in queue if not q.seen] for section, _, queue in lines}
    left = {section: len(unseen[section]) for section, _, _ in lines}
    given = dict.fromkeys(left, 0)
    wanted = sum(count for _, count, _ in lines)
    fresh = -(-wanted * FRESH // 100) if spare else wanted
    is_retake = any(question.seen for _, _, queue in lines for question in queue)
    while fresh > 0 and (ready := [s for s, count, _ in lines if left[s] > 0 and given[s] < count]):
        if is_retake:
            section = max(ready, key=lambda section: left[section])
        else:
            [section] = rng.choices(ready, weights=[left[section] for section in ready])
        if seats.seat(unseen[section], tried=set()):
            fresh, left[section], given[section] = fresh - 1, left[section] - 1, given[section] + 1
        else:
            left[section] = 0
    for section, count, queue in lines:
        met_first = sorted(queue, key=lambda question: not question.seen) if spare else queue
        for _ in range(count - given[section]):
            if not seats.seat(met_first, tried=set()):
                return None
    return list(seats.taken())


def in_turn(lines: Sequence[OpenLine], closed: set[str]) -> list[Candidate]:
    """A paper whenever there is one, with no regard to what was seen where it stands in the way."""
    seats = Seats(closed)
    for section, count, queue in lines:
        for seated in range(count):
            if not seats.seat(queue, tried=set()):
                raise CannotAssemble(section, wanted=count, available=seated)
    return list(seats.taken())


@dataclass
class Seats:
    """Who is on the paper, by group: a question without enemies is a group of its own.

    `closed`: groups that whole sections have taken. `rivals`: of each question that was offered a seat, those
    that could sit in its stead.
    """

    closed: set[str]
    by_group: dict[object, Candidate] = field(default_factory=dict)
    rivals: dict[int, Sequence[Candidate]] = field(default_factory=dict)

    def taken(self) -> Iterable[Candidate]:
        return self.by_group.values()

    def seat(self, queue: Sequence[Candidate], tried: set[object]) -> bool:
        """Give one more seat to the first of `queue` who can have one, moving others if that is the only way.

        An augmenting path of bipartite matching (Kuhn's algorithm): with it a paper is found whenever there
        is one.
        """
        open_groups = [question for question in queue if self.may_sit(question, tried)]
        for question in open_groups:
            if group(question) not in self.by_group:
                return self.give(question, queue)
        for question in open_groups:
            if group(question) in tried:
                continue
            tried.add(group(question))
            holder = self.by_group[group(question)]
            if holder.section == question.section:
                continue  # one of its own that gives way to its enemy leaves as many places as before
            if self.seat(self.rivals[holder.id], tried):
                return self.give(question, queue)
        return False

    def may_sit(self, question: Candidate, tried: set[object]) -> bool:
        if question.enemies and question.enemies in self.closed:
            return False
        return group(question) not in tried and self.by_group.get(group(question)) != question

    def give(self, question: Candidate, queue: Sequence[Candidate]) -> bool:
        self.by_group[group(question)] = question
        self.rivals[question.id] = queue
        return True


def group(question: Candidate) -> object:
    return question.enemies or question.id


def shortfalls(lines: Sequence[Line], pool: Sequence[Candidate]) -> list[CannotAssemble]:
    """Every line that this pool cannot fill by itself; if none, the first that has nothing left beside the
    others; empty when a paper can be drawn.
    """
    alone = [short for line in lines if (short := shortfall([line], pool))]
    together = [] if alone else [shortfall(lines, pool)]
    return alone + [short for short in together if short]


def shortfall(lines: Sequence[Line], pool: Sequence[Candidate]) -> CannotAssemble | None:
    try:
        draw(lines, pool, rng=Random(0))  # noqa: S311  no seed changes the verdict
    except CannotAssemble as short:
        return short
    return None


def few(lines: Sequence[Line], pool: Sequence[Candidate]) -> list[CannotAssemble]:
    """Lines that can be served but not often: their sections have under ENOUGH times as many questions.

    A line without a number takes its section whole on purpose.
    """
    available = Counter(question.section for question in pool)
    return [
        CannotAssemble(line.section, wanted=line.count, available=available[line.section])
        for line in lines
        if line.count is not None and line.count <= available[line.section] < ENOUGH * line.count
    ]


def shuffled(positions: Sequence[int], *, rng: Random) -> list[int]:
    """A uniformly random order of an item's options."""
    return rng.sample(positions, len(positions))
