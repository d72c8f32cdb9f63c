"""Which rows of a manager's list to show; it stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.certificates import CertificateQuerySet
from certification.models.invitations import InvitationQuerySet
from certification.models.responses import ResponseQuerySet
from certification.reports.days import FIRST, LAST
from certification.reports.lists import Job
from certification.states import CertificateStatus

DAYS = (30, 60, 90)  # within which a certificate may expire
DAYS_KNOWN = _("Write a day of the years 2000 to 2100.")
DAY_LIMITS = (MinValueValidator(FIRST, DAYS_KNOWN), MaxValueValidator(LAST, DAYS_KNOWN))
# As it is asked for; from a keyboard without dots; as others write it; and as our own links do.
DAY_FORMATS = ("%d.%m.%Y", "%d%m%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%Y-%m-%d")


class DayField(forms.DateField):
    """A day, however its numbers are parted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DAY_FORMATS,
            validators=DAY_LIMITS,
            widget=forms.DateInput(attrs={"class": "in", "inputmode": "numeric"}),
            help_text=_("DD.MM.YYYY"),
            error_messages={"invalid": _("Write a day like 23.11.2026.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        """Of digits alone eight: 1112026 might be the first of November or the eleventh of January."""
        if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) != 8:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def words_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "search", "class": "in"})
    return forms.CharField(label=label, required=False, max_length=100, widget=widget)


def choice_field(label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "in"})
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=widget)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that can be sorted: the query string that does, and how it is sorted now."""

    query: str
    direction: str  # as aria-sort has it; "" while something else is sorted by


def headings(
    columns: Mapping[str, bool], *, sorted_by: str, query_with: Callable[..., str]
) -> dict[str, Heading]:
    """Of each column that can be sorted: pressed once more it is turned round. `columns` says of each whether
    a first look wants the greatest on top.
    """
    found = {}
    for name, greatest_first in columns.items():
        first, second = (f"-{name}", name) if greatest_first else (name, f"-{name}")
        direction = {name: "ascending", f"-{name}": "descending"}.get(sorted_by, "")
        found[name] = Heading(query_with(sort=second if sorted_by == first else first), direction)
    return found


class KnownKeys(forms.Form):
    """Refuses what it has no field for: a link with a slip in it must not show everything."""

    page_keys: ClassVar = {"after", "before"}  # of the list; see reports.pages

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        unknown = sorted(set(self.data) - set(self.fields) - self.page_keys)
        if unknown:
            names = ", ".join(key[:40] for key in unknown[:5])
            raise forms.ValidationError(
                _("There is no filter of this name: %(names)s.") % {"names": names}, code="unknown"
            )
        return cleaned


class ListSearch(KnownKeys):
    """Which rows of a list."""

    @property
    def words(self) -> list[str]:
        typed: str = self.cleaned_data["q"]
        return typed.split()


class CertificateSearch(ListSearch):
    q = words_field(_("Holder or number"))
    status = choice_field(
        _("State"), [("", pgettext_lazy("certificates", "any")), *CertificateStatus.choices]
    )
    expiring = choice_field(
        _("Expires"),
        [
            ("", pgettext_lazy("certificates", "whenever")),
            *((str(days), _("within %(days)s days, not renewed") % {"days": days}) for days in DAYS),
        ],
    )

    def filter(self, certificates: CertificateQuerySet, *, now: datetime) -> CertificateQuerySet:
        """Those that are so `now`; none where the search cannot be."""
        if not self.is_valid():
            return certificates.none()
        for word in self.words:
            certificates = certificates.matching(word)
        if days := self.cleaned_data["expiring"]:
            certificates = certificates.expiring(now, days=int(days))
        match self.cleaned_data["status"]:
            case CertificateStatus.VALID:
                return certificates.valid(now).unrenewed()
            case CertificateStatus.EXPIRED:
                return certificates.expired(now)
            case CertificateStatus.SUPERSEDED:
                return certificates.superseded()
            case CertificateStatus.REVOKED:
                return certificates.revoked()
        return certificates


class InvitationSearch(ListSearch):
    q = words_field(_("E-mail or company"))
    state = choice_field(
        _("State"),
        [
            ("", pgettext_lazy("invitations", "any")),
            ("open", pgettext_lazy("invitations", "not accepted yet")),
            ("expired", pgettext_lazy("invitations", "expired")),
            ("accepted", pgettext_lazy("invitations", "accepted")),
            ("revoked", pgettext_lazy("invitations", "revoked")),
        ],
    )

    def filter(self, invitations: InvitationQuerySet, *, now: datetime) -> InvitationQuerySet:
        """Those that are so `now`; none where the search cannot be."""
        if not self.is_valid():
            return invitations.none()
        for word in self.words:
            invitations = invitations.matching(word)
        match self.cleaned_data["state"]:
            case "open":
                return invitations.open()
            case "expired":
                return invitations.expired(now)
            case "accepted":
                return invitations.accepted()
            case "revoked":
                return invitations.revoked()
        return invitations


class NoteSearch(ListSearch):
    state = choice_field(
        _("State"),
        [
            ("", pgettext_lazy("notes", "any")),
            ("new", pgettext_lazy("notes", "new")),
            ("handled", pgettext_lazy("notes", "handled")),
        ],
    )

    def filter(self, responses: ResponseQuerySet) -> ResponseQuerySet:
        if not self.is_valid():
            return responses.none()
        match self.cleaned_data["state"]:
            case "new":
                return responses.unhandled()
            case "handled":
                return responses.with_notes().filter(handled_at__isnull=False)
        return responses.with_notes()


class HandleNoteForm(forms.Form):
    revision = forms.IntegerField(min_value=1)  # in which the note was read


class JobSearch(ListSearch):
    state = choice_field(
        _("State"),
        [("", pgettext_lazy("jobs", "any")), ("stopped", pgettext_lazy("jobs", "stopped"))],
    )

    def filter(self, jobs: Sequence[Job]) -> list[Job]:
        if not self.is_valid():
            return []
        return [job for job in jobs if job.is_stopped or not self.cleaned_data["state"]]
