"""What a manager types: a decision with its reason, a receipt to check."""

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certification.models import Allowance, Attempt
from certification.reports.manager import Dossier
from certification.rules.deadlines import ExtraTime
from certification.states import TIME_PERCENTS, RevocationCause

MOST_MINUTES = 600
LEAST_LEFT = 5  # minutes that a reopened attempt is offered
LARGEST_RECEIPT = 100_000  # bytes; one of 45 questions has about 6,000


class TypedText(forms.CharField):
    """Several lines, of which each end counts as one character, as browsers count `maxlength`."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class ReasonForm(forms.Form):
    """Why it is decided so; `reason_is_for` tells who reads it."""

    reason_is_for: ClassVar[Any] = _("Managers and administrators will see it.")

    reason = TypedText(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the reason.")},
    )

    def __init__(self, data: Any = None, *, name: str) -> None:
        super().__init__(data, auto_id=f"{name}-%s")
        self.fields["reason"].help_text = self.reason_is_for


class OnceForm(ReasonForm):
    """What is carried out once, however often it is sent: `once` is another each time the form is shown.

    `name` (of a kind of form) is that of its address.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    about: ClassVar[Any] = ""

    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class DecisionForm(OnceForm):
    """What one decision about an attempt asks for. `name` is that of its block, too."""

    def __init__(self, data: Any = None, *, attempt: Attempt) -> None:
        super().__init__(data, name=self.name)
        self.attempt = attempt


class ExtraTimeFields(OnceForm):
    """So many percent of the exam's time, or so many minutes more."""

    extra = forms.ChoiceField(label=_("How much"), error_messages={"required": _("Choose how much.")})
    minutes = forms.IntegerField(
        label=_("Minutes more, if minutes"), required=False, min_value=1, max_value=MOST_MINUTES
    )
    field_order = ("extra", "minutes", "reason")

    def __init__(self, data: Any = None, **of: Any) -> None:
        super().__init__(data, **of)
        extra = cast(forms.ChoiceField, self.fields["extra"])
        extra.choices = [
            *((str(percent), share(percent, self.limit)) for percent in TIME_PERCENTS),
            ("minutes", _("minutes")),
        ]

    @property
    def limit(self) -> timedelta:
        """Of which the percentages are."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("extra") == "minutes" and "minutes" in cleaned and cleaned["minutes"] is None:
            self.add_error("minutes", forms.ValidationError(_("Write how many minutes."), code="required"))
        return cleaned

    def extra_time(self) -> ExtraTime:
        extra = self.cleaned_data["extra"]
        if extra == "minutes":
            return ExtraTime(minutes=self.cleaned_data["minutes"])
        return ExtraTime(percent=int(extra))


class ExtraTimeForm(ExtraTimeFields, DecisionForm):
    """More time in an attempt, or after it."""


def share(percent: int, limit: timedelta) -> str:
    """×1,5: 30 minutes more. Minutes are rounded down, as they are said elsewhere."""
    factor = number_format(percent // 100 if percent % 100 == 0 else percent / 100)
    minutes = int(ExtraTime(percent=percent).beyond(limit).total_seconds()) // 60
    words = ngettext("×%(factor)s: %(count)d minute more", "×%(factor)s: %(count)d minutes more", minutes)
    return words % {"factor": factor, "count": minutes}


class ExtendForm(ExtraTimeForm):
    name = "extend"
    title = _("Add time")

    @property
    def limit(self) -> timedelta:
        return timedelta(minutes=self.attempt.minutes)


class GrantTimeForm(ExtraTimeForm):
    name = "grant_time"
    title = _("Give extra time for later")
    about = _(
        "It counts in every attempt at this exam that starts from now on; one in progress gets none of it. "
        "Of several the longest counts."
    )

    @property
    def limit(self) -> timedelta:
        return self.attempt.exam.time_limit


class VoidForm(DecisionForm):
    name = "void"
    title = _("Void the attempt")
    about = _("It uses up no attempt any more and begins no wait. Its answers and its score stay readable.")
    reason_is_for = _("The candidate will see it as well.")


class ReopenForm(DecisionForm):
    """Offers what was left at the finish."""

    name = "reopen"
    title = _("Reopen the attempt")
    about = _(
        "It goes on with its questions and answers. Its result is taken away until it is finished again."
    )

    minutes = forms.IntegerField(label=_("Minutes from now"), min_value=1, max_value=MOST_MINUTES)
    field_order = ("minutes", "reason")

    def __init__(self, data: Any = None, *, attempt: Attempt) -> None:
        super().__init__(data, attempt=attempt)
        left = attempt.deadline - (attempt.finished_at or attempt.deadline)
        self.fields["minutes"].initial = min(
            max(math.ceil(left.total_seconds() / 60), LEAST_LEFT), MOST_MINUTES
        )


class RevokeForm(DecisionForm):
    """Of the causes those that void and reopen do not have for themselves."""

    name = "revoke"
    title = _("Revoke the certificate")
    about = _(
        "It holds no more, for ever: its public page tells the day and the cause. The exam may be taken "
        "again."
    )

    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[
            (cause.value, cause.label)
            for cause in RevocationCause
            if cause != RevocationCause.RESULT_WITHDRAWN
        ],
        help_text=_("Everybody will see it who asks whether the certificate is valid."),
        error_messages={"required": _("Choose the cause.")},
    )
    field_order = ("cause", "reason")


class ExtraAttemptsFields(OnceForm):
    """So many attempts more."""

    attempts = forms.IntegerField(label=_("Attempts more"), min_value=1, max_value=10, initial=1)
    field_order = ("attempts", "reason")


class GrantAttemptsForm(ExtraAttemptsFields, DecisionForm):
    name = "grant_attempts"
    title = _("Give extra attempts")


class WaiveWaitForm(DecisionForm):
    name = "waive_wait"
    title = _("Waive the wait")
    about = _("The next attempt may start as soon as this one is finished.")


class WithdrawForm(ReasonForm):
    """Takes an allowance back; there is one at each of them on the page."""

    def __init__(self, data: Any = None, *, allowance: Allowance) -> None:
        super().__init__(data, name=f"withdraw-{allowance.pk}")
        self.allowance = allowance


def decisions(dossier: Dossier, typed: DecisionForm | None = None) -> dict[str, DecisionForm]:
    """The form of each decision that is possible, by name; and `typed`, whether it is possible or not."""
    offered: dict[type[DecisionForm], bool] = {
        ExtendForm: dossier.can_extend,
        ReopenForm: dossier.can_reopen,
        WaiveWaitForm: dossier.can_waive_wait,
        GrantAttemptsForm: dossier.can_grant_attempts,
        GrantTimeForm: True,
        RevokeForm: dossier.can_revoke,
        VoidForm: dossier.attempt.counts,
    }
    shown = {form.name: form(attempt=dossier.attempt) for form, possible in offered.items() if possible}
    return shown if typed is None else shown | {typed.name: typed}


def withdrawals(
    allowances: Iterable[Allowance], typed: WithdrawForm | None = None
) -> list[tuple[Allowance, WithdrawForm | None]]:
    """Each allowance with the form that takes it back, None where that is done; and `typed` in its place."""
    return [
        (allowance, typed)
        if typed is not None and typed.allowance == allowance
        else (allowance, None if allowance.withdrawn_at else WithdrawForm(allowance=allowance))
        for allowance in allowances
    ]


class ReceiptForm(forms.Form):
    """A receipt or its digest, pasted or as a file."""

    text = TypedText(
        label=_("Receipt or its digest"),
        required=False,
        max_length=LARGEST_RECEIPT,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or the file"), required=False, widget=forms.FileInput(attrs={"accept": ".txt,text/plain"})
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="receipt-%s")

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST_RECEIPT:
            raise forms.ValidationError(_("This file is too large for a receipt."), code="too_large")
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not a text in UTF-8."), code="not_text") from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not self.errors and bool(cleaned["text"]) == bool(cleaned["file"].strip()):
            raise forms.ValidationError(
                _("Paste the receipt, or choose its file: one of the two."), code="one"
            )
        return cleaned

    def claimed(self) -> str:
        text: str = self.cleaned_data["text"] or self.cleaned_data["file"]
        return text
