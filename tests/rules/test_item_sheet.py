"""A question as a row, and back."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.rules.item_sheet import COLUMNS, RowError, SheetRow, cells, cleaned, heading, row_of
from certification.rules.items import Item, ItemOption
from tests.factories import item

KEY = UUID("00000000-0000-4000-8000-000000000001")
ROW = {
    "section": "1",
    "number": "1.1",
    "text": "Кто?",
    "option_1": "Он",
    "option_2": "Она",
    "right": "1",
}


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


def read(**changes):
    return row_of({**ROW, **changes})


def texts(**size):
    return st.text(st.characters(exclude_categories=["Cs"]), **size)


OPTION = st.builds(
    ItemOption, texts(max_size=60).filter(lambda text: cleaned(item(text=text)).text), st.booleans()
)
ITEMS = st.builds(
    Item,
    number=st.integers(1, 999).map("7.{}".format),
    section=st.just(7),
    kind=st.sampled_from(["single", "multiple"]),
    text=texts(min_size=1).filter(lambda text: cleaned(item(text=text)).text),
    options=st.lists(OPTION, max_size=10).map(tuple),
    explanation=texts(max_size=80),
    enemies=st.sampled_from(["", "tariffs", "a-1"]),
    weight=st.integers(1, 100),
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.none() | st.uuids(), st.none() | st.integers(1, 32_767))
def test_row_says_what_it_was_made_of(question, key, version):
    row = SheetRow(key=key, version=version, title="Раздел", item=question)

    said = {name: str(value) for name, value in cells(row).items()}

    assert row_of(said) == replace(row, item=cleaned(question))


def test_columns_are_called_in_the_readers_language():
    assert [heading(name) for name in COLUMNS] == [
        "Key",
        "Version",
        "Section",
        "Section's title",
        "Number",
        "Kind",
        "Question",
        *(f"Option {place}" for place in range(1, 11)),
        "Right options",
        "Explanation",
        "Enemies",
        "Points",
    ]


def test_row_with_the_least_it_needs():
    options = (ItemOption("Он", is_correct=True), ItemOption("Она", is_correct=False))

    assert read() == SheetRow(None, None, "", Item("1.1", 1, "single", "Кто?", options))


@pytest.mark.parametrize(
    ("kind", "right", "read_as"),
    [
        ("", "", "single"),
        ("", "2", "single"),
        ("", "1, 2", "multiple"),
        ("single", "1;2", "single"),
        ("One right answer", "1 2", "single"),
        ("several right answers", "1", "multiple"),
    ],
)
def test_kind_is_written_or_follows_from_the_right_options(kind, right, read_as):
    assert read(kind=kind, right=right).item.kind == read_as


def test_exported_question_keeps_whatever_number_it_had():
    assert read(key=str(KEY), number="").item.number == ""
    assert read(key=str(KEY), number="A-12").item.number == "A-12"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " \n"}, "Question: a question needs a text."),
        ({"text": "а" * 5001}, "Question: at most 5000 characters are possible."),
        ({"option_2": "а" * 501}, "Option 2: at most 500 characters are possible."),
        ({"option_1": ""}, "Option 1: it is empty, but a later option is not."),
        ({"right": "3"}, "Right options: numbers of options are wanted, such as 1, 3."),
        ({"right": "первый"}, "Right options: numbers of options are wanted, such as 1, 3."),
        ({"right": "0"}, "Right options: numbers of options are wanted, such as 1, 3."),
        ({"section": ""}, "Section: a whole number from 1 to 32767 is wanted."),
        ({"section": "-1"}, "Section: a whole number from 1 to 32767 is wanted."),
        ({"section": "32768"}, "Section: a whole number from 1 to 32767 is wanted."),
        ({"section": "٣"}, "Section: a whole number from 1 to 32767 is wanted."),
        ({"version": "0"}, "Version: a whole number from 1 to 32767 is wanted."),
        ({"weight": "101"}, "Points: a whole number from 1 to 100 is wanted."),
        ({"number": "2.1"}, "Number: a number such as 1.1 is wanted."),
        ({"number": "1"}, "Number: a number such as 1.1 is wanted."),
        ({"number": ""}, "Number: a number such as 1.1 is wanted."),
        ({"kind": "double"}, "Kind: “one right answer” or “several right answers” is wanted."),
        ({"key": "1"}, "Key: leave it as it was exported, or empty for a new question."),
        ({"enemies": "враги"}, "Enemies: Latin letters, digits, hyphens and underscores are possible."),
    ],
)
def test_row_that_says_nothing_allowed_is_refused(changes, sentence):
    with pytest.raises(RowError) as refused:
        read(**changes)

    assert refused.value.sentence == sentence
