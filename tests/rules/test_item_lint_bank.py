"""How many keys of a bank may be the longest option."""

import re
from dataclasses import replace

import pytest

from certification.rules.item_lint import lint_bank, upper_limit
from certification.rules.items import Item
from tests.items import options

QUESTION = Item("3.7", 3, "single", "Где менеджер видит историю переписки?", (), "Так сказано.")


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


def test_finding_about_longest_keys_says_how_many_there_are_and_may_be():
    finding = lint_bank(bank_with_longest_keys(50, 19))[-1]

    assert (finding.number, finding.values) == ("", {"longest": 19, "count": 50, "limit": 18})
    assert re.findall(r"\d+", finding.sentence) == ["19", "50", "18"]


def test_key_as_long_as_a_wrong_option_is_not_the_longest():
    as_long = options(right=["ааа"], wrong=["ббб", "вв", "гг"])

    bank = [replace(item, options=as_long) for item in bank_with_longest_keys(50, 50)]
    assert "bank-key-longest" not in {finding.rule for finding in lint_bank(bank)}


def test_multiple_choices_do_not_count_among_longest_keys():
    bank = [replace(item, kind="multiple") for item in bank_with_longest_keys(50, 50)]

    assert "bank-key-longest" not in {finding.rule for finding in lint_bank(bank)}


def test_upper_limit_with_chances_that_differ():
    assert upper_limit([0.0] * 10 + [1.0] * 5, 0.95) == 5
    assert upper_limit([], 0.95) == 0


def test_upper_limit_is_not_exceeded_with_exactly_the_confidence():
    assert upper_limit([0.5], 0.5) == 0
    assert upper_limit([0.5], 0.51) == 1


def test_certainty_allows_all_though_the_sum_of_the_chances_is_rounded_down():
    assert upper_limit([0.3] * 7, 1.0) == 7
