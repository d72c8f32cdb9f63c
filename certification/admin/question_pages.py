"""Pages of a question beside its form: what its versions said, and how a candidate sees it."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certification.forms.bank import OptionFormSet, OptionRows, QuestionForm
from certification.models import Question, Section
from certification.reports.bank import history
from certification.reports.preview import preview
from certification.rules.items import Item

FRAMES = (
    {"scheme": "light", "width": "320"},
    {"scheme": "dark", "width": "320"},
    {"scheme": "light", "width": "100%"},
    {"scheme": "dark", "width": "100%"},
)


class QuestionPages(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = "certification_question"
        view = self.admin_site.admin_view
        return [
            path("preview/", view(require_POST(self.draft_view)), name=f"{name}_draft"),
            path("<int:object_id>/preview/", view(self.preview_view), name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        question = self.found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(question)s") % {"question": question},
            "opts": self.opts,
            "question": question,
            "stories": history(question),
        }
        return TemplateResponse(request, "admin/certification/question/history.html", context)

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        question = self.found(request, str(object_id))
        if request.method == "POST":
            return self.draft_view(request, question)
        address = reverse("admin:certification_question_change", args=[question.pk])
        context = {"title": gettext("Preview: %(question)s") % {"question": question}, "back": address}
        return self.previewed(request, question.item, question.section, context)

    def draft_view(self, request: HttpRequest, question: Question | None = None) -> HttpResponse:
        """What stands in the form, saved or not; its own page says what it lacks."""
        form = QuestionForm(request.POST, instance=question)
        rows = OptionRows(request.POST, instance=question)
        assert isinstance(rows, OptionFormSet)  # noqa: S101  so says its factory
        title = gettext("Preview of what is not saved yet")
        if form.is_valid() and rows.is_valid():
            return self.previewed(request, form.item(rows), form.cleaned_data["section"], {"title": title})
        errors = [
            (field.label, sentence)
            for one in (form, *rows.forms)
            for field in one
            for sentence in field.errors
        ]
        errors += [("", sentence) for sentence in (*form.non_field_errors(), *rows.non_form_errors())]
        return self.page(request, {"title": title, "errors": errors}, status=422)

    def found(self, request: HttpRequest, object_id: str) -> Question:
        question = self.get_object(request, object_id)
        if question is None:
            raise Http404
        return question

    def previewed(
        self, request: HttpRequest, item: Item, section: Section, context: dict[str, Any]
    ) -> HttpResponse:
        shown = preview(item, section, holder_name=str(request.user), now=timezone.now())
        page = {"desk": shown.desk, "question": shown.question, "sheet": shown.sheet, "now": shown.now}
        template = "admin/certification/question/framed.html"
        frames = [
            {**frame, "page": render_to_string(template, {**page, "scheme": frame["scheme"]})}
            for frame in FRAMES
        ]
        return self.page(request, {**context, "frames": frames})

    def page(self, request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        template = "admin/certification/question/preview.html"
        return TemplateResponse(request, template, context, status=status)
