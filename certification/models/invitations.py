import hashlib
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from certification.models.people import Partner, User, in_sight_of
from certification.rules.inviting import invitable
from certification.rules.search import folded
from certification.states import MANAGING_ROLES, PARTNER_ROLES, Role

SALT = "certification.invitation"


def hash_of(token: str) -> str:
    """What is stored of a token: whoever reads the database learns no link."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """Of those that they may make themselves, to companies that they run (`User.sees_everything`)."""
        decided = self.filter(role__in=invitable(user.role))
        return decided if user.sees_everything else decided.filter(in_sight_of(user, "partner__"))

    def open(self) -> Self:
        """Neither accepted nor revoked; expired ones among them. See also `Invitation.is_open`."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def expired(self, now: datetime) -> Self:
        """Open, but nobody accepted in time. See also `Invitation.is_expired`."""
        return self.open().filter(expires_at__lte=now)

    def accepted(self) -> Self:
        return self.filter(accepted_at__isnull=False)

    def revoked(self) -> Self:
        return self.filter(revoked_at__isnull=False)

    def matching(self, word: str) -> Self:
        """With `word` in the e-mail or the company's name."""
        part = folded(word)
        return self.filter(Q(email__contains=part) | Q(partner__name_folded__contains=part))

    def with_token(self, token: str) -> Self:
        """The one to which this token leads, whatever became of it."""
        return self.filter(token_hash=hash_of(token))


class Invitation(models.Model):
    """A letter with a link that makes one person a member of a company, or of the programme's staff, once."""

    # From whoever invites
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.CANDIDATE)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("partner"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited at"))

    # Set by actions.invitations; sending it anew makes another nonce, and the former link leads nowhere
    nonce = models.CharField(_("nonce"), max_length=32, help_text=_("Makes the link, with the secret key."))
    token_hash = models.CharField(_("hash of the link's token"), max_length=64, unique=True)
    sent_at = models.DateTimeField(_("last sent at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="invitation",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open_per_email",
                violation_error_message=_("This person is invited already."),
            ),
            models.CheckConstraint(
                name="invitation_email_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail in lower case."),
            ),
            models.CheckConstraint(
                name="invitation_partner_by_role",
                condition=Q(role__in=PARTNER_ROLES, partner__isnull=False)
                | Q(role__in=MANAGING_ROLES, partner__isnull=True),
                violation_error_message=_("Candidates and leads are invited to a company, staff to none."),
            ),
            models.CheckConstraint(
                name="invitation_expires_after_sending",
                condition=Q(expires_at__gt=F("sent_at"), sent_at__gte=F("invited_at")),
                violation_error_message=_("An invitation expires after it is sent."),
            ),
            models.CheckConstraint(
                name="invitation_ends_once",
                condition=Q(
                    accepted_at__isnull=True,
                    accepted_by__isnull=True,
                    revoked_at__isnull=True,
                    revoked_by__isnull=True,
                )
                | Q(
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    revoked_at__isnull=True,
                    revoked_by__isnull=True,
                )
                | Q(
                    accepted_at__isnull=True,
                    accepted_by__isnull=True,
                    revoked_at__isnull=False,
                    revoked_by__isnull=False,
                ),
                violation_error_message=_(
                    "An invitation is accepted or revoked, by somebody and at some time."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        """What the link carries: made of the secret key, so that the database alone does not give it."""
        return salted_hmac(SALT, f"{self.email}\n{self.nonce}", algorithm="sha256").hexdigest()

    @property
    def link(self) -> str:
        """The address that the letter gives."""
        return settings.SITE_URL + reverse("invitation", args=[self.token])

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None

    def is_expired(self, now: datetime) -> bool:
        """Nobody accepted it in time; sending it anew gives more."""
        return self.is_open and now >= self.expires_at
