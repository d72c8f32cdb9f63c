from typing import Any

from allauth.account import admin as _addresses  # noqa: F401  registered first, so that it can be put out
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _factors  # noqa: F401  the same
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.actions import companies, people
from certification.actions.refused import Refused
from certification.admin.searching import MatchingAdmin
from certification.models import Invitation, Partner, User
from certification.models.people import confirm_address
from certification.states import MANAGING_ROLES, Role

# Roles say who may what; groups would be a second answer to the same question.
admin.site.unregister(Group)
# allauth's own shows the secrets of everybody's second factor.
admin.site.unregister(Authenticator)
# allauth leaves it unsaid in any language but its own.
Authenticator._meta.verbose_name = _("second factor")
Authenticator._meta.verbose_name_plural = _("second factors")
# allauth's own would let one row of an address differ from the other, which is the user's.
admin.site.unregister(EmailAddress)

# What only actions.people changes.
PLACED = ("role", "partner", "is_active")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only actions write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def reason_field(why: Any) -> forms.CharField:
    """Wanted by the form's `clean` where it changes what leaves an event."""
    return forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=why,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PartnerForm(forms.ModelForm):
    reason = reason_field(_("Why another manager looks after the company."))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and "manager" in self.changed_data and not self.cleaned_data.get("reason"):
            self.add_error("reason", gettext("Write the reason."))
        return cleaned


@admin.register(Partner)
class PartnerAdmin(MatchingAdmin):
    """Who looks after a company sees all of its people: that goes through actions.companies."""

    form = PartnerForm
    list_display = ["name", "kind", "certified_needed", "manager"]
    list_filter = ["kind", "manager"]
    list_select_related = ["manager"]
    search_fields = ["name"]
    fields = ["name", "kind", "certified_needed", "manager", "reason"]

    def save_model(
        self,
        request: HttpRequest,
        obj: Partner,
        form: Any,
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        manager_id, obj.manager_id = obj.manager_id, None
        obj.save(update_fields=["name", "kind", "certified_needed"] if change else None)
        if "manager" in form.changed_data:
            said: dict[str, Any] = {"by": request.user.pk or 0, "now": timezone.now()}
            companies.assign(obj.pk, manager_id, **said, reason=form.cleaned_data["reason"])


@admin.register(Invitation)
class InvitationAdmin(MatchingAdmin, ReadOnlyAdmin):
    """Sent, sent anew and revoked on the pages of companies and staff. What makes its link is not shown."""

    list_display = ["email", "role", "partner", "invited_by", "sent_at", "expires_at", "accepted_at"]
    list_filter = ["role", "partner"]
    list_select_related = ["partner", "invited_by"]
    search_fields = ["email", "partner__name"]
    exclude = ["nonce", "token_hash"]


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Which addresses are confirmed; people change their own on the page of their account."""

    list_display = ["email", "user", "verified"]
    list_filter = ["verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__name"]
    fields = ["email", "user", "verified", "primary"]


class PlacedForm(forms.ModelForm):
    """A user with a role and a company that go together."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        role, partner = self.cleaned_data.get("role"), self.cleaned_data.get("partner")
        if role in MANAGING_ROLES and partner is not None:
            self.add_error("partner", gettext("Managers and administrators belong to no company."))
        if role == Role.LEAD and partner is None and "partner" not in self.errors:
            self.add_error("partner", gettext("A company lead needs a company."))
        return cleaned


class UserCreationForm(PlacedForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role", "partner")


class UserChangeForm(PlacedForm, DjangoUserChangeForm):
    reason = reason_field(_("Why the role, the company or the right to sign in is changed."))
    by: int  # set by UserAdmin

    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007  the fieldsets of UserAdmin say which

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        changed = set(PLACED) & set(self.changed_data)
        if changed and self.instance.pk == self.by:
            raise forms.ValidationError(
                gettext("Nobody decides about themselves: ask another administrator."), code="own"
            )
        if changed and not self.cleaned_data.get("reason"):
            self.add_error("reason", gettext("Write the reason."))
        return cleaned


@admin.register(User)
class UserAdmin(MatchingAdmin, DjangoUserAdmin):
    """Role, company and the right to sign in go through actions.people, which leave their events."""

    add_form = UserCreationForm
    form = UserChangeForm
    list_display = ["name", "email", "role", "partner", "is_active"]
    list_filter = ["role", "is_active", "partner"]
    list_select_related = ["partner"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    filter_horizontal = []
    # The address is who they are, and allauth keeps its own row of it: it is not edited here. What a manager
    # sees is decided on the page of the staff.
    readonly_fields = ["all_companies", "consented_at", "pledged_at", "date_joined", "last_login"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "email",
                    "password",
                    "name",
                    "role",
                    "partner",
                    "all_companies",
                    "is_active",
                    "reason",
                ]
            },
        ),
        (_("Moments"), {"fields": ["consented_at", "pledged_at", "date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [
                    "email",
                    "name",
                    "role",
                    "partner",
                    "usable_password",
                    "password1",
                    "password2",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields, *(["email"] if obj else [])]

    def get_form(
        self,
        request: HttpRequest,
        obj: User | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: Any,
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user.pk
        return form

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: Any,
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        if not change:
            with transaction.atomic():
                super().save_model(request, obj, form, change)
                confirm_address(obj)
            return
        if set(PLACED) & set(form.changed_data):
            try:
                carry_out(obj, form, by=request.user.pk or 0)
            except Refused:  # somebody decided about one of the two meanwhile
                messages.error(request, gettext("Role, company and right to sign in stay as they were."))
        if "name" in form.changed_data:  # after the action, which locks two people in the order of their keys
            obj.save(update_fields=["name"])


@transaction.atomic
def carry_out(user: User, form: Any, *, by: int) -> None:
    """Change what the form changed, of the row as it is by now."""
    said: dict[str, Any] = {"by": by, "now": timezone.now(), "reason": form.cleaned_data["reason"]}
    if {"role", "partner"} & set(form.changed_data):
        people.place(user.pk, role=user.role, partner_id=user.partner_id, **said)
    if "is_active" in form.changed_data:
        change = people.reactivate if user.is_active else people.deactivate
        change(user.pk, **said)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """For whoever lost their phone: what they have is seen and taken away, and its secret is not shown."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ("user", "type", "created_at", "last_used_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        people.remove_factor(obj, by=request.user.pk or 0, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for factor in queryset.select_related("user"):
            self.delete_model(request, factor)
