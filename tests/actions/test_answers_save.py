"""What a save stores, and what it refuses without a trace."""

from datetime import timedelta

import pytest

from certification.actions import answers, attempts
from certification.actions.answers import Answer, BadAnswer
from certification.models import AnswerLog, Event, Response
from certification.states import EventKind, QuestionKind
from tests.factories import (
    NOW,
    ExamFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    finished,
    shown_key,
    started,
)
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

MS = timedelta(milliseconds=1)
GRACE = timedelta(seconds=10)
SOON = NOW + timedelta(minutes=3)


def started_with(*questions):
    """An attempt whose paper has just these."""
    section = SectionFactory()
    for question in questions:
        question.section = section
        question.save()
    return started(exam=ExamFactory(lines={section: None}))


def save(attempt, position=1, *, by=None, now=SOON, **said):
    return answers.save_answer(attempt.pk, position, Answer(**said), by=by or attempt.candidate_id, now=now)


def stored(attempt, position=1):
    return attempt.responses.get(position=position)


@pytest.fixture
def attempt(db):
    """One single choice of four options."""
    return started_with(QuestionFactory())


@pytest.fixture
def multiple(db):
    """One multiple choice of four options."""
    return started_with(QuestionFactory(kind=QuestionKind.MULTIPLE, options__rights=2))


def test_save_stores_the_canonical_position_of_what_was_shown(attempt):
    saved = save(attempt, chosen=(2,))

    response = stored(attempt)
    assert response.chosen == [response.order[2]]
    assert (response.revision, response.saved_at) == (1, SOON)
    assert saved.accepted
    assert (saved.response.shown_chosen, saved.response.revision) == ([2], 1)


def test_save_of_several_stores_each_once_and_sorted(multiple):
    saved = save(multiple, chosen=(3, 0, 3))

    response = stored(multiple)
    assert response.chosen == sorted([response.order[0], response.order[3]])
    assert saved.response.shown_chosen == [0, 3]


def test_save_of_nothing_chosen_takes_back_checkboxes_only(attempt, multiple):
    """Radios cannot be unchosen: such a page was open before the answer was given elsewhere."""
    save(attempt, chosen=(2,))
    save(multiple, chosen=(2,))

    save(attempt, chosen=())
    save(multiple, chosen=())

    assert (stored(attempt).shown_chosen, stored(attempt).revision) == ([2], 1)
    assert (stored(multiple).shown_chosen, stored(multiple).revision) == ([], 2)


def test_clear_takes_back_whatever_the_form_still_says(attempt):
    save(attempt, chosen=(2,))

    save(attempt, chosen=(2,), clear=True)

    assert (stored(attempt).chosen, stored(attempt).revision) == ([], 2)


def test_save_touches_only_its_own_question():
    attempt = started()
    others = list(attempt.responses.exclude(position=3).values())

    save(attempt, 3, chosen=(1,))

    assert list(attempt.responses.exclude(position=3).values()) == others
    assert stored(attempt, 3).shown_chosen == [1]


def test_flag_and_strike_out_leave_the_rest_of_the_answer_alone(attempt):
    save(attempt, chosen=(1,))
    save(attempt, flagged=True)
    save(attempt, strike=3)
    save(attempt, strike=0)
    save(attempt, restore=3)

    response = stored(attempt)
    assert (response.shown_chosen, response.flagged, response.shown_struck) == ([1], True, [0])
    assert response.struck == [response.order[0]]
    save(attempt, flagged=False)
    assert (stored(attempt).flagged, stored(attempt).shown_chosen) == (False, [1])


def test_answer_leaves_flag_and_strike_outs_alone(attempt):
    save(attempt, flagged=True, strike=2)

    save(attempt, chosen=(1,))

    response = stored(attempt)
    assert (response.shown_chosen, response.flagged, response.shown_struck) == ([1], True, [2])


def test_every_revision_is_logged_as_it_was_stored(attempt):
    order = stored(attempt).order
    save(attempt, chosen=(1,), client="page", seq=7)
    save(attempt, strike=0, now=SOON + timedelta(seconds=1))
    save(attempt, chosen=(2,), flagged=True, client="tab", seq=0, now=SOON + timedelta(seconds=2))

    columns = ("revision", "client", "seq", "chosen", "struck", "flagged", "saved_at")
    assert list(AnswerLog.objects.values_list(*columns)) == [
        (1, "page", 7, [order[1]], [], False, SOON),
        (2, "", None, [order[1]], [order[0]], False, SOON + timedelta(seconds=1)),
        (3, "tab", 0, [order[2]], [order[0]], True, SOON + timedelta(seconds=2)),
    ]
    assert set(AnswerLog.objects.values_list("response", flat=True)) == {stored(attempt).pk}


@pytest.mark.parametrize(
    "said",
    [{"chosen": (2,)}, {"flagged": True}, {"strike": 0}, {"restore": 1}, {}],
    ids=["chosen", "flagged", "strike", "restore", "nothing"],
)
def test_save_of_what_is_stored_already_makes_no_revision(attempt, said):
    save(attempt, chosen=(2,), flagged=True, strike=0)
    before = all_rows()

    saved = save(attempt, now=SOON + timedelta(minutes=1), **said)

    assert saved.accepted
    assert (saved.response.revision, saved.response.saved_at) == (1, SOON)
    assert changed_tables(before) == []


@pytest.mark.parametrize(
    "late", [-MS, timedelta(0), MS, GRACE - MS, GRACE], ids=["-1ms", "0", "+1ms", "grace-1ms", "grace"]
)
def test_save_until_the_grace_is_over_is_taken(attempt, late):
    saved = save(attempt, chosen=(2,), now=attempt.deadline + late)

    assert saved.accepted
    assert stored(attempt).shown_chosen == [2]
    assert stored(attempt).saved_at == attempt.deadline + late


@pytest.mark.parametrize("late", [GRACE + MS, timedelta(days=1)])
def test_save_after_the_grace_is_refused_with_what_is_stored_and_ends_the_attempt(attempt, late):
    save(attempt, chosen=shown_key(stored(attempt)))
    right = stored(attempt).shown_chosen
    before = all_rows()
    now = attempt.deadline + late

    saved = save(attempt, chosen=(), client="page", seq=1, now=now)

    assert not saved.accepted
    assert (saved.response.shown_chosen, saved.response.attempt.state) == (right, "expired")
    assert sorted(changed_tables(before)) == ["Attempt", "Certificate", "Event", "Notice"]
    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_at, attempt.score) == ("expired", attempt.deadline, 100)
    events = Event.objects.filter(kind=EventKind.ATTEMPT_EXPIRED)
    assert list(events.values_list("subject_id", "actor", "at")) == [(attempt.pk, None, now)]


@pytest.mark.parametrize("said", [{"chosen": (4,)}, {"chosen": (0, 1)}, {"strike": 9}])
def test_late_answer_that_does_not_fit_ends_the_attempt_too(attempt, said):
    saved = save(attempt, now=attempt.deadline + GRACE + MS, **said)

    assert not saved.accepted
    attempt.refresh_from_db()
    assert attempt.state == "expired"


@pytest.mark.parametrize("minutes", [10, 61], ids=["submitted", "expired"])
def test_save_after_the_end_is_refused_even_before_the_deadline(attempt, minutes):
    save(attempt, chosen=(1,))
    attempts.submit(attempt.pk, by=None, now=NOW + timedelta(minutes=minutes))
    before = all_rows()

    saved = save(attempt, chosen=(2,), now=SOON)

    assert not saved.accepted
    assert saved.response.shown_chosen == [1]
    assert changed_tables(before) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"chosen": (4,)}, "no_such_option"),
        ({"chosen": (-1,)}, "no_such_option"),
        ({"chosen": (1, 4)}, "no_such_option"),
        ({"chosen": (1,), "strike": 4}, "no_such_option"),
        ({"chosen": (1,), "strike": -1}, "no_such_option"),
        ({"chosen": (1,), "restore": 4}, "no_such_option"),
        ({"chosen": (0, 1)}, "one_only"),
        ({"chosen": (0, 1), "flagged": True, "strike": 2}, "one_only"),
    ],
)
def test_answer_that_does_not_fit_the_question_is_refused_and_writes_nothing(attempt, said, code):
    before = all_rows()

    with pytest.raises(BadAnswer) as caught:
        save(attempt, client="page", seq=1, **said)

    assert caught.value.code == code
    assert changed_tables(before) == []
    save(attempt, client="page", seq=1, chosen=(1,))
    assert stored(attempt).shown_chosen == [1]


def test_the_same_option_twice_is_one_for_a_single_choice(attempt):
    save(attempt, chosen=(1, 1))

    assert stored(attempt).shown_chosen == [1]


def test_all_options_of_a_multiple_choice_may_be_chosen(multiple):
    save(multiple, chosen=(0, 1, 2, 3))

    assert stored(multiple).chosen == [1, 2, 3, 4]


@pytest.mark.parametrize("position", [0, 2])
def test_save_of_a_question_outside_the_paper_is_refused(attempt, position):
    before = all_rows()

    with pytest.raises(Response.DoesNotExist):
        save(attempt, position, chosen=(1,))

    assert changed_tables(before) == []
    assert save(attempt, 1, chosen=(1,)).accepted


def test_save_to_somebody_elses_attempt_is_refused(attempt):
    stranger = started(UserFactory(), attempt.exam)
    before = all_rows()

    with pytest.raises(Response.DoesNotExist):
        save(attempt, chosen=(1,), by=stranger.candidate_id)

    assert changed_tables(before) == []
    assert save(attempt, chosen=(1,), by=attempt.candidate_id).accepted


def test_save_to_a_finished_attempt_does_not_change_its_result():
    attempt = finished(right=2)
    before = all_rows()

    for response in attempt.responses.with_question():
        assert not save(attempt, response.position, chosen=shown_key(response)).accepted

    assert changed_tables(before) == []
    assert attempt.result().score == 200
