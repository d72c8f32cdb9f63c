from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from certification.admin.people import ReadOnlyAdmin
from certification.models import Acceptance, Agreement


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    """Edited until somebody accepts it; then the next version is written."""

    list_display = ["number", "title", "in_force_from"]
    fields = ["number", "title", "text", "in_force_from"]

    def has_change_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_accepted(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_accepted(obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """A version is deleted on its own page, which knows whether it may be."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version begins with the number and the words of the last one."""
        last = Agreement.objects.order_by("-number").first()
        former = (
            {"number": last.number + 1, "title": last.title, "text": last.text} if last else {"number": 1}
        )
        return super().get_changeform_initial_data(request) | former


def is_accepted(agreement: Agreement | None) -> bool:
    return agreement is not None and agreement.acceptances.exists()


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnlyAdmin):
    list_display = ["partner_name", "agreement", "name", "accepted_at"]
    list_filter = ["agreement"]
    list_select_related = ["agreement"]
    search_fields = ["partner_name", "name"]
