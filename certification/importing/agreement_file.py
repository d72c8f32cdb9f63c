"""Read the partner agreement that seeding makes from its YAML file."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from certification.importing.bank_file import BankFileError, read_text
from certification.models import Agreement


class AgreementFileError(Exception):
    """Why the file is refused."""


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """One version of the agreement."""

    number: int
    title: str
    text: str


def read_agreement(path: Path) -> AgreementEntry:
    """The file's version; AgreementFileError where it is not YAML or not what it should be."""
    try:
        entry = yaml.safe_load(read_text(path))
    except (BankFileError, yaml.YAMLError) as error:
        raise AgreementFileError(f"{path.name}: {error}") from None
    if not isinstance(entry, dict) or set(entry) != {"number", "title", "text"}:
        raise AgreementFileError(f"{path.name}: number, title and text are expected")
    number, title, text = entry["number"], entry["title"], entry["text"]
    if type(number) is not int or not 1 <= number <= 32_767:
        raise AgreementFileError(f"{path.name}: number must be a whole number from 1")
    if not all(isinstance(words, str) and words.strip() for words in (title, text)):
        raise AgreementFileError(f"{path.name}: title and text must be texts")
    return AgreementEntry(number=number, title=title, text=text.strip())


def add_missing(entry: AgreementEntry, *, now: datetime) -> bool:
    """Make this version, in force from now on, where there is none of its number; whether it was made."""
    _agreement, is_new = Agreement.objects.get_or_create(
        number=entry.number,
        defaults={"title": entry.title, "text": entry.text, "in_force_from": now},
    )
    return is_new
