from datetime import datetime
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.folded import FoldedField, Folding, FoldingQuerySet, name_is_folded
from certification.rules import coverage
from certification.rules.search import folded
from certification.states import MANAGING_ROLES, PARTNER_ROLES, PartnerKind, Role


class PartnerQuerySet(FoldingQuerySet["Partner"]):
    def visible_to(self, user: "User") -> Self:
        """The companies that this user runs: see `User.sees_everything`."""
        return self.all() if user.sees_everything else self.filter(in_sight_of(user))

    def matching(self, word: str) -> Self:
        """With `word` in the company's name."""
        return self.filter(name_folded__contains=folded(word))

    def with_certified(self, now: datetime) -> Self:
        """Each with `certified` and `certified_later`: how many of its people hold a certificate now, and
        will in 90 days if nobody does anything; and with `missing`, below nought where there are more than
        it needs. See `rules.coverage`.
        """
        counted = self.annotate(
            certified=certified_people(now), certified_later=certified_people(now + coverage.AHEAD)
        )
        return counted.annotate(missing=F("certified_needed") - F("certified"))

    def short(self, now: datetime) -> Self:
        """With fewer certified people than they need."""
        return self.with_certified(now).filter(certified__lt=F("certified_needed"))

    def short_later(self, now: datetime) -> Self:
        """With fewer in 90 days than they need, those that are short now among them."""
        return self.with_certified(now).filter(certified_later__lt=F("certified_needed"))

    def covered(self, now: datetime) -> Self:
        """With enough of them, now and in 90 days."""
        return self.with_certified(now).filter(certified_later__gte=F("certified_needed"))


def certified_people(moment: datetime) -> Count:
    """How many active people of a company hold a certificate then that nobody revoked by now."""
    held = Q(people__certificates__revoked_at=None, people__certificates__expires_at__gt=moment)
    return Count("people", filter=held & Q(people__is_active=True), distinct=True)


class Partner(Folding):
    """A company of the partner programme."""

    name = models.CharField(pgettext_lazy("company", "name"), max_length=200, unique=True)
    name_folded = FoldedField(_("name as it is searched"), source="name")
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    certified_needed = models.PositiveSmallIntegerField(
        _("certified people needed"),
        default=1,
        help_text=_("How many of its people must hold a valid certificate."),
    )
    manager = models.ForeignKey(
        "certification.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        limit_choices_to={"role__in": MANAGING_ROLES},
        verbose_name=_("manager responsible"),
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name_folded"]
        indexes = [models.Index(fields=["name_folded"], name="partner_by_name")]
        constraints = [
            models.CheckConstraint(
                name="partner_kind_known",
                condition=Q(kind__in=PartnerKind.values),
                violation_error_message=_("Choose one of the kinds of partner."),
            ),
            models.CheckConstraint(
                name="partner_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("A partner needs a name."),
            ),
            name_is_folded("partner_name_is_folded", "name"),
            models.CheckConstraint(
                name="partner_needs_somebody",
                condition=Q(certified_needed__gte=1),
                violation_error_message=_("A company needs one certified person at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page for managers."""
        return reverse("manage_partner", args=[self.pk])

    def is_visible_to(self, user: "User") -> bool:
        """See also `PartnerQuerySet.visible_to`."""
        return user.sees_everything or (user.is_manager and self.manager_id == user.pk)


class UserQuerySet(FoldingQuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """The people of companies that this user runs: who is in them now, wherever they were before."""
        return self.all() if user.sees_everything else self.filter(in_sight_of(user, "partner__"))

    def matching(self, word: str) -> Self:
        """With `word` in the person's name or e-mail."""
        return self.filter(Q(name_folded__contains=folded(word)) | Q(email__contains=folded(word)))

    def leads(self) -> Self:
        """Company leads who may sign in."""
        return self.filter(role=Role.LEAD, is_active=True)

    def of_companies(self) -> Self:
        """Those who are, or may be, in a company: candidates and leads."""
        return self.filter(role__in=PARTNER_ROLES)

    def having(self, email: str) -> Self:
        """Whose address this is; one that somebody has only typed, and not confirmed, is nobody's."""
        confirmed = Q(emailaddress__email=email, emailaddress__verified=True)
        return self.filter(Q(email=email) | confirmed).distinct()


def in_sight_of(user: "User", company: str = "") -> Q:
    """That the company, to which `company` is the path, is one that this manager runs; others run none."""
    return Q(**{f"{company}manager": user.pk}) if user.is_manager else Q(pk__in=())


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with this e-mail, lower-cased; without a password nobody can sign in as them."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_known(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The same, whose address counts as confirmed: whoever makes them answers for it."""
        user = self.create_user(email, password, **fields)
        confirm_address(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_known(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


def confirm_address(user: "User") -> None:
    """Let allauth take the address of a new user as confirmed."""
    addresses = apps.get_model("account", "EmailAddress")._default_manager
    addresses.create(user=user, email=user.email, verified=True, primary=True)


class User(Folding, AbstractBaseUser):
    """Somebody who signs in by e-mail; a candidate or lead of a partner, or one of the programme's staff."""

    # From whoever invites them
    email = models.EmailField(_("e-mail"), unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.CANDIDATE)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("partner"),
    )
    all_companies = models.BooleanField(
        _("sees every company"),
        default=False,
        help_text=_("A manager: not only the companies of which they are the manager responsible."),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)

    # From the person
    name = models.CharField(_("name"), max_length=120, help_text=_("As it will stand on a certificate."))
    name_folded = FoldedField(_("name as it is searched"), source="name")
    consented_at = models.DateTimeField(_("consented to processing at"), null=True, blank=True)
    pledged_at = models.DateTimeField(_("made the honour statement at"), null=True, blank=True)

    # Set by the server
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name_folded"]
        indexes = [models.Index(fields=["name_folded"], name="user_by_name")]
        constraints = [
            name_is_folded("user_name_is_folded", "name"),
            models.CheckConstraint(
                name="user_role_known",
                condition=Q(role__in=Role.values),
                violation_error_message=_("Choose one of the roles."),
            ),
            models.CheckConstraint(
                name="user_email_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail in lower case."),
            ),
            models.CheckConstraint(
                name="user_lead_has_partner",
                condition=~Q(role=Role.LEAD) | Q(partner__isnull=False),
                violation_error_message=_("A company lead needs a company."),
            ),
            models.CheckConstraint(
                name="user_all_companies_of_a_manager",
                condition=Q(all_companies=False) | Q(role=Role.MANAGER),
                violation_error_message=_("Only a manager is given every company to see."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether Django admin lets them in."""
        return self.is_active and self.role == Role.ADMIN

    @property
    def is_manager(self) -> bool:
        """Whether they run the programme, as administrators do as well."""
        return self.role in MANAGING_ROLES

    @property
    def sees_everything(self) -> bool:
        """Whether every company is in their sight, and people of none: administrators, and managers who have
        been given that; other managers see the companies of which they are the manager responsible.
        """
        return self.role == Role.ADMIN or (self.is_manager and self.all_companies)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """The role is the only permission there is: administrators may do everything."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_short_name(self) -> str:
        """What a greeting says, the admin's as well: people write the given name first."""
        return self.name.split(" ", 1)[0]
