from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.states import StandingJob

# /readyz turns to 503 when a job's last run is older.
JOB_IS_STALE_AFTER = timedelta(seconds=60)


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def fresh(self, now: datetime) -> Self:
        """Those that ran within the last minute."""
        return self.filter(ran_at__gte=now - JOB_IS_STALE_AFTER)

    def stopped(self, now: datetime) -> list[StandingJob]:
        """Those that must run and did not within the last minute, or never have. One query."""
        running = set(self.fresh(now).values_list("name", flat=True))
        return [job for job in StandingJob if job not in running]


class JobRun(models.Model):
    """When a standing job last went through, and what it could not do."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    ran_at = models.DateTimeField(_("last run"))
    failures = models.PositiveIntegerField(_("failures in the last run"), default=0)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
