"""What the site's pages come to where nobody is protected from anything but a stranger."""

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from bench.bare.models import Answer, Question, Sitting


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        user = authenticate(request, username=request.POST["login"], password=request.POST["password"])
        if user is not None:
            login(request, user)
            return redirect("home")
    return page(request, template="login")


def page(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, f"bare/{template}.html")


def exam(request: HttpRequest) -> HttpResponse:
    """A start makes the sitting and its rows; the paper is the same for all."""
    if request.method != "POST":
        return page(request, template="exam")
    sitting = Sitting.objects.create(user=request.user)
    Answer.objects.bulk_create(
        Answer(sitting=sitting, question_id=question_id, position=position)
        for position, question_id in enumerate(Question.objects.values_list("pk", flat=True), start=1)
    )
    return redirect("question", sitting.pk, 1)


def question(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    if request.method == "POST":
        return save(request, pk, position)
    answer = get_object_or_404(
        Answer.objects.select_related("question"), sitting=pk, sitting__user=request.user, position=position
    )
    return render(request, "bare/question.html", {"answer": answer})


def save(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One UPDATE; a query more for the question that comes next."""
    chosen = [int(index) for index in request.POST.getlist("choice")]
    answers = Answer.objects.filter(sitting=pk, sitting__user=request.user)
    answers.filter(position=position).update(chosen=chosen)
    echo = {"value": chosen, "seq": int(request.POST["seq"]), "next": None}
    if request.POST.get("with") == "next":
        following = answers.select_related("question").filter(position=position + 1).first()
        if following is not None:
            html = render_to_string("bare/_question.html", {"answer": following}, request)
            echo["next"] = {"position": following.position, "html": html}
    return JsonResponse(echo)


def clock(request: HttpRequest, pk: int) -> HttpResponse:
    sitting = get_object_or_404(Sitting, pk=pk, user=request.user)
    return JsonResponse({"server_now": timezone.now(), "open": not sitting.finished})


def review(request: HttpRequest, pk: int) -> HttpResponse:
    answers = Answer.objects.filter(sitting=pk, sitting__user=request.user).order_by("position")
    return render(request, "bare/review.html", {"sitting": pk, "answers": answers})


def finish(request: HttpRequest, pk: int) -> HttpResponse:
    Sitting.objects.filter(pk=pk, user=request.user).update(finished=True)
    return redirect("result", pk)


def result(request: HttpRequest, pk: int) -> HttpResponse:
    sitting = get_object_or_404(Sitting, pk=pk, user=request.user)
    return render(request, "bare/result.html", {"sitting": sitting})
