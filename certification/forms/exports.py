"""How a list is taken away as a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """`as`, a word of Python's, is the name of its button."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["as"] = forms.ChoiceField(
            choices=[("xlsx", "XLSX"), ("csv", "CSV")],
            error_messages={
                "required": _("Choose a form for the file."),
                "invalid_choice": _("There is no such form of a file."),
            },
        )

    @property
    def form(self) -> str:
        form: str = self.cleaned_data["as"]
        return form
