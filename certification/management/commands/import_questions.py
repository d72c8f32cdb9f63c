from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.importing import bank_import
from certification.importing.question_file import MOST_BYTES, FileRefused, QuestionFile, read_file
from certification.reports.readiness import in_work, readiness


class Command(BaseCommand):
    help = (
        "Shows what importing a file with questions would do: a document in its plain-text form, or an .xlsx "
        "workbook with the columns of the export. With --apply, does it, all or nothing. What a text "
        "document has no more is retired; a workbook may hold a part of the questions and retires nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write to the bank what the plan says")
        parser.add_argument(
            "--revise",
            action="store_true",
            help="change, as drafts, the linked questions too whose wording is the bank's own",
        )
        parser.add_argument("--document", default="", help="what the document is called; else as its file is")

    def handle(self, *, file: Path, apply: bool, revise: bool, document: str, **options: Any) -> None:
        try:
            with file.open("rb") as source:
                data = source.read(MOST_BYTES + 1)
            read = read_file(file.name, data, document=document)
            moves = bank_import.moves_before(read)
            plan = bank_import.plan_of(read, moves)
        except FileNotFoundError:
            raise CommandError(_("There is no file “%(path)s”.") % {"path": file}) from None
        except OSError:
            raise CommandError(_("The file “%(path)s” cannot be read.") % {"path": file}) from None
        except FileRefused as error:
            raise CommandError(str(error)) from None
        self.tell_file(read, moves)
        for line in plan.lines(read):
            self.stdout.write(line)
        chosen = plan.chosen | (plan.revisable if revise else frozenset())
        for sentence in bank_import.exams_stopped(plan, chosen, on=timezone.localdate()):
            self.stdout.write(sentence)
        if not apply:
            self.stdout.write(_("Nothing is written: repeat with --apply."))
            return
        said = {"moves": moves, "digest": plan.digest, "chosen": chosen}
        try:
            outcome = bank_import.apply(read, **said, by=None, now=timezone.now())  # type: ignore[arg-type]
        except bank_import.Outdated:
            raise CommandError(_("Somebody has changed the bank meanwhile. Nothing is written.")) from None
        self.stdout.write(outcome.sentence)
        self.tell_readiness()

    def tell_file(self, read: QuestionFile, moves: bank_import.Moves) -> None:
        if read.text:
            counts = [len(section.questions) for section in read.text.sections]
            said = {"sections": len(counts), "questions": sum(counts), "list": ", ".join(map(str, counts))}
            self.stdout.write(_("Read: sections %(sections)s, questions %(questions)s (%(list)s).") % said)
        for problem in read.problems:
            self.stdout.write(f"{read.place_of(problem.place)}: {problem.sentence}")
        for line in read.text.tail if read.text else ():
            whose = ".".join(map(str, moves[line.place])) if line.place in moves else "—"
            self.stdout.write(f"{read.place_of(line.place)} → {whose}: {line.text}")

    def tell_readiness(self) -> None:
        for unready in readiness(in_work().with_options()):
            lacks = " ".join(unready.lacks) or _("ready to be published")
            self.stdout.write(f"{unready.question}: {lacks}")
