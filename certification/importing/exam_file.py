"""Read the exams that seeding makes from their YAML file."""

from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

import yaml
from django.db import transaction

from certification.models import BlueprintLine, Exam, Section


class ExamFileError(Exception):
    """Why the file is refused, with file and line."""


@dataclass(frozen=True, slots=True)
class ExamEntry:
    """One exam of the file. `questions_per_section` None: every section whole."""

    slug: str
    title: str
    about: str
    place: int
    minutes: int
    pass_percent: int
    gives_certificate: bool
    attempts_allowed: int | None
    first_wait_hours: int
    later_wait_hours: int
    questions_per_section: int | None


def read_exams(path: Path) -> list[ExamEntry]:
    """The file's exams; ExamFileError where it is not YAML, or a key is missing or unknown."""
    text = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ExamFileError(f"{path.name}:{line}: {error.problem}") from None
    if not isinstance(root, yaml.SequenceNode) or not all(isinstance(e, dict) for e in entries):
        raise ExamFileError(f"{path.name}:1: a list of exams is expected")
    wanted = {field.name for field in fields(ExamEntry)}
    for entry, node in zip(entries, root.value, strict=True):
        if odd := wanted ^ set(entry):
            line = node.start_mark.line + 1
            raise ExamFileError(f"{path.name}:{line}: missing or unknown: {', '.join(sorted(odd))}")
    return [ExamEntry(**entry) for entry in entries]


@transaction.atomic
def add_missing(entries: list[ExamEntry]) -> list[str]:
    """Make the exams whose slug is not there yet, each over all sections; returns their slugs."""
    known = set(Exam.objects.values_list("slug", flat=True))
    sections = list(Section.objects.all())
    new = [entry for entry in entries if entry.slug not in known]
    for entry in new:
        exam = Exam.objects.create(
            slug=entry.slug,
            title=entry.title,
            about=entry.about,
            place=entry.place,
            is_published=True,
            minutes=entry.minutes,
            pass_percent=entry.pass_percent,
            gives_certificate=entry.gives_certificate,
            attempts_allowed=entry.attempts_allowed,
            first_wait=timedelta(hours=entry.first_wait_hours),
            later_wait=timedelta(hours=entry.later_wait_hours),
        )
        BlueprintLine.objects.bulk_create(
            BlueprintLine(exam=exam, section=section, questions=entry.questions_per_section)
            for section in sections
        )
    return [entry.slug for entry in new]
