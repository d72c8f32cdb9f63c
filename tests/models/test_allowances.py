"""Where somebody stands with an exam, of their rows."""

from datetime import timedelta

import pytest

from certification.actions import allowances
from certification.models import Allowance
from certification.models.allowances import standing_of
from certification.rules.eligibility import Reason, Refusal, Standing
from tests.factories import NOW, ManagerFactory, UserFactory, bank_with_exam, finished, void

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)


def standing(exam, user, *, now=LATER):
    own = user.attempts.with_certificates().filter(exam=exam)  # newest first: the order does not matter
    return standing_of(exam, own, list(user.allowances.in_force()), now=now)


def test_standing_counts_attempts_and_allowances_in_force():
    exam = bank_with_exam(attempts_allowed=2, first_wait=DAY, later_wait=7 * DAY)
    user, said = UserFactory(), {"by": ManagerFactory().pk, "now": NOW, "reason": "Сбой"}
    void(finished(user, exam, now=NOW - 3 * DAY), now=NOW - 2 * DAY)
    last = finished(user, exam, now=NOW)
    wait = Refusal(Reason.WAIT, retry_at=last.finished_at + DAY)
    assert standing(exam, user) == Standing(wait, used=1, allowed=2, left=1)

    withdrawn = allowances.grant_attempts(user.pk, exam.pk, 5, **said)
    allowances.withdraw(withdrawn.pk, **said)
    allowances.grant_attempts(user.pk, exam.pk, 2, **said)
    allowances.waive_wait(last.pk, **said)

    assert standing(exam, user) == Standing(None, used=1, allowed=4, left=3)
    assert Allowance.objects.in_force().count() == Allowance.objects.count() - 1


def test_allowances_print_themselves():
    user, exam = UserFactory(), bank_with_exam()
    said = {"by": ManagerFactory().pk, "now": NOW, "reason": "Сбой"}

    assert str(allowances.grant_attempts(user.pk, exam.pk, 5, **said)) == f"attempts {user.pk}/{exam.pk}"
