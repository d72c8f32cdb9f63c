"""Sitting an exam. Each page works without a script; htmx and JSON only spare reloading it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from certification import access, access_log, htmx
from certification.actions import answers, attempts
from certification.actions.answers import Saved, Verdict
from certification.forms.answers import AnswerForm
from certification.htmx import Request, wants_json
from certification.models import Attempt, Response
from certification.reports import sitting
from certification.reports.sitting import Desk, Sheet, Shown
from certification.rules.networks import network_of
from certification.views.errors import refusal


@require_safe
def attempt(request: Request, attempt_id: int) -> HttpResponseRedirect:
    """To where one goes on with an attempt, or reads what came of it."""
    return redirect(access.candidate_attempt(request.user, attempt_id))


@vary_on_headers("HX-Request", "Accept")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, attempt_id: int, position: int) -> HttpResponse:
    """One question of the user's attempt; a POST saves what the form says and goes where it asks."""
    if request.method == "POST":
        return save(request, attempt_id, position)
    attempt = access.candidate_attempt(request.user, attempt_id)
    if attempt.is_over(request.now):
        return htmx.redirect(request, attempt.get_result_url())
    return question_page(request, attempt, position)


def question_page(
    request: Request, attempt: Attempt, position: int, *, error: str = "", status: int = 200
) -> HttpResponse:
    shown = access.question(attempt, position)
    sheet = sitting.sheet(attempt, here=position)
    return render_question(request, sitting.desk(attempt), shown, sheet, error=error, status=status)


def render_question(
    request: Request, desk: Desk, question: Shown, sheet: Sheet, *, error: str = "", status: int = 200
) -> HttpResponse:
    """The page of a question, or its part for htmx; of the tutorial as well."""
    context = {"desk": desk, "question": question, "sheet": sheet, "now": request.now, "error": error}
    template = "_sitting.html" if htmx.wants_fragment(request) else "question.html"
    page = render(request, f"certification/attempt/{template}", context, status=status)
    htmx.push_url(request, page, f"{desk.root}questions/{question.position}/")
    return page


def save(request: Request, attempt_id: int, position: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return bad_answer(request, attempt_id, position, form.problem())
    answer = form.answer()
    if not wants_json(request):
        answer = replace(answer, base=None)  # who presses a button sees what it is made upon
    try:
        saved = answers.save_answer(
            attempt_id,
            position,
            answer,
            by=request.user.pk,
            now=request.now,
            network=network_of(access_log.address(request) or ""),
        )
    except (Response.DoesNotExist, OverflowError):  # a number that no key can be
        raise Http404 from None
    except answers.BadAnswer as error:
        return bad_answer(request, attempt_id, position, error.code)
    if saved.verdict == Verdict.ENDED:
        return too_late(request, saved.response.attempt, saved.response.shown_chosen)
    if wants_json(request):
        return save_by_script(request, saved, seq=answer.seq)
    return go_on(request, saved.response, form.cleaned_data["go"])


def save_by_script(request: Request, saved: Saved, *, seq: int | None) -> JsonResponse:
    """The value as it is stored; with the next question where the script asks for it (`with=next`)."""
    response = saved.response
    if saved.verdict == Verdict.CONFLICT:
        sentence = _(
            "This question was answered in another window or on another device meanwhile. That answer is "
            "stored, yours is not: choose which one counts."
        )
        return refusal(sentence, "conflict", 409, **stored(response))
    echo = stored(response) | {
        "seq": seq,
        "server_now": request.now,
        "deadline": response.attempt.deadline,
    }
    if request.POST.get("with") == "next":
        echo["next"] = following(request, response)
    return JsonResponse(echo)


def stored(response: Response) -> dict[str, Any]:
    """In displayed indices; moments in ISO 8601."""
    return {
        "value": response.shown_chosen,
        "struck": response.shown_struck,
        "flagged": response.flagged,
        "revision": response.revision,
        "saved_at": response.saved_at,
    }


def following(request: Request, response: Response) -> dict[str, Any] | None:
    """The next question as the page can show it without asking again; None after the last one."""
    attempt = response.attempt
    shown = None if attempt.is_over(request.now) else sitting.shown(attempt, response.position + 1)
    return next_question(request, sitting.desk(attempt), shown)


def next_question(request: Request, desk: Desk, shown: Shown | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    context = {"desk": desk, "question": shown}
    html = render_to_string("certification/attempt/_question.html", context, request)
    return {"position": shown.position, "html": html}


def go_on(request: Request, response: Response, go: str) -> HttpResponse:
    attempt = response.attempt
    if attempt.is_over(request.now):
        return htmx.redirect(request, attempt.get_result_url())
    steps = {"next": 1, "previous": -1}
    position = max(response.position + steps.get(go, 0), 1)
    if go == "next" and position > attempt.responses.count():
        return htmx.redirect(request, f"{sitting.desk(attempt).root}review/")
    if htmx.wants_fragment(request):
        return question_page(request, attempt, position)
    return redirect("question", attempt.pk, position)


def bad_answer(request: Request, attempt_id: int, position: int, problem: str) -> HttpResponse:
    """An answer that cannot be: what stands stored is shown again, with what was wrong."""
    attempt = access.candidate_attempt(request.user, attempt_id)
    shown = access.question(attempt, position)
    value = [choice.index for choice in shown.choices if choice.chosen]
    if attempt.is_overdue(request.now):
        attempt = attempts.close(attempt.pk, now=request.now)
    if attempt.is_over(request.now):
        return too_late(request, attempt, value)
    sentence = bad_answer_sentence(problem)
    if wants_json(request):
        return refusal(sentence, problem, 422, value=value)
    return question_page(request, attempt, position, error=sentence, status=422)


def bad_answer_sentence(problem: str) -> str:
    sentences = {
        "no_such_option": _("The question has no such option. Nothing was changed: choose again."),
        "one_only": _("This question takes one answer. Nothing was changed: choose again."),
        "damaged": _("The page sent something unreadable. Nothing was changed: repeat the answer."),
    }
    return sentences[problem]


def too_late(request: Request, attempt: Attempt, value: list[int]) -> HttpResponse:
    """The attempt is over: the answer is not taken, and what is stored (`value`) counts."""
    sentence = _("The attempt has ended, so this answer was not taken. What was saved before counts.")
    if wants_json(request):
        return refusal(sentence, "ended", 409, value=value)
    if request.htmx:
        messages.warning(request, sentence)
        return htmx.redirect(request, attempt.get_result_url(), status=409)
    context = {"attempt": attempt, "sentence": sentence}
    return render(request, "certification/attempt/ended.html", context, status=409)


@require_safe
def clock(request: Request, attempt_id: int) -> JsonResponse:
    """The server's time and the deadline, which may have been extended; with `?question=` what is stored
    there, which another window may have changed.
    """
    attempt = access.candidate_attempt(request.user, attempt_id)
    time: dict[str, Any] = {
        "server_now": request.now,
        "deadline": attempt.deadline,
        "open": not attempt.is_over(request.now),
    }
    position = request.GET.get("question", "")
    if position.isdecimal() and len(position) < 4:
        response = attempt.responses.filter(position=int(position)).first()
        time["question"] = stored(response) if response else None
    return JsonResponse(time)


@require_safe
def review(request: Request, attempt_id: int) -> HttpResponse:
    """What is answered and what is not, before the attempt is finished."""
    attempt = access.candidate_attempt(request.user, attempt_id)
    if attempt.is_over(request.now):
        return redirect(attempt.get_result_url())
    return render_review(request, sitting.desk(attempt), sitting.sheet(attempt))


def render_review(request: Request, desk: Desk, sheet: Sheet) -> HttpResponse:
    context = {"desk": desk, "sheet": sheet, "now": request.now}
    return render(request, "certification/attempt/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: Request, attempt_id: int) -> HttpResponseRedirect:
    """Ends the attempt by POST. A login in between comes back by GET: then it asks again."""
    attempt = access.candidate_attempt(request.user, attempt_id)
    if request.method != "POST":
        return redirect("review", attempt.pk)
    finished = attempts.submit(attempt.pk, by=request.user.pk, now=request.now)
    return redirect(finished.get_result_url())
