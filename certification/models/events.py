from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models.agreements import Acceptance
from certification.models.allowances import Allowance
from certification.models.attempts import Attempt
from certification.models.certificates import Certificate
from certification.models.invitations import Invitation
from certification.models.notices import Notice
from certification.models.people import Partner, User
from certification.models.responses import Response
from certification.states import EventKind


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        """To those who see everything all of them; to other managers what they did themselves, and what
        happened to rows that they see.
        """
        if user.sees_everything:
            return self.all()
        return self.filter(Q(actor=user.pk) | about_any(*seen_by(user)))

    def about_people(self, people: "models.QuerySet[User]") -> Self:
        """What happened to these people and to what is theirs."""
        theirs = (
            people,
            Attempt.objects.filter(candidate__in=people),
            Allowance.objects.filter(candidate__in=people),
            Certificate.objects.filter(candidate__in=people),
            Response.objects.filter(attempt__candidate__in=people),
            Acceptance.objects.filter(accepted_by__in=people),
            Invitation.objects.filter(accepted_by__in=people),
            Notice.objects.filter(person__in=people),
        )
        return self.filter(about_any(*theirs))

    def of_form(self, once: UUID, *, by: int, rows: "models.QuerySet[Any]") -> Self:
        """What one form that this person was shown has done to these rows."""
        return self.filter(about_any(rows), actor=by, facts__once=str(once))

    def about(self, rows: Iterable[models.Model]) -> Self:
        """What happened to any of these rows, the oldest first."""
        subjects = Q(pk__in=())
        for row in rows:
            subjects |= Q(subject_table=row._meta.db_table, subject_id=row.pk)
        return self.filter(subjects).order_by("id")


def seen_by(user: User) -> tuple["models.QuerySet[Any]", ...]:
    """The rows that a manager sees, of every table that events tell of and that is not of the programme."""
    people, companies = User.objects.visible_to(user), Partner.objects.visible_to(user)
    told = Event.objects.filter(subject_table=Response._meta.db_table)  # of 45 in each attempt, of hardly any
    return (
        people,
        companies,
        Attempt.objects.visible_to(user),
        Allowance.objects.filter(candidate__in=people),
        Certificate.objects.visible_to(user),
        Response.objects.visible_to(user).filter(pk__in=told.order_by().values("subject_id")),
        Invitation.objects.visible_to(user),
        Notice.objects.visible_to(user),
        Acceptance.objects.filter(partner__in=companies),
    )


def about_any(*tables: "models.QuerySet[Any]") -> Q:
    """That an event is about one of these rows; their keys are read once, if any event is of their table."""
    found = Q(pk__in=())
    for rows in tables:
        found |= Q(subject_table=rows.model._meta.db_table, subject_id__in=rows.order_by().values("pk"))
    return found


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
        return f"{self.get_kind_display()} ({self.subject_id})"
