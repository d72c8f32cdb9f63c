"""How many keys of a bank may be the longest option."""

from dataclasses import replace

import pytest

from certification.rules.item_lint import lint_bank, upper_limit
from certification.rules.items import Item, ItemOption

QUESTION = Item("3.7", 3, "single", "Где менеджер видит историю переписки?", (), "Так сказано.")


def options(*, right, wrong):
    return tuple(
        [ItemOption(text, is_correct=True) for text in right]
        + [ItemOption(text, is_correct=False) for text in wrong]
    )


def bank_with_longest_keys(count, longest):
    long_key = options(right=["ааа"], wrong=["бб", "вв", "гг"])
    short_key = options(right=["аа"], wrong=["ббб", "вв", "гг"])
    return [
        replace(QUESTION, number=f"3.{n}", options=long_key if n < longest else short_key)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "longest", "is_flawed"),
    [
        (50, 18, False),
        (50, 19, True),
        (100, 32, False),
        (100, 33, True),
        (200, 60, False),
        (200, 61, True),
    ],
)
def test_share_of_longest_keys_at_its_limit(count, longest, is_flawed):
    findings = lint_bank(bank_with_longest_keys(count, longest))

    about_the_bank = [(finding.rule, finding.level) for finding in findings if not finding.number]
    assert about_the_bank == [("bank-key-longest", "error")] * is_flawed


def test_multiple_choices_do_not_count_among_longest_keys():
    bank = [replace(item, kind="multiple") for item in bank_with_longest_keys(50, 50)]

    assert "bank-key-longest" not in {finding.rule for finding in lint_bank(bank)}


def test_upper_limit_with_chances_that_differ():
    assert upper_limit([0.0] * 10 + [1.0] * 5, 0.95) == 5
    assert upper_limit([], 0.95) == 0
