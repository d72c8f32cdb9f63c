"""The question bank's forms in Django admin. They only clean; `actions.bank` writes."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from certification.models import Option, Question
from certification.rules.freshness import Freshness
from certification.rules.item_sheet import AT_MOST
from certification.rules.items import Item, ItemOption


class QuestionForm(forms.ModelForm):
    """A plain save puts nothing into use that was not: the box is ticked for what is new or in use alone."""

    publish = forms.BooleanField(
        label=_("Publish"),
        required=False,
        help_text=_("New attempts draw this wording; attempts under way keep theirs."),
    )
    excuse = forms.CharField(
        label=_("Why the warning does not matter"),
        required=False,
        max_length=500,
        help_text=_("Wanted to publish a question that the check warns of; stays in its history."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    # The field and the sentence of a refused write, which this form is shown again with.
    refusal: tuple[str | None, str] | None = None

    class Meta:
        model = Question
        fields = [
            "section",
            "number",
            "kind",
            "text",
            "explanation",
            "enemies",
            "weight",
            "source",
            "checked_on",
            "review_by",
        ]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "explanation": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "source": forms.TextInput(attrs={"size": 78}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new_or_in_use = not self.instance.pk or self.instance.is_current
        self.fields["publish"].initial = settings.TEAM_OF_ONE and is_new_or_in_use
        for name in {"text", "explanation"} & self.fields.keys():
            self.fields[name].validators.append(MaxLengthValidator(AT_MOST[name]))
            self.fields[name].widget.attrs["maxlength"] = AT_MOST[name]
        if self.instance.pk:
            prefetch_related_objects([self.instance], "section", "options")  # asked for more than once
            self.fields["seen"].initial = self.instance.seen

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            self.add_error(self.refusal[0], forms.ValidationError(self.refusal[1], code="refused"))
        return cleaned

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

    def freshness(self) -> Freshness:
        cleaned = self.cleaned_data
        return Freshness(cleaned["source"], cleaned["checked_on"], cleaned["review_by"])


class OptionForm(forms.ModelForm):
    class Meta:
        model = Option
        fields = ["text", "is_correct"]
        widgets = {"text": forms.TextInput(attrs={"size": 78})}


class OptionFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        """Each is named for who hears it: in a table of the admin a field has no label of its own."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                number = "" if index is None else index + 1
                field.widget.attrs["aria-label"] = f"{capfirst(field.label)} {number}".strip()

    def item_options(self) -> tuple[ItemOption, ...]:
        """What the rows say, in their order, without those left empty or marked for deletion."""
        return tuple(
            ItemOption(text=row["text"], is_correct=row["is_correct"])
            for row in (form.cleaned_data for form in self.forms)
            if row.get("text") and not row.get("DELETE")
        )


# The rows as QuestionAdmin has them, where they are read without it.
OptionRows = forms.inlineformset_factory(
    Question, Option, form=OptionForm, formset=OptionFormSet, extra=1, max_num=6
)


class DecisionForm(forms.Form):
    """Why questions are moved."""

    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    )

    def __init__(self, *args: Any, label: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].required = required
