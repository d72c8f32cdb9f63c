"""What a dossier says: what may be decided, how long the attempt lasts, whose receipt it is."""

from datetime import timedelta

import pytest

from certification.actions import allowances, attempts
from certification.models import Attempt
from certification.models.responses import receipt_of
from certification.reports import manager as reports
from certification.rules import receipt
from certification.rules.deadlines import ExtraTime
from certification.states import EventKind, Role
from tests.factories import NOW, UserFactory, answer, bank_with_exam, finished, started

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "Сбой."


@pytest.fixture
def by():
    return {"by": UserFactory(role=Role.MANAGER).pk, "reason": REASON}


def dossier(attempt, *, now=NOW):
    return reports.dossier(Attempt.objects.get(pk=attempt.pk), now=now)


@pytest.mark.parametrize(
    ("late", "possible"), [(-HOUR, True), (timedelta(seconds=10), True), (timedelta(seconds=11), False)]
)
def test_attempt_can_be_extended_until_it_is_overdue(late, possible):
    attempt = started()

    assert dossier(attempt, now=attempt.deadline + late).can_extend is possible


def test_finished_attempt_cannot_be_extended():
    assert dossier(finished()).can_extend is False


def test_last_attempt_can_be_reopened_once_it_is_finished(by):
    person, exam = UserFactory(), bank_with_exam()
    first = finished(person, exam, now=NOW - 3 * DAY)
    finished(person, now=NOW)  # at another exam
    finished(None, exam, now=NOW)  # of somebody else
    assert dossier(first).can_reopen is True

    second = started(person, exam, now=NOW)
    assert (dossier(first).can_reopen, dossier(second).can_reopen) == (False, False)

    attempts.void(second.pk, now=NOW, **by)
    assert (dossier(first).can_reopen, dossier(second).can_reopen) == (False, True)


def test_word_of_the_dossier_and_that_of_the_attempt_agree():
    person, exam = UserFactory(), bank_with_exam(first_wait=timedelta(), later_wait=timedelta())
    sittings = [finished(person, exam, now=NOW - day * DAY) for day in (3, 2, 1)]

    by_row = [not attempt.later_ones().exists() for attempt in sittings]
    assert [dossier(attempt).can_reopen for attempt in sittings] == by_row == [False, False, True]


def test_wait_after_the_last_counted_attempt_can_be_waived_once(by):
    person, exam = UserFactory(), bank_with_exam()
    first = finished(person, exam, now=NOW - 2 * DAY)
    second = finished(person, exam, now=NOW - HOUR)
    assert [dossier(attempt).can_waive_wait for attempt in (first, second)] == [False, True]

    waived = allowances.waive_wait(second.pk, now=NOW, **by)
    assert dossier(second).can_waive_wait is False

    allowances.withdraw(waived.pk, now=NOW, **by)
    assert dossier(second).can_waive_wait is True

    attempts.void(second.pk, now=NOW, **by)
    assert [dossier(attempt).can_waive_wait for attempt in (first, second)] == [False, False]


def test_wait_can_be_waived_while_the_attempt_goes_on_and_when_attempts_are_used_up():
    assert dossier(started()).can_waive_wait is True
    assert dossier(finished(exam=bank_with_exam(attempts_allowed=1))).can_waive_wait is True


@pytest.mark.parametrize(
    ("right", "exam", "now"),
    [
        (5, {}, NOW + HOUR),  # passed
        (0, {}, NOW + 2 * DAY),  # the wait is over
        (0, {"first_wait": timedelta()}, NOW + HOUR),  # there is none after the first
        (0, {"closes_at": NOW + HOUR}, NOW + 2 * HOUR),  # nothing may follow
    ],
)
def test_wait_that_does_not_stand_in_the_way_cannot_be_waived(right, exam, now):
    attempt = finished(exam=bank_with_exam(**exam), right=right)

    assert dossier(attempt, now=now).can_waive_wait is False


def test_wait_after_the_second_attempt_is_the_later_one():
    exam = bank_with_exam(first_wait=timedelta(), later_wait=DAY)
    person = UserFactory()
    first = finished(person, exam, now=NOW - 3 * HOUR)
    assert dossier(first).can_waive_wait is False

    second = finished(person, exam, now=NOW - HOUR)
    assert dossier(second).can_waive_wait is True


@pytest.mark.parametrize(("allowed", "possible"), [(1, True), (None, False)])
def test_attempts_are_granted_where_they_are_counted(allowed, possible):
    assert dossier(started(exam=bank_with_exam(attempts_allowed=allowed))).can_grant_attempts is possible


def test_time_beyond_the_promise_is_told_in_whole_minutes(by):
    attempt = started(exam=bank_with_exam(minutes=45))
    attempts.extend(attempt.pk, ExtraTime(percent=125), now=NOW, **by)  # 11 minutes 15 seconds

    told = dossier(attempt)
    assert (told.limit, told.extra, told.cut) == (
        timedelta(minutes=45),
        timedelta(minutes=11),
        timedelta(),
    )


@pytest.mark.parametrize(
    ("short", "told"), [(timedelta(seconds=59), 0), (timedelta(minutes=5, seconds=1), 5)]
)
def test_time_that_the_window_takes_is_told_in_whole_minutes(short, told):
    attempt = started(exam=bank_with_exam(closes_at=NOW + HOUR - short))

    assert (dossier(attempt).extra, dossier(attempt).cut) == (timedelta(), timedelta(minutes=told))


def test_open_attempt_has_no_reviews_and_no_sections():
    attempt = started()
    answer(attempt, right=5)

    told = dossier(attempt)
    assert ([asked.review for asked in told.paper], told.sections) == ([None] * 5, ())
    assert told.answered == 5


def test_standing_is_what_the_candidate_sees(by):
    attempt = finished(exam=bank_with_exam(attempts_allowed=1))
    grant = (attempt.candidate_id, attempt.exam_id, 2)
    assert dossier(attempt).standing.left == 0

    allowance = allowances.grant_attempts(*grant, now=NOW, **by)
    assert dossier(attempt).standing.left == 2

    allowances.withdraw(allowance.pk, now=NOW, **by)
    assert dossier(attempt).standing.left == 0


def test_happenings_of_allowances_carry_them(by):
    attempt = finished()
    allowance = allowances.grant_attempts(attempt.candidate_id, attempt.exam_id, 2, now=NOW, **by)

    told = [(happening.event.kind, happening.allowance) for happening in dossier(attempt).happenings]

    assert told == [
        (EventKind.ATTEMPT_STARTED, None),
        (EventKind.ATTEMPT_SUBMITTED, None),
        (EventKind.ALLOWANCE_GRANTED, allowance),
    ]


def test_deadlines_of_a_happening_are_moments(by):
    attempt = started()
    attempts.extend(attempt.pk, ExtraTime(minutes=5), now=NOW, **by)

    facts = dossier(attempt).happenings[-1].facts

    assert (facts["former_deadline"], facts["deadline"]) == (NOW + HOUR, NOW + timedelta(minutes=65))
    assert facts["reason"] == REASON


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (lambda text: text, True),
        (lambda text: text.replace("\n", "\r\n\r\n"), True),
        (lambda text: text.splitlines()[-1], True),
        (lambda text: text.split("SHA-256: ")[1].upper(), True),
        (lambda text: text.replace("Мария", "Марина"), False),
        (lambda text: "\n".join(text.splitlines()[:-1]), False),  # without its digest
        (lambda text: "\n".join(text.splitlines()[1:]), False),
        (lambda text: text + "И ещё строка.\n", False),
        (lambda text: "SHA-256: " + "0" * 64, False),
        (lambda text: "", False),
    ],
)
@pytest.mark.parametrize("is_open", [True, False])
def test_earlier_finish_is_found_by_a_true_receipt_of_it(by, is_open, changed, found):
    attempt = finished(right=2)
    text = receipt.text(receipt_of(attempt))
    attempt = attempts.reopen(attempt.pk, now=NOW + HOUR, minutes=5, **by)
    if not is_open:
        attempt = attempts.submit(attempt.pk, by=None, now=NOW + HOUR)

    check = reports.check_receipt(attempt, changed(text))

    assert check.agrees is False
    assert check.earlier == (NOW + timedelta(minutes=10) if found else None)
    assert (check.comparison is None) is is_open


def test_receipt_of_the_last_finish_is_not_called_earlier():
    attempt = finished(right=2)

    check = reports.check_receipt(attempt, receipt.text(receipt_of(attempt)))

    assert (check.agrees, check.earlier) == (True, None)
