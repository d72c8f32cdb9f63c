from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models.attempts import Attempt
from certification.models.certificates import Certificate
from certification.models.invitations import Invitation
from certification.models.people import User, in_sight_of
from certification.states import NoticeKind, NoticeState

ABOUT_ATTEMPT = (NoticeKind.RESULT, NoticeKind.CLOSED)
ABOUT_CERTIFICATE = (NoticeKind.CERTIFICATE, NoticeKind.EXPIRING)

# No mail server takes so long: whoever had claimed the letter has died.
STUCK_AFTER = timedelta(minutes=15)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """To managers those to the people, and to the invited, of companies that they run; see
        `User.sees_everything`.
        """
        if user.sees_everything:
            return self.all()
        to_people, to_invited = (in_sight_of(user, f"{who}__partner__") for who in ("person", "invitation"))
        return self.filter(to_people | to_invited)

    def due(self, now: datetime) -> Self:
        """Waiting to be sent, now."""
        return self.filter(state=NoticeState.WAITING, due_at__lte=now)

    def repeatable(self, now: datetime) -> Self:
        """Given up, or claimed so long ago that nobody is at it: a person may have them sent again."""
        stuck = Q(state=NoticeState.SENDING, claimed_at__lte=now - STUCK_AFTER)
        return self.filter(Q(state=NoticeState.FAILED) | stuck)

    def with_subject(self) -> Self:
        """With all that a letter is written from, but for where its person stands at the exam."""
        return self.select_related(
            "person",
            "invitation__partner",
            "invitation__invited_by",
            "attempt__exam",
            "attempt__candidate",
            "certificate__exam",
            "certificate__candidate",
        )


class Notice(models.Model):
    """A letter to somebody, written down with what it tells of and sent afterwards, at most once.

    One that stays `sending` was given to the mail server by a process that died: nobody knows whether it went
    out, so it is not sent again.
    """

    # From whatever happened
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    key = models.CharField(_("key"), max_length=80, unique=True, help_text=_("No second one has it."))
    email = models.EmailField(_("to"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices",
        verbose_name=_("person"),
    )
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("invitation")
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("attempt")
    )
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("certificate")
    )
    created_at = models.DateTimeField(_("written at"))

    # Set by actions.notices
    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.WAITING)
    due_at = models.DateTimeField(_("to be sent from"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_at = models.DateTimeField(_("given to the mail server at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="notice_state_known",
                condition=Q(state__in=NoticeState.values),
                violation_error_message=_("Choose one of the states of a notice."),
            ),
            models.CheckConstraint(
                name="notice_tells_of_its_kind",
                condition=Q(
                    kind=NoticeKind.INVITATION,
                    invitation__isnull=False,
                    attempt__isnull=True,
                    certificate__isnull=True,
                )
                | Q(
                    kind__in=ABOUT_ATTEMPT,
                    invitation__isnull=True,
                    attempt__isnull=False,
                    certificate__isnull=True,
                )
                | Q(
                    kind__in=ABOUT_CERTIFICATE,
                    invitation__isnull=True,
                    attempt__isnull=True,
                    certificate__isnull=False,
                ),
                violation_error_message=_("A notice tells of an invitation, an attempt or a certificate."),
            ),
            models.CheckConstraint(
                name="notice_sent_at_some_time",
                condition=Q(state=NoticeState.SENT, sent_at__isnull=False, claimed_at__isnull=False)
                | (~Q(state=NoticeState.SENT) & Q(sent_at__isnull=True)),
                violation_error_message=_("A sent notice, and no other, has the time at which it was sent."),
            ),
            models.CheckConstraint(
                name="notice_claimed_at_some_time",
                condition=~Q(state=NoticeState.SENDING) | Q(claimed_at__isnull=False),
                violation_error_message=_("A notice that is being sent was given away at some time."),
            ),
        ]
        indexes = [
            # The sender's question, asked every few seconds.
            models.Index(
                fields=["due_at"], condition=Q(state=NoticeState.WAITING), name="notice_waiting_by_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def is_pointless(self, now: datetime) -> bool:
        """Whether what it tells of is not so any more, or nobody is to be told. At most one query."""
        if self.invitation is not None:
            over = not self.invitation.is_open or self.invitation.is_expired(now)
            return over or self.created_at < self.invitation.sent_at
        if self.person is None or not self.person.is_active:
            return True
        if self.attempt is not None:
            reopened_at = self.attempt.reopened_at
            since = reopened_at is not None and self.created_at < reopened_at
            return self.attempt.is_open or not self.attempt.counts or since
        return self.certificate is None or self.certificate_is_past(self.certificate, now)

    def certificate_is_past(self, certificate: Certificate, now: datetime) -> bool:
        """Revoked or expired; where the letter tells of its end also one that is renewed."""
        if certificate.revoked_at is not None or certificate.expires_at <= now:
            return True
        return self.kind == NoticeKind.EXPIRING and certificate.successors.in_force().exists()
