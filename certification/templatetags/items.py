"""Figures of statistics, as they are written in Russian."""

from django import template
from django.utils.formats import number_format

from certification.rendering.item_charts import FEWEST
from certification.rules.scoring import POINT

register = template.Library()

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"


@register.filter
def percent(share: float) -> str:
    """39 %: of a share from 0 to 1."""
    return f"{100 * share:.0f}{NBSP}%"


@register.filter
def between(shares: tuple[float, float]) -> str:
    """33–46 %."""
    low, high = shares
    return f"{100 * low:.0f}–{100 * high:.0f}{NBSP}%"


@register.filter
def hundredth(value: float) -> str:
    """−0,12; nought has no sign."""
    return number_format(round(value, 2) + 0.0, 2).replace("-", MINUS)


@register.filter
def signed_percent(share: float) -> str:
    """−12 %; nought has no sign."""
    return f"{round(100 * share)}{NBSP}%".replace("-", MINUS)


@register.filter
def points_about(hundredths: float) -> str:
    """31,2: hundredths of a point as points, to a tenth."""
    return number_format(round(hundredths / POINT, 1), 1)


@register.filter
def minutes(seconds: float) -> str:
    """1:05."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"


@register.filter
def share_of(count: int, whole: int) -> str:
    """39 %, or 2/3 where that would make more of it than it is."""
    if whole < FEWEST:
        return f"{count}/{whole}"
    return percent(count / whole)
