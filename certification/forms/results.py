"""What a manager types at the results."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.forms.people import one_line


class SaveFilterForm(forms.Form):
    """A name for what is asked just now."""

    name = forms.CharField(
        label=pgettext_lazy("filter", "Name"),
        max_length=60,
        error_messages={"required": _("Write a name for the filter.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="saved-%s")

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name
