"""What an answer makes of what stood there: every rule once, then what holds of all of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.answering import Answer, BadAnswer, Content, applied, canonical

ORDER = (3, 1, 4, 2)  # as displayed
BLANK = Content([], [], flagged=False, note="")
FILLED = Content([1], [2], flagged=True, note="Опечатка")


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (Answer(), {}),
        (Answer(chosen=(0,)), {"chosen": [3]}),
        (Answer(chosen=(0, 0)), {"chosen": [3]}),
        (Answer(chosen=(0,), clear=True), {"chosen": []}),
        (Answer(clear=True), {"chosen": []}),
        (Answer(flagged=False), {"flagged": False}),
        (Answer(strike=0), {"struck": [2, 3]}),
        (Answer(strike=3), {}),
        (Answer(restore=3), {"struck": []}),
        (Answer(restore=0), {}),
        (Answer(strike=0, restore=0), {}),
        (Answer(note=""), {"note": ""}),
        (Answer(client="page", seq=1, base=2, shown_ms=3), {}),
    ],
)
def test_answer_changes_what_it_names(answer, changes, single):
    assert applied(FILLED, answer, order=ORDER, single=single) == replace(FILLED, **changes)


@pytest.mark.parametrize(("single", "chosen"), [(True, [1]), (False, [])])
def test_nothing_chosen_takes_back_checkboxes_but_no_radio(single, chosen):
    assert applied(FILLED, Answer(chosen=()), order=ORDER, single=single).chosen == chosen


def test_several_answers_are_stored_in_canonical_order():
    assert applied(BLANK, Answer(chosen=(0, 3)), order=ORDER, single=False).chosen == [2, 3]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(chosen=(0, 1)), "one_only"),
        (Answer(chosen=(0, 1), clear=True), "one_only"),
        (Answer(chosen=(4,)), "no_such_option"),
        (Answer(chosen=(-1,)), "no_such_option"),
        (Answer(strike=4), "no_such_option"),
        (Answer(restore=4), "no_such_option"),
    ],
)
def test_answer_that_does_not_fit_is_refused(answer, code):
    with pytest.raises(BadAnswer) as caught:
        applied(FILLED, answer, order=ORDER, single=True)
    assert (caught.value.code, str(caught.value)) == (code, code)


indices = st.none() | st.integers(0, 3)
answers = st.builds(
    Answer,
    chosen=st.none() | st.lists(st.integers(0, 3), max_size=4).map(tuple),
    clear=st.booleans(),
    flagged=st.none() | st.booleans(),
    strike=indices,
    restore=indices,
    note=st.none() | st.text(max_size=3),
)


@given(answers)
def test_answer_said_twice_changes_nothing_more(answer):
    once = applied(FILLED, answer, order=ORDER, single=False)
    assert applied(once, answer, order=ORDER, single=False) == once


@given(answers, st.permutations(ORDER))
def test_order_of_the_options_matters_to_the_positions_only(answer, order):
    """The same option by another index gives the same content."""

    def moved(index):
        return None if index is None else order.index(ORDER[index])

    chosen = None if answer.chosen is None else tuple(moved(index) for index in answer.chosen)
    same = replace(answer, chosen=chosen, strike=moved(answer.strike), restore=moved(answer.restore))
    assert applied(FILLED, same, order=order, single=False) == applied(
        FILLED, answer, order=ORDER, single=False
    )


@pytest.mark.parametrize("indices", [[4], [-1], [0, -5]])
def test_index_outside_the_paper_is_none(indices):
    with pytest.raises(IndexError):
        canonical(indices, order=ORDER)
