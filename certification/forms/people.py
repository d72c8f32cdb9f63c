import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.models import User

INVISIBLE = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def one_line(text: str) -> str:
    """Visible characters only, single spaces."""
    return " ".join(INVISIBLE.sub(" ", text).split())


class StartForm(forms.Form):
    """What somebody says before an attempt: their name, and once the consent and the pledge."""

    name = forms.CharField(
        label=_("Name for the certificate"),
        max_length=120,
        error_messages={"required": _("Write your name as the certificate should carry it.")},
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Without your consent the results cannot be kept.")},
    )
    pledge = forms.BooleanField(
        error_messages={"required": _("Confirm that you answer by yourself.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = user.name
        if user.consented_at:
            del self.fields["consent"]
        if user.pledged_at:
            del self.fields["pledge"]

    def clean_name(self) -> str:
        """One line with a letter in it."""
        name = one_line(self.cleaned_data["name"])
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name
