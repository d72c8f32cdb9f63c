"""The question bank's forms in Django admin. They only clean; `actions.bank` writes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from certification.models import Option, Question
from certification.rules.items import Item, ItemOption


class QuestionForm(forms.ModelForm):
    publish = forms.BooleanField(
        label=_("Publish"),
        required=False,
        help_text=_("New attempts draw this wording; attempts under way keep theirs."),
    )

    # The sentence of a refused write, which this form is shown again with.
    refusal = ""

    class Meta:
        model = Question
        fields = ["section", "number", "kind", "text", "explanation", "enemies", "weight"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "explanation": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["publish"].initial = settings.TEAM_OF_ONE

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise forms.ValidationError(self.refusal, code="refused")
        return super().clean()

    def item(self, options: "OptionFormSet") -> Item:
        """The draft that both cleaned forms say."""
        cleaned = self.cleaned_data
        return Item(
            number=cleaned["number"],
            section=cleaned["section"].number,
            kind=cleaned["kind"],
            text=cleaned["text"],
            options=options.item_options(),
            explanation=cleaned["explanation"],
            enemies=cleaned["enemies"],
            weight=cleaned["weight"],
        )


class OptionForm(forms.ModelForm):
    class Meta:
        model = Option
        fields = ["text", "is_correct"]
        widgets = {"text": forms.TextInput(attrs={"size": 78})}


class OptionFormSet(forms.BaseInlineFormSet):
    def item_options(self) -> tuple[ItemOption, ...]:
        """What the rows say, in their order, without those left empty or marked for deletion."""
        return tuple(
            ItemOption(text=row["text"], is_correct=row["is_correct"])
            for row in (form.cleaned_data for form in self.forms)
            if row.get("text") and not row.get("DELETE")
        )
