"""The bank's side of an import: what a plan is made against, and its application, all or nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certification.actions import bank, sources
from certification.importing.import_plan import Bank, Change, Known, Plan, Standing, Step, make_plan
from certification.importing.question_file import QuestionFile
from certification.models import ExternalId, Question, Section
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

    @property
    def sentence(self) -> str:
        return _("Done: new %(created)s, changed %(revised)s, linked %(linked)s, retired %(retired)s.") % {
            "created": self.created,
            "revised": self.revised,
            "linked": self.linked,
            "retired": self.retired,
        }


def known_of(document: str) -> dict[tuple[int, int], Known]:
    rows = ExternalId.objects.of(document)
    return {(row.section, row.number): Known(row.pk, row.key, row.said) for row in rows}


def bank_for(document: str) -> Bank:
    newest = Question.objects.newest().with_options()
    return Bank(
        questions={
            question.key: Standing(
                question.pk, question.key, question.version, QuestionState(question.state), question.item
            )
            for question in newest
        },
        known=known_of(document),
        sections=frozenset(Section.objects.values_list("number", flat=True)),
    )


def moves_before(file: QuestionFile) -> dict[int, tuple[int, int]]:
    """Where a person put the lines of the tail when this document was imported before."""
    if file.text is None:
        return {}
    known = known_of(file.document).items()
    placed = [(text, source) for source, one in known for text in one.said.get("moved", ())]
    moves = {}
    for line in file.text.tail:
        found = next((one for one in placed if one[0] == line.text), None)
        if found:
            placed.remove(found)
            moves[line.place] = found[1]
    return moves


def plan_of(file: QuestionFile, moves: Moves) -> Plan:
    return make_plan(file, file.entries(moves), bank_for(file.document))


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
    plan = plan_of(file, moves)
    if plan.digest != digest:
        raise Outdated
    try:
        with transaction.atomic():
            return carry_out(plan, chosen=chosen, by=by, now=now)
    except (bank.Refused, IntegrityError):
        raise Outdated from None


def carry_out(plan: Plan, *, chosen: Collection[str], by: int | None, now: datetime) -> Outcome:
    counts = dict.fromkeys(Change, 0)
    sources.add_sections(dict(plan.new_sections))
    for step in plan.steps:
        if step.change != Change.UNCHANGED:
            done = take(step, plan.document, is_chosen=step.name in chosen, by=by, now=now)
            counts[done] += 1
    return Outcome(
        created=counts[Change.CREATE],
        revised=counts[Change.REVISE],
        linked=counts[Change.LINK],
        retired=counts[Change.RETIRE],
    )


def take(step: Step, document: str, *, is_chosen: bool, by: int | None, now: datetime) -> Change:
    """Do one step; returns what was done in the end."""
    if step.change == Change.RETIRE:
        return let_go(step, is_chosen=is_chosen, by=by, now=now)
    if step.change == Change.CREATE:
        assert step.item  # noqa: S101  what is new has a content
        question = bank.create(step.item, by=by, now=now, key=step.key)
        done = Change.CREATE
    else:
        assert step.item  # noqa: S101
        assert step.standing  # noqa: S101  it is in the bank
        pk, before = step.standing.question_id, step.standing.item
        if is_chosen and step.is_choice:
            question = bank.revise(pk, step.item, by=by, now=now, expecting=before)
            done = Change.REVISE
        else:
            question, done = Question.objects.get(pk=pk), Change.LINK
    if step.place is not None and (step.source or done != Change.LINK):
        sources.note_import(question, document=document, place=step.place, by=by, now=now)
    if step.source:
        section, number = step.source
        sources.remember(
            question.key, document=document, section=section, number=number, said=step.says, now=now
        )
    return done


def let_go(step: Step, *, is_chosen: bool, by: int | None, now: datetime) -> Change:
    """Of a question that the file has no more: retire it, draft and version in use alike, or keep it."""
    assert step.known  # noqa: S101
    assert step.standing  # noqa: S101  the document named it before
    if is_chosen:
        versions = Question.objects.filter(key=step.standing.key)
        in_work = versions.filter(state__in=QUESTION_STATES_IN_WORK)
        for pk in [*versions.current().values_list("pk", flat=True), *in_work.values_list("pk", flat=True)]:
            bank.retire(pk, by=by, now=now)
    sources.forget(step.known, now=now)
    return Change.RETIRE if is_chosen else Change.LINK
