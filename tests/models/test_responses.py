"""Between canonical positions, which are stored, and displayed indices, which pages speak of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.models import Response
from certification.rules.answering import Content, canonical
from tests.factories import QuestionFactory, SectionFactory, answer, bank_with_exam, shown_key, started

orders = st.lists(st.integers(1, 12), unique=True, min_size=1, max_size=8)


@st.composite
def papers(draw):
    """A response and some of its displayed indices, in any order and with repeats."""
    order = draw(orders)
    return Response(order=order), draw(st.lists(st.integers(0, len(order) - 1)))


@given(papers())
def test_shown_undoes_canonical(paper):
    response, indices = paper
    assert response.shown(canonical(indices, order=response.order)) == sorted(set(indices))


@given(papers())
def test_canonical_undoes_shown(paper):
    response, indices = paper
    positions = sorted({response.order[index] for index in indices})
    assert canonical(response.shown(positions), order=response.order) == positions


@given(papers(), st.data())
def test_canonical_refuses_an_index_outside_the_paper(paper, data):
    """A negative one too, which Python would count from the end."""
    response, indices = paper
    outside = data.draw(st.integers(max_value=-1) | st.integers(min_value=len(response.order)))
    place = data.draw(st.integers(0, len(indices)))
    with pytest.raises(IndexError):
        canonical([*indices[:place], outside, *indices[place:]], order=response.order)


def test_canonical_and_shown_by_example():
    response = Response(order=[3, 1, 4, 2], chosen=[2, 3], struck=[1])
    assert canonical([0, 3], order=response.order) == [2, 3]
    assert canonical((), order=response.order) == []
    assert response.shown([2, 3]) == [0, 3]
    assert response.shown_chosen == [0, 3]
    assert response.shown_struck == [1]


@pytest.mark.parametrize(("chosen", "answered"), [([], False), ([1], True), ([1, 2], True)])
def test_a_response_is_answered_once_something_is_chosen(chosen, answered):
    assert Response(order=[1, 2], chosen=chosen, struck=[1], flagged=True).is_answered is answered


def test_content_is_what_a_save_can_change():
    response = Response(order=[2, 1], chosen=[1], struck=[2], flagged=True, note="Опечатка", revision=3)
    assert response.content == Content([1], [2], flagged=True, note="Опечатка")


@pytest.mark.django_db
def test_options_are_shown_in_the_order_of_the_paper():
    response = started().responses.get(position=1)
    order = [3, 1, 4, 2]
    unsaved = Response(question=response.question, order=order)
    assert [option.position for option in unsaved.shown_options] == order
    assert [option.position for option in response.shown_options] == response.order
    assert sorted(response.order) == [1, 2, 3, 4]


@pytest.mark.django_db
def test_what_was_answered_is_stored_in_canonical_positions():
    attempt = started()
    answer(attempt, right=5)
    responses = list(attempt.responses.with_question())
    assert [response.chosen for response in responses] == [[1]] * 5
    assert [tuple(response.shown_chosen) for response in responses] == [shown_key(r) for r in responses]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_paper_with_its_questions_takes_two_queries(django_assert_num_queries, count):
    attempt = started(exam=bank_with_exam(questions=count, per_section=count))
    with django_assert_num_queries(2):
        shown = [
            (response.question.section.number, len(response.shown_options))
            for response in attempt.responses.with_question()
        ]
    number = attempt.exam.lines.get().section.number
    assert shown == [(number, 4)] * count


@pytest.mark.django_db
def test_responses_come_in_the_order_of_the_paper():
    QuestionFactory(section=SectionFactory())
    attempt = started()
    assert [response.position for response in attempt.responses.all()] == [1, 2, 3, 4, 5]
    assert str(attempt.responses.all()[2]) == f"{attempt.pk}/3"
