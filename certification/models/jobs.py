from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

# The standing job that counts finished attempts; its last run is the age of the statistics.
KEEPER = "refresh_statistics"

# /readyz turns to 503 when a job's last run is older.
JOB_IS_STALE_AFTER = timedelta(seconds=60)


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def fresh(self, now: datetime) -> Self:
        """Those that ran within the last minute."""
        return self.filter(ran_at__gte=now - JOB_IS_STALE_AFTER)

    def stopped(self, now: datetime) -> Self:
        """Those that ran once and do not any more."""
        return self.filter(ran_at__lt=now - JOB_IS_STALE_AFTER)


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
