"""What is decided about questions beside their text, one or many at a time: each asks first, and is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.actions import bank
from certification.forms.bank import DecisionForm
from certification.models import Question, Supply
from certification.reports.bank import shortfalls_without
from certification.rules.item_findings import Finding
from certification.states import QUESTION_STATES_IN_WORK, QuestionState

MOST = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """How a page asks for it. `label` "": it takes no reason."""

    title: Any
    button: Any
    done: Any
    act: Callable[..., Question]
    label: Any = ""
    is_reason_required: bool = True


def publish(question_id: int, *, reason: str, **said: Any) -> Question:
    return bank.publish(question_id, excuse=reason, **said)


def without_reason(act: Callable[..., Question]) -> Callable[..., Question]:
    def acted(question_id: int, *, reason: str, **said: Any) -> Question:
        return act(question_id, **said)

    return acted


DECISIONS = {
    "review_selected": Decision(
        _("Send to review?"),
        _("Send to review"),
        _("%(question)s is in review."),
        without_reason(bank.send_to_review),
    ),
    "return_selected": Decision(
        _("Send back to the author?"),
        _("Send back"),
        _("%(question)s is a draft again."),
        bank.send_back,
        _("What has to be mended"),
    ),
    "publish_selected": Decision(
        _("Publish?"),
        _("Publish"),
        _("%(question)s is in use."),
        publish,
        _("Why the warning does not matter"),
        is_reason_required=False,
    ),
    "check_selected": Decision(
        _("Compared with the source today, and right?"),
        _("Yes, it is right"),
        _("%(question)s is noted as checked today."),
        without_reason(bank.check),
    ),
    "retire_selected": Decision(
        _("Retire?"), _("Retire"), _("%(question)s is retired."), bank.retire, _("Reason")
    ),
}
IN_WORK = ("publish_selected", "retire_selected")
# What a question's own page offers, by its state.
OFFERED: dict[str, tuple[str, ...]] = {
    QuestionState.DRAFT: ("review_selected", *IN_WORK),
    QuestionState.IN_REVIEW: ("return_selected", *IN_WORK),
    QuestionState.PUBLISHED: ("check_selected", "retire_selected"),
    QuestionState.RETIRED: (),
}


def offered(question: Question) -> list[tuple[str, Decision]]:
    """A former version has nothing left to decide."""
    names = OFFERED[question.state] if question.is_standing or question.is_current else ()
    return [(name, DECISIONS[name]) for name in names]


class QuestionMoves(admin.ModelAdmin):
    """The actions of the list, and of the buttons on a question's own page, which say `one`."""

    actions = list(DECISIONS)

    @admin.action(description=_("Send the selected questions to review"))
    def review_selected(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse:
        return self.decide(request, queryset, "review_selected")

    @admin.action(description=_("Send the selected questions back to their authors"))
    def return_selected(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse:
        return self.decide(request, queryset, "return_selected")

    @admin.action(description=_("Publish the selected questions"))
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse:
        return self.decide(request, queryset, "publish_selected")

    @admin.action(description=_("Note the selected questions as checked today"))
    def check_selected(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse:
        return self.decide(request, queryset, "check_selected")

    @admin.action(description=_("Retire the selected questions"))
    def retire_selected(self, request: HttpRequest, queryset: QuerySet[Question]) -> HttpResponse:
        return self.decide(request, queryset, "retire_selected")

    def decide(self, request: HttpRequest, queryset: QuerySet[Question], name: str) -> HttpResponse:
        decision = DECISIONS[name]
        questions = list(queryset.with_options().order_by("section__number", "id")[: MOST + 1])  # type: ignore[attr-defined]
        if len(questions) > MOST:
            sentence = gettext("Choose %(most)s questions at most. Nothing was done.")
            messages.error(request, sentence % {"most": MOST})
            return HttpResponseRedirect(request.get_full_path())
        data = request.POST if "confirmed" in request.POST else None
        required = bool(decision.label) and decision.is_reason_required
        form = DecisionForm(data, label=decision.label, required=required)
        if not form.is_valid():
            return self.ask(request, name, questions, form)
        refusals = carry_out(request, decision, questions, reason=form.cleaned_data["reason"])
        if refusals:
            left = Question.objects.with_options().filter(pk__in=refusals)
            return self.ask(request, name, left.order_by("section__number", "id"), form, refusals)
        if "one" in request.POST and len(questions) == 1:
            return HttpResponseRedirect(
                reverse("admin:certification_question_change", args=[questions[0].pk])
            )
        return HttpResponseRedirect(request.get_full_path())

    def ask(
        self,
        request: HttpRequest,
        name: str,
        questions: Iterable[Question],
        form: DecisionForm,
        refusals: Mapping[int, str] = MappingProxyType({}),
    ) -> TemplateResponse:
        """Ask, or ask again about those that were refused, with the reason that was typed."""
        questions = list(questions)
        is_retiring, is_publishing, is_checking = (
            name == which for which in ("retire_selected", "publish_selected", "check_selected")
        )
        found = findings(questions) if is_publishing else {}
        context = {
            **self.admin_site.each_context(request),
            "title": DECISIONS[name].title,
            "opts": self.opts,
            "name": name,
            "decision": DECISIONS[name],
            "rows": [
                (question, found.get(question.pk, []), refusals.get(question.pk, ""))
                for question in questions
            ],
            "is_shown_whole": is_publishing or is_checking,
            "is_checking": is_checking,
            "shortfalls": shortfalls_without(questions, on=timezone.localdate()) if is_retiring else [],
            "form": form,
            "one": "one" in request.POST,
        }
        status = 409 if refusals else 200
        return TemplateResponse(request, "admin/certification/question/decide.html", context, status=status)


def findings(questions: Iterable[Question]) -> dict[int, list[Finding]]:
    """What there is to say before these are published, by their row; of what is not in work nothing."""
    in_work = [question for question in questions if question.state in QUESTION_STATES_IN_WORK]
    if not in_work:
        return {}
    today = timezone.localdate()
    in_use, supply = Question.objects.current().items(), Supply(on=today)
    return {
        question.pk: [*question.findings(in_use, on=today), *supply.findings(question)]
        for question in in_work
    }


def carry_out(
    request: HttpRequest, decision: Decision, questions: Iterable[Question], *, reason: str
) -> dict[int, str]:
    """Each by itself; why those that were refused were, by their row. For all that are published the bank is
    read once.
    """
    refusals = {}
    more = {"in_use": Question.objects.current().items()} if decision.act is publish else {}
    for question in questions:
        seen = request.POST.get(f"seen-{question.pk}", "")
        try:
            decision.act(
                question.pk, by=request.user.pk, now=timezone.now(), reason=reason, seen=seen, **more
            )
        except bank.Refused as refused:
            refusals[question.pk] = undecided_sentence(refused)
        else:
            messages.success(request, str(decision.done) % {"question": question})
    return refusals


def undecided_sentence(refused: bank.Refused) -> str:
    """As it is said where nothing was typed but a reason."""
    sentences = {
        "outdated": gettext(
            "Somebody has made a newer version meanwhile, so this one stays as it was. Open the question and "
            "decide about the newer version."
        ),
        "rewritten": gettext("Somebody has changed it since you read it. Read it again as it is now."),
        "own_item": gettext("Whoever wrote any of its wording does not publish it: somebody else has to."),
    }
    return sentences.get(refused.code) or refusal_sentence(refused)


def refusal_sentence(refused: bank.Refused) -> str:
    sentences = {
        "outdated": gettext(
            "Somebody has made a newer version meanwhile. Nothing was saved: copy your text, open the "
            "newer version and change it there."
        ),
        "rewritten": gettext(
            "Somebody else has changed this question since you opened it. Nothing was saved: copy your "
            "text, open the question again and change it there."
        ),
        "lint": gettext("It cannot be published like this, so nothing was saved: %(detail)s"),
        "warnings": gettext("Say why this does not matter, or mend it; nothing was saved: %(detail)s"),
        "excuse_alone": gettext(
            "A reason is kept with a publication, and this would publish nothing, so nothing was saved: tick "
            "“Publish”, or empty this field and save again."
        ),
        "not_in_work": gettext("Only a draft is published. Open the newest version and change it there."),
        "not_a_draft": gettext(
            "Only a draft is sent to review. Open the newest version and change it: that makes a draft."
        ),
        "not_in_review": gettext("It is not in review, so it is not sent back."),
        "own_item": gettext(
            "An author does not publish their own question. Nothing was saved: take off «Publish», "
            "save, and let somebody else publish it."
        ),
    }
    return sentences[refused.code] % {"detail": refused.detail}
