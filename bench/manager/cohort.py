"""Made-up people and their finished attempts, as plain rows. Pure: `random` makes a cohort repeatable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random

QUESTIONS_A_SECTION = 5
PASS_PERCENT = 80
MOST_FAILURES = 3
SPAN = timedelta(days=730)  # over which they sat
DAY = timedelta(days=1)
NOTES = "Непонятно, о каком тарифе речь."

FIRST_NAMES = ("Мария", "Анна", "Ольга", "Елена", "Алёна", "Фёдор", "Иван", "Пётр", "Семён", "Артём", "Глеб")
STEMS = ("Лебед", "Шмел", "Соловь", "Корол", "Ковал", "Зайц", "Медвед", "Берёз", "Орл", "Журавл", "Голуб")
ENDINGS = ("ев", "ова", "ин", "ько", "енко", "ский", "ёва", "ых", "ов", "ева")


@dataclass(frozen=True, slots=True)
class Item:
    """A question: how hard it is, its positions, and which are right."""

    pk: int
    hardness: float
    positions: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    item: Item
    chosen: tuple[int, ...]

    @property
    def is_right(self) -> bool:
        return self.chosen == self.item.right


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt, finished. `person`: its index."""

    person: int
    number: int
    started_at: datetime
    minutes: int
    answers: tuple[Answer, ...]

    @property
    def score(self) -> int:
        return 100 * sum(answer.is_right for answer in self.answers)

    @property
    def max_score(self) -> int:
        return 100 * len(self.answers)

    @property
    def passed(self) -> bool:
        return 100 * self.score >= PASS_PERCENT * self.max_score


def full_name(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(STEMS)}{random.choice(ENDINGS)}"


def cohort(
    attempts: int, sections: Sequence[Sequence[Item]], *, now: datetime, random: Random
) -> Iterator[Sat]:
    """So many attempts, those of one person after another: a failure is followed by a retake, as the exam has
    it, and a pass after most of a year by a renewal.
    """
    person = made = 0
    while made < attempts:
        ability = random.gauss(1.2, 0.8)
        at = now - random.random() * SPAN
        failures, number = 0, 0
        while made < attempts and at < now - DAY and failures < MOST_FAILURES:
            number += 1
            sat = sitting(person, number, ability, at, sections, random)
            yield sat
            made += 1
            failures = 0 if sat.passed else failures + 1
            at += 330 * DAY if sat.passed else random.choice((1, 7, 9)) * DAY
            ability += 0.2
        person += 1


def sitting(
    person: int,
    number: int,
    ability: float,
    at: datetime,
    sections: Sequence[Sequence[Item]],
    random: Random,
) -> Sat:
    paper = [item for section in sections for item in random.sample(section, QUESTIONS_A_SECTION)]
    answers = tuple(Answer(item, chosen(item, ability, random)) for item in paper)
    return Sat(person, number, at, random.randint(18, 59), answers)


def chosen(item: Item, ability: float, random: Random) -> tuple[int, ...]:
    """The right options as often as the ability says, else as many others, or nothing."""
    if random.random() < 1 / (1 + exp(item.hardness - ability)):
        return item.right
    if random.random() < 0.03:
        return ()
    wrong = [position for position in item.positions if position not in item.right]
    return tuple(sorted(random.sample(wrong, min(len(wrong), len(item.right)))))
