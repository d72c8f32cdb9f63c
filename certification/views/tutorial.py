"""Trying the controls of an exam, with its own pages and script. Only the session remembers any of it."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from certification import htmx
from certification.forms.answers import AnswerForm
from certification.htmx import Request, wants_json
from certification.reports import tutorial as tutorials
from certification.reports.sitting import Shown
from certification.reports.tutorial import Tutorial
from certification.rules.answering import BadAnswer
from certification.views.errors import refusal
from certification.views.sitting import bad_answer_sentence, next_question, render_question, render_review

KEY = "tutorial"


def remembered(request: Request) -> Tutorial | None:
    data = request.session.get(KEY)
    return None if data is None else tutorials.tutorial_of(data)


def remember(request: Request, tutorial: Tutorial) -> None:
    request.session[KEY] = tutorial.as_data()


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request) -> HttpResponse:
    """What the tutorial is; a POST begins it, or goes on with the one in progress."""
    tutorial = remembered(request)
    running = tutorial is not None and not tutorial.is_over(request.now)
    if request.method != "POST":
        return render(request, "certification/tutorial/start.html", {"running": running})
    if not running:
        remember(request, tutorials.fresh(now=request.now))
    return redirect("tutorial_question", 1)


@vary_on_headers("HX-Request", "Accept")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, position: int) -> HttpResponse:
    """One of the three questions, under the same contract as one of an attempt."""
    tutorial = remembered(request)
    if tutorial is None:
        return elsewhere(request, tutorial)
    if not tutorial.has(position):
        raise Http404
    if request.method != "POST":
        if tutorial.is_over(request.now):
            return elsewhere(request, tutorial)
        return question_page(request, tutorial, position)
    if not tutorial.takes_answers(request.now):
        return too_late(request, tutorial, position)
    return save(request, tutorial, position)


def question_page(
    request: Request, tutorial: Tutorial, position: int, *, error: str = "", status: int = 200
) -> HttpResponse:
    desk, sheet = tutorial.desk(request.user.name), tutorial.sheet(here=position)
    return render_question(request, desk, tutorial.shown(position), sheet, error=error, status=status)


def save(request: Request, tutorial: Tutorial, position: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return bad_answer(request, tutorial, position, form.problem())
    answer = form.answer()
    try:
        tutorial = tutorial.answered(position, answer, now=request.now)
    except BadAnswer as error:
        return bad_answer(request, tutorial, position, error.code)
    remember(request, tutorial)
    if not wants_json(request):
        return go_on(request, tutorial, position, form.cleaned_data["go"])
    echo = stored(tutorial.shown(position)) | {
        "seq": answer.seq,
        "server_now": request.now,
        "deadline": tutorial.deadline,
    }
    if request.POST.get("with") == "next":
        more = tutorial.has(position + 1) and not tutorial.is_over(request.now)
        shown = tutorial.shown(position + 1) if more else None
        echo["next"] = next_question(request, tutorial.desk(request.user.name), shown)
    return JsonResponse(echo)


def stored(shown: Shown) -> dict[str, Any]:
    return {
        "value": [choice.index for choice in shown.choices if choice.chosen],
        "struck": [choice.index for choice in shown.choices if choice.struck],
        "flagged": shown.flagged,
        "revision": shown.revision,
        "saved_at": shown.saved_at,
    }


def go_on(request: Request, tutorial: Tutorial, position: int, go: str) -> HttpResponse:
    if tutorial.is_over(request.now):
        return htmx.redirect(request, reverse("tutorial_finish"))
    position = max(position + {"next": 1, "previous": -1}.get(go, 0), 1)
    if not tutorial.has(position):
        return htmx.redirect(request, reverse("tutorial_review"))
    if htmx.wants_fragment(request):
        return question_page(request, tutorial, position)
    return redirect("tutorial_question", position)


def bad_answer(request: Request, tutorial: Tutorial, position: int, problem: str) -> HttpResponse:
    if tutorial.is_over(request.now):
        return too_late(request, tutorial, position)
    sentence = bad_answer_sentence(problem)
    if wants_json(request):
        value = stored(tutorial.shown(position))["value"]
        return refusal(sentence, problem, 422, value=value)
    return question_page(request, tutorial, position, error=sentence, status=422)


def too_late(request: Request, tutorial: Tutorial, position: int) -> HttpResponse:
    if not wants_json(request):
        return htmx.redirect(request, reverse("tutorial_finish"))
    sentence = _("The tutorial has ended, so this answer was not taken.")
    return refusal(sentence, "ended", 409, value=stored(tutorial.shown(position))["value"])


def elsewhere(request: Request, tutorial: Tutorial | None) -> HttpResponse:
    """No tutorial runs: to its end if there was one, or to where one begins."""
    if wants_json(request):  # the clock as well: a script that gets a page in its place asks for ever
        return refusal(_("The tutorial has ended, so this answer was not taken."), "ended", 409)
    return htmx.redirect(request, reverse("tutorial" if tutorial is None else "tutorial_finish"))


@require_safe
def clock(request: Request) -> HttpResponse:
    """For the script, as that of an attempt."""
    tutorial = remembered(request)
    if tutorial is None:
        return elsewhere(request, tutorial)
    time: dict[str, Any] = {
        "server_now": request.now,
        "deadline": tutorial.deadline,
        "open": not tutorial.is_over(request.now),
    }
    position = request.GET.get("question", "")
    if position.isdecimal() and len(position) < 4:
        time["question"] = stored(tutorial.shown(int(position))) if tutorial.has(int(position)) else None
    return JsonResponse(time)


@require_safe
def review(request: Request) -> HttpResponse:
    tutorial = remembered(request)
    if tutorial is None or tutorial.is_over(request.now):
        return elsewhere(request, tutorial)
    return render_review(request, tutorial.desk(request.user.name), tutorial.sheet())


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: Request) -> HttpResponse:
    """Ends the tutorial by POST, at zero by the script's; then says what was tried. There is no score."""
    tutorial = remembered(request)
    if tutorial is None:
        return redirect("tutorial")
    if request.method == "POST":
        return end(request, tutorial)
    if not tutorial.is_over(request.now):
        return redirect("tutorial_review")
    context = {"tried": tutorial.tried, "total": len(tutorial.papers), "ran_out": not tutorial.finished}
    return render(request, "certification/tutorial/finish.html", context)


def end(request: Request, tutorial: Tutorial) -> HttpResponseRedirect:
    """Finished by the person; where its time has run out, that is what it stays."""
    if not tutorial.is_over(request.now):
        remember(request, replace(tutorial, finished=True))
    return redirect("tutorial_finish")
