"""Lists taken away as files: what the page finds, all of it, in the order of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.access import manager_required
from certification.actions import exports
from certification.filters import AttemptFilter
from certification.forms.exports import ExportForm
from certification.htmx import Request
from certification.models import Attempt
from certification.rendering import attempt_table, spreadsheet
from certification.rendering.spreadsheet import MOST_ROWS, Column, Row

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What is taken away. `name`: for the audit; `filters`: by which it was asked for."""

    name: str
    title: str
    filters: dict[str, str]
    columns: Sequence[Column]
    batches: Iterator[Sequence[Row]]


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempts(request: Request) -> HttpResponseBase:
    """What the address asks for. After a login in between the page asks again."""
    asked = AttemptFilter(
        request.GET, Attempt.objects.visible_to(request.user), user=request.user, now=request.now
    )
    if request.method != "POST":
        return redirect(f"{reverse('manage_attempts')}?{asked.query}")
    form = ExportForm(request.POST)
    errors = [*sentences(form), *sentences(asked.form)]
    if not errors and asked.qs[: MOST_ROWS + 1].count() > MOST_ROWS:
        errors.append(too_many())
    if errors:
        context = {"errors": errors, "list_name": "manage_attempts", "query": asked.query}
        return render(request, "certification/manage/export_refused.html", context, status=422)
    listing = Listing(
        name="attempts",
        title=_("Results"),
        filters=asked.asked,
        columns=attempt_table.columns(),
        batches=attempt_table.batches(asked.qs, asked.order),
    )
    return taken_away(request, listing, form.form)


def taken_away(request: Request, listing: Listing, form: str) -> FileResponse:
    """The file is whole, and the audit knows of it, before the first byte is sent."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        rows = write(file, listing, form, request)
        exports.made(
            by=request.user.pk,
            now=request.now,
            listing=listing.name,
            filters=listing.filters,
            form=form,
            rows=rows,
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    day = date_format(timezone.localtime(request.now), "d.m.Y")
    return FileResponse(
        file, as_attachment=True, filename=f"{listing.title} {day}.{form}", content_type=TYPES[form]
    )


def write(file: Any, listing: Listing, form: str, request: Request) -> int:
    if form == "csv":
        return spreadsheet.write_csv(file, listing.columns, listing.batches)
    return spreadsheet.write_xlsx(
        file, listing.columns, listing.batches, title=listing.title, now=request.now
    )


def sentences(form: Any) -> list[str]:
    return [sentence for sentences in form.errors.values() for sentence in sentences]


def too_many() -> str:
    most = number_format(MOST_ROWS, force_grouping=True)
    return _("A file holds %(most)s rows at most: filter the list further.") % {"most": most}
