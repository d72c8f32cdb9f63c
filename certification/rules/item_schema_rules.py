"""Lint rules of form: a question that breaks one cannot be asked or scored.

Option counts follow Tarrant, Ware and Mohammed (2009) and Kilgour and Tayyaba (2015): three or four options
do as well as five, and fillers do not work.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_text import normalise
from certification.rules.items import Item

OPTION_COUNTS = {"single": (3, 4), "multiple": (4, 6)}
MIN_RIGHT_OF_MULTIPLE = 2
MIN_WRONG_OF_MULTIPLE = 2

RULES = RuleBook()


@RULES.rule("key-count", "error")
def key_count(item: Item) -> Iterator[Flaw]:
    """Single choice has exactly one right option; multiple choice at least two right and two wrong."""
    right, wrong = len(item.right), len(item.wrong)
    if item.kind == "single" and right != 1:
        yield _("A single choice needs exactly one right option, this has %(right)s."), {"right": right}
    if item.kind == "multiple" and (right < MIN_RIGHT_OF_MULTIPLE or wrong < MIN_WRONG_OF_MULTIPLE):
        yield (
            _("A multiple choice needs two right and two wrong options; this has %(right)s and %(wrong)s."),
            {"right": right, "wrong": wrong},
        )


@RULES.rule("option-count", "error")
def option_count(item: Item) -> Iterator[Flaw]:
    """3–4 options in a single choice, 4–6 in a multiple one."""
    fewest, most = OPTION_COUNTS[item.kind]
    if not fewest <= len(item.options) <= most:
        yield (
            _("There are %(count)s options; %(fewest)s to %(most)s are wanted."),
            {"count": len(item.options), "fewest": fewest, "most": most},
        )


@RULES.rule("option-empty", "error")
def option_empty(item: Item) -> Iterator[Flaw]:
    """Each option has at least one letter, digit or symbol."""
    for place, text in enumerate(item.texts, start=1):
        if not normalise(text):
            yield _("Option %(place)s is empty."), {"place": place}


@RULES.rule("option-duplicate", "error")
def option_duplicate(item: Item) -> Iterator[Flaw]:
    """No two options are the same but for case, «ё», spaces and punctuation."""
    alike: dict[str, list[str]] = defaultdict(list)
    for text in item.texts:
        alike[normalise(text)].append(text)
    for normal, texts in alike.items():
        if normal and len(texts) > 1:
            yield (
                _("The option “%(option)s” occurs %(count)s times."),
                {
                    "option": texts[0],
                    "count": len(texts),
                },
            )


@RULES.rule("explanation-missing", "error")
def explanation_missing(item: Item) -> Iterator[Flaw]:
    """Each question says why its key is right."""
    if not normalise(item.explanation):
        yield _("There is no explanation."), {}
