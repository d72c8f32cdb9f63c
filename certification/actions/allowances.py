"""What a manager grants to one person at one exam, and takes back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from certification.actions.events import by_form, record, refuse_repeated
from certification.actions.refused import Refused
from certification.models import Allowance, Attempt, User
from certification.rules.deadlines import ExtraTime
from certification.states import AllowanceKind, EventKind


def grant_time(
    candidate_id: int,
    exam_id: int,
    extra: ExtraTime,
    *,
    by: int,
    now: datetime,
    reason: str,
    once: UUID | None = None,
) -> Allowance:
    """More time in the person's next attempts at the exam; of several grants the most generous counts."""
    return grant(
        Allowance(
            candidate_id=candidate_id,
            exam_id=exam_id,
            kind=AllowanceKind.TIME,
            percent=extra.percent,
            minutes=extra.minutes,
        ),
        by=by,
        now=now,
        reason=reason,
        once=once,
    )


def grant_attempts(
    candidate_id: int,
    exam_id: int,
    attempts: int,
    *,
    by: int,
    now: datetime,
    reason: str,
    once: UUID | None = None,
) -> Allowance:
    """So many attempts more in the person's present cycle at the exam."""
    return grant(
        Allowance(candidate_id=candidate_id, exam_id=exam_id, kind=AllowanceKind.ATTEMPTS, attempts=attempts),
        by=by,
        now=now,
        reason=reason,
        once=once,
    )


@transaction.atomic
def waive_wait(
    attempt_id: int, *, by: int, now: datetime, reason: str, once: UUID | None = None
) -> Allowance:
    """No wait after this attempt, be it finished or in progress; granted once, it comes back as it is."""
    attempt = Attempt.objects.get(pk=attempt_id)
    lock_candidate(attempt.candidate_id)
    refuse_repeated(Allowance.objects.filter(attempt=attempt), by=by, once=once)
    standing = Allowance.objects.in_force().filter(attempt=attempt).first()
    if standing is not None:
        return standing
    return grant(
        Allowance(
            candidate_id=attempt.candidate_id,
            exam_id=attempt.exam_id,
            kind=AllowanceKind.NO_WAIT,
            attempt=attempt,
        ),
        by=by,
        now=now,
        reason=reason,
        once=once,
    )


@transaction.atomic
def grant(
    allowance: Allowance, *, by: int, now: datetime, reason: str, once: UUID | None = None
) -> Allowance:
    """Store it with who, when and why. Nobody grants themselves anything (Refused `own`), and the form that
    asks for it does so `once` (`done`).
    """
    if allowance.candidate_id == by:
        raise Refused("own")
    lock_candidate(allowance.candidate_id)
    theirs = Allowance.objects.filter(candidate=allowance.candidate_id, exam=allowance.exam_id)
    refuse_repeated(theirs, by=by, once=once)
    allowance.granted_by_id, allowance.granted_at, allowance.reason = by, now, reason
    allowance.save(force_insert=True)
    record(
        EventKind.ALLOWANCE_GRANTED,
        allowance,
        by=by,
        now=now,
        reason=reason,
        allowance=allowance.kind,
        candidate=allowance.candidate_id,
        exam=allowance.exam_id,
        **by_form(once),
    )
    return allowance


def lock_candidate(candidate_id: int) -> None:
    """A start of theirs waits, or is waited for."""
    User.objects.select_for_update(no_key=True).get(pk=candidate_id)


@transaction.atomic
def withdraw(allowance_id: int, *, by: int, now: datetime, reason: str) -> Allowance:
    """Let an allowance count no more for what is started later; one that is withdrawn comes back as it is.

    Refuses what was given to whoever asks (`own`).
    """
    allowance = Allowance.objects.select_for_update().get(pk=allowance_id)
    if allowance.candidate_id == by:
        raise Refused("own")
    if allowance.withdrawn_at is None:
        allowance.withdrawn_at, allowance.withdrawn_by_id = now, by
        allowance.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record(
            EventKind.ALLOWANCE_WITHDRAWN,
            allowance,
            by=by,
            now=now,
            reason=reason,
            allowance=allowance.kind,
        )
    return allowance
