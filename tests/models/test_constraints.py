"""Every constraint refuses its bad rows, on the database's own level, and says why to people.

A case shares its row between what is allowed and what is refused, one step apart. A constraint that
no case names fails `test_every_constraint_has_its_case`.
"""

import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CheckConstraint
from django.utils.translation import gettext

from certification.models import (
    AnswerLog,
    Attempt,
    BlueprintLine,
    Event,
    Exam,
    JobRun,
    Option,
    Question,
    Response,
    Section,
)
from certification.states import AttemptState, EventKind, PartnerKind, QuestionKind, QuestionState, Role
from tests.factories import (
    NOW,
    ExamFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    finished,
    started,
)
from tests.models.writes import added, allowed, changed, is_check, naming, refused, violated

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
END = {
    "state": AttemptState.SUBMITTED,
    "finished_at": NOW,
    "score": 0,
    "max_score": 500,
    "passed": False,
}
NO_END = {"finished_at": None, "score": None, "max_score": None, "passed": None}


def draft():
    return QuestionFactory(state=QuestionState.DRAFT)


def option():
    return QuestionFactory().options.get(position=1)


def line():
    return BlueprintLine.objects.create(exam=ExamFactory(), section=SectionFactory(), questions=5)


def response():
    return started().responses.get(position=1)


def log():
    attempt = started()
    answer(attempt, right=0)
    return AnswerLog.objects.get(response__attempt=attempt, response__position=1)


def event():
    started()
    return Event.objects.get()


def job():
    return JobRun.objects.create(name="sweeper", ran_at=NOW)


@dataclass(frozen=True)
class Case:
    name: str
    row: Any
    allowed: list
    refused: list
    write: Any = changed


CASES = [
    Case("section_number_from_one", SectionFactory, [{"number": 1}], [{"number": 0}]),
    Case("section_has_a_title", SectionFactory, [{"title": "А"}], [{"title": ""}]),
    Case(
        "question_version_once",
        draft,
        [{"version": 2, "state": QuestionState.RETIRED}],
        [{"state": QuestionState.RETIRED}],
        added,
    ),
    Case(
        "question_one_current",
        QuestionFactory,
        [{"version": 2, "is_current": False}],
        [{"version": 2}],
        added,
    ),
    Case(
        "question_one_in_work",
        draft,
        [{"version": 2, "state": QuestionState.PUBLISHED, "is_current": True}],
        [{"version": 2}, {"version": 2, "state": QuestionState.IN_REVIEW}],
        added,
    ),
    Case(
        "question_current_is_published",
        QuestionFactory,
        [{"is_current": False, "state": QuestionState.RETIRED}],
        [{"state": state} for state in QuestionState.values if state != QuestionState.PUBLISHED],
    ),
    Case(
        "question_state_known",
        draft,
        [{"state": state} for state in QuestionState.values],
        [{"state": "lost"}, {"state": ""}],
    ),
    Case(
        "question_kind_known",
        draft,
        [{"kind": kind} for kind in QuestionKind.values],
        [{"kind": "essay"}, {"kind": ""}],
    ),
    Case("question_version_from_one", draft, [{"version": 1}], [{"version": 0}]),
    Case("question_has_a_text", draft, [{"text": "А?"}], [{"text": ""}]),
    Case("option_position_once", option, [{"position": 5}], [{"position": 2}]),
    Case("option_has_a_text", option, [{"text": "А"}], [{"text": ""}]),
    Case("exam_has_time", ExamFactory, [{"minutes": 1}], [{"minutes": 0}]),
    Case(
        "exam_pass_percent_in_range",
        ExamFactory,
        [{"pass_percent": 1}, {"pass_percent": 100}],
        [{"pass_percent": 0}, {"pass_percent": 101}],
    ),
    Case(
        "exam_attempts_from_one",
        ExamFactory,
        [{"attempts_allowed": None}, {"attempts_allowed": 1}],
        [{"attempts_allowed": 0}],
    ),
    Case("exam_cycle_from_one_day", ExamFactory, [{"cycle_days": 1}], [{"cycle_days": 0}]),
    Case(
        "exam_waits_not_negative",
        ExamFactory,
        [{"first_wait": timedelta(), "later_wait": timedelta()}],
        [{"first_wait": -SECOND}, {"later_wait": -SECOND}],
    ),
    Case("exam_has_a_title", ExamFactory, [{"title": "А"}], [{"title": ""}]),
    Case("blueprint_section_once", line, [{"section": SectionFactory}], [{}], added),
    Case(
        "blueprint_questions_from_one",
        line,
        [{"questions": None}, {"questions": 1}],
        [{"questions": 0}],
    ),
    Case("attempt_one_open_per_exam", started, [{"number": 2, **END}], [{"number": 2}], added),
    Case("attempt_number_once", finished, [{"number": 2}], [{}], added),
    Case(
        "attempt_state_known",
        finished,
        [{"state": state} for state in AttemptState.values if state != AttemptState.OPEN],
        [{"state": "lost"}, {"state": ""}],
    ),
    Case("attempt_number_from_one", started, [{"number": 1}], [{"number": 0}]),
    Case("attempt_deadline_after_start", started, [{"deadline": NOW + MS}], [{"deadline": NOW}]),
    Case(
        "attempt_open_or_scored",
        started,
        [END],
        [{"state": AttemptState.SUBMITTED}, *({name: END[name]} for name in NO_END)],
    ),
    Case(
        "attempt_open_or_scored",
        finished,
        [{"state": AttemptState.OPEN, **NO_END}],
        [{"state": AttemptState.OPEN}, NO_END, *({name: None} for name in NO_END)],
    ),
    Case("attempt_finished_after_start", finished, [{"finished_at": NOW}], [{"finished_at": NOW - MS}]),
    Case("attempt_score_in_range", finished, [{"score": 0}, {"score": 500}], [{"score": 501}]),
    Case(
        "attempt_pass_percent_in_range",
        started,
        [{"pass_percent": 1}, {"pass_percent": 100}],
        [{"pass_percent": 0}, {"pass_percent": 101}],
    ),
    Case(
        "response_position_once",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"question": QuestionFactory}],
        added,
    ),
    Case(
        "response_question_once",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"position": 6}],
        added,
    ),
    Case(
        "response_position_from_one",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"position": 0, "question": QuestionFactory}],
        added,
    ),
    Case(
        "response_saved_with_revision",
        response,
        [{"revision": 1, "saved_at": NOW}],
        [{"revision": 1}, {"saved_at": NOW}],
    ),
    Case("answerlog_revision_once", log, [{"revision": 2}], [{}], added),
    Case(
        "answerlog_client_with_seq",
        log,
        [{"revision": 2}, {"revision": 2, "client": "page", "seq": 1}],
        [{"revision": 2, "client": "page"}, {"revision": 2, "seq": 1}],
        added,
    ),
    Case(
        "partner_kind_known",
        PartnerFactory,
        [{"kind": kind} for kind in PartnerKind.values],
        [{"kind": "friend"}, {"kind": ""}],
    ),
    Case("partner_has_a_name", PartnerFactory, [{"name": "А"}], [{"name": ""}]),
    Case(
        "user_role_known",
        UserFactory,
        [{"role": role} for role in Role.values],
        [{"role": "guest"}, {"role": ""}],
    ),
    Case(
        "user_email_lower_case",
        UserFactory,
        [{"email": "anna@example.com"}],
        [{"email": "Anna@example.com"}, {"email": "anna@Example.com"}],
    ),
    Case(
        "event_kind_known",
        event,
        [{"kind": kind} for kind in EventKind.values],
        [{"kind": "gossip"}, {"kind": ""}],
        added,
    ),
]

# Columns that are unique by themselves: a row, and what makes its copy another.
UNIQUE_COLUMNS = {
    "certification_section.number": (SectionFactory, {"number": 30001}),
    "certification_exam.slug": (ExamFactory, {"slug": "another"}),
    "certification_partner.name": (PartnerFactory, {"name": "Другой"}),
    "certification_user.email": (UserFactory, {"email": "another@example.com"}),
    "certification_jobrun.name": (job, {"name": "another"}),
}

# A row of each model that counts something; no column of a count goes below zero.
COUNTING = {
    AnswerLog: log,
    Attempt: finished,
    BlueprintLine: line,
    Event: event,
    Exam: ExamFactory,
    JobRun: job,
    Option: option,
    Question: draft,
    Response: response,
    Section: SectionFactory,
}
COUNTS = [
    (model, field.attname)
    for model in apps.get_app_config("certification").get_models()
    for field in model._meta.concrete_fields
    if field.get_internal_type().startswith("Positive")
]

DECLARED = {
    constraint.name: (model, constraint)
    for model in apps.get_app_config("certification").get_models()
    for constraint in model._meta.constraints
}
CHECKS = [name for name, (_model, c) in DECLARED.items() if isinstance(c, CheckConstraint)]


def each(kind):
    """One parameter set for every write of this kind in CASES."""
    return [
        pytest.param(case, values, id=f"{case.name}-{case.row.__name__}-{n}")
        for case in CASES
        for n, values in enumerate(getattr(case, kind))
    ]


@pytest.mark.parametrize(("case", "values"), each("refused"))
def test_a_bad_row_is_refused_by_its_constraint(case, values):
    row = case.row()
    with refused() as caught:
        case.write(row, **values)
    assert violated(caught.value) == naming(*DECLARED[case.name])


@pytest.mark.parametrize(("case", "values"), each("allowed"))
def test_a_good_row_one_step_away_is_allowed(case, values):
    allowed(case.write, case.row(), **values)


@pytest.mark.parametrize(("case", "values"), [p for p in each("refused") if p.values[0].name in CHECKS])
def test_a_form_says_why_before_the_database_does(case, values):
    model, constraint = DECLARED[case.name]
    row = copy.copy(case.row())
    for name, value in values.items():
        setattr(row, name, value() if callable(value) else value)
    with pytest.raises(ValidationError) as caught:
        constraint.validate(model, row)
    assert caught.value.messages == [constraint.get_violation_error_message()]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_sentence_of_its_own(name):
    _model, constraint = DECLARED[name]
    sentence = constraint.get_violation_error_message()
    generic = gettext(CheckConstraint.default_violation_error_message)
    assert sentence.endswith(".")
    assert sentence != generic % {"name": name}
    assert name not in sentence


@pytest.mark.parametrize("column", UNIQUE_COLUMNS)
def test_a_unique_column_refuses_a_second_of_its_kind(column):
    make, another = UNIQUE_COLUMNS[column]
    row = make()
    with refused() as caught:
        added(row)
    name = violated(caught.value)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, row._meta.db_table)
        assert found[name]["unique"] is True
        name = f"{row._meta.db_table}.{'.'.join(found[name]['columns'])}"
    assert name == column
    allowed(added, row, **another)


@pytest.mark.parametrize(("model", "column"), COUNTS)
def test_a_count_below_zero_is_refused(model, column):
    row = COUNTING[model]()
    with refused() as caught:
        added(row, **{column: -1})
    assert is_check(caught.value)


def test_every_constraint_has_its_case():
    assert {case.name for case in CASES} == set(DECLARED)


def test_the_database_has_what_the_models_declare_and_nothing_else():
    """Named constraints by name, those of one column by table and column."""
    models = apps.get_app_config("certification").get_models()
    expected, found = set(DECLARED) | set(UNIQUE_COLUMNS), set()
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            expected |= {f"{table}.{f.column}" for f in model._meta.concrete_fields if f.db_check(connection)}
            for name, c in connection.introspection.get_constraints(cursor, table).items():
                if not c["primary_key"] and (c["unique"] or c["check"]):
                    found.add(name if name in DECLARED else f"{table}.{'.'.join(sorted(set(c['columns'])))}")
    assert found == expected
