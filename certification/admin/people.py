from allauth.mfa import admin as _theirs  # noqa: F401  registered first, so that it can be put out
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from certification.models import Partner, User

# Roles say who may what; groups would be a second answer to the same question.
admin.site.unregister(Group)
# allauth's own shows the secrets of everybody's second factor.
admin.site.unregister(Authenticator)


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    list_display = ["name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name"]


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role", "partner")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = UserCreationForm
    list_display = ["name", "email", "role", "partner", "is_active"]
    list_filter = ["role", "is_active", "partner"]
    list_select_related = ["partner"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    filter_horizontal = []
    # The address is who they are, and allauth keeps its own row of it: it is not edited here.
    readonly_fields = ["consented_at", "pledged_at", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "role", "partner", "is_active"]}),
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
