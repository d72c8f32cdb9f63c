"""Import and export of questions in Django admin: upload, look at the plan, confirm. Only the last writes."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certification.actions import exports
from certification.forms.question_import import UploadForm, moves_of, typed_moves
from certification.htmx import Request
from certification.importing import bank_import
from certification.importing.import_plan import CHANGES, Change, Plan, Step, answer_lines
from certification.importing.question_file import FileRefused, QuestionFile, read_file
from certification.rendering.question_sheet import MOST_ROWS, workbook_of
from certification.reports.bank_rows import bank_rows, bank_size
from certification.reports.readiness import in_work, readiness
from certification.rules.item_sheet import KINDS, heading
from certification.rules.items import Item

KEPT_FOR = 60 * 60  # seconds between upload and confirmation
MOST_TICKS = 300  # a longer plan is decided kind by kind
MOST_LINES = 200  # of the tail, that can be moved
ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    step: Step
    place: str
    text: str
    answer: tuple[str, ...]
    differences: tuple[Difference, ...]
    is_on: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The steps of one kind, the first of them in words."""

    change: Change
    title: str
    count: int
    steps: tuple[ShownStep, ...]
    is_on: bool

    @property
    def more(self) -> int:
        return self.count - len(self.steps)


class ImportingAdmin(admin.ModelAdmin):
    """The pages of import and export beside those of the questions."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("import/", self.upload, "import"),
            ("import/template/", require_GET(self.template), "import_template"),
            ("import/<str:token>/", self.preview, "import_plan"),
            ("export/", require_POST(self.export), "export"),
            ("readiness/", require_GET(self.readiness), "readiness"),
        ]
        return [
            *(
                path(route, self.for_editors(view), name=f"certification_question_{name}")
                for route, view, name in pages
            ),
            *super().get_urls(),
        ]

    def for_editors(self, view: Any) -> Any:
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not (self.has_add_permission(request) and self.has_change_permission(request)):
                raise PermissionDenied
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

        return self.admin_site.admin_view(checked)

    def rendered(
        self, request: HttpRequest, name: str, *, title: str, status: int = 200, **context: Any
    ) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, f"admin/certification/question/{name}.html", whole, status=status)

    def upload(self, request: Request) -> HttpResponse:
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            token = secrets.token_urlsafe(16)
            name = form.cleaned_data["file"].name
            cache.set(kept(request, token), (name, form.read.document, form.data_sent), KEPT_FOR)
            return HttpResponseRedirect(reverse("admin:certification_question_import_plan", args=[token]))
        return self.upload_page(request, form, status=422 if form.errors else 200)

    def upload_page(
        self, request: HttpRequest, form: UploadForm, *, status: int, gone: str = ""
    ) -> HttpResponse:
        """Where a file is sent; `gone` says why the one before is not imported."""
        most = MOST_ROWS if bank_size() > MOST_ROWS else 0
        title = _("Import questions")
        return self.rendered(request, "import", title=title, status=status, form=form, gone=gone, most=most)

    def preview(self, request: Request, token: str) -> HttpResponse:
        """What would become of the file that was sent; with `apply`, what becomes of it."""
        sent = cache.get(kept(request, token))
        if sent is None:
            said = _("The file is not kept any more: it was imported, or an hour has passed. Send it anew.")
            return self.upload_page(request, UploadForm(), status=410, gone=said)
        name, document, data = sent
        try:
            return self.planned(request, token, read_file(name, data, document=document))
        except FileRefused as refused:
            return self.upload_page(request, UploadForm(), status=422, gone=str(refused))

    def planned(self, request: Request, token: str, file: QuestionFile) -> HttpResponse:
        if request.method != "POST":
            moves = bank_import.moves_before(file)
            return self.show(request, file, bank_import.plan_of(file, moves), typed=typed_moves(moves))
        moves, typed, errors = moves_of(request.POST, file)
        plan = bank_import.plan_of(file, moves)
        chosen = chosen_of(request, plan)
        if errors:
            return self.show(request, file, plan, chosen=chosen, typed=typed, errors=errors, status=422)
        if "apply" not in request.POST:
            return self.show(request, file, plan, chosen=chosen, typed=typed)
        stopped = bank_import.exams_stopped(plan, chosen, on=localdate(request.now))
        if not set(stopped) <= set(request.POST.getlist("stopped")):
            said = _(
                "With these choices nobody can start an exam any more. Look at it below and confirm again."
            )
            return self.show(request, file, plan, chosen=chosen, typed=typed, refusal=said, status=409)
        try:
            outcome = bank_import.apply(
                file,
                moves=moves,
                digest=request.POST.get("plan", ""),
                chosen=chosen,
                by=request.user.pk,
                now=request.now,
            )
        except bank_import.Outdated:
            plan = bank_import.plan_of(file, moves)
            said = _(
                "This plan is not the one that you saw: the bank, or what becomes of the lines, has changed "
                "meanwhile. Nothing was written. Look at it again and confirm."
            )
            return self.show(request, file, plan, chosen=chosen, typed=typed, refusal=said, status=409)
        cache.delete(kept(request, token))
        messages.success(request, outcome.sentence)
        return HttpResponseRedirect(reverse("admin:certification_question_readiness"))

    def show(
        self,
        request: Request,
        file: QuestionFile,
        plan: Plan,
        *,
        typed: Mapping[int, str],
        chosen: Collection[str] | None = None,
        errors: Mapping[int, str] | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        on = plan.chosen if chosen is None else chosen
        tail = file.text.tail if file.text else ()
        errors = errors or {}
        return self.rendered(
            request,
            "import_plan",
            title=_("Import from “%(document)s”") % {"document": file.document},
            status=status,
            file=file,
            plan=plan,
            problems=[(file.place_of(p.place), p.sentence) for p in file.problems[:MOST_TICKS]],
            sections=[(file.place_of(file.sections[n][0]), n, t) for n, t in plan.new_sections.items()],
            groups=groups_of(file, plan, on),
            stopped=bank_import.exams_stopped(plan, on, on=localdate(request.now)),
            by_kind=len(plan.choosable) > MOST_TICKS,
            tail=[
                (line.place, line.text, typed.get(line.place, ""), errors.get(line.place, ""))
                for line in tail[:MOST_LINES]
            ],
            more_tail=len(tail[MOST_LINES:]),
            refusal=refusal or (_("Please look at the lines below.") if errors else ""),
        )

    def template(self, request: HttpRequest) -> HttpResponse:
        return workbook("questions-template.xlsx", workbook_of([]))

    def export(self, request: Request) -> HttpResponse:
        rows = bank_rows()
        exports.made(
            by=request.user.pk, now=request.now, listing="questions", filters={}, form="xlsx", rows=len(rows)
        )
        return workbook("questions.xlsx", workbook_of(rows))

    def readiness(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(in_work().with_options(), ROWS).get_page(request.GET.get("p"))
        unready = readiness(page.object_list)
        return self.rendered(
            request, "readiness", title=_("Drafts and what they lack"), page=page, rows=unready
        )


def kept(request: Request, token: str) -> str:
    """Where an administrator's own upload is kept."""
    return f"import:{request.user.pk}:{token}"


def chosen_of(request: HttpRequest, plan: Plan) -> frozenset[str]:
    """The choices ticked, one by one or, in a long plan, kind by kind."""
    kinds = set(request.POST.getlist("all"))
    by_kind = {step.name for step in plan.steps if step.is_choice and step.change in kinds}
    return plan.choosable & (by_kind | set(request.POST.getlist("step")))


def groups_of(file: QuestionFile, plan: Plan, on: Collection[str]) -> list[Group]:
    groups = []
    for change in Change:
        steps = plan.of(change)
        groups.append(
            Group(
                change=change,
                title=str(CHANGES[change]),
                count=len(steps),
                steps=tuple(
                    ShownStep(
                        step=step,
                        place=file.place_of(step.place) if step.place is not None else "—",
                        text=text_of(step),
                        answer=tuple(answer_lines(step.item))
                        if change == Change.CREATE and step.item
                        else (),
                        differences=tuple(differences(step)),
                        is_on=step.name in on,
                    )
                    for step in steps[:MOST_TICKS]
                ),
                is_on=any(step.name in on for step in steps),
            )
        )
    return groups


def text_of(step: Step) -> str:
    item = step.item or (step.standing.item if step.standing else None)
    return item.text if item else ""


def differences(step: Step) -> Iterable[Difference]:
    if step.item is None or step.standing is None:
        return
    for name in step.changed:
        label = _("Options") if name == "options" else heading(name)
        yield Difference(label, words_of(step.standing.item, name), words_of(step.item, name))


def words_of(item: Item, name: str) -> str:
    if name == "options":
        return "\n".join(answer_lines(item))
    if name == "kind":
        return str(KINDS[item.kind])
    return str(getattr(item, name))


def workbook(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
