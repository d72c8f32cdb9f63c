"""Questions as plain values."""

from dataclasses import replace

from certification.rules.items import KINDS, Item, ItemOption

OPTIONS = (ItemOption("а", is_correct=True), ItemOption("б", is_correct=False))
ITEM = Item("1.1", 1, "single", "Что?", OPTIONS)


def test_kinds_are_those_that_the_database_and_the_files_name():
    assert KINDS == ("single", "multiple")


def test_question_has_neither_explanation_nor_enemies_nor_a_line_unless_it_says_so():
    assert (ITEM.explanation, ITEM.enemies, ITEM.line) == ("", "", None)


def test_same_question_at_another_line_is_the_same():
    assert replace(ITEM, line=7) == replace(ITEM, line=8)
    assert replace(ITEM, number="1.2") != ITEM


def test_options_are_told_apart_by_the_key():
    assert (ITEM.texts, ITEM.right, ITEM.wrong) == (("а", "б"), ("а",), ("б",))
