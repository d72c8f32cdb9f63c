from typing import Any

from django.contrib import admin, messages
from django.db.models.functions import Length
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.actions import bank, sections
from certification.admin.question_filters import FreshnessFilter, VersionFilter
from certification.admin.question_import import ImportingAdmin
from certification.admin.question_moves import QuestionMoves, offered, refusal_sentence
from certification.admin.question_pages import QuestionPages
from certification.admin.searching import MatchingAdmin
from certification.forms.bank import OptionForm, OptionFormSet, QuestionForm
from certification.models import Option, Question, Section, Supply
from certification.reports.bank import version_word
from certification.states import QUESTION_STATES_IN_WORK


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin):
    list_display = ["number", "title"]
    list_display_links = ["title"]

    def get_readonly_fields(self, request: HttpRequest, obj: Section | None = None) -> list[str]:
        return ["number"] if obj is not None and obj.is_served else []

    def get_fieldsets(self, request: HttpRequest, obj: Section | None = None) -> Any:
        if "number" not in self.get_readonly_fields(request, obj):
            return super().get_fieldsets(request, obj)
        warning = _(
            "Questions of it are in papers, so the number stays. Finished results show the title as it is "
            "now; a change of it is recorded."
        )
        return [(None, {"fields": ["number", "title"], "description": warning})]

    def save_model(self, request: HttpRequest, obj: Section, form: ModelForm, change: bool) -> None:  # noqa: FBT001  Django's signature
        if change:
            said: dict[str, Any] = {"by": request.user.pk, "now": timezone.now()}
            sections.rename(obj.pk, number=obj.number, title=obj.title, **said)
        else:
            super().save_model(request, obj, form, change)


class OptionInline(admin.TabularInline):
    model = Option
    form = OptionForm
    formset = OptionFormSet
    extra = 1
    max_num = 6


@admin.register(Question)
class QuestionAdmin(ImportingAdmin, QuestionMoves, QuestionPages, MatchingAdmin):
    """Edits by drafts: whatever was served stays, and the change becomes the next version."""

    form = QuestionForm
    inlines = [OptionInline]
    list_display = ["number", "short_text", "state", "is_current", "version", "fresh_until"]
    list_display_links = ["number", "short_text"]
    list_filter = [
        "section",
        "state",
        "is_current",
        VersionFilter,
        "kind",
        FreshnessFilter,
        ("author", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["searched"]
    search_help_text = _("In the number, the text, the options and the explanation.")
    readonly_fields = ["state", "is_current", "version", "versions", "author"]
    fieldsets = [
        (None, {"fields": ["section", "number", "kind", "text", "explanation", "enemies", "weight"]}),
        (_("Freshness"), {"fields": ["source", ("checked_on", "review_by")]}),
        (
            _("Use"),
            {"fields": ["publish", "excuse", "seen", "state", "is_current", "version", "versions", "author"]},
        ),
    ]
    # The shorter number of a section is the smaller: 1.9 comes before 1.10.
    ordering = ["section__number", Length("number"), "number", "id"]
    list_per_page = 50
    save_on_top = True

    @admin.display(description=_("text"), ordering="text")
    def short_text(self, question: Question) -> str:
        return Truncator(question.text).chars(90)

    @admin.display(description=_("fresh until"), ordering="review_by")
    def fresh_until(self, question: Question) -> str:
        if question.review_by is None:
            return "—"
        day = date_format(question.review_by, "d.m.Y")
        if question.freshness.is_stale(timezone.localdate()):
            return gettext("stale since %(day)s") % {"day": day}
        return day

    @admin.display(description=_("versions"))
    def versions(self, question: Question) -> SafeString | str:
        rows = Question.objects.filter(key=question.key).order_by("version")
        return format_html_join(
            ", ",
            '<a href="{}">{}</a> ({})',
            (
                (
                    reverse("admin:certification_question_change", args=[row.pk]),
                    row.version,
                    version_word(row),
                )
                for row in rows
            ),
        )

    def get_fieldsets(self, request: HttpRequest, obj: Question | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        # A page that is only shown has nothing to publish.
        hidden = {"publish", "excuse", "seen"}
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f not in hidden]})
            for title, options in fieldsets
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        question = kwargs.get("obj")
        if question is not None:
            saved = question
            if request.method == "POST":  # the refused form has changed it to what was typed
                saved = Question.objects.with_options().get(pk=question.pk)
            today = timezone.localdate()
            is_in_work = saved.state in QUESTION_STATES_IN_WORK
            lost = Supply(on=today).findings(saved) if is_in_work else []
            context |= {
                "original": saved,
                "subtitle": str(saved),
                "findings": [*saved.findings(on=today), *lost],
                "moves": offered(saved),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # Saving: the two cleaned forms make a draft, and an action writes it.

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A refused write shows the form again, with the reason and everything that was typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except bank.Refused as refused:
            field = "excuse" if refused.code in ("warnings", "excuse_alone") else None
            request.refusal = field, refusal_sentence(refused)  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ModelForm]:
        form: Any = super().get_form(request, *args, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_form(self, request: HttpRequest, form: QuestionForm, change: bool) -> Question:  # noqa: FBT001  Django's signature
        return form.instance

    def save_model(self, request: HttpRequest, obj: Question, form: QuestionForm, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Nothing yet: the options are needed as well, see `save_related`."""

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        item = form.item(formsets[0])
        said: dict[str, Any] = {
            "by": request.user.pk,
            "now": timezone.now(),
            "publish": form.cleaned_data["publish"],
            "freshness": form.freshness(),
            "excuse": form.cleaned_data["excuse"],
        }
        if change:
            seen = form.cleaned_data["seen"]
            form.instance.written = bank.revise(form.instance.pk, item, seen=seen, **said)
        else:
            written = bank.create(item, **said)
            form.instance.written, form.instance.pk, form.instance.key = written, written.pk, written.key

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002  Django's signature
    ) -> list[dict[str, Any]]:
        return [{"added": {}}] if add else [{"changed": {"fields": form.changed_data}}]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        written = obj.written
        if written.pk == obj.pk:
            return super().response_change(request, written)
        sentences = {
            True: gettext("Version %(version)s is in use. Attempts with the former one keep it."),
            False: gettext("Version %(version)s is a draft. The former one is in use until it is published."),
        }
        messages.success(request, sentences[written.is_current] % {"version": written.version})
        return HttpResponseRedirect(reverse("admin:certification_question_change", args=[written.pk]))

    # A question is retired, never deleted; only its standing version can be changed.

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        """A former version is only shown; sent all the same, it is refused with its text kept."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.is_standing or request.method == "POST"
        )
