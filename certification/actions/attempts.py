"""Everything that moves an attempt. Lock order: candidate, attempt, certificate."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import localdate

from certification.actions import certificates, notices, statistics
from certification.actions.events import by_form, record, refuse_repeated
from certification.actions.refused import Refused
from certification.models import (
    Allowance,
    Attempt,
    BlueprintLine,
    Exam,
    JobRun,
    Question,
    Response,
    User,
)
from certification.models.allowances import standing_of
from certification.models.responses import receipt_of
from certification.rules import assembly, deadlines, receipt
from certification.rules.deadlines import ExtraTime
from certification.rules.eligibility import Refusal
from certification.states import AllowanceKind, AttemptState, EventKind, NoticeKind, StandingJob

log = logging.getLogger(__name__)

SEED_BITS = 63  # what a BIGINT holds


@transaction.atomic
def start(exam_id: int, *, by: int, now: datetime, name: str, seed: int | None = None) -> Attempt | Refusal:
    """Begin an attempt of user `by`, or go on with the one in progress.

    Freezes what the exam promises, the time with this person's allowance in it, the name and company, and the
    paper: questions and options in an order that `seed` gives again. An attempt whose time is gone is closed
    first. Returns the attempt, or why it may not start. `name` becomes the person's; consent and honour
    statement count as given with the first start. Raises assembly.CannotAssemble when the bank has too few
    questions.
    """
    candidate = User.objects.select_for_update(no_key=True).get(pk=by)
    exam = Exam.objects.get(pk=exam_id)
    sat = candidate.attempts.with_certificates().filter(exam=exam).order_by("number")
    attempts = list(sat)
    for attempt in attempts:
        if attempt.is_overdue(now):
            close(attempt.pk, now=now)
            attempts = list(sat.all())
    if attempts and attempts[-1].is_open:
        return attempts[-1]
    allowances = list(candidate.allowances.in_force().filter(exam=exam))
    standing = standing_of(exam, attempts, allowances, now=now)
    if standing.refusal is not None:
        return standing.refusal

    seed = SystemRandom().getrandbits(SEED_BITS) if seed is None else seed
    rng = Random(seed)  # noqa: S311  a seed that nobody is told, and that can be audited
    lines = list(exam.lines.select_related("section"))
    fresh_on = localdate(now) if exam.leaves_out_stale else None
    questions = draw_paper(lines, candidate, rng, spare=standing.left != 1, fresh_on=fresh_on)
    remember_person(candidate, name=name, now=now)
    attempt = Attempt.objects.create(
        candidate=candidate,
        exam=exam,
        number=len(attempts) + 1,
        started_at=now,
        deadline=promised_deadline(exam, allowances, now=now),
        seed=seed,
        holder_name=name,
        partner_id=candidate.partner_id,
        **promises(exam, lines),
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


def promised_deadline(exam: Exam, allowances: list[Allowance], *, now: datetime) -> datetime:
    """The exam's time with what this person was granted in it, cut by the exam's window."""
    extra = (a.extra_time for a in allowances if a.kind == AllowanceKind.TIME)
    time = deadlines.allowed_time(exam.time_limit, extra)
    return deadlines.deadline(start=now, time=time, closes_at=exam.closes_at)


def promises(exam: Exam, lines: list[BlueprintLine]) -> dict[str, Any]:
    """What an attempt copies from its exam, so that later edits change nothing."""
    copied = {name: getattr(exam, name) for name in Attempt.PROMISES}
    minimums = {str(line.section.number): line.min_percent for line in lines if line.min_percent}
    months = exam.certificate_months if exam.gives_certificate else None
    return copied | {"section_minimums": minimums, "certificate_months": months}


def draw_paper(
    lines: list[BlueprintLine],
    candidate: User,
    rng: Random,
    *,
    spare: bool = False,
    fresh_on: date | None = None,
) -> list[Question]:
    """The questions of a new paper with their options, in the order in which they are asked.

    `spare`: another attempt may follow, and shall find some that this person has not seen. `fresh_on`: what
    is stale on that day is left out.
    """
    seen = dict(
        Response.objects.filter(attempt__candidate=candidate)
        .values_list("question__key")
        .annotate(times=Count("id"))
        .order_by()
    )
    sections = [line.section_id for line in lines]
    pool = Question.objects.candidates(sections, seen=seen, fresh_on=fresh_on)
    drawn = assembly.draw([line.rule for line in lines], pool, rng=rng, spare=spare)
    questions = Question.objects.prefetch_related("options").in_bulk(drawn)
    return [questions[pk] for pk in drawn]


def remember_person(candidate: User, *, name: str, now: datetime) -> None:
    candidate.name = name
    candidate.consented_at = candidate.consented_at or now
    candidate.pledged_at = candidate.pledged_at or now
    candidate.save(update_fields=["name", "consented_at", "pledged_at"])


@transaction.atomic
def submit(attempt_id: int, *, by: int | None, now: datetime) -> Attempt:
    """Finish and score an attempt; one that is finished already comes back as it is.

    At or before the deadline it is finished by the candidate; after it, it ended at the deadline
    and what was saved is scored. `by` None: the system. The Event keeps the digest of its receipt.
    """
    attempt = lock(attempt_id)
    return finish(attempt, by=by, now=now) if attempt.is_open else attempt


@transaction.atomic
def close(attempt_id: int, *, now: datetime) -> Attempt:
    """Finish an attempt whose deadline and grace are gone; one that was extended meanwhile goes on."""
    attempt = lock(attempt_id)
    return finish(attempt, by=None, now=now) if attempt.is_overdue(now) else attempt


def finish(attempt: Attempt, *, by: int | None, now: datetime) -> Attempt:
    """What `submit` promises, of a locked attempt: a letter tells of the result, and a pass is certified."""
    attempt = settle(attempt, by=by, now=now)
    kind = NoticeKind.CLOSED if attempt.state == AttemptState.EXPIRED else NoticeKind.RESULT
    notices.write(kind, attempt, now=now, mark=attempt.reopened_at or "")
    if attempt.passed and attempt.certificate_months is not None:
        certificates.issue(attempt, months=attempt.certificate_months, by=by, now=now)
    return attempt


def settle(attempt: Attempt, *, by: int | None, now: datetime) -> Attempt:
    """Score a locked attempt as it stands."""
    result = attempt.result()
    attempt.finished_at, ran_out = deadlines.finish(now=now, deadline=attempt.deadline)
    attempt.state = AttemptState.EXPIRED if ran_out else AttemptState.SUBMITTED
    attempt.score, attempt.max_score, attempt.passed = result.score, result.max_score, result.passed
    attempt.save(update_fields=["state", *Attempt.RESULT])
    record(
        EventKind.ATTEMPT_EXPIRED if ran_out else EventKind.ATTEMPT_SUBMITTED,
        attempt,
        by=by,
        now=now,
        score=attempt.score,
        max_score=attempt.max_score,
        passed=attempt.passed,
        receipt=receipt.digest(receipt_of(attempt)),
    )
    return attempt


def lock(attempt_id: int) -> Attempt:
    locked = Attempt.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("exam", "candidate", "partner").get(pk=attempt_id)


@transaction.atomic
def extend(
    attempt_id: int, extra: ExtraTime, *, by: int, now: datetime, reason: str, once: UUID | None = None
) -> Attempt:
    """Give an attempt in progress more time, a percentage being of the exam's own limit.

    The exam's window does not cut it: a manager has decided. Refuses one's own attempt (`own`), one that is
    finished (`finished`) and one whose deadline and grace are gone (`overdue`): that is reopened. This and
    what follows refuse the form that has done so already (`done`), see `refuse_repeated`.
    """
    attempt = lock(attempt_id)
    refuse_own(attempt, by=by)
    refuse_repeated(Attempt.objects.filter(pk=attempt_id), by=by, once=once)
    if not attempt.is_open:
        raise Refused("finished")
    if attempt.is_overdue(now):
        raise Refused("overdue")
    former = attempt.deadline
    attempt.deadline += extra.beyond(timedelta(minutes=attempt.minutes))
    attempt.save(update_fields=["deadline"])
    record(
        EventKind.ATTEMPT_EXTENDED,
        attempt,
        by=by,
        now=now,
        reason=reason,
        percent=extra.percent,
        minutes=extra.minutes,
        former_deadline=former,
        deadline=attempt.deadline,
        **by_form(once),
    )
    return attempt


@transaction.atomic
def void(attempt_id: int, *, by: int, now: datetime, reason: str, once: UUID | None = None) -> Attempt:
    """Let an attempt count nowhere any more; it stays readable, with its score and the reason.

    One in progress is scored first. Its certificate is revoked. One that is voided already comes back as it
    is. Refuses one's own attempt (`own`).
    """
    attempt = lock(attempt_id)
    refuse_own(attempt, by=by)
    refuse_repeated(Attempt.objects.filter(pk=attempt_id), by=by, once=once)
    if attempt.state == AttemptState.VOIDED:
        return attempt
    if attempt.is_open:
        attempt = settle(attempt, by=by, now=now)
    statistics.forget(attempt)
    former = former_result(attempt)
    attempt.state = AttemptState.VOIDED
    attempt.voided_at, attempt.voided_by_id, attempt.void_reason = now, by, reason
    attempt.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])
    record(EventKind.ATTEMPT_VOIDED, attempt, by=by, now=now, reason=reason, **by_form(once), **former)
    certificates.withdraw(attempt, by=by, now=now, reason=reason)
    return attempt


@transaction.atomic
def reopen(
    attempt_id: int, *, by: int, now: datetime, reason: str, minutes: int, once: UUID | None = None
) -> Attempt:
    """Let a finished or voided attempt go on for so many minutes from now, with its paper and answers.

    Its certificate is revoked. One in progress comes back as it is. Refuses one's own attempt (`own`) and one
    after which the person has started another (`later_attempt`).
    """
    candidate_id = Attempt.objects.values_list("candidate_id", flat=True).get(pk=attempt_id)
    User.objects.select_for_update(no_key=True).get(pk=candidate_id)  # nothing is started meanwhile
    attempt = lock(attempt_id)
    refuse_own(attempt, by=by)
    refuse_repeated(Attempt.objects.filter(pk=attempt_id), by=by, once=once)
    if attempt.is_open:
        return attempt
    if attempt.later_ones().exists():
        raise Refused("later_attempt")
    statistics.forget(attempt)
    former = former_result(attempt)
    attempt.state, attempt.reopened_at = AttemptState.OPEN, now
    attempt.deadline = now + timedelta(minutes=minutes)
    attempt.finished_at = attempt.score = attempt.max_score = attempt.passed = None
    attempt.voided_at, attempt.voided_by_id, attempt.void_reason = None, None, ""
    attempt.save(
        update_fields=["state", "reopened_at", "deadline", *Attempt.RESULT, *Attempt.VOID],
    )
    record(
        EventKind.ATTEMPT_REOPENED,
        attempt,
        by=by,
        now=now,
        reason=reason,
        minutes=minutes,
        deadline=attempt.deadline,
        **by_form(once),
        **former,
    )
    certificates.withdraw(attempt, by=by, now=now, reason=reason)
    return attempt


def refuse_own(attempt: Attempt, *, by: int) -> None:
    """Nobody decides about themselves."""
    if attempt.candidate_id == by:
        raise Refused("own")


def former_result(attempt: Attempt) -> dict[str, object]:
    """What an Event keeps of a result that is taken away."""
    kept = ("state", "deadline", *Attempt.RESULT, "voided_at", "voided_by_id", "void_reason")
    return {f"former_{name}": getattr(attempt, name) for name in kept}


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
            closed += not close(pk, now=now).is_open
        except Exception:  # whatever is wrong with one, the others must end in time
            log.exception("attempt %s could not be closed", pk)
            failures += 1
    JobRun.objects.update_or_create(name=StandingJob.SWEEPER, defaults={"ran_at": now, "failures": failures})
    return Sweep(closed=closed, failures=failures)
