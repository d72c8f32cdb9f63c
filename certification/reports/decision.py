"""Why an attempt ended as it did, read from the database alone: for a dispute, and years later."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certification.models import AnswerLog, Attempt, Certificate, Event, Response
from certification.models.responses import receipt_of
from certification.rules import receipt, scoring
from certification.rules.scoring import Marked
from certification.states import EventKind

FINISHES = (EventKind.ATTEMPT_SUBMITTED, EventKind.ATTEMPT_EXPIRED)
EDITORIAL = (EventKind.QUESTION_REVISED, EventKind.QUESTION_PUBLISHED, EventKind.QUESTION_RETIRED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One question: which version was asked, what counts as right in it, what was chosen and what it earned.

    Positions are the options' own, `shown` their order on the paper; credit and worth are hundredths of a
    point. `reviewed`: who did what to this version, and when.
    """

    position: int
    number: str
    key: str
    version: int
    shown: list[int]
    right: list[int]
    chosen: list[int]
    credit: int
    worth: int
    revision: int
    saved_at: datetime | None
    reviewed: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Decision:
    """`checks`: each thing that the record holds twice, and whether both agree."""

    who: dict[str, Any]
    exam: dict[str, Any]
    rule: dict[str, Any]
    moments: dict[str, Any]
    paper: list[Mark]
    result: dict[str, Any]
    certificates: list[dict[str, Any]]
    events: list[dict[str, Any]]
    checks: dict[str, bool]

    @property
    def holds(self) -> bool:
        return all(self.checks.values())


def decision(attempt: Attempt) -> Decision:
    """Of a finished attempt; ValueError while it is open. Seven queries, however long the paper."""
    if attempt.finished_at is None:
        raise ValueError("An attempt in progress has no result yet.")
    responses = list(attempt.responses.with_question().order_by("position"))
    certificates = list(attempt.certificates.order_by("id"))
    events = list(Event.objects.about([attempt, *certificates]).select_related("actor"))
    marked = [mark(response) for response in responses]
    again = attempt.score_of(marked)
    return Decision(
        who={
            "candidate": attempt.candidate_id,
            "email": attempt.candidate.email,
            "name": attempt.holder_name,
            "company": str(attempt.partner) if attempt.partner else None,
            "consented_at": attempt.candidate.consented_at,
            "pledged_at": attempt.candidate.pledged_at,
        },
        exam={"slug": attempt.exam.slug, "title": attempt.exam.title, "attempt": attempt.number},
        rule={
            "minutes": attempt.minutes,
            "pass_percent": attempt.pass_percent,
            "needed": scoring.needed(
                pass_percent=attempt.pass_percent, max_score=again.max_score, partial=attempt.partial_credit
            ),
            "section_minimums": attempt.section_minimums,
            "partial_credit": attempt.partial_credit,
            "certificate_months": attempt.certificate_months,
        },
        moments={
            name: getattr(attempt, name) for name in ("started_at", "deadline", "finished_at", "reopened_at")
        },
        paper=paper(responses, marked, attempt),
        result={
            "state": attempt.state,
            "score": attempt.score,
            "max_score": attempt.max_score,
            "passed": attempt.passed,
            "short_sections": [section.section for section in again.short_sections],
        },
        certificates=[as_data(certificate) for certificate in certificates],
        events=[told(event) for event in events],
        checks={
            "scored again": (again.score, again.max_score, again.passed)
            == (attempt.score, attempt.max_score, attempt.passed),
            "last save is the answer": last_saves_agree(responses),
            "event of the finish": finish_agrees(attempt, events),
        },
    )


def mark(response: Response) -> Marked:
    question = response.question
    right = frozenset(option.position for option in question.options.all() if option.is_correct)
    return Marked(question.section.number, frozenset(response.chosen), right, question.weight)


def paper(responses: Sequence[Response], marked: Sequence[Marked], attempt: Attempt) -> list[Mark]:
    edits = defaultdict(list)
    about = Event.objects.about([response.question for response in responses]).filter(kind__in=EDITORIAL)
    for event in about.select_related("actor"):
        edits[event.subject_id].append(told(event))
    return [
        Mark(
            position=response.position,
            number=response.question.number,
            key=response.question.key.hex,
            version=response.question.version,
            shown=response.order,
            right=sorted(answer.correct),
            chosen=response.chosen,
            credit=scoring.credit(answer, partial=attempt.partial_credit),
            worth=answer.weight * scoring.POINT,
            revision=response.revision,
            saved_at=response.saved_at,
            reviewed=edits[response.question_id],
        )
        for response, answer in zip(responses, marked, strict=True)
    ]


def told(event: Event) -> dict[str, Any]:
    actor = event.actor.email if event.actor else None
    return {"kind": event.kind, "at": event.at, "by": actor, "facts": event.facts}


def as_data(certificate: Certificate) -> dict[str, Any]:
    return {
        name: getattr(certificate, name)
        for name in ("number", "holder_name", "issued_at", "expires_at", "revoked_at", "revocation_cause")
    }


def last_saves_agree(responses: Sequence[Response]) -> bool:
    """Whether each answer is what the log says was saved last. One query."""
    log = AnswerLog.objects.filter(response__in=responses).order_by("revision")
    last = {row.response_id: (row.revision, row.chosen) for row in log}
    return all(
        last.get(response.pk, (0, [])) == (response.revision, response.chosen) for response in responses
    )


def finish_agrees(attempt: Attempt, events: Sequence[Event]) -> bool:
    """Whether the event of the last finish has this result and the digest of this receipt."""
    finishes = [event.facts for event in events if event.kind in FINISHES]
    if not finishes:
        return False
    told = {name: finishes[-1].get(name) for name in ("score", "max_score", "passed", "receipt")}
    return told == {
        "score": attempt.score,
        "max_score": attempt.max_score,
        "passed": attempt.passed,
        "receipt": receipt.digest(receipt_of(attempt)),
    }
