"""Which questions a manager looks at, and by which attempts they are judged; it stands in the address."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.forms.lists import Heading, KnownKeys, choice_field, headings
from certification.models import Exam, Section
from certification.reports.items import SORTS, Did, Scope, in_order
from certification.states import ItemFlag

ANY_FLAG = "any"
PLACE = "place"  # what is sorted by unless something else is asked for
# What a first press brings to the top is what wants a look: the hard, the long, the much answered.
GREATEST_FIRST = {"count", "time"}


class ScopeForm(KnownKeys):
    """By which attempts. Left empty: those at the first exam that gives a certificate, first ones only."""

    page_keys: ClassVar = {"page"}

    exam = choice_field(_("Exam"), [])
    attempts = choice_field(_("Attempts"), [("first", _("first ones only")), ("all", _("all of them"))])

    def __init__(self, data: Mapping[str, Any], *, exams: Sequence[Exam]) -> None:
        super().__init__(data)
        self.exams = {exam.slug: exam for exam in exams}
        self.fields["exam"].choices = [(exam.slug, exam.title) for exam in exams]  # type: ignore[attr-defined]
        usual = [exam for exam in exams if exam.gives_certificate] or list(exams)
        self.usual = usual[0] if usual else None
        self.initial = {"exam": self.usual.slug if self.usual else "", "attempts": "first"}

    @property
    def scope(self) -> Scope | None:
        """None where it cannot be, or there is no exam."""
        if not self.is_valid() or self.usual is None:
            return None
        exam = self.exams.get(self.cleaned_data["exam"], self.usual)
        return Scope(exam, firsts=self.cleaned_data["attempts"] != "all")

    @property
    def asked(self) -> dict[str, str]:
        """What the query string asks for, by name; not the page."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    @property
    def scope_query(self) -> str:
        """The query string of another page with the same attempts."""
        return urlencode({name: self.asked[name] for name in ScopeForm.base_fields if name in self.asked})

    def query_with(self, **changes: str) -> str:
        """The query string of the same with these; without those that are empty."""
        return urlencode({name: value for name, value in {**self.asked, **changes}.items() if value})


class ItemSearch(ScopeForm):
    by = choice_field(
        _("A row for each"), [("version", _("version of a question")), ("key", _("question, all versions"))]
    )
    section = choice_field(_("Section"), [])
    flag = choice_field(
        _("Remarks"),
        [("", pgettext_lazy("filter", "any")), (ANY_FLAG, _("with a remark")), *ItemFlag.choices],
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(sign + name, name) for name in SORTS for sign in ("", "-")],
        widget=forms.HiddenInput,
    )

    def __init__(
        self, data: Mapping[str, Any], *, exams: Sequence[Exam], sections: Sequence[Section]
    ) -> None:
        super().__init__(data, exams=exams)
        rows = [("", pgettext_lazy("filter", "any")), *((str(s.number), str(s)) for s in sections)]
        self.fields["section"].choices = rows  # type: ignore[attr-defined]

    @property
    def by_key(self) -> bool:
        return bool(self.cleaned_data["by"] == "key")

    @property
    def is_filtered(self) -> bool:
        return bool({"section", "flag"} & self.asked.keys())

    def listed(self, items: Sequence[Did]) -> list[Did]:
        """Those of `items` that are asked for, as they are asked for; of a valid search."""
        section, flag = self.cleaned_data["section"], self.cleaned_data["flag"]
        found = [
            item
            for item in items
            if section in ("", str(item.question.section.number))
            and (flag == "" or flag in item.flags or (flag == ANY_FLAG and item.flags))
        ]
        return in_order(found, self.sorted_by)

    @property
    def sorted_by(self) -> str:
        return (self.cleaned_data.get("sort") if self.is_valid() else "") or PLACE

    @property
    def headings(self) -> dict[str, Heading]:
        columns = {name: name in GREATEST_FIRST for name in SORTS}
        return headings(columns, sorted_by=self.sorted_by, query_with=self.query_with)
