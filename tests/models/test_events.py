import pytest

from certification.actions import allowances, attempts
from certification.actions.events import record
from certification.models import Event, Section
from certification.rules.deadlines import ExtraTime
from certification.states import EventKind, Role
from tests.factories import NOW, UserFactory, finished, started

pytestmark = pytest.mark.django_db


def test_events_about_rows_are_told_from_those_of_others_with_the_oldest_first(django_assert_num_queries):
    manager = UserFactory(role=Role.MANAGER)
    attempt, _other = finished(), started()
    granted = allowances.grant_time(
        attempt.candidate_id,
        attempt.exam_id,
        ExtraTime(percent=150),
        by=manager.pk,
        now=NOW,
        reason="Зрение.",
    )
    attempts.void(attempt.pk, by=manager.pk, now=NOW, reason="Сбой.")
    record(EventKind.QUESTION_RETIRED, Section(pk=attempt.pk), by=None, now=NOW)  # the same number elsewhere
    record(EventKind.ATTEMPT_STARTED, Section(pk=granted.pk), by=None, now=NOW)

    with django_assert_num_queries(1):
        events = list(Event.objects.about([attempt, granted]))

    assert [event.kind for event in events] == [
        EventKind.ATTEMPT_STARTED,
        EventKind.ATTEMPT_SUBMITTED,
        EventKind.ALLOWANCE_GRANTED,
        EventKind.ATTEMPT_VOIDED,
    ]
    assert [event.kind for event in Event.objects.about([granted])] == [EventKind.ALLOWANCE_GRANTED]
    assert list(Event.objects.about([])) == []
