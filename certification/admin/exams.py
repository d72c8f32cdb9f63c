from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from certification.forms.exams import BlueprintFormSet
from certification.models import BlueprintLine, Exam


class BlueprintInline(admin.TabularInline):
    model = BlueprintLine
    formset = BlueprintFormSet
    extra = 0


@admin.register(Exam)
class ExamAdmin(admin.ModelAdmin):
    """An attempt copies what is promised here when it starts: a change touches later ones only."""

    inlines = [BlueprintInline]
    list_display = ["title", "slug", "is_published", "minutes", "pass_percent", "attempts_allowed"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "about", "place", "is_published"]}),
        (_("The sitting"), {"fields": ["opens_at", "closes_at", "minutes", "tells_how_many"]}),
        (
            _("The result"),
            {"fields": ["pass_percent", "partial_credit", "gives_certificate", "certificate_months"]},
        ),
        (
            _("What the candidate sees of it"),
            {"fields": ["review_right_after", "review_meanwhile", "review_later", "keeps_keys"]},
        ),
        (
            _("Retakes"),
            {"fields": ["attempts_allowed", "first_wait", "later_wait", "cycle_days"]},
        ),
    ]

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        super().save_related(request, form, formsets, change)
        [blueprint] = formsets
        for sentence in blueprint.advice():
            messages.warning(request, sentence)
