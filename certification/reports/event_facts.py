"""What an event is about and its facts in words, whatever kind it is: as the fields of its row are called."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from certification.models import Event
from certification.rules.scoring import POINT
from certification.states import AllowanceKind, NoticeKind, RevocationCause

# How a fact is called that is no field of the row. One that is not here either goes by its own name.
NAMES: Mapping[str, Any] = {
    "allowance": pgettext_lazy("fact", "allowance"),
    "cause": pgettext_lazy("fact", "cause"),
    "document": pgettext_lazy("fact", "document"),
    "excuse": pgettext_lazy("fact", "why the warning does not matter"),
    "factor": pgettext_lazy("fact", "second factor"),
    "filters": pgettext_lazy("fact", "filters"),
    "form": pgettext_lazy("fact", "form of the file"),
    "former": pgettext_lazy("fact", "made of question no."),
    "had_expired": pgettext_lazy("fact", "had expired"),
    "letter": pgettext_lazy("fact", "letter"),
    "listing": pgettext_lazy("fact", "list"),
    "minutes": pgettext_lazy("fact", "minutes"),
    "note": pgettext_lazy("fact", "note"),
    "number": pgettext_lazy("fact", "number"),
    "percent": pgettext_lazy("fact", "percent"),
    "place": pgettext_lazy("fact", "line or row"),
    "reason": pgettext_lazy("fact", "reason"),
    "receipt": pgettext_lazy("fact", "receipt"),
    "rows": pgettext_lazy("fact", "rows"),
    "warnings": pgettext_lazy("fact", "warnings"),
}
CHOICES: Mapping[str, Any] = {
    "allowance": AllowanceKind,
    "cause": RevocationCause,
    "factor": Authenticator.Type,
    "letter": NoticeKind,
}
SCORES = {"score", "max_score"}
UNTOLD = {"once"}  # which form it was, by a number that tells a person nothing


def subject_of(event: Event) -> str:
    """What kind of row it is about, and which."""
    model = model_of(event)
    kind = model._meta.verbose_name if model else event.subject_table
    return _("%(kind)s no. %(number)s") % {"kind": kind, "number": event.subject_id}


def facts_of(event: Event) -> Iterator[str]:
    """Each as “name: value”; one that was so before says it."""
    model = model_of(event)
    for name, value in event.facts.items():
        if name in UNTOLD:
            continue
        of = name.removeprefix("former_")
        field = field_of(model, of)
        words = NAMES.get(of) or (field.verbose_name if field else of)
        if of != name:
            words = _("%(fact)s before") % {"fact": words}
        yield f"{words}: {value_of(of, value, field)}"


def model_of(event: Event) -> Any:
    """None where no model has such a table any more."""
    tables: dict[str, Any] = {model._meta.db_table: model for model in apps.get_models()}
    return tables.get(event.subject_table)


def field_of(model: Any, name: str) -> Any:
    fields = model._meta.fields if model else ()
    return next((field for field in fields if name in (field.name, field.attname)), None)


def value_of(name: str, value: Any, field: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return pgettext("fact", "yes") if value else pgettext("fact", "no")
    if isinstance(value, list):
        return (" " if name == "warnings" else " → ").join(value_of(name, one, field) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} = {one}" for key, one in value.items())
    if isinstance(field, models.DateTimeField):
        return date_format(localtime(datetime.fromisoformat(value)), "d.m.Y H:i")
    if isinstance(field, models.ForeignKey):
        return _("no. %(number)s") % {"number": value}
    if name in SCORES:
        return number_format(value / POINT, None if value % POINT else 0)
    choices = CHOICES[name].choices if name in CHOICES else getattr(field, "flatchoices", ())
    return str(dict(choices).get(value, value))
