from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.rules.answering import Answer


class IndexField(forms.IntegerField):
    """A displayed index of an option."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=99, required=False, **kwargs)


class ChoiceField(forms.Field):
    """All values sent under one name, as indices."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid": _("The question has no such option.")}

    def to_python(self, value: list[str] | None) -> tuple[int, ...]:
        if not all(text.isascii() and text.isdigit() and len(text) < 3 for text in value or []):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return tuple(int(text) for text in value or [])


class AnswerForm(forms.Form):
    """What the answer form sends, whether by a script or without."""

    choice = ChoiceField(required=False)
    strike = IndexField()
    restore = IndexField()
    flagged = forms.BooleanField(required=False)
    # The page lets in 1,000; a line end there is one character, and two on its way.
    note = forms.CharField(required=False, max_length=2000, empty_value="", strip=True)
    client = forms.SlugField(max_length=40, required=False)
    seq = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    base = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    shown_ms = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    away_times = forms.IntegerField(min_value=0, max_value=2**15 - 1, required=False)
    away_ms = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    go = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        # One without the other says nothing about order.
        if not cleaned.get("client") or cleaned.get("seq") is None:
            cleaned["client"], cleaned["seq"] = "", None
        if cleaned.get("away_times") is None or cleaned.get("away_ms") is None:
            cleaned["away_times"] = cleaned["away_ms"] = None
        return cleaned

    def problem(self) -> str:
        """What is wrong with a form that is not valid, as `rules.answering.BadAnswer` names it."""
        about_options = {"choice", "strike", "restore"} & set(self.errors)
        return "no_such_option" if about_options else "damaged"

    def answer(self) -> Answer:
        """The save this form asks for."""
        cleaned = self.cleaned_data
        go = cleaned["go"]
        return Answer(
            chosen=cleaned["choice"],
            clear=go == "clear",
            flagged=not cleaned["flagged"] if go == "flag" else None,
            strike=cleaned["strike"],
            restore=cleaned["restore"],
            note=cleaned["note"] if "note" in self.data else None,
            client=cleaned["client"],
            seq=cleaned["seq"],
            base=cleaned["base"],
            shown_ms=cleaned["shown_ms"],
            away_times=cleaned["away_times"],
            away_ms=cleaned["away_ms"],
        )
