"""Words, figures and drawings that templates need and Django does not have."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from certification import demo, sessions
from certification.models import Attempt, Certificate, Partner, User
from certification.reports import audit
from certification.reports.sitting import Desk
from certification.rules import scoring, typography
from certification.rules.items import LETTERS
from certification.rules.scoring import POINT, SectionScore
from certification.states import CertificateStatus

register = template.Library()

ICONS = {
    "back": "M20 12H5M11 6l-6 6 6 6",
    "next": "M4 12h15M13 6l6 6-6 6",
    "flag": "M5 21V3.5h13l-3.5 4.5 3.5 4.5H5",
    "yes": "m4 13 5 5L20 6",
    "no": "M5 5l14 14M19 5 5 19",
    "none": "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0",
    "clock": "M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0M12 7v5.5l3.5 2",
    "warn": "M12 3.5 22 20.5H2ZM12 10v5M12 17.5v.5",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="ic" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name]
    )


@register.inclusion_tag("certification/_demo_logins.html")
def demo_logins() -> dict[str, Any]:
    return {"demo": settings.AMOQUIZ_DEMO, "people": demo.PEOPLE, "password": demo.PASSWORD}


@register.simple_tag
def htmx_config() -> str:
    return json.dumps(settings.HTMX_CONFIG)


@register.filter
def as_json(value: object) -> str:
    """For a script that reads it from an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.simple_tag(takes_context=True)
def contact(context: template.Context) -> str:
    """Whom to ask for help, as a link; in a letter as it is."""
    if context.get("is_letter"):
        return settings.CONTACT_EMAIL
    return format_html('<a href="mailto:{0}">{0}</a>', settings.CONTACT_EMAIL)


@register.simple_tag
def person_link(person: User) -> str:
    """The name of somebody whom the reader sees, with a way to their page, which staff have none of."""
    address = audit.person_url(person)
    return format_html('<a href="{}">{}</a>', address, person) if address else str(person)


@register.simple_tag(takes_context=True)
def company_link(context: template.Context, partner: Partner | None) -> str:
    """The name of a company, with a way to its page where the reader sees it; a dash where there is none."""
    if partner is None:
        return "—"
    if not partner.is_visible_to(context["user"]):
        return str(partner)
    return format_html('<a href="{}">{}</a>', partner.get_absolute_url(), partner)


@register.filter
def typo(text: object) -> SafeString:
    """Escaped text with no-break spaces."""
    return mark_safe(typography.typo(conditional_escape(str(text))))  # noqa: S308  escaped just now


@register.filter
def is_proved(request: Any) -> bool:
    """Whether whoever asks has shown a second factor in this session."""
    return sessions.is_trusted(request, request.user)


@register.filter
def status_at(certificate: Certificate, now: datetime) -> CertificateStatus:
    """What a certificate is worth then."""
    return certificate.status(now=now)


@register.filter
def letter(index: int) -> str:
    return LETTERS[index]


@register.filter
def points(hundredths: int) -> str:
    """28 or 28,5: hundredths of a point as points."""
    whole, rest = divmod(hundredths, POINT)
    return str(whole) if not rest else number_format(hundredths / POINT).rstrip("0")


@register.filter
def grouped(number: int) -> str:
    """10 000: with its thousands apart."""
    return number_format(number, force_grouping=True)


@register.filter
def needed(attempt: Attempt) -> int:
    """The least score that passes, in hundredths."""
    return scoring.needed(
        pass_percent=attempt.pass_percent,
        max_score=attempt.max_score or 0,
        partial=attempt.partial_credit,
    )


@register.filter
def countdown(left: timedelta) -> str:
    """24:18 or 1:02:03; never below nought."""
    seconds = max(int(left.total_seconds()), 0)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.simple_tag
def time_left(desk: Desk, now: datetime) -> str:
    return countdown(desk.deadline - now)


@register.filter
def duration(time: timedelta) -> str:
    """A length of time in its greatest fitting unit: 24 hours, 7 days, 60 minutes."""
    minutes = int(time.total_seconds()) // 60
    if minutes >= 2 * 24 * 60 and minutes % (24 * 60) == 0:
        count = minutes // (24 * 60)
        words = ngettext("%(count)d day", "%(count)d days", count)
    elif minutes >= 2 * 60 and minutes % 60 == 0:
        count = minutes // 60
        words = ngettext("%(count)d hour", "%(count)d hours", count)
    else:
        count = minutes
        words = ngettext("%(count)d minute", "%(count)d minutes", count)
    return words % {"count": count}


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a scale: where, in percent as SVG writes it; a label, if it carries one."""

    at: str
    label: str
    anchor: str


def percent(part: float, whole: float) -> str:
    return f"{100 * min(max(part / whole, 0), 1):.2f}%"


def ticks(whole: int, step: int, *, falling: bool = False) -> list[Tick]:
    """Marks every fifth of `step`, labelled every `step`, from 0 to `whole`."""
    small = max(step // 5, 1)
    values = sorted({*range(0, whole, small), *range(0, whole, step), whole})
    return [
        Tick(
            at=percent(whole - value if falling else value, whole),
            label=str(value) if value % step == 0 or value == whole else "",
            anchor={0: "e" if falling else "", whole: "" if falling else "e"}.get(value, "m"),
        )
        for value in values
        if value in (0, whole) or whole - value >= small
    ]


@register.inclusion_tag("certification/attempt/_ruler.html")
def time_ruler(desk: Desk, now: datetime) -> dict[str, Any]:
    """The strip of time: ink is gone, the pen stands at now."""
    whole = desk.time_limit.total_seconds()
    minutes = max(int(whole // 60), 1)
    step = next(step for step in (5, 15, 30, 60) if minutes <= 5 * step or step == 60)
    return {
        "gone": percent((now - desk.running_since).total_seconds(), whole),
        "ticks": ticks(minutes, step, falling=True),
    }


@register.inclusion_tag("certification/attempt/_scale.html")
def score_scale(attempt: Attempt) -> dict[str, Any]:
    """The score on its scale, with the pass mark."""
    score, possible = attempt.score or 0, attempt.max_score or POINT
    whole = possible // POINT
    step = next(step for step in (5, 10, 20, 50, 100) if whole <= 6 * step or step == 100)
    short = max(needed(attempt) - score, 0)
    return {
        "attempt": attempt,
        "needed": needed(attempt),
        "short": short,
        "score_at": percent(score, possible),
        "short_width": percent(short, possible),
        "needed_at": percent(needed(attempt), possible),
        "ticks": ticks(whole, step),
    }


@register.inclusion_tag("certification/attempt/_cells.html")
def section_cells(section: SectionScore) -> dict[str, Any]:
    """One cell a question, filled as far as it was answered right, the fullest first: which question it was
    is not told.
    """
    side, bottom = 13, 18.5
    cells = []
    for index, credit in enumerate(sorted(section.credits, reverse=True)):
        part = side * credit / 100 if credit < 100 else 0
        cells.append({"x": 1.5 + 20 * index, "full": credit == 100, "part": part, "y": bottom - part})
    return {"cells": cells, "width": 20 * len(cells)}
