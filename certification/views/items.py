"""The pages of questions: how each did, and what to look at."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.access import manager_required
from certification.forms.items import ItemSearch, ScopeForm
from certification.htmx import Request
from certification.models import Exam, Section
from certification.rendering.item_charts import LINES, months_chart, thirds_chart
from certification.reports import item as item_reports
from certification.reports import items as reports
from certification.reports.pages import ROWS


@manager_required
@require_safe
def item_list(request: Request) -> HttpResponse:
    exams = list(Exam.objects.all())
    asked = ItemSearch(request.GET, exams=exams, sections=list(Section.objects.all()))
    context: dict[str, Any] = {"asked": asked, "scope": asked.scope}
    if asked.scope is not None:
        group = reports.cohort(asked.scope)
        items = asked.listed(reports.item_list(asked.scope, group, by_key=asked.by_key))
        context |= {
            "page": Paginator(items, ROWS).get_page(request.GET.get("page")),
            "whole": reports.whole(asked.scope, group.papers),
            "age": reports.age(asked.scope.exam),
            "papers": group.size,
        }
    status = 422 if asked.errors else 200
    return render(request, "certification/manage/items.html", context, status=status)


@manager_required
@require_safe
def item(request: Request, question_key: UUID) -> HttpResponse:
    versions = item_reports.versions(question_key)
    if not versions:
        raise Http404
    exams = list(Exam.objects.all())
    asked = ScopeForm(request.GET, exams=exams)
    context: dict[str, Any] = {"asked": asked, "scope": asked.scope, "question": versions[-1]}
    if asked.scope is not None:
        shown = item_reports.item(versions, asked.scope)
        context |= {
            "items": [(did, thirds_chart(did), months_chart(did)) for did in shown],
            "lines": LINES,
            "age": reports.age(asked.scope.exam),
            "notes": item_reports.notes(versions, user=request.user),
        }
    status = 422 if asked.errors else 200
    return render(request, "certification/manage/item.html", context, status=status)
