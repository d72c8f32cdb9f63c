from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from certification.importing import agreement_file, exam_file, seed_plan
from certification.importing.bank_file import BankFileError

FILE_ERRORS = (BankFileError, exam_file.ExamFileError, agreement_file.AgreementFileError, OSError)


class Command(BaseCommand):
    help = (
        "Makes the question bank, the exams and the agreement from fixtures/: adds what is missing and never "
        "touches what exists. Prints where the bank differs from the fixtures."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--revise",
            action="store_true",
            help="give questions that differ the fixtures' content, as a new version",
        )
        parser.add_argument(
            "--fixtures", type=Path, default=settings.BASE_DIR / "fixtures", help="the folder"
        )

    def handle(self, *, revise: bool, fixtures: Path, **options: Any) -> None:
        try:
            files = seed_plan.read_sections(fixtures)
            exams = exam_file.read_exams(fixtures / "exams.yaml")
            agreement = agreement_file.read_agreement(fixtures / "agreement.yaml")
        except FILE_ERRORS as error:
            raise CommandError(str(error)) from None
        now = timezone.now()
        plan = seed_plan.plan_for_database(files)
        if options["verbosity"] > 1 or plan.differences:
            for line in plan.lines():
                self.stdout.write(line)
        with transaction.atomic():
            seed_plan.apply(plan, now=now, revise=revise)
            new_exams = exam_file.add_missing(exams, on=timezone.localdate(now))
            is_agreement_new = agreement_file.add_missing(agreement, now=now)
        revised = [d for d in plan.differences if revise and not d.left_alone]
        self.stdout.write(
            f"Bank: {len(plan.new_items)} questions added, {len(revised)} revised, "
            f"{len(plan.differences) - len(revised)} differ and stay as they are. "
            f"Exams: {', '.join(new_exams) or 'none'} added."
        )
        if is_agreement_new:
            self.stdout.write(f"Agreement: version {agreement.number} added.")
