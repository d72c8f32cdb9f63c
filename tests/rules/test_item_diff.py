"""What one version says otherwise than another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.item_diff import Fact, OptionDiff, Run, diff, words
from certification.rules.items import ItemOption
from tests.factories import item


def same(text):
    return Run("same", text)


def gone(text):
    return Run("gone", text)


def new(text):
    return Run("new", text)


@pytest.mark.parametrize(
    ("old", "later", "runs"),
    [
        ("Кто видит?", "Кто видит?", (same("Кто видит?"),)),
        ("Кто видит?", "Кто всё видит?", (same("Кто"), new(" всё"), same(" видит?"))),
        ("Кто видит?", "Кто меняет?", (same("Кто "), gone("видит"), new("меняет"), same("?"))),
        ("Кто видит?", "", (gone("Кто видит?"),)),
        ("", "Кто?", (new("Кто?"),)),
    ],
)
def test_words_that_went_and_came(old, later, runs):
    assert words(old, later) == runs


@given(st.text("аб .,\n", max_size=20), st.text("аб .,\n", max_size=20))
def test_words_give_both_texts_again(old, later):
    runs = words(old, later)

    assert "".join(run.text for run in runs if run.change != "new") == old
    assert "".join(run.text for run in runs if run.change != "gone") == later


def test_a_reworded_option_and_a_moved_key():
    options = (
        ItemOption("Администратор", False),
        ItemOption("Руководитель отдела", True),
        ItemOption("Наблюдатель", False),
    )
    old = item(options=(*item().options[:1], ItemOption("Руководитель", False), *item().options[2:]))

    assert diff(old, item(options=options)).options == (
        OptionDiff((same("Администратор"),), was_right=True, is_right=False),
        OptionDiff((same("Руководитель"), new(" отдела")), was_right=False, is_right=True),
        OptionDiff((new("Наблюдатель"),), was_right=None, is_right=False),
        OptionDiff((gone("Ответственный"),), was_right=False, is_right=None),
    )


def test_what_is_told_as_it_was_and_as_it_is():
    changed = diff(item(), item(section=2, number="2.1", weight=3, enemies="staff"))

    assert changed.facts == (
        Fact("section", 1, 2),
        Fact("number", "1.1", "2.1"),
        Fact("weight", 1, 3),
        Fact("enemies", "", "staff"),
    )


def test_the_same_content_has_the_same_digest_and_no_other():
    others = [
        item(text="Кто?"),
        item(weight=2),
        item(section=2),
        item(options=tuple(reversed(item().options))),
        item(options=tuple(ItemOption(o.text, not o.is_correct) for o in item().options)),
    ]

    assert item(line=7).digest == item().digest
    assert len({one.digest for one in (item(), *others)}) == 1 + len(others)
