from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.models.attempts import Attempt
from certification.models.exams import Exam
from certification.models.people import Partner, User, in_sight_of
from certification.rules import certificates
from certification.rules.certificates import CODE_LENGTH
from certification.rules.search import folded
from certification.states import CertificateStatus, RevocationCause


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> Self:
        """See `AttemptQuerySet.visible_to`."""
        if user.sees_everything:
            return self.all()
        if user.is_manager:
            return self.filter(in_sight_of(user, "candidate__partner__"))
        return self.filter(candidate=user)

    def matching(self, word: str) -> Self:
        """With `word` in the holder's name or in the number."""
        named = Q(attempt__holder_name_folded__contains=folded(word))
        return self.filter(named | Q(number__contains=word.upper()))

    def in_force(self) -> Self:
        """Not revoked, though they may have expired or been renewed."""
        return self.filter(revoked_at__isnull=True)

    def valid(self, now: datetime) -> Self:
        """Neither revoked nor expired."""
        return self.in_force().filter(expires_at__gt=now)

    def expired(self, now: datetime) -> Self:
        """Over without having been revoked or renewed."""
        return self.in_force().unrenewed().filter(expires_at__lte=now)

    def revoked(self) -> Self:
        return self.filter(revoked_at__isnull=False)

    def superseded(self) -> Self:
        """Renewed by one that is not revoked, and not revoked themselves."""
        return self.in_force().filter(is_renewed())

    def expiring(self, now: datetime, *, days: int) -> Self:
        """Valid now, but not in so many days, and not renewed."""
        return self.valid(now).unrenewed().filter(expires_at__lte=now + timedelta(days=days))

    def with_successors(self) -> Self:
        """Each with `is_superseded`: whether one that is not revoked renews it."""
        return self.annotate(is_superseded=is_renewed())

    def unrenewed(self) -> Self:
        """Those that none renews which is not revoked itself."""
        return self.filter(~is_renewed())


def is_renewed() -> Exists:
    return Exists(Certificate.objects.in_force().filter(supersedes=OuterRef("pk")))


class Certificate(models.Model):
    """What a pass gives. Its words are frozen; it may be revoked, and then it says so for ever.

    An attempt has one that is not revoked at most: one that is reopened and passed again has another number.
    """

    # Frozen by actions.certificates.issue
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("attempt")
    )
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("candidate"),
    )
    exam = models.ForeignKey(
        Exam, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("exam")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("partner")
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="successors",
        verbose_name=_("certificate that it renews"),
    )
    number = models.CharField(_("number"), max_length=20, unique=True)
    code = models.CharField(
        _("code"),
        max_length=CODE_LENGTH,
        unique=True,
        help_text=_("Of its public page; it cannot be guessed."),
    )
    holder_name = models.CharField(_("name of the holder"), max_length=120)
    wording = models.JSONField(_("wording"), help_text=_("The words on the sheet, by their place."))
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))

    # Set by actions.certificates.revoke
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revocation_cause = models.CharField(
        _("cause of the revocation"), max_length=20, choices=RevocationCause, blank=True
    )
    revocation_reason = models.TextField(_("reason of the revocation"), blank=True)

    # Set by with_successors().
    is_superseded: bool

    objects = CertificateQuerySet.as_manager()

    # What only a revoked one has.
    REVOCATION: ClassVar = ("revoked_at", "revoked_by", "revocation_cause", "revocation_reason")

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(revoked_at__isnull=True),
                name="certificate_one_per_attempt",
                violation_error_message=_("This attempt has a certificate already."),
            ),
            models.CheckConstraint(
                name="certificate_code_is_whole",
                condition=Q(code__regex=rf"^[0-9A-HJKMNP-TV-Z]{{{CODE_LENGTH}}}$"),
                violation_error_message=_("A certificate's code has 26 characters."),
            ),
            models.CheckConstraint(
                name="certificate_has_a_holder",
                condition=~Q(holder_name=""),
                violation_error_message=_("A certificate names its holder."),
            ),
            models.CheckConstraint(
                name="certificate_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
                violation_error_message=_("A certificate expires after it is issued."),
            ),
            models.CheckConstraint(
                name="certificate_renews_another",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                violation_error_message=_("A certificate does not renew itself."),
            ),
            models.CheckConstraint(
                name="certificate_revocation_recorded",
                condition=Q(
                    revoked_at__isnull=True,
                    revoked_by__isnull=True,
                    revocation_cause="",
                    revocation_reason="",
                )
                | (
                    Q(
                        revoked_at__isnull=False,
                        revoked_by__isnull=False,
                        revocation_cause__in=RevocationCause.values,
                    )
                    & ~Q(revocation_reason="")
                ),
                violation_error_message=_(
                    "A revoked certificate, and no other, says who revoked it and why."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "expires_at"], name="certificate_of_whom"),
            models.Index(fields=["expires_at"], name="certificate_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("verify_code", args=[self.code])

    def get_pdf_url(self) -> str:
        return reverse("certificate_pdf", args=[self.pk])

    def status(self, *, now: datetime) -> CertificateStatus:
        """What it is worth `now`; wants `is_superseded`."""
        return certificates.status(
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            is_superseded=self.is_superseded,
            now=now,
        )

    @property
    def renewal_opens(self) -> datetime:
        """From then on its exam may be sat again."""
        return certificates.renewal_opens(self.issued_at, self.expires_at)
