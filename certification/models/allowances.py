from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models.attempts import Attempt
from certification.models.exams import Exam
from certification.rules import eligibility
from certification.rules.deadlines import ExtraTime
from certification.rules.eligibility import ExtraAttempts, Standing
from certification.states import TIME_PERCENTS, AllowanceKind


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Allowance(models.Model):
    """What one person gets at one exam beyond what it promises, with the reason.

    Extra time counts from the next attempt on; an attempt that is in progress is extended instead. A waived
    wait is the one after `attempt`.
    """

    # From the manager
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="allowances",
        verbose_name=_("candidate"),
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+", verbose_name=_("exam"))
    kind = models.CharField(_("kind"), max_length=10, choices=AllowanceKind)
    percent = models.PositiveSmallIntegerField(_("percent of the time"), null=True)
    minutes = models.PositiveSmallIntegerField(_("minutes more"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts more"), null=True)
    attempt = models.ForeignKey(
        Attempt,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("attempt after which there is no wait"),
    )
    reason = models.TextField(_("reason"))

    # Set by actions.allowances
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="allowance_is_of_its_kind",
                condition=Q(
                    kind=AllowanceKind.TIME,
                    percent__isnull=False,  # a check that comes to NULL is passed
                    percent__in=TIME_PERCENTS,
                    minutes__isnull=True,
                    attempts__isnull=True,
                    attempt__isnull=True,
                )
                | Q(
                    kind=AllowanceKind.TIME,
                    percent__isnull=True,
                    minutes__isnull=False,
                    minutes__gte=1,
                    attempts__isnull=True,
                    attempt__isnull=True,
                )
                | Q(
                    kind=AllowanceKind.ATTEMPTS,
                    percent__isnull=True,
                    minutes__isnull=True,
                    attempts__isnull=False,
                    attempts__gte=1,
                    attempt__isnull=True,
                )
                | Q(
                    kind=AllowanceKind.NO_WAIT,
                    percent__isnull=True,
                    minutes__isnull=True,
                    attempts__isnull=True,
                    attempt__isnull=False,
                ),
                violation_error_message=_(
                    "Extra time is a percentage or minutes, extra attempts are a number, a waived wait names "
                    "its attempt."
                ),
            ),
            models.CheckConstraint(
                name="allowance_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Write the reason."),
            ),
            models.CheckConstraint(
                name="allowance_withdrawal_recorded",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                violation_error_message=_("A withdrawal says who withdrew it and when."),
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(withdrawn_at__isnull=True),
                name="allowance_wait_waived_once",
                violation_error_message=_("The wait after this attempt is waived already."),
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "exam"], name="allowance_of_whom"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.candidate_id}/{self.exam_id}"

    @property
    def extra_time(self) -> ExtraTime:
        """What `rules.deadlines` has to know of one of the kind TIME."""
        return ExtraTime(percent=self.percent, minutes=self.minutes)

    @property
    def extra_attempts(self) -> ExtraAttempts:
        """What `rules.eligibility` has to know of one of the kind ATTEMPTS."""
        return ExtraAttempts(granted_at=self.granted_at, attempts=self.attempts or 0)


def standing_of(
    exam: Exam, attempts: Iterable[Attempt], allowances: Sequence[Allowance], *, now: datetime
) -> Standing:
    """Where somebody stands with `exam` who has these attempts and, in force, these allowances at it.

    The attempts are `with_certificates`.
    """
    waived = {a.attempt_id for a in allowances if a.kind == AllowanceKind.NO_WAIT}
    sittings = [
        replace(a.sitting, wait_waived=a.pk in waived)
        for a in sorted(attempts, key=lambda attempt: attempt.number)
        if a.counts
    ]
    extras = [a.extra_attempts for a in allowances if a.kind == AllowanceKind.ATTEMPTS]
    return eligibility.standing(exam.terms, sittings, now=now, extras=extras)
