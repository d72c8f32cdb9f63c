"""The certificates that somebody has, as their own pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certification.models import Allowance, Attempt, Certificate, Exam
from certification.models.allowances import standing_of
from certification.rules.eligibility import Standing
from certification.states import CertificateStatus


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate that is not revoked, what it is worth now, and from when on it may be renewed.

    `renewable_from`: None now, and where its holder must ask or it never may; see `is_renewable`.
    """

    certificate: Certificate
    status: CertificateStatus
    is_renewable: bool
    renewable_from: datetime | None


def holdings(
    attempts: Sequence[Attempt], allowances: Iterable[Allowance], *, now: datetime
) -> tuple[Held, ...]:
    """Of all that somebody has; attempts are `with_certificates` and have their exam. The newest first.
    No query.
    """
    granted = list(allowances)
    issued = [(attempt.exam, attempt.certificate) for attempt in attempts if attempt.certificate]
    issued.sort(key=lambda pair: (pair[1].issued_at, pair[1].pk), reverse=True)
    renewed = {certificate.supersedes_id for _exam, certificate in issued}
    return tuple(
        held(
            certificate,
            exam,
            standing_at(exam, attempts, granted, now=now),
            is_superseded=certificate.pk in renewed,
            now=now,
        )
        for exam, certificate in issued
    )


def held(
    certificate: Certificate, exam: Exam, standing: Standing, *, is_superseded: bool, now: datetime
) -> Held:
    """`standing`: the holder's at `exam`. One that gives certificates no more renews none."""
    certificate.is_superseded = is_superseded
    refusal = standing.refusal
    return Held(
        certificate=certificate,
        status=certificate.status(now=now),
        is_renewable=exam.gives_certificate and refusal is None,
        renewable_from=refusal.retry_at if exam.gives_certificate and refusal else None,
    )


def lost_at(attempt: Attempt, attempts: Iterable[Attempt]) -> datetime | None:
    """When the certificate was revoked that this attempt gave, if it has no other."""
    return next((a.certificate_revoked_at for a in attempts if a == attempt and a.has_lost_certificate), None)


def standing_at(
    exam: Exam, attempts: Iterable[Attempt], allowances: Iterable[Allowance], *, now: datetime
) -> Standing:
    """Of all that somebody has, what is of this exam counts."""
    own = [a for a in attempts if a.exam_id == exam.pk]
    return standing_of(exam, own, [a for a in allowances if a.exam_id == exam.pk], now=now)
