"""What questions are found by, of those from before it was kept."""

from importlib import import_module

import pytest
from django.apps import apps

from certification.actions import bank
from certification.models import Question
from tests.factories import NOW, SectionFactory, item

pytestmark = pytest.mark.django_db


def test_questions_from_before_are_found_as_new_ones():
    SectionFactory(number=1)
    kept = bank.create(item(number="Ё-1"), by=None, now=NOW).searched
    Question.objects.update(searched="")

    import_module("certification.migrations.0015_bank_workshop").fill_searched(apps, None)

    assert Question.objects.get().searched == kept == bank.searched(item(number="Ё-1"))
