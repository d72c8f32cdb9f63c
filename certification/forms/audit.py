"""Which events to list; it stands in the address."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.forms.lists import DayField, ListSearch, choice_field, words_field
from certification.models import User
from certification.models.events import EventQuerySet
from certification.reports import days
from certification.states import MANAGING_ROLES, EventKind

SYSTEM = "system"


class AuditSearch(ListSearch):
    q = words_field(_("About whom"))
    kind = choice_field(_("What"), [("", pgettext_lazy("events", "anything")), *EventKind.choices])
    who = choice_field(_("Who"), ())
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        staff = User.objects.filter(role__in=MANAGING_ROLES).order_by("name", "pk")
        cast(forms.ChoiceField, self.fields["who"]).choices = [
            ("", pgettext_lazy("events", "anybody")),
            (SYSTEM, _("the system")),
            *((str(person.pk), str(person)) for person in staff),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", forms.ValidationError(_("The last day is before the first one.")))
        return cleaned

    def filter(self, events: EventQuerySet) -> EventQuerySet:
        """Those of the days, as Moscow has them; none where the search cannot be."""
        if not self.is_valid():
            return events.none()
        asked = self.cleaned_data
        if self.words:
            people = User.objects.visible_to(self.user)
            for word in self.words:
                people = people.matching(word)
            events = events.about_people(people)
        if asked["kind"]:
            events = events.filter(kind=asked["kind"])
        if asked["who"]:
            events = events.filter(actor=None if asked["who"] == SYSTEM else int(asked["who"]))
        if asked["since"]:
            events = events.filter(at__gte=days.midnight(asked["since"]))
        if asked["until"]:
            events = events.filter(at__lt=days.end(asked["until"]))
        return events
