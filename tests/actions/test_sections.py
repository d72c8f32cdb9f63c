"""A section's number and title, which finished results read."""

import pytest

from certification.actions import bank, sections
from certification.actions.refused import Refused
from certification.models import Event, Section
from tests.factories import NOW, AdminFactory, ExamFactory, SectionFactory, UserFactory, item, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return SectionFactory(number=1, title="Основы")


def rename(section, *, by=None, **changes):
    return sections.rename(section.pk, **{"number": 1, "title": "Основы", **changes}, by=by, now=NOW)


def test_a_change_is_told(section):
    admin = AdminFactory()

    rename(section, number=2, title="Основы продукта", by=admin.pk)

    assert list(Section.objects.values_list("number", "title")) == [(2, "Основы продукта")]
    facts = {"number": [1, 2], "title": ["Основы", "Основы продукта"]}
    told = Event.objects.values_list("kind", "at", "actor", "subject_table", "subject_id", "facts")
    assert list(told) == [("section_renamed", NOW, admin.pk, "certification_section", section.pk, facts)]


def test_no_change_writes_nothing(section):
    before = all_rows()

    rename(section)

    assert changed_tables(before) == []


def test_what_is_in_papers_keeps_its_number(section):
    bank.create(item(), by=None, now=NOW, publish=True)
    started(UserFactory(), ExamFactory(lines={section: None}))
    before = all_rows()

    with pytest.raises(Refused) as caught:
        rename(section, number=2)

    assert (caught.value.code, changed_tables(before)) == ("served", [])
    assert rename(section, title="Основы продукта").title == "Основы продукта"
