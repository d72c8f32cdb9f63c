from django.contrib import admin
from django.http import HttpRequest

from certification.admin.searching import MatchingAdmin
from certification.models import Certificate


@admin.register(Certificate)
class CertificateAdmin(MatchingAdmin):
    """To look at only: a pass issues it, and a manager revokes it on the attempt's page."""

    list_display = ["number", "holder_name", "exam", "issued_at", "expires_at", "revoked_at"]
    list_filter = ["exam", "revocation_cause"]
    list_select_related = ["exam"]
    search_fields = ["number", "holder_name"]
    # Whoever has the code may look at the public page; nobody else needs it.
    exclude = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False
