"""What an import writes beside the questions, and how it minds who wrote before it."""

from datetime import timedelta

import pytest

from certification.actions import bank, sources
from certification.actions.refused import Refused
from certification.models import ExternalId, Section
from tests.factories import NOW, ExternalIdFactory, SectionFactory, item
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


def test_revise_of_what_is_not_as_expected_is_refused():
    SectionFactory(number=1)
    draft = bank.create(item(), by=None, now=NOW)
    seen = draft.item
    bank.revise(draft.pk, item(text="Кто добавляет людей в аккаунт?"), by=None, now=NOW)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.revise(draft.pk, item(weight=2), by=None, now=NOW, expecting=seen)

    assert (caught.value.code, caught.value.question_id) == ("changed", draft.pk)
    assert changed_tables(before) == []
    draft.refresh_from_db()
    assert bank.revise(draft.pk, item(weight=2), by=None, now=NOW, expecting=draft.item).weight == 2


def test_sections_are_added_as_they_are_called():
    sources.add_sections({7: "Склад", 2: "Касса"})

    assert list(Section.objects.values_list("number", "title")) == [(2, "Касса"), (7, "Склад")]


def test_what_a_document_says_is_kept_as_it_said_it_last():
    row = ExternalIdFactory()
    name = {"document": row.document, "section": row.section, "number": row.number}

    sources.remember(row.key, **name, said={"text": "Кто?"}, now=LATER)

    assert list(ExternalId.objects.values("pk", *name, "key", "said", "imported_at")) == [
        {"pk": row.pk, **name, "key": row.key, "said": {"text": "Кто?"}, "imported_at": LATER}
    ]


def test_what_a_document_has_no_more_is_forgotten_and_its_key_is_not():
    row = ExternalIdFactory(said={"text": "Кто?"})

    forgotten = sources.forget(row.pk, now=LATER)

    row.refresh_from_db()
    assert (row.said, row.imported_at, row.key) == ({}, LATER, forgotten.key)
