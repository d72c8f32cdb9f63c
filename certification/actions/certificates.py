"""What a pass gives, and how it is taken back. Lock order: candidate, attempt, certificate."""

from datetime import datetime
from secrets import SystemRandom
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.actions import notices
from certification.actions.events import by_form, record, refuse_repeated
from certification.actions.refused import Refused
from certification.models import Attempt, Certificate, Exam, Partner, User
from certification.rules import certificates as rules
from certification.states import EventKind, NoticeKind, RevocationCause

RANDOM = SystemRandom()


def issue(attempt: Attempt, *, months: int, by: int | None, now: datetime) -> Certificate:
    """Certify a passed attempt that the caller has locked, and that has no certificate that is not revoked.

    Freezes number, code, name, company and every word on the sheet. Valid from the finish on, for so many
    calendar months in the programme's time zone. Renews what the person has from an earlier attempt.
    """
    issued_at = attempt.finished_at
    if issued_at is None:
        raise ValueError(f"attempt {attempt.pk} is not finished")
    zone = timezone.get_default_timezone()
    expires_at = rules.expiry(issued_at, months, zone=zone)
    certificate = Certificate(
        attempt=attempt,
        candidate_id=attempt.candidate_id,
        exam_id=attempt.exam_id,
        partner_id=attempt.partner_id,
        supersedes=renewed_by(attempt),
        number=rules.number(
            year=issued_at.astimezone(zone).year,
            attempt=attempt.pk,
            earlier=attempt.certificates.count(),
        ),
        code=rules.new_code(RANDOM),
        holder_name=attempt.holder_name,
        issued_at=issued_at,
        expires_at=expires_at,
    )
    certificate.wording = wording(certificate, attempt.exam, attempt.partner)
    certificate.save(force_insert=True)
    record(
        EventKind.CERTIFICATE_ISSUED,
        certificate,
        by=by,
        now=now,
        number=certificate.number,
        attempt=attempt.pk,
        expires_at=expires_at,
        supersedes=certificate.supersedes.number if certificate.supersedes else None,
    )
    notices.write(NoticeKind.CERTIFICATE, certificate, now=now)
    return certificate


def renewed_by(attempt: Attempt) -> Certificate | None:
    """The person's last certificate of the same exam from an earlier attempt; it stays as it is meanwhile."""
    earlier = Certificate.objects.in_force().filter(
        candidate=attempt.candidate_id, exam=attempt.exam_id, attempt__number__lt=attempt.number
    )
    locked = earlier.select_for_update(of=("self",), no_key=True)
    return locked.order_by("-attempt__number").first()


def wording(certificate: Certificate, exam: Exam, partner: Partner | None) -> dict[str, str]:
    """Every word on the sheet but the holder's name, the number and the code, as it is said today."""
    return {
        "heading": pgettext("on the sheet", "Certificate"),
        "statement": _("Holder of the certificate"),
        "achievement": _("Certification exam passed"),
        "exam": exam.title,
        "company": _("Partner company: %(company)s") % {"company": partner.name} if partner else "",
        "issuer": _("Certification of amoCRM partners"),
        "number_label": pgettext("on the sheet", "Number"),
        "issued_label": pgettext("on the sheet", "Issued"),
        "issued": on_the_day(certificate.issued_at),
        "expires_label": pgettext("on the sheet", "Valid until"),
        "expires": on_the_day(certificate.expires_at),
        "code_label": pgettext("on the sheet", "Verification code"),
        "verify": _("Check the certificate:"),
    }


def on_the_day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment, timezone.get_default_timezone()), "j E Y г.")


@transaction.atomic
def issue_missing(attempt_id: int, *, now: datetime) -> Certificate | None:
    """Certify an attempt that was passed before there were certificates.

    None where there is nothing to certify, or it has had a certificate already.
    """
    candidate_id = Attempt.objects.values_list("candidate_id", flat=True).get(pk=attempt_id)
    User.objects.select_for_update(no_key=True).get(pk=candidate_id)  # nothing is certified meanwhile
    locked = Attempt.objects.select_for_update(of=("self",), no_key=True)
    missing = locked.uncertified().select_related("exam", "candidate", "partner").filter(pk=attempt_id)
    attempt = missing.first()
    if attempt is None or attempt.certificate_months is None:
        return None
    return issue(attempt, months=attempt.certificate_months, by=None, now=now)


@transaction.atomic(savepoint=False)  # what refuses it refuses the whole of what it is part of
def revoke(
    certificate_id: int,
    *,
    by: int,
    now: datetime,
    cause: RevocationCause,
    reason: str,
    once: UUID | None = None,
) -> Certificate:
    """Let a certificate hold no more, for ever; its public page tells the day and `cause`, not `reason`.

    One that is revoked already comes back as it is. Refuses one's own (`own`). `once`: see `revoke_of`.
    """
    certificate = Certificate.objects.select_for_update(no_key=True).get(pk=certificate_id)
    if certificate.candidate_id == by:
        raise Refused("own")
    if certificate.revoked_at is not None:
        return certificate
    certificate.revoked_at, certificate.revoked_by_id = now, by
    certificate.revocation_cause, certificate.revocation_reason = cause, reason
    certificate.save(update_fields=Certificate.REVOCATION)
    record(
        EventKind.CERTIFICATE_REVOKED,
        certificate,
        by=by,
        now=now,
        reason=reason,
        cause=cause,
        number=certificate.number,
        attempt=certificate.attempt_id,
        issued_at=certificate.issued_at,
        expires_at=certificate.expires_at,
        **by_form(once),
    )
    return certificate


@transaction.atomic
def revoke_of(
    attempt_id: int,
    *,
    by: int,
    now: datetime,
    cause: RevocationCause,
    reason: str,
    once: UUID | None = None,
) -> Certificate:
    """Revoke the last certificate of an attempt, as `revoke` does. Refuses one's own (`own`), an attempt that
    has had none (`no_certificate`), and the form that has revoked one of it already (`done`), be it another.
    """
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    if attempt.candidate_id == by:
        raise Refused("own")
    refuse_repeated(Certificate.objects.filter(attempt=attempt), by=by, once=once)
    certificate = attempt.certificates.order_by("-pk").first()
    if certificate is None:
        raise Refused("no_certificate")
    return revoke(certificate.pk, by=by, now=now, cause=cause, reason=reason, once=once)


def withdraw(attempt: Attempt, *, by: int, now: datetime, reason: str) -> None:
    """Revoke what a locked attempt gave, because its result is taken away."""
    cause = RevocationCause.RESULT_WITHDRAWN
    for certificate_id in attempt.certificates.in_force().values_list("pk", flat=True):
        revoke(certificate_id, by=by, now=now, cause=cause, reason=reason)
