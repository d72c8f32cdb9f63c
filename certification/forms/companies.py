"""What a manager types about companies and their people, and a company about the agreement."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.forms.lists import ListSearch
from certification.forms.manager import TypedText
from certification.models import Partner, User
from certification.models.people import PartnerQuerySet
from certification.rules.inviting import invitable
from certification.states import PARTNER_ROLES, PartnerKind, Role


class PartnerSearch(ListSearch):
    """Which companies to list; it stands in the address."""

    q = forms.CharField(
        label=_("Name of the company"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "class": "in"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", pgettext_lazy("kind", "any")), *PartnerKind.choices],
        widget=forms.Select(attrs={"class": "in"}),
    )

    coverage = forms.ChoiceField(
        label=_("Certified people"),
        required=False,
        choices=[
            ("", pgettext_lazy("coverage", "any number")),
            ("short", pgettext_lazy("coverage", "too few")),
            ("later", pgettext_lazy("coverage", "too few in 90 days")),
            ("enough", pgettext_lazy("coverage", "enough, in 90 days as well")),
        ],
        widget=forms.Select(attrs={"class": "in"}),
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("", pgettext_lazy("sort", "name")),
            ("missing", pgettext_lazy("sort", "how many are missing")),
        ],
        widget=forms.Select(attrs={"class": "in"}),
    )

    @property
    def order(self) -> tuple[str, ...]:
        """For `reports.pages`."""
        by_missing = self.is_valid() and self.cleaned_data["sort"] == "missing"
        return ("-missing", "name_folded") if by_missing else ("name_folded",)

    def filter(self, partners: PartnerQuerySet, *, now: datetime) -> PartnerQuerySet:
        """Those that have every word, and are so `now`; none where the search cannot be."""
        if not self.is_valid():
            return partners.none()
        for word in self.words:
            partners = partners.matching(word)
        if self.cleaned_data["sort"] == "missing":
            partners = partners.with_certified(now)
        match self.cleaned_data["coverage"]:
            case "short":
                partners = partners.short(now)
            case "later":
                partners = partners.short_later(now)
            case "enough":
                partners = partners.covered(now)
        kind = self.cleaned_data["kind"]
        return partners.filter(kind=kind) if kind else partners


class PersonForm(forms.Form):
    """What one decision about a person asks for. `name` is that of its address and of its block."""

    name: ClassVar[str]
    title: ClassVar[Any]
    about: ClassVar[Any] = ""

    reason = TypedText(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Managers and administrators will see it."),
        error_messages={"required": _("Write the reason.")},
    )

    def __init__(self, data: Any = None, *, person: User, by: User) -> None:
        super().__init__(data, auto_id=f"{self.name}-%s")
        self.person = person


class MoveForm(PersonForm):
    name = "manage_move"
    title = _("Move to another company")
    about = _(
        "Certificates go with the person; attempts stay with the company of then. A company lead becomes a "
        "candidate."
    )

    partner = forms.ModelChoiceField(
        queryset=Partner.objects.none(),
        label=_("Where to"),
        required=False,
        empty_label=_("no company"),
        error_messages={"invalid_choice": _("There is no such company.")},
    )
    field_order = ("partner", "reason")

    def __init__(self, data: Any = None, *, person: User, by: User) -> None:
        super().__init__(data, person=person, by=by)
        seen = Partner.objects.visible_to(by)
        others = seen.exclude(pk=person.partner_id) if person.partner_id else seen
        field = self.fields["partner"]
        field.queryset = others.order_by("name_folded")  # type: ignore[attr-defined]
        if person.partner_id is None:
            field.required = True
            field.empty_label = "—"  # type: ignore[attr-defined]
            field.error_messages["required"] = _("Choose a company.")


class LeadForm(PersonForm):
    """Makes a candidate the lead of their company, or the other way round."""

    name = "manage_role"
    title = _("Change the role")
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in PARTNER_ROLES])
    field_order = ("role", "reason")

    def __init__(self, data: Any = None, *, person: User, by: User) -> None:
        super().__init__(data, person=person, by=by)
        self.fields["role"].initial = Role.LEAD if person.role == Role.CANDIDATE else Role.CANDIDATE


class DeactivateForm(PersonForm):
    name = "manage_deactivate"
    title = _("Let them sign in no more")
    about = _("Their attempts and certificates stay, but count for the company no more.")


class ReactivateForm(PersonForm):
    name = "manage_reactivate"
    title = _("Let them sign in again")


def decisions(person: User, typed: PersonForm | None = None, *, by: User) -> dict[str, PersonForm]:
    """The form of each decision that is possible to `by`, by name; and `typed`, possible or not."""
    offered: dict[type[PersonForm], bool] = {
        MoveForm: True,
        LeadForm: person.partner_id is not None,
        DeactivateForm: person.is_active,
        ReactivateForm: not person.is_active,
    }
    shown = {form.name: form(person=person, by=by) for form, possible in offered.items() if possible}
    return shown if typed is None else shown | {typed.name: typed}


class SightForm(PersonForm):
    """Gives a manager every company to see, or takes that back."""

    name = "manage_sight"

    all_companies = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, person: User, by: User) -> None:
        super().__init__(data, person=person, by=by)
        self.auto_id = f"{self.name}-{person.pk}-%s"
        self.fields["all_companies"].initial = not person.all_companies


def roles_for(user: User) -> tuple[Role, ...]:
    """To what this user invites people of a company."""
    return tuple(role for role in invitable(user.role) if role in PARTNER_ROLES)


class AgreementForm(forms.Form):
    """That somebody accepts this version and no other."""

    agreement = forms.IntegerField(widget=forms.HiddenInput)
    accept = forms.BooleanField(
        label=_("I have read the agreement and accept it for my company"),
        error_messages={"required": _("Tick that you accept the agreement, or leave it for later.")},
    )
