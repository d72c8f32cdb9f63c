"""Two confirmations of one plan at once. See test_concurrency."""

import pytest

from certification.importing import bank_import
from certification.importing.bank_import import Outcome, Outdated
from certification.models import ExternalId, Question
from tests.factories import NOW, SectionFactory
from tests.sources import COUNTS, file
from tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


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
