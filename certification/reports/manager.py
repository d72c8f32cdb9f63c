"""What those who run the programme read of attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from certification.models import Allowance, Attempt, Certificate, Event
from certification.models.allowances import standing_of
from certification.models.responses import receipt_of
from certification.reports import result
from certification.reports.deciding import Case, can_waive_wait
from certification.reports.result import Reviewed, SectionRow
from certification.reports.saves import Log, Sight, Stretch, read_log, stretches
from certification.rules import receipt
from certification.rules.eligibility import Standing
from certification.rules.receipt import Comparison


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the paper. `review`: what was chosen and is right; None while the attempt goes on.
    `sight`: None where nothing was saved.
    """

    position: int
    number: str
    version: int
    text: str
    answered: bool
    revision: int
    saved_at: datetime | None
    note: str
    review: Reviewed | None
    sight: Sight | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. `allowance`: what was granted or withdrawn by it; `certificate`: issued or revoked."""

    event: Event
    allowance: Allowance | None
    certificate: Certificate | None

    @property
    def facts(self) -> dict[str, Any]:
        """Those of the event, with its deadlines as moments."""
        facts: dict[str, Any] = self.event.facts
        moments = {
            name: facts[name] for name in ("deadline", "former_deadline", "expires_at") if facts.get(name)
        }
        return facts | {name: datetime.fromisoformat(moment) for name, moment in moments.items()}


@dataclass(frozen=True, slots=True)
class Dossier:
    """One attempt with all that belongs to it. Attempts and allowances are the candidate's at this exam, the
    newest first, as are the attempt's certificates; `sections` and the reviews of the paper are empty while
    the attempt goes on.
    """

    attempt: Attempt
    now: datetime
    standing: Standing
    attempts: tuple[Attempt, ...]
    allowances: tuple[Allowance, ...]
    certificates: tuple[Certificate, ...]
    sections: tuple[SectionRow, ...]
    paper: tuple[Asked, ...]
    happenings: tuple[Happening, ...]
    log: Log

    @property
    def timeline(self) -> list[Happening | Stretch]:
        """What happened, with the saves in their places."""
        told = {happening.event: happening for happening in self.happenings}
        found = stretches(told, self.log.saves)
        return [told[entry] if isinstance(entry, Event) else entry for entry in found]

    @property
    def others(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt != self.attempt]

    @property
    def notes(self) -> list[Asked]:
        return [asked for asked in self.paper if asked.note]

    @property
    def answered(self) -> int:
        return sum(asked.answered for asked in self.paper)

    @property
    def limit(self) -> timedelta:
        """The exam's own time, as it was promised."""
        return timedelta(minutes=self.attempt.minutes)

    @property
    def extra(self) -> timedelta:
        """How much longer it lasts, in whole minutes; no matter after a reopening, which sets its own."""
        return timedelta(minutes=max(self.attempt.extra_time // timedelta(minutes=1), 0))

    @property
    def cut(self) -> timedelta:
        """How much shorter it lasts, in whole minutes, because the exam's window ended. See `extra`."""
        return timedelta(minutes=max(-self.attempt.extra_time // timedelta(minutes=1), 0))

    @property
    def certificate(self) -> Certificate | None:
        """The one that is not revoked; a void and a reopening revoke it."""
        return next((one for one in self.certificates if one.revoked_at is None), None)

    # What may be decided now, as the actions would have it.

    @property
    def can_extend(self) -> bool:
        return self.attempt.is_open and not self.attempt.is_overdue(self.now)

    @property
    def can_reopen(self) -> bool:
        """See also `Attempt.later_ones`."""
        return not self.attempt.is_open and self.attempt == self.attempts[0]

    @property
    def can_revoke(self) -> bool:
        return self.certificate is not None

    @property
    def can_waive_wait(self) -> bool:
        allowances = tuple(in_force(self.allowances))
        return can_waive_wait(Case(self.attempt, self.attempts, allowances, self.standing, self.now))

    @property
    def can_grant_attempts(self) -> bool:
        return self.attempt.exam.attempts_allowed is not None


def dossier(attempt: Attempt, *, now: datetime) -> Dossier:
    """Of an attempt with its exam and candidate. Seven queries at most, and one for a text that the process
    does not know yet.
    """
    own = {"candidate": attempt.candidate_id, "exam": attempt.exam_id}
    attempts = tuple(Attempt.objects.with_certificates().filter(**own).order_by("-number"))
    allowances = tuple(
        Allowance.objects.filter(**own).select_related("granted_by", "withdrawn_by", "attempt")
    )
    certificates = tuple(
        attempt.certificates.with_successors().select_related("revoked_by", "supersedes").order_by("-pk")
    )
    finished = [] if attempt.is_open else result.read_paper(attempt)
    reviews = {asked.position: result.reviewed(attempt, asked, shows_key=True) for asked in finished}
    log = read_log(attempt)
    return Dossier(
        attempt=attempt,
        now=now,
        standing=standing_of(attempt.exam, attempts, in_force(allowances), now=now),
        attempts=attempts,
        allowances=allowances,
        certificates=certificates,
        sections=section_rows(attempt, finished),
        paper=paper(attempt, reviews, log),
        happenings=happenings(attempt, allowances, certificates),
        log=log,
    )


def in_force(allowances: Sequence[Allowance]) -> list[Allowance]:
    """See also `AllowanceQuerySet.in_force`."""
    return [allowance for allowance in allowances if allowance.withdrawn_at is None]


def section_rows(attempt: Attempt, paper: Sequence[result.Asked]) -> tuple[SectionRow, ...]:
    titles = {asked.section_number: f"{asked.section_number}. {asked.section_title}" for asked in paper}
    scores = attempt.score_of(asked.marked for asked in paper)
    return tuple(SectionRow(titles[score.section], score) for score in scores.sections)


def paper(attempt: Attempt, reviews: dict[int, Reviewed], log: Log) -> tuple[Asked, ...]:
    """In the order in which it is asked. One query."""
    rows = attempt.responses.order_by("position").values_list(*ASKED, named=True)
    return tuple(
        Asked(
            position=row.position,
            number=row.question__number,
            version=row.question__version,
            text=row.question__text,
            answered=bool(row.chosen),
            revision=row.revision,
            saved_at=row.saved_at,
            note=row.note,
            review=reviews.get(row.position),
            sight=log.sights.get(row.position),
        )
        for row in rows
    )


ASKED = (
    "position",
    "chosen",
    "revision",
    "saved_at",
    "note",
    "question__number",
    "question__version",
    "question__text",
)


def happenings(
    attempt: Attempt, allowances: Sequence[Allowance], certificates: Sequence[Certificate]
) -> tuple[Happening, ...]:
    """What happened to an attempt, to these allowances and certificates, the oldest first. One query."""
    granted = {(allowance._meta.db_table, allowance.pk): allowance for allowance in allowances}
    issued = {(certificate._meta.db_table, certificate.pk): certificate for certificate in certificates}
    events = Event.objects.about([attempt, *allowances, *certificates]).select_related("actor")
    subjects = ((event, (event.subject_table, event.subject_id)) for event in events)
    return tuple(Happening(event, granted.get(key), issued.get(key)) for event, key in subjects)


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What a claimed receipt is worth. `comparison` None: the attempt goes on, there is no record to compare
    with. `earlier`: when that finish was recorded of which it is the true receipt, if not of the last one.
    """

    comparison: Comparison | None
    earlier: datetime | None

    @property
    def agrees(self) -> bool:
        return self.comparison is not None and self.comparison.agrees


def check_receipt(attempt: Attempt, claimed: str) -> ReceiptCheck:
    """Compare with the record and, where it differs, with the digests that the events of former finishes
    keep. Two queries.
    """
    comparison = None if attempt.is_open else receipt.compare(claimed, receipt_of(attempt))
    if comparison is not None and comparison.agrees:
        return ReceiptCheck(comparison, earlier=None)
    digest = receipt.claimed_digest(claimed)
    kept = {event.facts.get("receipt"): event.at for event in Event.objects.about([attempt])}
    return ReceiptCheck(comparison, earlier=kept.get(digest) if digest else None)
