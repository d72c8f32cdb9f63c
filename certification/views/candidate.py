"""Taking an exam. Each page works without a script; htmx only spares reloading it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from certification import access, htmx, reports
from certification.actions import attempts
from certification.forms.answers import AnswerForm
from certification.forms.people import StartForm
from certification.htmx import Request, wants_json
from certification.models import Attempt, Exam, Response
from certification.rules import scoring
from certification.rules.assembly import CannotAssemble
from certification.rules.scoring import POINT
from certification.views.errors import refusal


@require_safe
def home(request: Request) -> HttpResponse:
    return render(
        request, "certification/home.html", {"home": reports.home(request.user, now=timezone.now())}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def exam(request: Request, slug: str) -> HttpResponse:
    """What an attempt costs; a POST starts it, or goes on with the one in progress."""
    now = timezone.now()
    exam = access.published_exam(slug)
    form = StartForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            started = attempts.start(exam.pk, by=request.user.pk, now=now, name=form.cleaned_data["name"])
        except CannotAssemble:
            return start_page(request, exam, form, now=now, cannot_assemble=True, status=409)
        if isinstance(started, Attempt):
            request.session.modified = True  # its age begins anew: it must outlive the attempt
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
    row = reports.start_page(exam, request.user, now=now)
    context = {
        "exam": exam,
        "form": form,
        "row": row,
        "standing": row.standing,
        "needed": scoring.needed(pass_percent=exam.pass_percent, max_score=row.questions * POINT),
        "cannot_assemble": cannot_assemble,
    }
    return render(request, "certification/exam.html", context, status=status)


@vary_on_headers("HX-Request", "Accept")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, attempt_id: int, position: int) -> HttpResponse:
    """One question of the user's attempt; a POST saves what the form says and goes where it asks."""
    now = timezone.now()
    if request.method == "POST":
        return save(request, attempt_id, position, now=now)
    attempt = access.candidate_attempt(request.user, attempt_id)
    if attempt.is_over(now):
        return htmx.redirect(request, attempt.get_result_url())
    return question_page(request, attempt, position, now=now)


def question_page(
    request: Request,
    attempt: Attempt,
    position: int,
    *,
    now: datetime,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "attempt": attempt,
        "response": access.response(attempt, position),
        "sheet": reports.sheet(attempt, here=position),
        "now": now,
        "error": error,
    }
    template = "_question.html" if htmx.wants_fragment(request) else "question.html"
    page = render(request, f"certification/attempt/{template}", context, status=status)
    htmx.push_url(request, page, reverse("question", args=[attempt.pk, position]))
    return page


def save(request: Request, attempt_id: int, position: int, *, now: datetime) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return bad_answer(request, attempt_id, position, form.problem(), now=now)
    try:
        saved = attempts.save_answer(attempt_id, position, form.answer(), by=request.user.pk, now=now)
    except (Response.DoesNotExist, OverflowError):  # a number that no key can be
        raise Http404 from None
    except attempts.BadAnswer as error:
        return bad_answer(request, attempt_id, position, error.code, now=now)
    if not saved.accepted:
        return too_late(request, saved.response)
    if wants_json(request):
        return JsonResponse(echo(saved.response, form.cleaned_data["seq"], now=now))
    return go_on(request, saved.response, form.cleaned_data["go"], now=now)


def echo(response: Response, seq: int | None, *, now: datetime) -> dict[str, Any]:
    """What is stored, in displayed indices; moments in ISO 8601."""
    return {
        "value": response.shown_chosen,
        "struck": response.shown_struck,
        "flagged": response.flagged,
        "seq": seq,
        "revision": response.revision,
        "saved_at": response.saved_at,
        "server_now": now,
        "deadline": response.attempt.deadline,
    }


def go_on(request: Request, response: Response, go: str, *, now: datetime) -> HttpResponse:
    attempt = response.attempt
    if attempt.is_over(now):
        return htmx.redirect(request, attempt.get_result_url())
    steps = {"next": 1, "previous": -1}
    position = max(response.position + steps.get(go, 0), 1)
    if go == "next" and position > attempt.responses.count():
        return htmx.redirect(request, reverse("review", args=[attempt.pk]))
    if htmx.wants_fragment(request):
        return question_page(request, attempt, position, now=now)
    return redirect("question", attempt.pk, position)


def bad_answer(
    request: Request, attempt_id: int, position: int, problem: str, *, now: datetime
) -> HttpResponse:
    """An answer that cannot be: what stands stored is shown again, with what was wrong."""
    attempt = access.candidate_attempt(request.user, attempt_id)
    response = access.response(attempt, position)
    if attempt.is_overdue(now):
        attempts.submit(attempt.pk, by=None, now=now)
    if attempt.is_over(now):
        return too_late(request, response)
    sentences = {
        "no_such_option": _("The question has no such option. Nothing was changed: choose again."),
        "one_only": _("This question takes one answer. Nothing was changed: choose again."),
        "damaged": _("The page sent something unreadable. Nothing was changed: repeat the answer."),
    }
    if wants_json(request):
        return refusal(sentences[problem], problem, 422, value=response.shown_chosen)
    return question_page(request, attempt, position, now=now, error=sentences[problem], status=422)


def too_late(request: Request, response: Response) -> HttpResponse:
    """The attempt is over: the answer is not taken, and what is stored counts."""
    attempt = response.attempt
    sentence = _("The attempt has ended, so this answer was not taken. What was saved before counts.")
    if wants_json(request):
        return refusal(sentence, "ended", 409, value=response.shown_chosen)
    if request.htmx:
        messages.warning(request, sentence)
        return htmx.redirect(request, attempt.get_result_url(), status=409)
    context = {"attempt": attempt, "sentence": sentence}
    return render(request, "certification/attempt/ended.html", context, status=409)


@require_safe
def clock(request: Request, attempt_id: int) -> JsonResponse:
    """The server's time and the deadline, for a page that was asleep."""
    now = timezone.now()
    attempt = access.candidate_attempt(request.user, attempt_id)
    return JsonResponse({"server_now": now, "deadline": attempt.deadline, "open": not attempt.is_over(now)})


@require_safe
def review(request: Request, attempt_id: int) -> HttpResponse:
    """What is answered and what is not, before the attempt is finished."""
    now = timezone.now()
    attempt = access.candidate_attempt(request.user, attempt_id)
    if attempt.is_over(now):
        return redirect(attempt.get_result_url())
    context = {"attempt": attempt, "sheet": reports.sheet(attempt), "now": now}
    return render(request, "certification/attempt/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: Request, attempt_id: int) -> HttpResponseRedirect:
    """Ends the attempt by POST. A login in between comes back by GET: then it asks again."""
    now = timezone.now()
    attempt = access.candidate_attempt(request.user, attempt_id)
    if request.method != "POST":
        return redirect("review", attempt.pk)
    finished = attempts.submit(attempt.pk, by=request.user.pk, now=now)
    return redirect(finished.get_result_url())


@require_safe
def result(request: Request, attempt_id: int) -> HttpResponse:
    """The verdict by section; while the attempt waits to be closed, a button that closes it."""
    now = timezone.now()
    attempt = access.candidate_attempt(request.user, attempt_id)
    if not attempt.is_over(now):
        return redirect(attempt)
    if attempt.is_open:
        return render(request, "certification/attempt/closing.html", {"attempt": attempt})
    own = request.user.attempts.filter(exam=attempt.exam_id)
    rows = reports.section_rows(attempt)
    context = {
        "attempt": attempt,
        "sections": rows,
        "weakest": reports.weakest(rows, pass_percent=attempt.pass_percent),
        "standing": reports.standing_of(attempt.exam, own, now=now),
    }
    return render(request, "certification/attempt/result.html", context)
