"""One question in all its versions: what was chosen, by whom, since when, and what candidates say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from certification.models import Question, Response, User
from certification.reports.items import Cohort, Counts, Did, Scope, cohort, did
from certification.reports.pages import ROWS
from certification.rules.item_analysis import THIRDS, Choice
from certification.rules.item_tally import NO_ANSWER


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option as it was written, or no answer: then `text` is empty, and `index` is None."""

    index: int | None
    text: str
    is_right: bool
    choice: Choice
    is_rival: bool
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Version:
    """How one version did. `thirds`: how many papers of each third had it."""

    did: Did
    options: tuple[OptionRow, ...]
    thirds: tuple[int, int, int]

    @property
    def question(self) -> Question:
        return self.did.question


def versions(key: UUID) -> list[Question]:
    """All of a question's, the oldest first. Two queries."""
    return list(Question.objects.with_options().filter(key=key).order_by("version"))


def item(questions: Sequence[Question], scope: Scope) -> list[Version]:
    """How each version did that anybody had or that is in use, the newest first; where none is, the newest.
    Five queries.
    """
    group = cohort(scope, [question.pk for question in questions])
    shown = [question for question in questions if question.is_current or question.pk in group.counts]
    return [version(question, group) for question in (shown or questions[-1:])[::-1]]


def version(question: Question, group: Cohort) -> Version:
    options = {option.position: option for option in question.options.all()}
    right = {position: option.is_correct for position, option in options.items()}
    found = did([question], group, {question.pk: right})
    rivals, dead = found.rivals, found.dead
    rows = [
        OptionRow(
            index=index,
            text=options[position].text,
            is_right=options[position].is_correct,
            choice=found.choices[position],
            is_rival=position in rivals,
            is_dead=position in dead,
        )
        for index, position in enumerate(sorted(options))
    ]
    nothing = found.choices.get(NO_ANSWER)
    if nothing is not None:
        none = OptionRow(None, "", is_right=False, choice=nothing, is_rival=False, is_dead=False)
        rows.append(none)
    return Version(found, tuple(rows), sizes(group, question.pk))


def sizes(group: Cohort, question_id: int) -> tuple[int, int, int]:
    """How many papers of each third had it: no fewer than chose any option, which may be read later."""
    counts = group.counts.get(question_id, Counts())
    found = [0 for _ in THIRDS]
    for (score, max_score, _mark), count in counts.marks.items():
        found[group.third((score, max_score))] += count
    low, middle, top = (max(of_third) for of_third in zip(found, *counts.options.values(), strict=True))
    return low, middle, top


def notes(questions: Sequence[Question], *, user: User) -> list[Response]:
    """The newest of what candidates whom this manager sees noted at any of these. One query."""
    rows = Response.objects.visible_to(user).with_notes().filter(question__in=questions)
    return list(rows.select_related("attempt__candidate", "question").order_by("-saved_at", "-id")[:ROWS])
