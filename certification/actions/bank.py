"""Every write to the question bank. What has been served stays as it was: it is revised."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from certification.actions.events import record
from certification.actions.refused import Refused
from certification.models import Option, Question, Section
from certification.rules.item_lint import lint_item
from certification.rules.items import Item
from certification.states import QUESTION_STATES_IN_WORK, EventKind, QuestionState


@transaction.atomic
def create(
    item: Item, *, by: int | None, now: datetime, publish: bool = False, key: UUID | None = None
) -> Question:
    """A new question in version 1, as a draft or published at once."""
    question = add_version(item, key=key or uuid4(), version=1, by=by, now=now)
    if publish:
        put_in_use(question, by=by, now=now)
    return question


@transaction.atomic
def revise(
    question_id: int,
    item: Item,
    *,
    by: int | None,
    now: datetime,
    publish: bool = False,
    expecting: Item | None = None,
) -> Question:
    """Give a question the content of `item`; returns the row that has it.

    A version in work is edited where it is: nobody was served it. A published or retired one stays
    as it was; a next version is added beside it and takes over when it is published, and old
    attempts keep the old one. The same content adds nothing. Refuses what is not the newest
    version (`outdated`), what is not as the caller was `expecting` it (`changed`) and what may not be
    published (see `publish`).
    """
    question = lock(question_id)
    if expecting is not None and question.item != expecting:
        raise Refused("changed", question_id=question.pk)
    newest = Question.objects.filter(key=question.key).order_by("version").last()
    if newest is not None and newest.pk != question.pk:
        raise Refused("outdated", question_id=newest.pk)
    if item == question.item and question.state != QuestionState.RETIRED:
        revised = question
    elif question.state in QUESTION_STATES_IN_WORK:
        revised = rewrite(question, item, by=by)
    else:
        revised = add_version(item, key=question.key, version=question.version + 1, by=by, now=now)
        record(EventKind.QUESTION_REVISED, revised, by=by, now=now, former=question.pk)
    if publish and not revised.is_current:
        put_in_use(revised, by=by, now=now)
    return revised


@transaction.atomic
def publish(question_id: int, *, by: int | None, now: datetime) -> Question:
    """Put a draft into use; the version in use before stays published, but is drawn no more.

    Refuses what is neither draft nor in review (`not_in_work`), an item that the lint finds in
    error (`lint`, with its sentences as detail) and, unless TEAM_OF_ONE, an author publishing their
    own (`own_item`). One in use already stays so.
    """
    question = lock(question_id)
    if not question.is_current:
        put_in_use(question, by=by, now=now)
    return question


@transaction.atomic
def retire(question_id: int, *, by: int | None, now: datetime) -> Question:
    """Take a version out of use; papers that have it keep it, and editing it makes the next one."""
    question = lock(question_id)
    if question.state != QuestionState.RETIRED:
        question.state, question.is_current = QuestionState.RETIRED, False
        question.save(update_fields=["state", "is_current"])
        record(EventKind.QUESTION_RETIRED, question, by=by, now=now)
    return question


def lock(question_id: int) -> Question:
    """The row for update: a paper that is being drawn with it waits, or is waited for."""
    return Question.objects.select_for_update(of=("self",)).select_related("section").get(pk=question_id)


def add_version(item: Item, *, key: UUID, version: int, by: int | None, now: datetime) -> Question:
    question = Question.objects.create(
        key=key,
        version=version,
        section=Section.objects.get(number=item.section),
        number=item.number,
        kind=item.kind,
        text=item.text,
        explanation=item.explanation,
        enemies=item.enemies,
        weight=item.weight,
        author_id=by,
        created_at=now,
    )
    add_options(question, item)
    return question


def add_options(question: Question, item: Item) -> None:
    Option.objects.bulk_create(
        Option(question=question, position=position, text=o.text, is_correct=o.is_correct)
        for position, o in enumerate(item.options, start=1)
    )


def rewrite(question: Question, item: Item, *, by: int | None) -> Question:
    """The draft with other content; who wrote it last is its author."""
    question.section = Section.objects.get(number=item.section)
    question.number, question.kind, question.text = item.number, item.kind, item.text
    question.explanation, question.enemies, question.weight = item.explanation, item.enemies, item.weight
    question.author_id = by
    question.save(
        update_fields=["section", "number", "kind", "text", "explanation", "enemies", "weight", "author"]
    )
    question.options.all().delete()
    add_options(question, item)
    return question


def put_in_use(question: Question, *, by: int | None, now: datetime) -> None:
    if question.state not in QUESTION_STATES_IN_WORK:
        raise Refused("not_in_work", question_id=question.pk)
    item = Question.objects.with_options().get(pk=question.pk).item
    errors = [str(f.sentence) for f in lint_item(item) if f.level == "error"]
    if errors:
        raise Refused("lint", question_id=question.pk, detail=" ".join(errors))
    if by is not None and by == question.author_id and not settings.TEAM_OF_ONE:
        raise Refused("own_item", question_id=question.pk)
    Question.objects.filter(key=question.key).current().update(is_current=False)
    question.state, question.is_current = QuestionState.PUBLISHED, True
    question.save(update_fields=["state", "is_current"])
    record(EventKind.QUESTION_PUBLISHED, question, by=by, now=now, version=question.version)
