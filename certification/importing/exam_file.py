"""Read the exams that seeding makes from their YAML file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.db import transaction

from certification.importing.bank_file import BankFileError, read_text
from certification.models import BlueprintLine, Exam, Section
from certification.rules import assembly
from certification.states import ReviewLevel

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_whole(value: object, *, least: int, most: int = 32_767) -> bool:
    return type(value) is int and least <= value <= most


def is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


REVIEW = (f"one of {', '.join(ReviewLevel.values)}", lambda v: isinstance(v, str) and v in ReviewLevel.values)

# What each key of an exam must be, in words and as a test.
FORMS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "slug": ("Latin letters, digits and hyphens", lambda v: is_text(v) and bool(SLUG.fullmatch(str(v)))),
    "title": ("a text", is_text),
    "about": ("a text", is_text),
    "place": ("a whole number", lambda v: is_whole(v, least=0)),
    "minutes": ("a whole number from 1", lambda v: is_whole(v, least=1)),
    "pass_percent": ("a whole number from 1 to 100", lambda v: is_whole(v, least=1, most=100)),
    "gives_certificate": ("true or false", lambda v: isinstance(v, bool)),
    "certificate_months": ("a whole number from 1", lambda v: is_whole(v, least=1)),
    "partial_credit": ("true or false", lambda v: isinstance(v, bool)),
    "review_right_after": REVIEW,
    "review_meanwhile": REVIEW,
    "review_later": REVIEW,
    "keeps_keys": ("true or false", lambda v: isinstance(v, bool)),
    "attempts_allowed": ("a whole number from 1, or null", lambda v: v is None or is_whole(v, least=1)),
    "first_wait_hours": ("a whole number", lambda v: is_whole(v, least=0)),
    "later_wait_hours": ("a whole number", lambda v: is_whole(v, least=0)),
    "questions_per_section": ("a whole number from 1, or null", lambda v: v is None or is_whole(v, least=1)),
}


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
    certificate_months: int
    partial_credit: bool
    review_right_after: str
    review_meanwhile: str
    review_later: str
    keeps_keys: bool
    attempts_allowed: int | None
    first_wait_hours: int
    later_wait_hours: int
    questions_per_section: int | None


def read_exams(path: Path) -> list[ExamEntry]:
    """The file's exams; ExamFileError where it is not YAML, or a key is missing or unknown."""
    try:
        text = read_text(path)
    except BankFileError as error:
        raise ExamFileError(str(error)) from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ExamFileError(f"{path.name}:{line}: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ExamFileError(f"{path.name}:{line}: a character that YAML does not allow") from None
    if not isinstance(root, yaml.SequenceNode) or not all(isinstance(e, dict) for e in entries):
        raise ExamFileError(f"{path.name}:1: a list of exams is expected")
    for entry, node in zip(entries, root.value, strict=True):
        check_entry(entry, node, path.name)
    exams = [ExamEntry(**entry) for entry in entries]
    for place, (exam, node) in enumerate(zip(exams, root.value, strict=True)):
        if any(exam.slug == earlier.slug for earlier in exams[:place]):
            raise refused(path.name, node, f"slug {exam.slug} occurs twice")
    return exams


def check_entry(entry: dict[str, object], node: yaml.MappingNode, name: str) -> None:
    """Every key of an exam is there, none is unknown, and each value is of its form."""
    if odd := set(FORMS) ^ set(entry):
        raise refused(name, node, f"missing or unknown: {', '.join(sorted(odd))}")
    places = {key.value: value for key, value in node.value}
    if len(places) < len(node.value):
        raise refused(name, node, "a key occurs twice")
    for key, (wanted, is_right) in FORMS.items():
        if not is_right(entry[key]):
            raise refused(name, places[key], f"{key} must be {wanted}")


def refused(name: str, node: yaml.Node, sentence: str) -> ExamFileError:
    return ExamFileError(f"{name}:{node.start_mark.line + 1}: {sentence}")


@transaction.atomic
def add_missing(entries: list[ExamEntry], *, on: date) -> list[str]:
    """Make the exams whose slug is not there yet, each over all sections; returns their slugs.

    One whose paper cannot be drawn from the bank as it is stays unpublished.
    """
    known = set(Exam.objects.values_list("slug", flat=True))
    sections = list(Section.objects.all())
    new = [entry for entry in entries if entry.slug not in known]
    for entry in new:
        exam = Exam.objects.create(
            slug=entry.slug,
            title=entry.title,
            about=entry.about,
            place=entry.place,
            minutes=entry.minutes,
            pass_percent=entry.pass_percent,
            gives_certificate=entry.gives_certificate,
            certificate_months=entry.certificate_months,
            partial_credit=entry.partial_credit,
            review_right_after=entry.review_right_after,
            review_meanwhile=entry.review_meanwhile,
            review_later=entry.review_later,
            keeps_keys=entry.keeps_keys,
            attempts_allowed=entry.attempts_allowed,
            first_wait=timedelta(hours=entry.first_wait_hours),
            later_wait=timedelta(hours=entry.later_wait_hours),
        )
        BlueprintLine.objects.bulk_create(
            BlueprintLine(exam=exam, section=section, questions=entry.questions_per_section)
            for section in sections
        )
        if not assembly.shortfalls(*exam.draws_on(on)):
            exam.is_published = True
            exam.save(update_fields=["is_published"])
    return [entry.slug for entry in new]
