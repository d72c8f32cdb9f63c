"""Every write to the question bank. What has been served stays as it was: it is revised."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from certification.actions.events import event, record
from certification.actions.refused import Refused
from certification.models import Event, Option, Question, Section, Supply
from certification.rules.freshness import Freshness
from certification.rules.item_lint import lint_item
from certification.rules.items import Item
from certification.rules.search import folded
from certification.states import QUESTION_STATES_IN_WORK, EventKind, QuestionState


@transaction.atomic
def create(
    item: Item,
    *,
    by: int | None,
    now: datetime,
    publish: bool = False,
    key: UUID | None = None,
    freshness: Freshness | None = None,
    excuse: str = "",
) -> Question:
    """A new question in version 1, as a draft or published at once; `excuse` as in `revise`."""
    freshness = freshness or Freshness()
    question = add_version(item, key=key or uuid4(), version=1, by=by, now=now, freshness=freshness)
    if publish:
        put_in_use(question, by=by, now=now, excuse=excuse)
    elif excuse:
        raise Refused("excuse_alone", question_id=question.pk)
    return question


@transaction.atomic
def create_many(items: Sequence[tuple[UUID, Item]], *, by: int | None, now: datetime) -> list[Question]:
    """New drafts under these keys, in a few statements however many they are."""
    sections = {section.number: section for section in Section.objects.all()}
    questions = []
    for key, item in items:
        question = Question(key=key, version=1, author_id=by, created_at=now)
        write(question, item, sections[item.section])
        questions.append(question)
    Question.objects.bulk_create(questions)
    options = (options_of(question, item) for question, (_key, item) in zip(questions, items, strict=True))
    Option.objects.bulk_create(chain.from_iterable(options))
    return questions


@transaction.atomic
def revise(
    question_id: int,
    item: Item,
    *,
    by: int | None,
    now: datetime,
    publish: bool = False,
    freshness: Freshness | None = None,
    excuse: str = "",
    seen: str = "",
) -> Question:
    """Give a question the content of `item`; returns the row that has it.

    A version in work is edited where it is: nobody was served it. A published or retired one stays
    as it was; a next version is added beside it and takes over when it is published, and old
    attempts keep the old one. The same content adds nothing, unless what is retired is to be published
    again. What is known of it (`freshness`; None: as it is) goes along, and changes by itself in place.
    `seen`: what the writer had before them, see `refuse_unseen`. Refuses what is not the standing version
    (`outdated`), what somebody else has rewritten since it was seen (`rewritten`), what may not be published
    (see `publish`), and an `excuse` with nothing to publish, which would be kept nowhere (`excuse_alone`).
    """
    question = lock(question_id)
    versions = Question.objects.filter(key=question.key)
    standing = versions.standing().get()
    if standing.pk != question.pk:
        raise Refused("outdated", question_id=standing.pk)
    refuse_unseen(question, seen)
    known = question.freshness
    if item == question.item and (question.state != QuestionState.RETIRED or not publish):
        revised = question
    elif question.state in QUESTION_STATES_IN_WORK:
        revised = rewrite(question, item, by=by, now=now)
    else:
        version = versions.latest("version").version + 1
        revised = add_version(item, key=question.key, version=version, by=by, now=now, freshness=known)
        record(EventKind.QUESTION_REVISED, revised, by=by, now=now, former=question.pk)
    check_again(revised, freshness or known, by=by, now=now)
    if publish and not revised.is_current:
        put_in_use(revised, by=by, now=now, excuse=excuse)
    elif excuse:
        raise Refused("excuse_alone", question_id=question.pk)
    return revised


@transaction.atomic
def revise_many(changes: Sequence[tuple[int, Item, str]], *, by: int | None, now: datetime) -> list[Question]:
    """`revise` of many questions, each at most once: (id, new content, `seen`). The same rows, events and
    refusals in a few statements, and one more for each draft, which is rewritten where it is.
    """
    questions = lock_many(pk for pk, _item, _seen in changes)
    standing, latest = versions_of(questions.values())
    sections = {section.number: section for section in Section.objects.all()}
    told: list[tuple[EventKind, Question, dict[str, object]]] = []
    revised, rewritten, added = [], [], []
    for pk, item, seen in changes:
        question = questions[pk]
        if standing[question.key] != pk:
            raise Refused("outdated", question_id=standing[question.key])
        refuse_unseen(question, seen)
        if item == question.item:
            revised.append(question)
        elif question.state in QUESTION_STATES_IN_WORK:
            told.append((EventKind.QUESTION_REWRITTEN, question, {"former_author": question.author_id}))
            write(question, item, sections[item.section])
            question.author_id = by
            question.refresh_from_db(fields=["options"])  # forgets them, and asks for nothing
            rewritten.append((question, item))
            revised.append(question)
        else:
            version = latest[question.key] + 1
            one = Question(key=question.key, version=version, author_id=by, created_at=now)
            write(one, item, sections[item.section])
            write_freshness(one, question.freshness)
            told.append((EventKind.QUESTION_REVISED, one, {"former": pk}))
            added.append((one, item))
            revised.append(one)
    for question, _item in rewritten:
        question.save()
    Option.objects.filter(question__in=[question for question, _item in rewritten]).delete()
    Question.objects.bulk_create(question for question, _item in added)
    options = (options_of(question, item) for question, item in (*rewritten, *added))
    Option.objects.bulk_create(chain.from_iterable(options))
    Event.objects.bulk_create(event(kind, one, by=by, now=now, **facts) for kind, one, facts in told)
    return revised


@transaction.atomic
def publish(
    question_id: int,
    *,
    by: int | None,
    now: datetime,
    excuse: str = "",
    seen: str = "",
    in_use: dict[UUID, Item] | None = None,
) -> Question:
    """Put a draft into use; the version in use before stays published, but is drawn no more.

    Refuses what is neither draft nor in review (`not_in_work`), an item that the lint finds in
    error (`lint`, with its sentences as detail), one that it warns of, or with which a published exam lacks
    questions that it has now, without somebody's `excuse`, which is kept in any case (`warnings`, the same),
    and, unless TEAM_OF_ONE, somebody publishing what they wrote (`own_item`). One in use already stays so.
    `seen` as in `revise`: what nobody has looked at is not published. `in_use`: the bank as
    `current().items()` read it, for whoever publishes many; the question is put there.
    """
    question = lock(question_id)
    refuse_unseen(question, seen)
    if not question.is_current:
        put_in_use(question, by=by, now=now, excuse=excuse, in_use=in_use)
    return question


@transaction.atomic
def send_to_review(question_id: int, *, by: int | None, now: datetime, seen: str = "") -> Question:
    """Ask for somebody else to look at a draft; refuses what is no draft (`not_a_draft`).

    `seen` as in `revise`, here and in the decisions that follow.
    """
    question = lock(question_id)
    refuse_unseen(question, seen)
    if question.state == QuestionState.DRAFT:
        move(question, QuestionState.IN_REVIEW)
        record(EventKind.QUESTION_SENT_TO_REVIEW, question, by=by, now=now)
    elif question.state != QuestionState.IN_REVIEW:
        raise Refused("not_a_draft", question_id=question.pk)
    return question


@transaction.atomic
def send_back(question_id: int, *, by: int | None, now: datetime, reason: str, seen: str = "") -> Question:
    """From review to its author, who reads the reason; refuses what is not in review (`not_in_review`)."""
    question = lock(question_id)
    if question.state != QuestionState.IN_REVIEW:
        raise Refused("not_in_review", question_id=question.pk)
    refuse_unseen(question, seen)
    move(question, QuestionState.DRAFT)
    record(EventKind.QUESTION_SENT_BACK, question, by=by, now=now, reason=reason)
    return question


@transaction.atomic
def retire(question_id: int, *, by: int | None, now: datetime, reason: str = "", seen: str = "") -> Question:
    """Take a version out of use; papers that have it keep it, and editing it makes the next one.

    Refuses a former version (`outdated`). One that is retired already stays so, unless a later one is in use.
    """
    question = lock(question_id)
    if question.state != QuestionState.RETIRED:
        refuse_former(question)
        refuse_unseen(question, seen)
        move(question, QuestionState.RETIRED)
        facts = {"reason": reason} if reason else {}
        record(EventKind.QUESTION_RETIRED, question, by=by, now=now, **facts)
    elif later := Question.objects.current().filter(key=question.key, version__gt=question.version).first():
        raise Refused("outdated", question_id=later.pk)
    return question


@transaction.atomic
def retire_many(question_ids: Iterable[int], *, by: int | None, now: datetime, reason: str) -> list[Question]:
    """`retire` of many versions for one reason, in a few statements; those that it changed."""
    questions = lock_many(question_ids).values()
    retired = [question for question in questions if question.state != QuestionState.RETIRED]
    for question in retired:
        question.state, question.is_current = QuestionState.RETIRED, False
    Question.objects.filter(pk__in=[question.pk for question in retired]).update(
        state=QuestionState.RETIRED, is_current=False
    )
    Event.objects.bulk_create(
        event(EventKind.QUESTION_RETIRED, question, by=by, now=now, reason=reason) for question in retired
    )
    return retired


@transaction.atomic
def check(question_id: int, *, by: int | None, now: datetime, seen: str = "") -> Question:
    """Note that a version was compared with its source today and is right, without another version.

    Refuses a former version (`outdated`), and another text or source than was seen (`rewritten`); the same
    text noted as checked today already stays so.
    """
    question = lock(question_id)
    refuse_former(question)
    checked = question.freshness.checked(localdate(now))
    if checked != question.freshness or not seen.startswith(question.item.digest):
        refuse_unseen(question, seen)
    check_again(question, checked, by=by, now=now)
    return question


def lock(question_id: int) -> Question:
    """The row for update. Papers may point at it meanwhile: the triggers guard what has been served."""
    return locked().get(pk=question_id)


def locked() -> QuerySet[Question]:
    """`no_key`: whoever starts an attempt points at many questions, and in another order than an import."""
    return Question.objects.select_for_update(of=("self",), no_key=True).select_related("section")


def lock_many(question_ids: Iterable[int]) -> dict[int, Question]:
    """In the order of their ids, so that of two who lock many neither holds what the other waits for."""
    rows = locked().prefetch_related("options").filter(pk__in=list(question_ids)).order_by("pk")
    return {question.pk: question for question in rows}


def versions_of(questions: Iterable[Question]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """By key: the id of the standing version, and the number of the last one."""
    versions = Question.objects.filter(key__in=[question.key for question in questions]).order_by()
    return (
        dict(versions.standing().values_list("key", "pk")),
        dict(versions.values_list("key").annotate(Max("version"))),
    )


def refuse_unseen(question: Question, seen: str) -> None:
    """`seen`: what `Question.seen` was, or the digest of its item alone where the text is what matters."""
    if seen and not question.seen.startswith(seen):
        raise Refused("rewritten", question_id=question.pk)


def refuse_former(question: Question) -> None:
    """What is decided of a question is decided of its version in use or the one that stands beside it."""
    if not question.is_current and not question.is_standing:
        standing = Question.objects.filter(key=question.key).standing().get()
        raise Refused("outdated", question_id=standing.pk)


def move(question: Question, state: QuestionState) -> None:
    question.state, question.is_current = state, state == QuestionState.PUBLISHED
    question.save(update_fields=["state", "is_current"])


def check_again(question: Question, freshness: Freshness, *, by: int | None, now: datetime) -> None:
    former = question.freshness
    if freshness == former:
        return
    write_freshness(question, freshness)
    question.save(update_fields=["source", "checked_on", "review_by"])
    changed = ("source", "checked_on", "review_by")
    facts = {name: [str(getattr(of, name) or "") for of in (former, freshness)] for name in changed}
    facts = {name: pair for name, pair in facts.items() if pair[0] != pair[1]}
    record(EventKind.QUESTION_CHECKED, question, by=by, now=now, **facts)


def write_freshness(question: Question, freshness: Freshness) -> None:
    question.source = freshness.source
    question.checked_on, question.review_by = freshness.checked_on, freshness.review_by


def add_version(
    item: Item, *, key: UUID, version: int, by: int | None, now: datetime, freshness: Freshness
) -> Question:
    question = Question(key=key, version=version, author_id=by, created_at=now)
    write(question, item)
    write_freshness(question, freshness)
    question.save(force_insert=True)
    add_options(question, item)
    return question


def rewrite(question: Question, item: Item, *, by: int | None, now: datetime) -> Question:
    """The draft with other content; who wrote it last is its author, whoever did before stays known."""
    record(EventKind.QUESTION_REWRITTEN, question, by=by, now=now, former_author=question.author_id)
    write(question, item)
    question.author_id = by
    question.save()
    question.options.all().delete()
    add_options(question, item)
    return question


def writers(question: Question) -> set[int]:
    """Everybody whose wording this version has or had."""
    rewritten = Event.objects.about([question]).filter(kind=EventKind.QUESTION_REWRITTEN)
    known = rewritten.values_list("actor", "facts__former_author")
    return {pk for pk in (question.author_id, *chain.from_iterable(known)) if pk is not None}


def write(question: Question, item: Item, section: Section | None = None) -> None:
    question.section = section or Section.objects.get(number=item.section)
    question.number, question.kind, question.text = item.number, item.kind, item.text
    question.explanation, question.enemies, question.weight = item.explanation, item.enemies, item.weight
    question.searched = searched(item)


def searched(item: Item) -> str:
    return folded("\n".join((item.number, item.text, *item.texts, item.explanation)))


def add_options(question: Question, item: Item) -> None:
    Option.objects.bulk_create(options_of(question, item))


def options_of(question: Question, item: Item) -> list[Option]:
    return [
        Option(question=question, position=position, text=o.text, is_correct=o.is_correct)
        for position, o in enumerate(item.options, start=1)
    ]


def put_in_use(
    question: Question,
    *,
    by: int | None,
    now: datetime,
    excuse: str,
    in_use: dict[UUID, Item] | None = None,
) -> None:
    if question.state not in QUESTION_STATES_IN_WORK:
        raise Refused("not_in_work", question_id=question.pk)
    written = Question.objects.with_options().get(pk=question.pk)
    if errors := [finding.sentence for finding in lint_item(written.item) if finding.level == "error"]:
        raise Refused("lint", question_id=question.pk, detail=" ".join(errors))
    if by is not None and not settings.TEAM_OF_ONE and by in writers(question):
        raise Refused("own_item", question_id=question.pk)
    warnings = excused(written, excuse, in_use, on=localdate(now)) if by is not None else {}
    Question.objects.filter(key=question.key).current().update(is_current=False)
    move(question, QuestionState.PUBLISHED)
    record(EventKind.QUESTION_PUBLISHED, question, by=by, now=now, version=question.version, **warnings)
    if in_use is not None:
        in_use[question.key] = written.item


def excused(
    question: Question, excuse: str, in_use: dict[UUID, Item] | None, *, on: date
) -> dict[str, object]:
    """What the check warns of, with why it does not matter; a reason that was not wanted is kept as well."""
    findings = [*question.findings(in_use, on=on), *Supply(on=on).findings(question)]
    warnings = [finding.sentence for finding in findings if finding.level == "warning"]
    if warnings and not excuse:
        raise Refused("warnings", question_id=question.pk, detail=" ".join(warnings))
    return {"warnings": warnings, "excuse": excuse} if warnings or excuse else {}
