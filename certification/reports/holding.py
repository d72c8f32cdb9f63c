"""The certificates that somebody has, as their own pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from certification.models import Attempt, Certificate
from certification.states import CertificateStatus


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate that is not revoked, and what it is worth now."""

    certificate: Certificate
    status: CertificateStatus
    now: datetime

    @property
    def is_renewable(self) -> bool:
        return self.now >= self.certificate.renewal_opens


def holdings(attempts: Iterable[Attempt], *, now: datetime) -> tuple[Held, ...]:
    """Of somebody's attempts, which are `with_certificates`; the newest first. No query."""
    issued = [attempt.certificate for attempt in attempts if attempt.certificate]
    renewed = {certificate.supersedes_id for certificate in issued}
    for certificate in issued:
        certificate.is_superseded = certificate.pk in renewed
    issued.sort(key=lambda certificate: (certificate.issued_at, certificate.pk), reverse=True)
    return tuple(Held(certificate, certificate.status(now=now), now) for certificate in issued)
