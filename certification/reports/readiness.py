"""What the drafts of the bank lack before they can be published."""

from collections.abc import Iterable
from dataclasses import dataclass

from certification.models import Question
from certification.models.bank import QuestionQuerySet
from certification.rules.item_lint import lint_item
from certification.states import QUESTION_STATES_IN_WORK


@dataclass(frozen=True, slots=True)
class Unready:
    """A question in work, and what stops its publication, sentence by sentence; none: it is ready."""

    question: Question
    lacks: tuple[str, ...]


def in_work() -> QuestionQuerySet:
    """Drafts and what is in review, in the order of the document."""
    return Question.objects.filter(state__in=QUESTION_STATES_IN_WORK).order_by("section__number", "id")


def readiness(questions: Iterable[Question]) -> list[Unready]:
    """`questions` have section and options at hand."""
    return [
        Unready(question, tuple(f.sentence for f in lint_item(question.item) if f.level == "error"))
        for question in questions
    ]
