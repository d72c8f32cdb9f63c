"""The cases of a question's constraints; see `constraint_cases`."""

from datetime import timedelta
from uuid import uuid4

from certification.states import QuestionKind, QuestionState
from tests.factories import NOW, QuestionFactory
from tests.models.writes import added

TODAY = NOW.date()
DAY = timedelta(days=1)


def draft():
    return QuestionFactory(state=QuestionState.DRAFT)


def option():
    return QuestionFactory().options.get(position=1)


BANK_CASES = [
    (
        "question_version_once",
        draft,
        [{"version": 2, "state": QuestionState.RETIRED}],
        [{"state": QuestionState.RETIRED}],
        added,
    ),
    (
        "question_one_current",
        QuestionFactory,
        [{"version": 2, "is_current": False}],
        [{"version": 2}],
        added,
    ),
    (
        "question_one_in_work",
        draft,
        [{"version": 2, "state": QuestionState.PUBLISHED, "is_current": True}],
        [{"version": 2}, {"version": 2, "state": QuestionState.IN_REVIEW}],
        added,
    ),
    (
        "question_current_is_published",
        QuestionFactory,
        [{"key": uuid4, "is_current": False, "state": QuestionState.RETIRED}],
        [{"key": uuid4, "state": s} for s in QuestionState.values if s != QuestionState.PUBLISHED],
        added,
    ),
    (
        "question_state_known",
        draft,
        [{"key": uuid4, "state": state} for state in QuestionState.values],
        [{"key": uuid4, "state": "lost"}, {"key": uuid4, "state": ""}],
        added,
    ),
    (
        "question_kind_known",
        draft,
        [{"kind": kind} for kind in QuestionKind.values],
        [{"kind": "essay"}, {"kind": ""}],
    ),
    ("question_version_from_one", draft, [{"version": 1}], [{"version": 0}]),
    ("question_weight_in_range", draft, [{"weight": 1}, {"weight": 100}], [{"weight": 0}, {"weight": 101}]),
    ("question_has_a_text", draft, [{"text": "А?"}], [{"text": ""}]),
    (
        "question_review_after_check",
        lambda: QuestionFactory(checked_on=TODAY),
        [{"review_by": TODAY + DAY}, {"review_by": None}, {"checked_on": None, "review_by": TODAY}],
        [{"review_by": TODAY}],
    ),
    ("option_position_once", option, [{"position": 5}], [{"position": 2}]),
    ("option_has_a_text", option, [{"text": "А"}], [{"text": ""}]),
]
