"""Charts as shapes of an SVG: across in percent, so that it stretches, and down in pixels.

Shapes carry classes of the stylesheet and nothing else of how they look.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.reports.charts import Bin, Scores, Week

HEIGHT, TOP, BASE = 206, 16.0, 166.0
LABELS, UNIT = 184, 202  # where words stand under the base
GUTTER = 9.0  # percent, for the scale's own numbers
MOST_LABELS = 6
MOST_LINES = 4  # of the grid


@dataclass(frozen=True, slots=True)
class Line:
    look: str
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Bar:
    look: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Words:
    look: str
    x: str
    y: str
    text: str
    dx: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    words: tuple[Words, ...] = ()
    height: int = HEIGHT


def across(share: float) -> str:
    """A place between the gutter and the right edge."""
    return f"{GUTTER + (100 - GUTTER) * share:.2f}%"


def wide(share: float) -> str:
    return f"{(100 - GUTTER) * share:.2f}%"


def up(share: float) -> float:
    """A height above the base, which stands for nought."""
    return BASE - (BASE - TOP) * share


def px(value: float) -> str:
    return f"{value:.1f}"


def step_of(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, … that needs no more lines than there may be."""
    step, factors = 1, (2, 2.5, 2)
    place = 0
    while most > step * MOST_LINES:
        step = int(step * factors[place % 3])
        place += 1
    return step


def grid(most: int) -> tuple[list[Line], list[Words]]:
    """The base, and a line at every step of the scale up to `most`."""
    step = step_of(most)
    lines = [Line("t", "0", px(BASE), "100%", px(BASE))]
    words = [Words("", "0", px(BASE - 4), "0")]
    for value in range(step, most + 1, step):
        y = up(value / most)
        lines.append(Line("g", "0", px(y), "100%", px(y)))
        words.append(Words("", "0", px(y - 4), number_format(value, force_grouping=True)))
    return lines, words


def histogram(bins: Sequence[Bin], labels: Sequence[str], unit: str) -> Drawing:
    """A bar for each bin: filled as far as they passed, hollow above; with so many labels as fit under it."""
    most = max([bin.count for bin in bins] + [1])
    lines, words = grid(most)
    slot = 1 / max(len(bins), 1)
    bars = []
    for place, bin in enumerate(bins):
        x, width = across(slot * (place + 0.1)), wide(slot * 0.8)
        for look, low, count in (("f", 0, bin.passed), ("o", bin.passed, bin.failed)):
            if count:
                top = up((low + count) / most)
                bars.append(Bar(look, x, px(top), width, px(up(low / most) - top)))
    every = -(-len(labels) // MOST_LABELS)
    for place, (bin, label) in enumerate(zip(bins, labels, strict=True)):
        if place % every == 0:
            middle = 0.5 if bin.first == bin.last else 0  # else it is the edge that the label names
            words.append(Words("m", across(slot * (place + middle)), px(LABELS), label))
    words.append(Words("", "0", px(UNIT), unit))
    return Drawing(tuple(lines), tuple(bars), words=tuple(words))


def of_scores(scores: Scores) -> Drawing:
    """With a line where a pass begins."""
    bins = scores.bins
    unit = _("points") if scores.points is not None else _("% of the possible points")
    drawn = histogram(bins, [str(bin.first) for bin in bins], unit)
    lines, words = list(drawn.lines), list(drawn.words)
    whole = len(bins) if scores.points is not None else 100
    for place, mark in enumerate(scores.marks):
        at = mark / whole
        lines.append(Line("i", across(at), "6", across(at), px(BASE)))
        if place < 3:
            told = _("pass mark %(mark)s") % {"mark": mark if scores.points is not None else f"{mark} %"}
            look, dx = ("s e", -6) if at > 0.5 else ("s", 6)
            words.append(Words(look, across(at), px(14 + 16 * place), told, dx))
    return Drawing(tuple(lines), drawn.bars, words=tuple(words))


def of_times(bins: Sequence[Bin]) -> Drawing:
    return histogram(bins, [str(bin.first) for bin in bins], pgettext("unit", "minutes"))


def of_weeks(weeks: Sequence[Week]) -> Drawing:
    """A dot for each week's rate on its interval; of few attempts the two numbers."""
    lines = [Line("t", "0", px(BASE), "100%", px(BASE))]
    lines += [Line("g", "0", px(up(part)), "100%", px(up(part))) for part in (0.5, 1)]
    words = [Words("", "0", px(up(part) - 4), f"{part:.0%}".replace("%", " %")) for part in (0, 0.5, 1)]
    dots = []
    if weeks:
        span = (weeks[-1].monday - weeks[0].monday).days // 7 + 1
        has_room = all(week.rate.of < 100 for week in weeks)
        for week in weeks:
            place = (week.monday - weeks[0].monday).days // 7
            x, rate = across((place + 0.5) / span), week.rate
            if rate.is_told:
                lines.append(Line("p", x, px(up(rate.high / 100)), x, px(up(rate.low / 100))))
                dots.append(Dot(x, px(up(rate.hits / rate.of))))
            else:
                words.append(Words("m", x, px(up(0.5) - 4), f"{rate.hits}/{rate.of}"))
            if (span - 1 - place) % -(-span // MOST_LABELS) == 0:
                words.append(Words("m", x, px(LABELS), date_format(week.monday, "d.m")))
            if has_room:
                words.append(Words("m", x, px(UNIT), str(rate.of)))
        if has_room:
            words.append(Words("", "0", px(UNIT), "n"))
    return Drawing(tuple(lines), dots=tuple(dots), words=tuple(words))
