from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.states import EventKind


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, rows: Iterable[models.Model]) -> Self:
        """What happened to any of these rows, the oldest first."""
        subjects = Q(pk__in=())
        for row in rows:
            subjects |= Q(subject_table=row._meta.db_table, subject_id=row.pk)
        return self.filter(subjects).order_by("id")


class Event(models.Model):
    """Who did what, when, to what. Rows are only ever added: triggers refuse the rest."""

    kind = models.CharField(_("what"), max_length=40, choices=EventKind)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        "certification.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the system."),
    )
    # The row it is about, by table and key: an event outlives what it tells of.
    subject_table = models.CharField(_("about"), max_length=60)
    subject_id = models.PositiveBigIntegerField(_("number"))
    facts = models.JSONField(_("facts"), default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_table", "subject_id"], name="event_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_kind_known",
                condition=Q(kind__in=EventKind.values),
                violation_error_message=_("Choose one of the kinds of event."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_table} {self.subject_id}"
