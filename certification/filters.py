"""Which attempts a page of the manager's is about: its table, charts and exports all start from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from certification.forms.lists import DayField, Heading, KnownKeys, headings
from certification.models import Exam, Partner, User
from certification.models.attempts import AttemptQuerySet
from certification.reports import days
from certification.states import AttemptState, PartnerKind

# What a column is sorted by, and whether a first look wants the greatest on top.
SORTS = {
    "started": ("started_at", True),
    "finished": ("finished_at", True),
    "score": ("score", True),
    "name": ("candidate__name_folded", False),
    "company": ("partner__name_folded", False),
}
NEWEST = "-started"

OUTCOMES = {"passed": _("passed"), "failed": _("not passed")}
NEEDS = {
    "third_failures": _("third failure or a later one"),
    "borderline": _("failed by a hair"),
}
ANY = pgettext_lazy("filter", "any")


class LongSelect(forms.Select):
    """A select of perhaps a thousand options, written in one go instead of a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        rows = [(str(key), label) for key, label in self.choices]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SafeString(" selected") if key == chosen else "", label) for key, label in rows),
        )
        facts = {"name": name, **self.attrs, **(attrs or {})}
        written = format_html_join(" ", '{}="{}"', facts.items())
        return format_html("<select {}>{}</select>", written, options)


class AttemptFilterForm(KnownKeys):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            error = forms.ValidationError(_("The last day is before the first one."), code="order")
            self.add_error("until", error)
        return cleaned


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing by which is filtered, and the query string without it."""

    label: str
    value: str
    query: str


def typed(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "in", **attrs})


def choice(label: Any, choices: Any, *, long: bool = False, **kwargs: Any) -> Any:
    """One of these, or any; of rows where `choices` is a model."""
    widget = (LongSelect if long else forms.Select)(attrs={"class": "in"})
    if isinstance(choices, type) and issubclass(choices, Model):
        rows = choices._default_manager.none()
        return ModelChoiceFilter(label=label, queryset=rows, empty_label=ANY, widget=widget, **kwargs)
    return ChoiceFilter(label=label, choices=choices, empty_label=ANY, widget=widget, **kwargs)


class DayFilter(DateFilter):
    field_class = DayField


class AttemptFilter(FilterSet):
    """`qs`: the attempts of `queryset` that are asked for, in no order; none where the question cannot be.

    `order` is for `reports.pages`. `data` is the query string; days are those of Moscow.
    """

    q = CharFilter(
        label=_("Name, e-mail or attempt number"),
        method="having_words",
        max_length=100,
        widget=typed(type="search"),
    )
    exam = choice(_("Exam"), Exam)
    company = choice(_("Company"), Partner, field_name="partner", long=True)
    kind = choice(_("Kind of company"), PartnerKind.choices, field_name="partner__kind")
    state = choice(_("State"), AttemptState.choices)
    outcome = choice(_("Verdict"), [*OUTCOMES.items()], method="named")
    need = choice(_("Who needs help"), [*NEEDS.items()], method="needing")
    manager = choice(_("Manager responsible"), User, field_name="partner__manager")
    since = DayFilter(label=_("Started from"), method="from_day")
    until = DayFilter(label=_("Started until"), method="to_day")
    sort = ChoiceFilter(
        choices=[(sign + name, name) for name in SORTS for sign in ("", "-")],
        method="as_it_is",
        widget=forms.HiddenInput,
    )

    class Meta:
        form = AttemptFilterForm

    def __init__(
        self, data: Mapping[str, Any], queryset: AttemptQuerySet, *, user: User, now: datetime
    ) -> None:
        super().__init__(data, queryset)
        self.now = now
        companies = Partner.objects.visible_to(user)
        self.filters["exam"].queryset = Exam.objects.all()
        self.filters["company"].queryset = companies.only("name")
        managers = User.objects.filter(companies__in=companies).distinct()
        self.filters["manager"].queryset = managers.only("name", "email")

    def filter_queryset(self, queryset: AttemptQuerySet) -> AttemptQuerySet:
        return queryset.none() if self.errors else super().filter_queryset(queryset)

    def having_words(self, rows: AttemptQuerySet, name: str, value: str) -> AttemptQuerySet:
        for word in value.replace("№", " ").split():
            rows = rows.matching(word)
        return rows

    def named(self, rows: AttemptQuerySet, name: str, value: str) -> AttemptQuerySet:
        """What the attempts call so themselves."""
        found: AttemptQuerySet = getattr(rows, value)()
        return found

    def needing(self, rows: AttemptQuerySet, name: str, value: str) -> AttemptQuerySet:
        """See `NeedsQuerySet`."""
        found: AttemptQuerySet = getattr(rows, value)(self.now)
        return found

    def from_day(self, rows: AttemptQuerySet, name: str, value: date) -> AttemptQuerySet:
        return rows.filter(started_at__gte=days.midnight(value))

    def to_day(self, rows: AttemptQuerySet, name: str, value: date) -> AttemptQuerySet:
        return rows.filter(started_at__lt=days.end(value))

    def as_it_is(self, rows: AttemptQuerySet, name: str, value: str) -> AttemptQuerySet:
        return rows

    @property
    def sorted_by(self) -> str:
        return NEWEST if self.errors else self.form.cleaned_data["sort"] or NEWEST

    @property
    def order(self) -> tuple[str, ...]:
        """The lookups to sort by, each with a - where it falls."""
        falls = "-" if self.sorted_by.startswith("-") else ""
        column, _greatest_first = SORTS[self.sorted_by.removeprefix("-")]
        return (falls + column,)

    @property
    def headings(self) -> dict[str, Heading]:
        columns = {name: greatest_first for name, (_column, greatest_first) in SORTS.items()}
        return headings(columns, sorted_by=self.sorted_by, query_with=self.query_with)

    @property
    def is_filtered(self) -> bool:
        return any(name != "sort" for name in self.asked)

    @property
    def asked(self) -> dict[str, str]:
        """What the query string asks for, by name; not the page."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    @property
    def query(self) -> str:
        """The query string of the same list from its first page on."""
        return urlencode(self.asked)

    def query_with(self, **changes: str) -> str:
        """The same with these; without those that are empty."""
        return urlencode({name: value for name, value in {**self.asked, **changes}.items() if value})

    @cached_property
    def chips(self) -> list[Chip]:
        """What it is filtered by, as far as that can be."""
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        return [
            Chip(str(self.filters[name].label), self.told(name, cleaned[name]), self.query_with(**{name: ""}))
            for name in self.asked
            if name != "sort" and cleaned.get(name)
        ]

    def told(self, name: str, value: Any) -> str:
        if isinstance(value, date):
            return date_format(value, "d.m.Y")
        choices = self.filters[name].extra.get("choices")
        return str(dict(choices)[value] if choices else value)
