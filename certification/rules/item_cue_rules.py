"""Lint rules of cues: what would tell the key to somebody who does not know the answer.

Source: the testwiseness part of the NBME checklist (as in BMC Medical Education 2016, s12909-016-0559-7); the
thresholds are this house's. All are warnings about one question; the bank as a whole is judged by `item_lint`
(lengths) and `blind_solver` (everything).
"""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Flaw, RuleBook
from certification.rules.item_text import (
    absolutes,
    content_lemmas,
    mean,
    mean_likeness,
    vague_words,
)
from certification.rules.items import Item

LONGEST_RATIO = 1.2
LONGEST_TO_MEAN_RATIO = 1.3
CONVERGENCE_MARGIN = 0.15
FINAL_MARKS = ".;,!…"
OPENING_MARKS = "«„(\"'"

RULES = RuleBook()


def _found(texts: tuple[str, ...], find: Callable[[str], list[str]]) -> list[str]:
    return [word for text in texts for word in find(text)]


@RULES.rule("absolute-cue", "warning")
def absolute_cue(item: Item) -> Iterator[Flaw]:
    """Absolute words stand on both sides or on none: people take them for a sign of a wrong option."""
    right, wrong = _found(item.right, absolutes), _found(item.wrong, absolutes)
    if wrong and not right:
        yield _("Only wrong options have the absolute “%(word)s”."), {"word": wrong[0]}
    if right and not wrong:
        yield _("Only the key has the absolute “%(word)s”."), {"word": right[0]}


@RULES.rule("vague-cue", "warning")
def vague_cue(item: Item) -> Iterator[Flaw]:
    """A vague word («обычно», «может») in the key alone: a hedged sentence is more likely to be true."""
    right = _found(item.right, vague_words)
    if right and not _found(item.wrong, vague_words):
        yield _("Only the key has the vague word “%(word)s”."), {"word": right[0]}


@RULES.rule("key-longest", "warning")
def key_longest(item: Item) -> Iterator[Flaw]:
    """The key is the longest option, by over 20 % or by being over 1.3 times the mean of the wrong ones.

    Of a multiple choice the mean length of the right options is compared.
    """
    if not item.right or not item.wrong:
        return
    right = mean(len(text) for text in item.right)
    longest = max(len(text) for text in item.wrong)
    typical = mean(len(text) for text in item.wrong)
    if right > LONGEST_RATIO * longest or (right > longest and right > LONGEST_TO_MEAN_RATIO * typical):
        yield (
            _("The key has %(right)s characters, wrong options at most %(longest)s and %(mean)s on average."),
            {"right": round(right), "longest": longest, "mean": round(typical)},
        )


@RULES.rule("stem-echo", "warning")
def stem_echo(item: Item) -> Iterator[Flaw]:
    """A word of the stem is repeated in the key (of a multiple choice: in half of the right options) only."""
    stem = content_lemmas(item.text)
    elsewhere = frozenset().union(*(content_lemmas(text) for text in item.wrong))
    right = [content_lemmas(text) for text in item.right]
    for word in sorted(stem - elsewhere):
        if right and 2 * sum(word in lemmas for lemmas in right) >= len(right):
            yield _("The stem's word “%(word)s” is repeated in the key only."), {"word": word}


@RULES.rule("convergence", "warning")
def convergence(item: Item) -> Iterator[Flaw]:
    """The key of a single choice has the highest mean Jaccard to the others, by a margin over 0.15."""
    if item.kind != "single" or len(item.right) != 1 or not item.wrong:
        return
    likeness = mean_likeness([content_lemmas(text) for text in item.texts])
    own = likeness[item.texts.index(item.right[0])]
    others = [value for value, option in zip(likeness, item.options, strict=True) if not option.is_correct]
    margin = own - max(others)
    if margin > CONVERGENCE_MARGIN + 1e-9:
        yield (
            _("The key “%(key)s” shares most words with the other options."),
            {"key": item.right[0], "margin": round(margin, 2)},
        )


@RULES.rule("option-form", "warning")
def option_form(item: Item) -> Iterator[Flaw]:
    """Options end alike and begin alike; a Latin name, a digit or a symbol begins as it must."""
    texts = [text.strip() for text in item.texts if text.strip()]
    ended = [text for text in texts if text[-1] in FINAL_MARKS]
    if ended and len(ended) < len(texts):
        yield _("Only some options end with a punctuation mark: “%(option)s”."), {"option": ended[0]}
    cased = [text for text in texts if _begins_with_cyrillic(text)]
    small = [text for text in cased if text.lstrip(OPENING_MARKS)[0].islower()]
    if small and len(small) < len(cased):
        yield _("Only some options begin with a small letter: “%(option)s”."), {"option": small[0]}


def _begins_with_cyrillic(text: str) -> bool:
    first = text.lstrip(OPENING_MARKS)[:1].lower()
    return "а" <= first <= "я" or first == "ё"
