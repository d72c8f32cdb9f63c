"""The bank's side of an import: what a plan is made against, and its application, all or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from certification.actions import bank, sources
from certification.importing.import_plan import Bank, Change, Known, Plan, Standing, Step, make_plan
from certification.importing.question_file import QuestionFile
from certification.models import ExternalId, Question, Section
from certification.reports.bank import shortfalls_without
from certification.states import QUESTION_STATES_IN_WORK, QuestionState

Moves = Mapping[int, tuple[int, int]]


class Outdated(Exception):
    """The bank is not as it was when the plan was seen. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    created: int
    revised: int
    linked: int
    retired: int
    left: int = 0

    @property
    def sentence(self) -> str:
        done = _("Done: new %(created)s, changed %(revised)s, linked %(linked)s, retired %(retired)s.") % {
            "created": self.created,
            "revised": self.revised,
            "linked": self.linked,
            "retired": self.retired,
        }
        return f"{done} {_('Not chosen and left: %(left)s.') % {'left': self.left}}" if self.left else done


def known_of(document: str) -> dict[tuple[int, int], Known]:
    rows = ExternalId.objects.of(document)
    return {(row.section, row.number): Known(row.pk, row.key, row.said) for row in rows}


def bank_for(document: str) -> Bank:
    standing = Question.objects.standing().with_options()
    return Bank(
        questions={
            question.key: Standing(
                question.pk, question.key, question.version, QuestionState(question.state), question.item
            )
            for question in standing
        },
        known=known_of(document),
        sections=frozenset(Section.objects.values_list("number", flat=True)),
    )


def moves_before(file: QuestionFile) -> dict[int, tuple[int, int]]:
    """Where a person put the lines of the tail when this document was imported before.

    A line whose question the document has no more is a line of the tail again.
    """
    if file.text is None:
        return {}
    known, there = known_of(file.document), file.text.sources
    placed = [(text, source) for source in known if source in there for text in moved(known[source])]
    moves = {}
    for line in file.text.tail:
        found = next((one for one in placed if one[0] == line.text), None)
        if found:
            placed.remove(found)
            moves[line.place] = found[1]
    return moves


def moved(known: Known) -> list[str]:
    lines: list[str] = known.said.get("moved", [])
    return lines


def plan_of(file: QuestionFile, moves: Moves) -> Plan:
    return make_plan(file, file.entries(moves), bank_for(file.document))


def exams_stopped(plan: Plan, chosen: Collection[str], *, on: date) -> list[str]:
    """What published exams would lack, sentence by sentence, if these of the plan's choices are made."""
    keys = [step.key for step in plan.of(Change.RETIRE) if step.key and step.name in chosen]
    if not keys:
        return []
    gone = list(Question.objects.current().filter(key__in=keys))
    sections = Section.objects.in_bulk()
    sentence = _(
        "Without them nobody can start “%(exam)s” any more. %(section)s: questions wanted %(wanted)s, "
        "available %(available)s."
    )
    return [
        sentence
        % {
            "exam": one.exam,
            "section": sections.get(one.short.section or 0),
            "wanted": one.short.wanted,
            "available": one.short.available,
        }
        for one in shortfalls_without(gone, on=on)
    ]


@transaction.atomic
def apply(
    file: QuestionFile,
    *,
    moves: Moves,
    digest: str,
    chosen: Collection[str],
    by: int | None,
    now: datetime,
) -> Outcome:
    """Do what was planned, with these of its choices. Outdated where the plan would be another one by now."""
    sources.lock()
    plan = plan_of(file, moves)
    if plan.digest != digest:
        raise Outdated
    try:
        with transaction.atomic():
            return carry_out(plan, chosen=chosen, by=by, now=now)
    except (bank.Refused, IntegrityError):
        raise Outdated from None


def carry_out(plan: Plan, *, chosen: Collection[str], by: int | None, now: datetime) -> Outcome:
    sources.add_sections(dict(plan.new_sections))
    new = plan.of(Change.CREATE)
    drafts = [(step.key or uuid4(), step.item) for step in new if step.item]
    named = list(map(name, new, bank.create_many(drafts, by=by, now=now)))
    changes = (*plan.of(Change.REVISE), *plan.of(Change.LINK))
    wanted = [step for step in changes if step.is_choice and step.name in chosen]
    revised = dict(zip((step.name for step in wanted), revise(wanted, by=by, now=now), strict=True))
    linked = 0
    for step in changes:
        question = revised.get(step.name)
        linked += step.change == Change.LINK and question is None and step.source is not None
        if question or step.source:
            named.append(name(step, question or as_it_is(step)))
    gone = plan.of(Change.RETIRE)
    retired = let_go([step for step in gone if step.name in chosen], plan.document, by=by, now=now)
    sources.forget([step.known for step in gone if step.known], now=now)
    sources.remember(plan.document, named, by=by, now=now)
    left = len(plan.steps) - len(plan.of(Change.UNCHANGED)) - len(new) - len(revised) - linked - retired
    return Outcome(created=len(new), revised=len(revised), linked=linked, retired=retired, left=left)


def name(step: Step, question: Question) -> sources.Named:
    assert step.place is not None  # noqa: S101  the file has it
    return sources.Named(question, step.place, step.says, step.source)


def revise(steps: Sequence[Step], *, by: int | None, now: datetime) -> list[Question]:
    changes = [
        (step.standing.question_id, step.item, step.standing.item.digest)
        for step in steps
        if step.standing and step.item
    ]
    return bank.revise_many(changes, by=by, now=now)


def as_it_is(step: Step) -> Question:
    """The question that stays, known by its key without asking for it."""
    assert step.standing  # noqa: S101  it is in the bank
    return Question(pk=step.standing.question_id, key=step.standing.key)


def let_go(steps: Sequence[Step], document: str, *, by: int | None, now: datetime) -> int:
    """Retire what the file has no more, draft and version in use alike; of how many questions."""
    keys = [step.standing.key for step in steps if step.standing]
    versions = Question.objects.filter(key__in=keys)
    used = versions.filter(Q(is_current=True) | Q(state__in=QUESTION_STATES_IN_WORK))
    reason = _("“%(document)s” has it no more.") % {"document": document}
    bank.retire_many(used.values_list("pk", flat=True), by=by, now=now, reason=reason)
    return len(keys)
