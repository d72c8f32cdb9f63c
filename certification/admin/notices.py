from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certification.actions import notices
from certification.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """Who was written to and what became of it; what a letter says, and the links in it, are not kept."""

    list_display = ["kind", "email", "state", "tries", "created_at", "due_at", "sent_at", "error"]
    list_filter = ["state", "kind"]
    search_fields = ["email", "person__name"]
    actions = ["send_again"]
    fields = [
        "kind",
        "email",
        "person",
        "state",
        "tries",
        "created_at",
        "due_at",
        "claimed_at",
        "sent_at",
        "error",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    @admin.action(description=_("Send again those that were given up or got stuck"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> TemplateResponse | None:
        """Asks first: one that got stuck may have been sent."""
        now = timezone.now()
        chosen = queryset.repeatable(now)  # type: ignore[attr-defined]
        if "confirmed" not in request.POST and chosen.exists():
            context = {
                **self.admin_site.each_context(request),
                "title": _("Send these letters again?"),
                "opts": self.opts,
                "notices": chosen,
                "others": queryset.count() - len(chosen),
                "action_name": "send_again",
            }
            return TemplateResponse(request, "admin/certification/notice/send_again.html", context)
        pks = list(chosen.values_list("pk", flat=True))
        by = request.user.pk
        count = notices.send_again(pks, by=by, now=now) if pks and by is not None else 0
        if count:
            sentence = ngettext("%(count)d letter is sent again.", "%(count)d letters are sent again.", count)
            messages.success(request, sentence % {"count": count})
        else:
            messages.warning(request, _("None of these was given up or got stuck: nothing is sent again."))
        return None
