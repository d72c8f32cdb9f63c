"""The bank's linter: flaws that can be seen in a question's text.

`ITEM_RULES` is every rule of one question, each listed once in the module that defines it. What two questions
do to each other is in `bank_pair_rules`.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from certification.rules import (
    item_cue_rules,
    item_grammar_rules,
    item_overlap_rules,
    item_phrase_rules,
    item_reading_rules,
    item_schema_rules,
)
from certification.rules.bank_pair_rules import bank_pair_findings, pair_findings
from certification.rules.item_findings import BANK, Finding, Rule
from certification.rules.items import Item

ITEM_RULES: tuple[Rule, ...] = (
    *item_schema_rules.RULES,
    *item_phrase_rules.RULES,
    *item_reading_rules.RULES,
    *item_grammar_rules.RULES,
    *item_overlap_rules.RULES,
    *item_cue_rules.RULES,
)

KEY_LONGEST_CONFIDENCE = 0.95


def lint_item(item: Item) -> list[Finding]:
    """The findings about one question, in the order of `ITEM_RULES`."""
    return [finding for rule in ITEM_RULES for finding in rule.findings(item)]


def lint_against(item: Item, others: Iterable[Item]) -> list[Finding]:
    """What is wrong with a question beside others of the bank, none of which is a version of it."""
    return pair_findings(item, others)


def lint_bank(items: Iterable[Item]) -> list[Finding]:
    """The findings about each question, then those about two, then those about the bank."""
    bank = list(items)
    findings = [finding for item in bank for finding in lint_item(item)]
    return [*findings, *bank_pair_findings(bank), *key_longest_share(bank)]


def key_longest_share(items: Iterable[Item]) -> Iterator[Finding]:
    """Single choices whose key is strictly the longest are no more than chance allows in 95 of 100 banks.

    Chance is 1/k in a question of k options. With four options each that allows 36 % of 50 questions, 32 % of
    100 and 30 % of 200; where k is mixed, the exact distribution is used.
    """
    keyed = [item for item in items if item.kind == "single" and len(item.right) == 1 and item.wrong]
    longest = sum(len(item.right[0]) > max(map(len, item.wrong)) for item in keyed)
    limit = upper_limit([1 / len(item.options) for item in keyed], KEY_LONGEST_CONFIDENCE)
    if longest > limit:
        yield Finding(
            "bank-key-longest",
            "error",
            BANK,
            _(
                "The key is the longest option in %(longest)s of %(count)s single choices; "
                "chance allows %(limit)s."
            ),
            {"longest": longest, "count": len(keyed), "limit": limit},
        )


def upper_limit(chances: Iterable[float], confidence: float) -> int:
    """The least number of successes that independent trials do not exceed with at least this probability."""
    distribution = [1.0]
    for chance in chances:
        grown = [probability * (1 - chance) for probability in distribution] + [0.0]
        for successes, probability in enumerate(distribution):
            grown[successes + 1] += probability * chance
        distribution = grown
    reached = 0.0
    for successes, probability in enumerate(distribution):
        reached += probability
        if reached >= confidence:
            return successes
    return len(distribution) - 1
