from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.actions import answers, attempts, bank
from certification.models import Attempt
from certification.models.triggers import TRIGGERS
from certification.reports.decision import decision
from certification.rules.deadlines import ExtraTime
from certification.states import EventKind
from tests.factories import (
    NOW,
    AdminFactory,
    ExamFactory,
    ManagerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    finished,
    item,
    started,
)

pytestmark = pytest.mark.django_db


def sat(**exam):
    """A passed attempt of two questions: one right and saved twice, one wrong, with ten minutes more."""
    section = SectionFactory(number=3)
    for number in ("3.1", "3.2"):
        QuestionFactory(section=section, number=number)
    attempt = started(exam=ExamFactory(lines={section: 2}, pass_percent=50, **exam))
    manager = ManagerFactory()
    attempts.extend(attempt.pk, ExtraTime(minutes=10), by=manager.pk, now=NOW, reason="Сбой связи")
    for second, (position, canonical) in enumerate([(1, 2), (1, 1), (2, 4)], start=1):
        shown = attempt.responses.get(position=position).order.index(canonical)
        answers.save_answer(
            attempt.pk,
            position,
            answers.Answer(chosen=(shown,)),
            by=attempt.candidate_id,
            now=NOW + timedelta(seconds=second),
        )
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=NOW + timedelta(minutes=5))
    return Attempt.objects.get(pk=attempt.pk), manager


def test_decision_tells_who_by_which_rule_and_when():
    attempt, manager = sat()

    found = decision(attempt)

    assert found.who == {
        "candidate": attempt.candidate_id,
        "email": attempt.candidate.email,
        "name": attempt.holder_name,
        "company": attempt.partner.name,
        "consented_at": NOW,
        "pledged_at": NOW,
    }
    assert found.exam == {"slug": attempt.exam.slug, "title": attempt.exam.title, "attempt": 1}
    assert found.rule == {
        "minutes": 60,
        "pass_percent": 50,
        "needed": 100,
        "section_minimums": {},
        "partial_credit": False,
        "certificate_months": attempt.certificate_months,
    }
    assert found.moments == {
        "started_at": NOW,
        "deadline": NOW + timedelta(minutes=70),
        "finished_at": NOW + timedelta(minutes=5),
        "reopened_at": None,
    }
    assert found.result == {
        "state": "submitted",
        "score": 100,
        "max_score": 200,
        "passed": True,
        "short_sections": [],
    }
    told = [(event["kind"], event["by"]) for event in found.events]
    assert told[:3] == [
        (EventKind.ATTEMPT_STARTED, attempt.candidate.email),
        (EventKind.ATTEMPT_EXTENDED, manager.email),
        (EventKind.ATTEMPT_SUBMITTED, attempt.candidate.email),
    ]
    assert found.checks == {
        "scored again": True,
        "last save is the answer": True,
        "event of the finish": True,
    }


def test_paper_tells_the_version_and_its_key_even_after_a_revision():
    attempt, _manager = sat()
    response = attempt.responses.select_related("question").get(position=1)
    editor, later = AdminFactory(), NOW + timedelta(days=1)
    changed = item(number=response.question.number, section=3)
    bank.revise(response.question_id, changed, by=editor.pk, now=later, publish=True)

    mark = decision(attempt).paper[0]

    assert (mark.number, mark.key, mark.version) == (response.question.number, response.question.key.hex, 1)
    assert (mark.shown, mark.right, mark.chosen) == (response.order, [1], [1])
    assert (mark.credit, mark.worth, mark.revision) == (100, 100, 2)
    assert mark.saved_at == NOW + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (
            "UPDATE certification_attempt SET score = 200 WHERE id = {}",
            {"scored again", "event of the finish"},
        ),
        (
            "UPDATE certification_response SET chosen = '[3]' WHERE attempt_id = {} AND position = 1",
            {"scored again", "last save is the answer", "event of the finish"},
        ),
        (
            "UPDATE certification_attempt SET holder_name = 'Другой' WHERE id = {}",
            {"event of the finish"},
        ),
    ],
)
def test_record_that_was_changed_by_hand_contradicts_itself(change, wrong):
    attempt, _manager = sat()
    connection.check_constraints()  # PostgreSQL changes no table with checks of foreign keys still to come
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {trigger.name}{on}")
        cursor.execute(change.format(attempt.pk))

    found = decision(Attempt.objects.get(pk=attempt.pk))

    assert {name for name, agrees in found.checks.items() if not agrees} == wrong
    assert not found.holds


def test_attempt_in_progress_is_not_decided():
    with pytest.raises(ValueError, match="in progress"):
        decision(started(UserFactory()))


@pytest.mark.parametrize("size", [1, 3])
def test_long_paper_asks_no_more_than_a_short_one(size):
    section = SectionFactory()
    QuestionFactory.create_batch(size, section=section)
    attempt = finished(exam=ExamFactory(lines={section: size}))
    attempt = Attempt.objects.select_related("candidate", "exam", "partner").get(pk=attempt.pk)

    with CaptureQueriesContext(connection) as queries:
        found = decision(attempt)

    assert len(found.paper) == size
    assert len(queries) == 7
