"""What an import writes beside the questions, and how it minds who wrote before it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from certification.actions import bank, sources
from certification.models import Event, ExternalId, Question, Section
from certification.states import EventKind
from tests.factories import NOW, AdminFactory, ExternalIdFactory, QuestionFactory, SectionFactory, item

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


def test_sections_are_added_as_they_are_called():
    sources.add_sections({7: "Склад", 2: "Касса"})

    assert list(Section.objects.values_list("number", "title")) == [(2, "Касса"), (7, "Склад")]


def test_what_a_document_says_is_kept_as_it_said_it_last():
    question, row = QuestionFactory(), ExternalIdFactory(document="памятка")
    source = row.section, row.number
    named = [
        sources.Named(Question(pk=7, key=row.key), 12, {"text": "Кто?"}, source),
        sources.Named(question, 14, {"text": "Где?"}, (9, 9)),
        sources.Named(Question(pk=8), 16, {}),
    ]

    sources.remember("памятка", named, by=None, now=LATER)

    rows = ExternalId.objects.values_list("section", "number", "key", "said", "imported_at")
    assert list(rows) == [
        (*source, row.key, {"text": "Кто?"}, LATER),
        (9, 9, question.key, {"text": "Где?"}, LATER),
    ]
    events = Event.objects.filter(kind=EventKind.QUESTION_IMPORTED).order_by("id")
    assert list(events.values_list("subject_id", "facts")) == [
        (pk, {"document": "памятка", "place": place}) for pk, place in ((7, 12), (question.pk, 14), (8, 16))
    ]


def test_many_drafts_are_as_one_would_be():
    SectionFactory(number=1)
    keys = uuid4(), uuid4()
    by = AdminFactory().pk

    one, other = bank.create_many([(keys[0], item()), (keys[1], item(options=()))], by=by, now=NOW)

    alone = bank.create(item(), by=by, now=NOW)
    rows = [Question.objects.filter(pk=q.pk).values().get() | {"id": 0, "key": 0} for q in (one, alone)]
    assert rows[0] == rows[1]
    assert (one.key, other.key) == keys
    read = Question.objects.with_options().in_bulk([one.pk, other.pk])
    assert (read[one.pk].item, read[other.pk].item) == (item(), item(options=()))


def test_what_a_document_has_no_more_is_forgotten_and_its_key_is_not():
    row, kept = ExternalIdFactory.create_batch(2, said={"text": "Кто?"})
    key = row.key

    sources.forget([row.pk], now=LATER)

    row.refresh_from_db()
    kept.refresh_from_db()
    assert (row.said, row.imported_at, row.key) == ({}, LATER, key)
    assert (kept.said, kept.imported_at) == ({"text": "Кто?"}, NOW)
