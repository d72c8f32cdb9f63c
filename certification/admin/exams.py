from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.forms.exams import BlueprintFormSet
from certification.models import BlueprintLine, Exam


class BlueprintInline(admin.TabularInline):
    model = BlueprintLine
    formset = BlueprintFormSet
    extra = 0
    fields = ["section", "questions", "drawable", "stale", "in_work", "min_percent"]
    readonly_fields = ["drawable", "stale", "in_work"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return BlueprintLine.objects.with_supply(on=localdate()).select_related("section", "exam")

    def get_formset(self, request: HttpRequest, obj: Exam | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.today = localdate()
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The sections are asked for once, not once a line."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.choices = list(field.choices)
        return field

    # What the bank has for a line that is saved.

    @admin.display(description=_("available, of enemies one"))
    def drawable(self, line: BlueprintLine) -> str:
        if line.pk is None:
            return "—"
        wanted = 1 if line.questions is None else line.questions
        is_short = line.drawable < wanted
        return gettext("%(count)s, too few") % {"count": line.drawable} if is_short else str(line.drawable)

    @admin.display(description=_("of these stale"))
    def stale(self, line: BlueprintLine) -> str:
        return "—" if line.pk is None else str(line.stale)

    @admin.display(description=_("in work"))
    def in_work(self, line: BlueprintLine) -> str:
        return "—" if line.pk is None else str(line.in_work)


@admin.register(Exam)
class ExamAdmin(admin.ModelAdmin):
    """An attempt copies what is promised here when it starts: a change touches later ones only."""

    inlines = [BlueprintInline]
    list_display = ["title", "slug", "is_published", "minutes", "pass_percent", "attempts_allowed"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "about", "place", "is_published"]}),
        (
            _("The sitting"),
            {"fields": ["opens_at", "closes_at", "minutes", "tells_how_many", "leaves_out_stale"]},
        ),
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
