"""The whole check of a bank: the lint and the blind solver in one report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from certification.rules.blind_solver import Score, Solution, Solvable, solve
from certification.rules.item_findings import BANK, Finding
from certification.rules.item_lint import lint_bank
from certification.rules.items import Item


@dataclass(frozen=True, slots=True)
class BankReport:
    findings: tuple[Finding, ...]
    cues: tuple[Score, ...]
    combination: Score
    solvable: tuple[Solvable, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before the bank may be used."""
        return tuple(finding for finding in self.findings if finding.level == "error")


def check_bank(items: Sequence[Item], more: Iterable[Finding] = ()) -> BankReport:
    """Lint and blind solver in one; a cue or combination over its limit is an error among the findings, which
    have `more`, of what is known of the bank beside its items.
    """
    solution = solve(items)
    return BankReport(
        findings=(*lint_bank(items), *more, *solver_findings(solution)),
        cues=solution.cues,
        combination=solution.combination,
        solvable=solution.solvable,
    )


def solver_findings(solution: Solution) -> list[Finding]:
    """An error for each cue, and for the combination, that is over its limit."""
    return [
        Finding(
            "blind-combination" if score is solution.combination else "blind-cue",
            "error",
            BANK,
            _(
                "“%(cue)s” finds %(accuracy).0f %% of the keys, chance %(chance).0f %%: "
                "%(excess).1f points over chance, %(limit).0f are allowed."
            ),
            {
                "cue": score.name,
                "accuracy": 100 * score.accuracy,
                "chance": 100 * score.chance,
                "excess": 100 * score.excess,
                "limit": 100 * score.limit,
            },
        )
        for score in (*solution.cues, solution.combination)
        if score.is_over
    ]
