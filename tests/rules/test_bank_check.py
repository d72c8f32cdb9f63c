"""The report on a bank, from what the solver found."""

import re

import pytest

from certification.rules.bank_check import BankReport, check_bank, solver_findings
from certification.rules.blind_solver import Score, Solution, solve
from certification.rules.item_findings import Finding
from certification.rules.item_lint import lint_bank
from certification.rules.items import Item, ItemOption

SOUND = Score("longest", 0.36, 0.25, 0.2, 0.5, count=100, decided=90, limit=0.12)
LEAKING = Score("most words", 0.75, 0.25, 0.6, 0.9, count=100, decided=90, limit=0.12)
COMBINED = Score("combination", 0.5, 0.25, 0.3, 0.7, count=100, decided=100, limit=0.08)


def test_cue_over_its_limit_is_an_error_about_the_bank():
    findings = solver_findings(Solution((SOUND, LEAKING), SOUND, ()))

    assert [(found.rule, found.level, found.number) for found in findings] == [("blind-cue", "error", "")]
    assert findings[0].values == pytest.approx(
        {"cue": "most words", "accuracy": 75, "chance": 25, "excess": 50, "limit": 12}
    )
    assert re.findall(r"[\d.,]+\d", findings[0].sentence.replace(",", ".")) == ["75", "25", "50.0", "12"]
    assert "most words" in findings[0].sentence


def test_combination_over_its_limit_is_an_error_of_its_own():
    findings = solver_findings(Solution((LEAKING,), COMBINED, ()))

    assert [(found.rule, found.values["cue"]) for found in findings] == [
        ("blind-cue", "most words"),
        ("blind-combination", "combination"),
    ]


def test_report_is_the_lint_and_the_solver_in_one():
    options = (ItemOption("Раз два", is_correct=True), ItemOption("Три", is_correct=False))
    items = [Item("1.1", 1, "single", "Что это?", options)]
    solution = solve(items)

    report = check_bank(items)

    assert report.findings == tuple(lint_bank(items))
    assert (report.cues, report.combination, report.solvable) == (
        solution.cues,
        solution.combination,
        solution.solvable,
    )


def test_errors_are_the_findings_of_that_level():
    findings = tuple(Finding(level, level, "1.1", "…") for level in ("error", "warning", "info"))

    assert BankReport(findings, (), SOUND, ()).errors == findings[:1]
