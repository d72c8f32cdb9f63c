from certification.models import Question
from certification.rules.item_sheet import SheetRow
from certification.states import QuestionState


def bank_rows() -> list[SheetRow]:
    """The standing version of every question that is not retired, in the order of the document."""
    standing = Question.objects.standing().with_options().exclude(state=QuestionState.RETIRED)
    return [
        SheetRow(key=question.key, version=question.version, title=question.section.title, item=question.item)
        for question in standing.order_by("section__number", "id")
    ]


def bank_size() -> int:
    """How many rows the bank's workbook has."""
    return Question.objects.exclude(state=QuestionState.RETIRED).values("key").distinct().order_by().count()
