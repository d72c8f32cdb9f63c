import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from certification.models import Question
from certification.reports.bank import beside_items
from certification.rules.bank_check import BankReport, check_bank


class Command(BaseCommand):
    help = "Reads the questions in use as a stranger would: flaws of writing, and keys given away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, **options: Any) -> None:
        questions = Question.objects.current().with_options().order_by("section__number", "id")
        report = check_bank([question.item for question in questions], beside_items(on=localdate()))
        if options["json"]:
            self.stdout.write(json.dumps(as_data(report), ensure_ascii=False, indent=2))
        else:
            for line in lines(report):
                self.stdout.write(line)
        if report.errors:
            raise CommandError(f"{len(report.errors)} errors")


def lines(report: BankReport) -> Iterator[str]:
    for finding in report.findings:
        yield f"{finding.number or 'bank':6} {finding.level:8} {finding.rule}: {finding.sentence}"
    yield ""
    yield "Blind solver: share of keys found without knowing the product"
    for score in (*report.cues, report.combination):
        yield (
            f"  {score.name:32} {score.accuracy:5.0%}  chance {score.chance:4.0%}  "
            f"{100 * score.excess:+5.1f} points (limit {100 * score.limit:+.0f})  "
            f"95 % interval {score.low:.0%} to {score.high:.0%}"
        )
    yield f"Most solvable: {', '.join(s.item.number for s in report.solvable) or 'none'}"
    counts = Counter(finding.level for finding in report.findings)
    yield ", ".join(f"{counts[level]} {level}" for level in ("error", "warning", "info"))


def as_data(report: BankReport) -> dict[str, object]:
    return {
        "errors": len(report.errors),
        "findings": [
            {
                "number": finding.number,
                "level": finding.level,
                "rule": finding.rule,
                "sentence": finding.sentence,
            }
            for finding in report.findings
        ],
        "blind_solver": [
            {
                "cue": score.name,
                "questions": score.count,
                "accuracy": round(score.accuracy, 4),
                "chance": round(score.chance, 4),
                "excess": round(score.excess, 4),
                "interval": [round(score.low, 4), round(score.high, 4)],
                "limit": score.limit,
            }
            for score in (*report.cues, report.combination)
        ],
        "solvable": [solvable.item.number for solvable in report.solvable],
    }
