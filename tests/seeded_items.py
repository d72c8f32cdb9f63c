"""Questions that were written to measure the lint: forty with known flaws, forty with none."""

from pathlib import Path

import yaml

from certification.rules.items import Item
from tests.items import options

FOLDER = Path(__file__).resolve().parent / "rules"


def read(name):
    """The questions of the file, each with the names of the rules that it breaks."""
    entries = yaml.safe_load((FOLDER / f"{name}_items.yaml").read_text(encoding="utf-8"))
    return [
        (item_of(entry, f"{name}-{place}"), set(entry.get("breaks", [])))
        for place, entry in enumerate(entries, start=1)
    ]


def item_of(entry, number):
    return Item(
        number=number,
        section=entry.get("section", 1),
        kind=entry.get("kind", "single"),
        text=entry["text"],
        options=options(right=entry["right"], wrong=entry["wrong"]),
        explanation=entry.get("explanation", ""),
        enemies=entry.get("enemies", ""),
    )
