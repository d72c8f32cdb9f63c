"""Everything that moves an attempt. Lock order: candidate, then attempt."""

import logging
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom

from django.db import transaction
from django.db.models import Count

from certification.actions.events import record
from certification.models import (
    AnswerLog,
    Attempt,
    Exam,
    JobRun,
    Question,
    Response,
    User,
)
from certification.rules import assembly, deadlines, eligibility
from certification.rules.eligibility import Refusal
from certification.states import AttemptState, EventKind, QuestionKind

log = logging.getLogger(__name__)

SWEEPER = "close_overdue_attempts"


@transaction.atomic
def start(exam_id: int, *, by: int, now: datetime, name: str, rng: Random | None = None) -> Attempt | Refusal:
    """Begin an attempt of user `by`, or go on with the one in progress.

    Freezes what the exam promises, the person's name and company, and the paper: questions and
    options in random order. An attempt whose time is gone is closed first. Returns the attempt,
    or why it may not start. `name` becomes the person's; consent and honour statement count as
    given with the first start. Raises assembly.CannotAssemble when the bank has too few questions.
    """
    candidate = User.objects.select_for_update(no_key=True).get(pk=by)
    exam = Exam.objects.get(pk=exam_id)
    attempts = list(candidate.attempts.filter(exam=exam).order_by("number"))
    for index, attempt in enumerate(attempts):
        if attempt.is_overdue(now):
            attempts[index] = submit(attempt.pk, by=None, now=now)
        elif attempt.is_open:
            return attempt
    sittings = [a.sitting for a in attempts if a.counts]
    refusal = eligibility.may_start(exam.terms, sittings, now=now)
    if refusal is not None:
        return refusal

    rng = rng or SystemRandom()
    questions = draw_paper(exam, candidate, rng)
    remember_person(candidate, name=name, now=now)
    attempt = Attempt.objects.create(
        candidate=candidate,
        exam=exam,
        number=len(attempts) + 1,
        started_at=now,
        deadline=now + exam.time_limit,
        pass_percent=exam.pass_percent,
        tells_how_many=exam.tells_how_many,
        holder_name=name,
        partner_id=candidate.partner_id,
    )
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            position=position,
            question=question,
            order=assembly.shuffled([o.position for o in question.options.all()], rng=rng),
        )
        for position, question in enumerate(questions, start=1)
    )
    record(EventKind.ATTEMPT_STARTED, attempt, by=by, now=now, number=attempt.number)
    return attempt


def draw_paper(exam: Exam, candidate: User, rng: Random) -> list[Question]:
    """The questions of a new paper with their options, in the order in which they are asked."""
    lines = [assembly.Line(section=line.section_id, count=line.questions) for line in exam.lines.all()]
    seen = dict(
        Response.objects.filter(attempt__candidate=candidate)
        .values_list("question__key")
        .annotate(times=Count("id"))
        .order_by()
    )
    pool = [
        assembly.Candidate(id=pk, section=section_id, enemies=enemies, seen=seen.get(key, 0))
        for pk, key, section_id, enemies in Question.objects.current()
        .filter(section__in=[line.section for line in lines])
        .order_by("id")
        .values_list("id", "key", "section_id", "enemies")
    ]
    drawn = assembly.draw(lines, pool, rng=rng)
    questions = Question.objects.prefetch_related("options").in_bulk(drawn)
    return [questions[pk] for pk in drawn]


def remember_person(candidate: User, *, name: str, now: datetime) -> None:
    candidate.name = name
    candidate.consented_at = candidate.consented_at or now
    candidate.pledged_at = candidate.pledged_at or now
    candidate.save(update_fields=["name", "consented_at", "pledged_at"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What one save says. Indices are those displayed; None leaves that part as it is.

    `client` and `seq` say which page sent it and as its how-manieth; "" and None: a plain form.
    """

    chosen: tuple[int, ...] | None = None
    clear: bool = False  # take the answer back, whatever `chosen` says
    flagged: bool | None = None
    strike: int | None = None  # one option to strike out
    restore: int | None = None  # one to bring back
    client: str = ""
    seq: int | None = None


class BadAnswer(Exception):
    """An answer that this question cannot have. Nothing was written; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Saved:
    """The response as it is stored now, with attempt, exam and question at hand.

    `accepted` False: the attempt had ended, and nothing was written. A save that is older than what
    its page has stored, or says what is stored already, makes no new revision and is accepted.
    """

    response: Response
    accepted: bool


def save_answer(attempt_id: int, position: int, answer: Answer, *, by: int, now: datetime) -> Saved:
    """Store one answer of user `by`, in one transaction; committed when it returns.

    Refuses what comes after the end, and what comes after the deadline and its grace; the latter
    ends the attempt as well. Of one page's saves the highest `seq` wins; between pages the later
    arrival. Raises Response.DoesNotExist where this person has no such question, BadAnswer where
    the answer does not fit it.
    """
    with transaction.atomic():
        response = (
            Response.objects.select_for_update(of=("self", "attempt"), no_key=True)
            .select_related("attempt__exam", "question__section")
            .get(attempt_id=attempt_id, position=position, attempt__candidate_id=by)
        )
        attempt = response.attempt
        if attempt.is_overdue(now):
            response.attempt = submit(attempt.pk, by=None, now=now)
        if not response.attempt.is_open:
            return Saved(response, accepted=False)
        if answer.client and response.seqs.get(answer.client, -1) >= (answer.seq or 0):
            return Saved(response, accepted=True)
        before = response.content
        apply(response, answer)
        if answer.client:
            response.seqs[answer.client] = answer.seq
        if response.content == before:
            if answer.client:
                response.save(update_fields=["seqs"])
            return Saved(response, accepted=True)
        response.revision += 1
        response.saved_at = now
        response.save(update_fields=["chosen", "struck", "flagged", "seqs", "revision", "saved_at"])
        AnswerLog.objects.create(
            response=response,
            revision=response.revision,
            client=answer.client,
            seq=answer.seq,
            chosen=response.chosen,
            struck=response.struck,
            flagged=response.flagged,
            saved_at=now,
        )
        return Saved(response, accepted=True)


def apply(response: Response, answer: Answer) -> None:
    """Put the answer's parts onto the response; BadAnswer where they do not fit its question.

    Radios cannot be unchosen: a single-choice page that names nothing was opened before the answer
    was given, and takes nothing back. Checkboxes can.
    """
    single = response.question.kind == QuestionKind.SINGLE
    try:
        chosen = response.canonical(answer.chosen or ())
        strike = response.canonical([] if answer.strike is None else [answer.strike])
        restore = response.canonical([] if answer.restore is None else [answer.restore])
    except IndexError:
        raise BadAnswer("no_such_option") from None
    if single and len(chosen) > 1:
        raise BadAnswer("one_only")
    if answer.clear:
        response.chosen = []
    elif chosen or (answer.chosen is not None and not single):
        response.chosen = chosen
    response.struck = sorted({*response.struck, *strike} - {*restore})
    if answer.flagged is not None:
        response.flagged = answer.flagged


@transaction.atomic
def submit(attempt_id: int, *, by: int | None, now: datetime) -> Attempt:
    """Finish and score an attempt; one that is finished already comes back as it is.

    At or before the deadline it is finished by the candidate; after it, it ended at the deadline
    and what was saved is scored. `by` None: the system.
    """
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    if not attempt.is_open:
        return attempt
    result = attempt.result()
    attempt.finished_at, ran_out = deadlines.finish(now=now, deadline=attempt.deadline)
    attempt.state = AttemptState.EXPIRED if ran_out else AttemptState.SUBMITTED
    attempt.score, attempt.max_score, attempt.passed = result.score, result.max_score, result.passed
    attempt.save(update_fields=["state", "finished_at", "score", "max_score", "passed"])
    record(
        EventKind.ATTEMPT_EXPIRED if ran_out else EventKind.ATTEMPT_SUBMITTED,
        attempt,
        by=by,
        now=now,
        score=attempt.score,
        max_score=attempt.max_score,
        passed=attempt.passed,
    )
    return attempt


@dataclass(frozen=True, slots=True)
class Sweep:
    """How many attempts one pass closed, and how many it could not."""

    closed: int
    failures: int


def close_overdue(*, now: datetime) -> Sweep:
    """Close every attempt whose deadline and grace are gone, each in its own transaction.

    An error in one is logged and never stops the rest. The pass is noted for /readyz.
    """
    closed = failures = 0
    for pk in list(Attempt.objects.overdue(now).values_list("pk", flat=True)):
        try:
            submit(pk, by=None, now=now)
            closed += 1
        except Exception:  # whatever is wrong with one, the others must end in time
            log.exception("attempt %s could not be closed", pk)
            failures += 1
    JobRun.objects.update_or_create(name=SWEEPER, defaults={"ran_at": now, "failures": failures})
    return Sweep(closed=closed, failures=failures)
