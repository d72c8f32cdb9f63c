"""What a candidate reads before and after an attempt."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification import access, sessions
from certification.actions import attempts
from certification.forms.people import StartForm
from certification.htmx import Request
from certification.models import Attempt, Exam
from certification.models.responses import receipt_of
from certification.rendering import certificate as sheets
from certification.reports import agreement as agreements
from certification.reports import result as results
from certification.reports import standing
from certification.rules import receipt as receipts
from certification.rules.assembly import CannotAssemble


@require_safe
def home(request: Request) -> HttpResponse:
    home = standing.home(request.user, now=request.now)
    context = {"home": home, "agreement": agreements.step(request.user, now=request.now)}
    return render(request, "certification/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def exam(request: Request, slug: str) -> HttpResponse:
    """What an attempt costs; a POST starts it, or goes on with the one in progress."""
    now = request.now
    exam = access.published_exam(slug)
    form = StartForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            started = attempts.start(exam.pk, by=request.user.pk, now=now, name=form.cleaned_data["name"])
        except CannotAssemble:
            return start_page(request, exam, form, now=now, cannot_assemble=True, status=409)
        if isinstance(started, Attempt):
            if started.started_at == now:
                sessions.begin(request, now=now)  # its age begins anew: it must outlive the attempt
            return redirect(started)
        return start_page(request, exam, form, now=now, status=409)
    return start_page(request, exam, form, now=now, status=422 if form.is_bound else 200)


def start_page(
    request: Request,
    exam: Exam,
    form: StartForm,
    *,
    now: datetime,
    status: int,
    cannot_assemble: bool = False,
) -> HttpResponse:
    row = standing.start_page(exam, request.user, now=now)
    context = {
        "exam": exam,
        "form": form,
        "row": row,
        "standing": row.standing,
        "cannot_assemble": cannot_assemble,
    }
    return render(request, "certification/exam.html", context, status=status)


@require_safe
def result(request: Request, attempt_id: int) -> HttpResponse:
    """What came of an attempt, as far as its review goes; one that waits to be closed has a button for it."""
    attempt = access.candidate_attempt(request.user, attempt_id)
    if not attempt.is_over(request.now):
        return redirect(attempt)
    if attempt.is_open:
        return render(request, "certification/attempt/closing.html", {"attempt": attempt})
    outcome = results.outcome(attempt, request.user, now=request.now)
    context = {"attempt": attempt, "outcome": outcome, "standing": outcome.standing}
    return render(request, "certification/attempt/result.html", context)


@require_POST
def receipt(request: Request, attempt_id: int) -> HttpResponse:
    """The candidate's own record of what they answered and when it was saved, as a text file."""
    attempt = access.finished_attempt(request.user, attempt_id)
    response = HttpResponse(receipts.text(receipt_of(attempt)), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="amoquiz-{attempt.pk}.txt"'
    return response


@require_safe
def certificate_pdf(request: Request, certificate_id: int) -> HttpResponse:
    """The sheet of a certificate, of the same bytes each time."""
    certificate = access.certificate_sheet(request.user, certificate_id)
    response = HttpResponse(sheets.pdf(certificate), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return response
