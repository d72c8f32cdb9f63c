"""What a decision about many attempts at once asks for: what it asks about one, said for all of them."""

from typing import Any, cast

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from certification.forms.manager import (
    DecisionForm,
    ExtendForm,
    ExtraTimeForm,
    GrantAttemptsForm,
    GrantTimeForm,
    ReopenForm,
    RevokeForm,
    VoidForm,
    WaiveWaitForm,
)
from certification.models import Attempt
from certification.states import TIME_PERCENTS

MINUTES = 30  # that reopened attempts are offered


class TimeForAllForm(ExtraTimeForm):
    """The exams may differ, so a share is not said in minutes."""

    def __init__(self, data: Any = None, *, attempt: Attempt) -> None:
        super().__init__(data, attempt=attempt)
        cast(forms.ChoiceField, self.fields["extra"]).choices = [
            *((str(percent), f"×{number_format(percent / 100)}") for percent in TIME_PERCENTS),
            ("minutes", _("minutes")),
        ]


class ExtendAllForm(TimeForAllForm, ExtendForm):
    pass


class GrantTimeToAllForm(TimeForAllForm, GrantTimeForm):
    pass


class ReopenAllForm(ReopenForm):
    def __init__(self, data: Any = None, *, attempt: Attempt) -> None:
        super().__init__(data, attempt=attempt)
        self.fields["minutes"].initial = MINUTES


BULK_FORMS: dict[str, type[DecisionForm]] = {
    form.name: form
    for form in (
        ExtendAllForm,
        GrantTimeToAllForm,
        GrantAttemptsForm,
        WaiveWaitForm,
        ReopenAllForm,
        RevokeForm,
        VoidForm,
    )
}
