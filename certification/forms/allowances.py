"""What a manager grants to a person at an exam, whether they have begun it or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.forms.manager import (
    ExtraAttemptsFields,
    ExtraTimeFields,
    GrantTimeForm,
    OnceForm,
    WithdrawForm,
    withdrawals,
)
from certification.models import Allowance, Exam
from certification.reports.person import AtExam


class GrantForm(OnceForm):
    """What one grant at one exam asks for; there is one of its kind at each of them on the page."""

    def __init__(self, data: Any = None, *, exam: Exam) -> None:
        self.exam = exam
        super().__init__(data, name=f"{self.name}-{exam.pk}")


class GrantTimeAtExamForm(ExtraTimeFields, GrantForm):
    name = "manage_grant_time"
    title = _("Give time")
    about = GrantTimeForm.about

    @property
    def limit(self) -> timedelta:
        return self.exam.time_limit


class GrantAttemptsAtExamForm(ExtraAttemptsFields, GrantForm):
    name = "manage_grant_attempts"
    title = _("Give extra attempts")


@dataclass(frozen=True, slots=True)
class Granting:
    """One exam: what has been given at it, each with the form that takes it back, and what may be given."""

    exam: Exam
    allowances: list[tuple[Allowance, WithdrawForm | None]]
    grants: list[GrantForm]


def grantings(found: Sequence[AtExam], typed: GrantForm | WithdrawForm | None = None) -> list[Granting]:
    """What may be decided at each exam; with `typed` in its place, whether it is possible or not."""
    withdrawal = typed if isinstance(typed, WithdrawForm) else None
    granted = typed if isinstance(typed, GrantForm) else None
    return [
        Granting(at.exam, withdrawals(at.allowances, withdrawal), list(grants(at, granted).values()))
        for at in found
    ]


def grants(at: AtExam, typed: GrantForm | None) -> dict[str, GrantForm]:
    offered: dict[type[GrantForm], bool] = {
        GrantTimeAtExamForm: at.may_be_taken,
        GrantAttemptsAtExamForm: at.may_be_taken and at.exam.attempts_allowed is not None,
    }
    shown = {form.name: form(exam=at.exam) for form, possible in offered.items() if possible}
    return shown | {typed.name: typed} if typed is not None and typed.exam == at.exam else shown
