from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models.people import Partner


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force_by(self, now: datetime) -> Self:
        """Those that came into force, the newest first."""
        return self.filter(in_force_from__lte=now).order_by("-number")

    def in_force(self, now: datetime) -> "Agreement | None":
        """The one to accept; None before the first."""
        return self.in_force_by(now).first()


class Agreement(models.Model):
    """One version of the partner agreement. Once somebody accepted it, its words stay."""

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), help_text=_("Plain text; an empty line begins a paragraph."))
    in_force_from = models.DateTimeField(
        _("in force from"), help_text=_("The latest version in force is the one to accept.")
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the agreement")
        verbose_name_plural = _("partner agreement")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="agreement_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Versions are counted from 1."),
            ),
            models.CheckConstraint(
                name="agreement_has_words",
                condition=~Q(title="") & ~Q(text=""),
                violation_error_message=_("An agreement has a title and a text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Acceptance(models.Model):
    """That somebody accepted a version for their company. Rows are only ever added."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("agreement")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("partner")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted at"))
    name = models.CharField(_("name"), max_length=120, help_text=_("As it was then."))
    partner_name = models.CharField(_("name of the company"), max_length=200, help_text=_("As it was then."))

    class Meta:
        verbose_name = _("acceptance of the agreement")
        verbose_name_plural = _("acceptances of the agreement")
        ordering = ["-accepted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "partner"],
                name="acceptance_once",
                violation_error_message=_("This company has accepted this version already."),
            ),
            models.CheckConstraint(
                name="acceptance_has_names",
                condition=~Q(name="") & ~Q(partner_name=""),
                violation_error_message=_("An acceptance names the person and the company."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.agreement_id}"
