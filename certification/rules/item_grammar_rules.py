"""Lint rules of grammar: options that do not fit the stem, or one another, tell which of them are wrong.

Source: the testwiseness part of the NBME checklist («grammatical cues»). Forms are those of pymorphy3.
"""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_grammar import agreement_of, readings, shape
from certification.rules.item_text import words
from certification.rules.items import Item

# The case in which the answer to each question word stands.
ASKED_CASES = {
    "кто": {"nomn"},
    "что": {"nomn", "accs"},
    "кого": {"gent", "accs"},
    "чего": {"gent"},
    "кому": {"datv"},
    "чему": {"datv"},
    "кем": {"ablt"},
    "чем": {"ablt"},
}
GENDERS = frozenset({"masc", "femn", "neut"})

RULES = RuleBook()


@RULES.rule("option-mould", "warning")
def option_mould(item: Item) -> Iterator[Flaw]:
    """Options are of one mould: nouns, infinitives or whole sentences, not some of each.

    «В карточке» may open a sentence, too, and tells a way as «нажатием» does: beside these it is no mould.
    """
    shapes = [(shape(text), text) for text in item.texts]
    present = {one.mould for one, _text in shapes}
    is_loose = "clause" in present or any("ablt" in one.cases for one, _text in shapes)
    free = {"free", "prepositional"} if is_loose else {"free"}
    moulds = [(one.mould, text) for one, text in shapes]
    counts = Counter(mould for mould, _text in moulds if mould not in free)
    if len(counts) > 1:
        rarest = min(counts, key=lambda mould: counts[mould])
        odd = next(text for mould, text in moulds if mould == rarest)
        yield _("The option “%(option)s” is built otherwise than the others."), {"option": odd}


@RULES.rule("option-case", "warning")
def option_case(item: Item) -> Iterator[Flaw]:
    """Options that are nouns stand in one case, the one that the stem asks for."""
    cased = [(shape(text).cases, text) for text in item.texts if shape(text).cases]
    if not cased or frozenset.intersection(*(cases for cases, _text in cased)):
        return
    fitting = asked_cases(item.text)
    if not any(cases & fitting for cases, _text in cased):
        counts = Counter(case for cases, _text in cased for case in sorted(cases))
        fitting = {counts.most_common(1)[0][0]}
    odd = next((text for cases, text in cased if not cases & fitting), cased[-1][1])
    yield _("The option “%(option)s” is in another case than the stem or the others."), {"option": odd}


def asked_cases(stem: str) -> set[str]:
    """The cases of an answer to the stem's question word; none where it has no such word."""
    return next((ASKED_CASES[word] for word in map(str.lower, words(stem)) if word in ASKED_CASES), set())


@RULES.rule("option-agreement", "warning")
def option_agreement(item: Item) -> Iterator[Flaw]:
    """Options agree in gender and number with the word that ends the stem, adjectives with each other."""
    shapes = [(shape(text), text) for text in item.texts]
    adjectives = [(one.agreement, text) for one, text in shapes if one.agreement and not one.is_noun]
    wanted = ending_agreement(item.text)
    subjects = [(one.agreement, text) for one, text in shapes if one.is_noun and "nomn" in one.cases]
    odd = ""
    if len(adjectives) > 1 and not frozenset.intersection(*(agreement for agreement, _text in adjectives)):
        counts = Counter(one for agreement, _text in adjectives for one in sorted(agreement))
        usual = counts.most_common(1)[0][0]
        odd = next(text for agreement, text in adjectives if usual not in agreement)
    elif wanted and any(agreement & wanted for agreement, _text in subjects):
        odd = next((text for agreement, text in subjects if not agreement & wanted), "")
    if odd:
        yield _("The option “%(option)s” does not agree in gender or number."), {"option": odd}


def ending_agreement(stem: str) -> frozenset[str]:
    """What completes a stem: after «… присвоена» a feminine; empty for a question."""
    spoken = words(stem)
    if not spoken or stem.rstrip().endswith(("?", ".")):
        return frozenset()
    tags = [reading.tag for reading in readings(spoken[-1])]
    if not all(tag.POS in ("VERB", "PRTS", "ADJS", "ADJF", "PRTF") for tag in tags):
        return frozenset()
    forms = frozenset(map(agreement_of, tags))
    return forms | GENDERS if "sing" in forms else forms
