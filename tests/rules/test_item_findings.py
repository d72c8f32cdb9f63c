"""How a rule is declared, and what it says."""

from certification.rules.item_findings import BANK, Finding, Rule, RuleBook
from certification.rules.items import Item

ITEM = Item("1.1", 1, "single", "Что?", ())


def test_finding_fills_the_places_of_its_sentence():
    assert Finding("rule", "info", BANK, "No %(what)s.", {"what": "key"}).sentence == "No key."
    assert Finding("rule", "info", BANK, "Plain.").sentence == "Plain."


def test_finding_about_the_bank_has_no_number():
    assert BANK == ""


def test_rule_of_a_book_finds_what_its_function_yields():
    rules = RuleBook()

    @rules.rule("odd", "warning")
    def odd(item):
        yield "Odd %(number)s.", {"number": item.number}
        yield "Odder.", {}

    assert rules == [Rule("odd", "warning", odd)]
    assert list(rules[0].findings(ITEM)) == [
        Finding("odd", "warning", "1.1", "Odd %(number)s.", {"number": "1.1"}),
        Finding("odd", "warning", "1.1", "Odder.", {}),
    ]
