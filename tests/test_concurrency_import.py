"""Two confirmations of one plan at once, and one beside candidates who start. See test_concurrency."""

import pytest
from django.db import connection

from certification.importing import bank_import
from certification.importing.bank_import import Outcome, Outdated
from certification.models import Attempt, ExternalId, Question
from certification.states import QuestionState
from tests.factories import NOW, ExamFactory, SectionFactory, UserFactory
from tests.sources import COUNTS, file, row, workbook
from tests.test_concurrency import at_once, start

pytestmark = pytest.mark.django_db(transaction=True)

# Without a lock that lets others point at a row, two of three rounds had a deadlock.
ROUNDS = 2 if connection.vendor == "sqlite" else 6
WHOLE, LEFT, PAPER = 80, 50, 45


@pytest.mark.parametrize("sections", [0, 4])
def test_parallel_confirmations_of_one_plan_are_done_once(sections):
    for number in range(1, sections + 1):
        SectionFactory(number=number)
    digest = bank_import.plan_of(file(), {}).digest

    def confirm():
        return bank_import.apply(file(), moves={}, digest=digest, chosen=(), by=None, now=NOW)

    results = at_once(*[confirm] * 3)

    done = [result for result in results if isinstance(result, Outcome)]
    assert done == [Outcome(created=sum(COUNTS), revised=0, linked=0, retired=0)]
    assert sum(isinstance(result, Outdated) for result in results) == 2
    assert Question.objects.count() == ExternalId.objects.count() == sum(COUNTS)


def questions(count, *, section, explanation=""):
    """A workbook with so many questions."""
    rows = [
        row(
            number=f"{section}.{n}",
            section=section,
            text=f"Что показывает отчёт {n}?",
            explanation=explanation,
        )
        for n in range(1, count + 1)
    ]
    return file(workbook(*rows), name=f"{section}.xlsx")


def confirmation(read):
    """The whole of what the file proposes, to be confirmed."""
    plan = bank_import.plan_of(read, {})
    chosen = plan.choosable
    return lambda: bank_import.apply(read, moves={}, digest=plan.digest, chosen=chosen, by=None, now=NOW)


def test_import_that_revises_and_retires_stands_in_nobodys_way():
    for n in range(1, ROUNDS + 1):
        section = SectionFactory(number=n)
        exam = ExamFactory(lines={section: PAPER})
        confirmation(questions(WHOLE, section=n))()
        Question.objects.filter(section=section).update(state=QuestionState.PUBLISHED, is_current=True)
        revising = confirmation(questions(LEFT, section=n, explanation="Это итог за день."))

        outcome, *attempts = at_once(revising, *[start(exam, UserFactory()) for _ in range(4)])

        retired = WHOLE - LEFT
        assert outcome == Outcome(created=0, revised=LEFT, linked=0, retired=retired)
        assert all(isinstance(attempt, Attempt) for attempt in attempts), attempts
        assert Question.objects.filter(section=section, state=QuestionState.RETIRED).count() == retired
