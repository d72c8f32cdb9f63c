"""What happened, to look at: nobody writes here by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from certification.admin.people import ReadOnlyAdmin
from certification.admin.searching import MatchingAdmin
from certification.models import Attempt, Event
from certification.reports.event_facts import facts_of, subject_of


@admin.register(Attempt)
class AttemptAdmin(MatchingAdmin, ReadOnlyAdmin):
    """Moved by its candidate and on the manager's pages; the seed, which gives the paper, is not shown."""

    list_display = ["id", "holder_name", "exam", "number", "state", "passed", "started_at", "finished_at"]
    list_display_links = ["id", "holder_name"]
    list_filter = ["exam", "state", "passed", "started_at"]
    list_select_related = ["exam"]
    ordering = ["-id"]
    search_fields = ["holder_name", "candidate__email"]
    search_help_text = _("In the name and the e-mail.")
    exclude = ["seed"]
    show_full_result_count = False
    list_per_page = 50


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "actor", "about", "told"]
    fields = ["at", "kind", "actor", "about", "told"]
    list_display_links = ["at", "kind"]
    list_filter = ["kind", "at"]
    list_select_related = ["actor"]
    ordering = ["-id"]
    search_fields = ["subject_id", "actor__email"]
    search_help_text = _("The number of what it is about, or somebody's e-mail.")
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description=_("about"))
    def about(self, event: Event) -> str:
        return subject_of(event)

    @admin.display(description=_("facts"))
    def told(self, event: Event) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((line,) for line in facts_of(event)))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if search_term.isdecimal():
            return queryset.filter(subject_id=int(search_term)), False
        found = queryset.filter(actor__email__contains=search_term.lower())
        return (found if search_term else queryset), False
