"""The rows of the bank as a sheet has them."""

import pytest

from certification.actions import bank
from certification.reports.bank_rows import bank_rows
from tests.factories import NOW, SectionFactory, item

pytestmark = pytest.mark.django_db


def test_a_draft_that_was_given_up_leaves_the_version_in_use():
    SectionFactory(number=1)
    in_use = bank.create(item(), by=None, now=NOW, publish=True)
    draft = bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW)
    bank.retire(draft.pk, by=None, now=NOW)
    gone = bank.create(item(number="1.2"), by=None, now=NOW)
    bank.retire(gone.pk, by=None, now=NOW)

    assert [(row.key, row.version, row.item) for row in bank_rows()] == [(in_use.key, 1, item())]
