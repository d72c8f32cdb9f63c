"""A tutorial as a value: what a session carries of it, and what its pages show."""

import json
from datetime import timedelta

import pytest

from certification.reports.tutorial import TASKS, TIME, fresh, tutorial_of
from certification.rules.answering import Answer, BadAnswer
from certification.states import QuestionKind
from tests.factories import NOW

LATER = NOW + timedelta(seconds=3)


@pytest.fixture
def tutorial():
    return fresh(now=NOW)


def test_a_session_carries_it_whole(tutorial):
    used = tutorial.answered(2, Answer(chosen=(0, 2), strike=1, flagged=True, note="Опечатка"), now=LATER)

    for one in (tutorial, used):
        assert tutorial_of(json.loads(json.dumps(one.as_data()))) == one


def test_an_answer_changes_its_question_only(tutorial):
    used = tutorial.answered(2, Answer(chosen=(2, 0), strike=1), now=LATER)

    assert (used.papers[0], used.papers[2]) == (tutorial.papers[0], tutorial.papers[2])
    shown = used.shown(2)
    assert [choice.index for choice in shown.choices if choice.chosen] == [0, 2]
    assert [choice.index for choice in shown.choices if choice.struck] == [1]
    assert (shown.revision, shown.saved_at, shown.total) == (1, LATER, 3)
    assert [cell.answered for cell in used.sheet(here=2).cells] == [False, True, False]
    assert [cell.here for cell in used.sheet(here=2).cells] == [False, True, False]


def test_two_answers_where_one_is_asked_are_refused(tutorial):
    with pytest.raises(BadAnswer):
        tutorial.answered(1, Answer(chosen=(0, 1)), now=LATER)


def test_its_desk_has_ten_minutes_and_is_no_numbered_attempt(tutorial):
    desk = tutorial.desk("Мария Лебедева")

    assert (desk.time_limit, desk.deadline) == (timedelta(minutes=10), NOW + TIME)
    assert (desk.root, desk.number, desk.holder_name) == ("/tutorial/", None, "Мария Лебедева")


def test_tried_counts_questions_by_control(tutorial):
    used = tutorial.answered(1, Answer(chosen=(0,), strike=1), now=LATER)
    used = used.answered(2, Answer(chosen=(0,), flagged=True), now=LATER)
    used = used.answered(3, Answer(note="Так"), now=LATER)

    assert used.tried == {"answered": 2, "flagged": 1, "struck": 1, "noted": 1}


def test_one_of_the_three_has_several_answers():
    assert [task.kind for task in TASKS].count(QuestionKind.MULTIPLE) == 1
    assert len(TASKS) == 3
