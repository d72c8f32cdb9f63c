"""Events in the words of whoever looks at them in Django admin."""

import pytest
from django.utils import translation

from certification.models import Acceptance, Attempt, Certificate, Event, Notice, Question, User
from certification.reports.event_facts import facts_of, subject_of
from certification.states import NoticeState, Role


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


def about(model, **facts):
    return Event(subject_table=model._meta.db_table, subject_id=7, facts=facts)


def test_subject_is_called_as_its_model():
    assert subject_of(about(Question)) == "question no. 7"
    assert subject_of(Event(subject_table="gone", subject_id=7)) == "gone no. 7"


@pytest.mark.parametrize(
    ("model", "facts", "told"),
    [
        (Question, {"former": 59}, ["made of question no.: 59"]),
        (
            Question,
            {"warnings": ["А.", "Б."], "excuse": "Так надо."},
            ["warnings: А. Б.", "why the warning does not matter: Так надо."],
        ),
        (Question, {"review_by": ["", "2027-01-31"]}, ["look at it again by: — → 2027-01-31"]),
        (
            User,
            {"former_role": Role.LEAD, "role": Role.MANAGER},
            ["role before: company lead", "role: manager"],
        ),
        (User, {"former_partner": None, "partner": 3}, ["partner before: —", "partner: no. 3"]),
        (User, {"former_is_active": True}, ["may sign in before: yes"]),
        (User, {"factor": "recovery_codes"}, ["second factor: Recovery codes"]),
        (
            Attempt,
            {"former_score": 2850, "max_score": 3000, "passed": False},
            ["score before: 28.5", "possible score: 30", "passed: no"],
        ),
        (Attempt, {"deadline": "2026-11-24T07:00:00+00:00"}, ["deadline: 24.11.2026 10:00"]),
        (
            Certificate,
            {"number": "A-1", "cause": "mistake", "once": "never told"},
            ["number: A-1", "cause: it was issued by mistake"],
        ),
        (
            Notice,
            {"former_state": NoticeState.SENT, "former_tries": 2},
            ["state before: sent", "tries before: 2"],
        ),
        (
            User,
            {"filters": {"q": "а", "page": "2"}, "rows": 0, "mood": "good"},
            ["filters: q = а, page = 2", "rows: 0", "mood: good"],
        ),
    ],
)
def test_facts_are_told_as_the_fields_of_the_row_are_called(model, facts, told):
    assert list(facts_of(about(model, **facts))) == told


def test_fact_that_is_no_field_of_its_row_is_told_in_russian_too():
    with translation.override("ru"):
        assert list(facts_of(about(Acceptance, number=1))) == ["номер: 1"]


def test_facts_of_a_table_that_is_gone_are_told_by_their_names():
    assert list(facts_of(Event(subject_table="gone", subject_id=7, facts={"deadline": "x"}))) == [
        "deadline: x"
    ]
