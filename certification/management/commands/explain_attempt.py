import dataclasses
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from certification.models import Attempt
from certification.reports.decision import decision


class Command(BaseCommand):
    help = (
        "Prints as JSON why a finished attempt ended as it did: who, which versions and keys, which cut, "
        "when, by which rule. Fails where the record contradicts itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("attempt", type=int, help="its number (id)")

    def handle(self, *, attempt: int, **options: Any) -> None:
        rows = Attempt.objects.finished().select_related("candidate", "exam", "partner")
        row = rows.filter(pk=attempt).first()
        if row is None:
            raise CommandError(f"There is no finished attempt {attempt}.")
        found = decision(row)
        data = dataclasses.asdict(found)
        self.stdout.write(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        if not found.holds:
            wrong = ", ".join(name for name, agrees in found.checks.items() if not agrees)
            raise CommandError(f"The record contradicts itself: {wrong}.")
