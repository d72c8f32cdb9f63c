"""What a decision would do to attempts before anybody makes it, as the actions would have it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from certification.models import Allowance, Attempt, Certificate, Event
from certification.models.allowances import standing_of
from certification.rules.eligibility import Reason, Standing
from certification.states import AllowanceKind, AttemptState


@dataclass(frozen=True, slots=True)
class Case:
    """One attempt with what its candidate has at the exam: attempts newest first, allowances in force."""

    attempt: Attempt
    attempts: tuple[Attempt, ...]
    allowances: tuple[Allowance, ...]
    standing: Standing
    now: datetime


def can_waive_wait(case: Case) -> bool:
    """Whether a wait follows this attempt that nobody has waived, and something may follow the wait."""
    attempt, standing = case.attempt, case.standing
    counted = [one for one in case.attempts if one.counts]
    return (
        counted[:1] == [attempt]
        and bool(attempt.exam.first_wait if standing.used == 1 else attempt.exam.later_wait)
        and standing.refusal is not None
        and standing.refusal.reason in (Reason.IN_PROGRESS, Reason.WAIT, Reason.OUT_OF_ATTEMPTS)
        and not any(a.kind == AllowanceKind.NO_WAIT and a.attempt_id == attempt.pk for a in case.allowances)
    )


def why_no_attempts(case: Case) -> str:
    return "unlimited" if case.attempt.exam.attempts_allowed is None else ""


def why_no_waiver(case: Case) -> str:
    return "" if can_waive_wait(case) else "no_wait"


def why_no_extension(case: Case) -> str:
    if not case.attempt.is_open:
        return "over" if why_no_reopening(case) else "finished"
    return "overdue" if case.attempt.is_overdue(case.now) else ""


def why_no_void(case: Case) -> str:
    return "" if case.attempt.counts else "voided"


def why_no_reopening(case: Case) -> str:
    if case.attempt.state == AttemptState.OPEN:
        return "open"
    return "" if case.attempt == case.attempts[0] else "later_attempt"


def why_no_revocation(case: Case) -> str:
    return "" if case.attempt.certificate else "no_certificate"


WHY_NOT: dict[str, Callable[[Case], str]] = {
    "extend": why_no_extension,
    "grant_time": lambda case: "",
    "grant_attempts": why_no_attempts,
    "waive_wait": why_no_waiver,
    "void": why_no_void,
    "reopen": why_no_reopening,
    "revoke": why_no_revocation,
}
# They are of a person at an exam: of several attempts one stands for all.
GRANTS = ("grant_time", "grant_attempts")
DONE = "done"
# What the event of a decision is about, where that is not the attempt.
SUBJECTS: dict[str, Any] = {"revoke": Certificate, "waive_wait": Allowance}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes of a decision about one attempt: `code` says why nothing does; "" where it can be made, DONE
    where the same form has made it.
    """

    attempt: Attempt
    code: str


def outlooks(
    attempts: Sequence[Attempt], decision: str, *, by: int, now: datetime, once: UUID | None = None
) -> list[Outlook]:
    """Of attempts with their certificates, exam and candidate. Two queries, and two for what the form `once`
    has done.
    """
    found, granted = [], set()
    done = done_before(attempts, decision, by=by, once=once) if once else set()
    for case in cases(attempts, now=now):
        whom = case.attempt.candidate_id, case.attempt.exam_id
        code = "own" if case.attempt.candidate_id == by else WHY_NOT[decision](case)
        if decision in GRANTS and not code:
            code = "twice" if whom in granted else ""
            granted.add(whom)
        elif code and case.attempt.pk in done:
            code = DONE
        found.append(Outlook(case.attempt, code))
    return found


def done_before(attempts: Sequence[Attempt], decision: str, *, by: int, once: UUID) -> set[int]:
    """The keys of those about which this form has decided so; of grants none, of which their action tells."""
    subject = SUBJECTS.get(decision, Attempt)
    of_attempt = "pk" if subject is Attempt else "attempt"
    rows = subject.objects.filter(**{f"{of_attempt}__in": [attempt.pk for attempt in attempts]})
    told = Event.objects.of_form(once, by=by, rows=rows).values_list("subject_id", flat=True)
    return set(rows.filter(pk__in=list(told)).values_list(of_attempt, flat=True))


def cases(attempts: Sequence[Attempt], *, now: datetime) -> list[Case]:
    people, exams = {a.candidate_id for a in attempts}, {a.exam_id for a in attempts}
    theirs: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    sat = Attempt.objects.with_certificates().filter(candidate__in=people, exam__in=exams)
    for attempt in sat.order_by("-number"):
        theirs[attempt.candidate_id, attempt.exam_id].append(attempt)
    granted: dict[tuple[int, int], list[Allowance]] = defaultdict(list)
    for allowance in Allowance.objects.in_force().filter(candidate__in=people, exam__in=exams):
        granted[allowance.candidate_id, allowance.exam_id].append(allowance)
    return [
        Case(
            attempt=attempt,
            attempts=tuple(theirs[attempt.candidate_id, attempt.exam_id]),
            allowances=tuple(granted[attempt.candidate_id, attempt.exam_id]),
            standing=standing_of(
                attempt.exam,
                theirs[attempt.candidate_id, attempt.exam_id],
                granted[attempt.candidate_id, attempt.exam_id],
                now=now,
            ),
            now=now,
        )
        for attempt in attempts
    ]
