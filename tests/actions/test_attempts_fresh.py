"""An exam that leaves out what is stale draws from the rest."""

from datetime import timedelta

import pytest

from certification.actions import attempts
from certification.models import Question
from certification.rules.assembly import CannotAssemble
from tests.factories import NOW, UserFactory, bank_with_exam, started

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("leaves_out", [False, True])
def test_start_draws_what_is_stale_unless_its_exam_leaves_it_out(leaves_out):
    exam = bank_with_exam(questions=3, per_section=None, leaves_out_stale=leaves_out)
    days = [None, NOW.date(), NOW.date() - timedelta(days=1)]
    questions = list(Question.objects.order_by("pk"))
    for question, day in zip(questions, days, strict=True):
        question.review_by = day
        question.save()

    attempt = started(exam=exam)

    drawn = set(attempt.responses.values_list("question", flat=True))
    assert drawn == {question.pk for question in questions[: 2 if leaves_out else 3]}


def test_start_without_enough_that_is_fresh_is_refused_as_with_too_few():
    exam = bank_with_exam(questions=5, per_section=5, leaves_out_stale=True)
    Question.objects.filter(pk=Question.objects.first().pk).update(review_by=NOW.date() - timedelta(days=1))

    person = UserFactory()

    with pytest.raises(CannotAssemble) as caught:
        attempts.start(exam.pk, by=person.pk, now=NOW, name=person.name)

    assert (caught.value.wanted, caught.value.available) == (5, 4)
