from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from certification.models import BlueprintLine, Exam


class BlueprintInline(admin.TabularInline):
    model = BlueprintLine
    extra = 0


@admin.register(Exam)
class ExamAdmin(admin.ModelAdmin):
    """An attempt copies what is promised here when it starts: a change touches later ones only."""

    inlines = [BlueprintInline]
    list_display = ["title", "slug", "is_published", "minutes", "pass_percent", "attempts_allowed"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "about", "place", "is_published"]}),
        (_("The sitting"), {"fields": ["minutes", "pass_percent", "tells_how_many", "gives_certificate"]}),
        (
            _("Retakes"),
            {"fields": ["attempts_allowed", "first_wait", "later_wait", "cycle_days"]},
        ),
    ]
