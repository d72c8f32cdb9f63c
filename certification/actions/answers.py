"""Saving answers: the protocol of DESIGN, section 5."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction

from certification.actions import attempts
from certification.models import AnswerLog, Response
from certification.rules import answering
from certification.rules.answering import Answer, BadAnswer
from certification.states import QuestionKind

__all__ = ["Answer", "BadAnswer", "Saved", "Verdict", "save_answer"]


class Verdict(Enum):
    STORED = "stored"  # or stored before: it is older than what its page has stored, or says the same
    ENDED = "ended"  # the attempt is finished
    CONFLICT = "conflict"  # another page has written since `base`


@dataclass(frozen=True, slots=True)
class Saved:
    """The response as it is stored now, with attempt, exam and question at hand; only STORED wrote."""

    response: Response
    verdict: Verdict

    @property
    def accepted(self) -> bool:
        return self.verdict == Verdict.STORED


def save_answer(
    attempt_id: int, position: int, answer: Answer, *, by: int, now: datetime, network: str = ""
) -> Saved:
    """Store one answer of user `by` that came from `network`, in one transaction; committed when it returns.

    Refuses what comes after the end, and what comes after the deadline and its grace; the latter
    ends the attempt as well. Of one page's saves the highest `seq` wins; between pages the later
    arrival, unless it was made upon a `base` that another page has overwritten. Raises
    Response.DoesNotExist where this person has no such question, BadAnswer where the answer does
    not fit it.
    """
    with transaction.atomic():
        response = (
            Response.objects.select_for_update(of=("self", "attempt"), no_key=True)
            .select_related("attempt__exam", "question")
            .get(attempt_id=attempt_id, position=position, attempt__candidate_id=by)
        )
        if response.attempt.is_overdue(now):
            response.attempt = attempts.close(attempt_id, now=now)
        if not response.attempt.is_open:
            return Saved(response, Verdict.ENDED)
        if answer.client and response.seqs.get(answer.client, -1) >= (answer.seq or 0):
            return Saved(response, Verdict.STORED)
        if answer.base is not None and response.written_by_others(than=answer.client, since=answer.base):
            return Saved(response, Verdict.CONFLICT)
        store(response, answer, now=now, network=network)
        return Saved(response, Verdict.STORED)


STORED = (
    "chosen",
    "struck",
    "flagged",
    "note",
    "handled_at",
    "handled_by",
    "seqs",
    "revision",
    "saved_at",
)


def store(response: Response, answer: Answer, *, now: datetime, network: str) -> None:
    """Apply the answer; what it changes makes a revision and a line in the log."""
    single = response.question.kind == QuestionKind.SINGLE
    content = answering.applied(response.content, answer, order=response.order, single=single)
    if answer.client:
        response.seqs[answer.client] = answer.seq
    if content == response.content:
        if answer.client:
            response.save(update_fields=["seqs"])
        return
    if content.note != response.note:
        response.handled_at = response.handled_by_id = None
    response.content = content
    response.revision += 1
    response.saved_at = now
    response.save(update_fields=STORED)
    AnswerLog.objects.create(
        response=response,
        revision=response.revision,
        client=answer.client,
        seq=answer.seq,
        chosen=response.chosen,
        struck=response.struck,
        flagged=response.flagged,
        note=response.note,
        shown_ms=answer.shown_ms,
        away_times=answer.away_times,
        away_ms=answer.away_ms,
        network=network,
        saved_at=now,
    )
