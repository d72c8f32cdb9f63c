"""How well the lint finds what it looks for, over questions whose flaws are known and over the shipped bank.

`flawed_items.yaml` names the rules that each question breaks; `clean_items.yaml` breaks none.
"""

from collections import Counter

import pytest

from certification.rules.item_lint import ITEM_RULES, lint_bank
from tests.seeded_items import read

RULES = [rule.name for rule in ITEM_RULES] + ["near-duplicate", "hinge"]
LEAST_RECALL = 0.9
LEAST_PRECISION = 0.8


@pytest.fixture(scope="module")
def seeded():
    return [*read("clean"), *read("flawed")]


@pytest.fixture(scope="module")
def found(seeded):
    """The pairs of question and rule that the lint reports, and those that are true."""
    findings = {(finding.number, finding.rule) for finding in lint_bank([item for item, _broken in seeded])}
    return findings, {(item.number, rule) for item, broken in seeded for rule in broken}


def test_questions_are_forty_of_each_and_break_each_rule_twice(seeded):
    flawed, clean = read("flawed"), read("clean")
    broken = Counter(rule for _item, rules in flawed for rule in rules)

    assert len(flawed) >= 40
    assert len(clean) >= 40
    assert [rules for _item, rules in clean if rules] == []
    assert [item.number for item, rules in flawed if not rules] == []
    assert {rule for rule in RULES if broken[rule] < 2} == set()
    assert set(broken) - set(RULES) == set()


@pytest.mark.parametrize("rule", RULES)
def test_rule_finds_its_flaws_and_little_else(found, rule):
    reported, true = ({one for one in some if one[1] == rule} for some in found)

    assert len(reported & true) >= LEAST_RECALL * len(true), f"missed: {true - reported}"
    assert len(reported & true) >= LEAST_PRECISION * len(reported), f"sound: {reported - true}"
