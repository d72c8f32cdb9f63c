"""Saves that arrive twice, late, or from two pages."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.actions import answers
from certification.actions.answers import Answer
from certification.models import AnswerLog
from certification.states import QuestionKind
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db


def new_attempt():
    section = SectionFactory()
    QuestionFactory(section=section, kind=QuestionKind.MULTIPLE, options__rights=2)
    return started(exam=ExamFactory(lines={section: 1}))


def save(attempt, *chosen, client="", seq=None, now=NOW):
    return answers.save_answer(
        attempt.pk, 1, Answer(chosen=chosen, client=client, seq=seq), by=attempt.candidate_id, now=now
    )


def stored(attempt):
    return attempt.responses.get()


@pytest.mark.parametrize("late", [4, 5], ids=["older", "the same again"])
def test_late_packet_of_a_page_is_accepted_and_changes_nothing(late):
    attempt = new_attempt()
    save(attempt, 2, client="page", seq=5)
    before = all_rows()

    saved = save(attempt, 1, client="page", seq=late, now=NOW + timedelta(seconds=1))

    assert saved.accepted
    assert (saved.response.shown_chosen, saved.response.revision) == ([2], 1)
    assert saved.response.saved_at == NOW
    assert changed_tables(before) == []


def test_next_save_of_a_page_applies():
    attempt = new_attempt()
    save(attempt, 2, client="page", seq=5)

    save(attempt, 1, client="page", seq=6)

    assert (stored(attempt).shown_chosen, stored(attempt).revision) == ([1], 2)


def test_first_save_of_a_page_applies_whatever_its_number():
    attempt = new_attempt()
    save(attempt, 2, client="page", seq=5)

    save(attempt, 1, client="other-page", seq=0)

    assert stored(attempt).shown_chosen == [1]
    assert stored(attempt).seqs == {"page": 5, "other-page": 0}


def test_between_pages_the_later_arrival_wins_and_each_keeps_its_own_order():
    attempt = new_attempt()
    save(attempt, 0, client="page", seq=3)
    save(attempt, 1, client="tab", seq=1)
    assert stored(attempt).shown_chosen == [1]

    save(attempt, 2, client="page", seq=2)
    assert stored(attempt).shown_chosen == [1]

    save(attempt, 3, client="page", seq=4)
    assert stored(attempt).shown_chosen == [3]


def test_plain_form_always_applies_and_holds_nobody_back():
    attempt = new_attempt()
    save(attempt, 0, client="page", seq=9)

    save(attempt, 1)
    assert stored(attempt).shown_chosen == [1]
    save(attempt, 2)
    assert stored(attempt).shown_chosen == [2]
    save(attempt, 3, client="page", seq=10)
    assert stored(attempt).shown_chosen == [3]
    assert stored(attempt).seqs == {"page": 10}


def test_save_that_changes_nothing_still_counts_as_stored_for_its_page():
    attempt = new_attempt()
    save(attempt, 2, client="page", seq=1)
    save(attempt, 2, client="page", seq=5)
    assert stored(attempt).revision == 1

    save(attempt, 0, client="page", seq=4)

    assert (stored(attempt).shown_chosen, stored(attempt).revision) == ([2], 1)


choices = st.lists(st.integers(0, 3), max_size=4, unique=True).map(sorted)


@given(data=st.data(), said=st.lists(choices, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_saves_of_one_page_in_any_order_and_number_end_with_the_last_one(data, said):
    """`said[n]` is what the page sent as its n-th; retries and the network mix up the arrivals."""
    every = list(range(len(said)))
    again = data.draw(st.lists(st.sampled_from(every), max_size=6))
    arrivals = data.draw(st.permutations(every + again))
    with transaction.atomic():
        attempt = new_attempt()

        for seq in arrivals:
            assert save(attempt, *said[seq], client="page", seq=seq).accepted

        response = stored(attempt)
        assert response.shown_chosen == said[-1]
        assert response.seqs == {"page": every[-1]}
        log = list(AnswerLog.objects.filter(response=response).values_list("revision", "chosen", "seq"))
        assert [revision for revision, *_ in log] == list(range(1, response.revision + 1))
        assert [seq for *_, seq in log] == sorted({seq for *_, seq in log})
        assert not log or log[-1][1] == response.chosen
        transaction.set_rollback(True)


@given(
    arrivals=st.lists(
        st.tuples(st.sampled_from(["", "page", "tab"]), st.integers(0, 4), choices), max_size=10
    )
)
@settings(max_examples=60, deadline=None)
def test_saves_of_several_pages_end_with_the_last_that_was_not_old(arrivals):
    with transaction.atomic():
        attempt = new_attempt()
        expected, highest = [], {}

        for client, seq, chosen in arrivals:
            save(attempt, *chosen, client=client, seq=seq if client else None)
            if not client or seq > highest.get(client, -1):
                expected = chosen
            if client:
                highest[client] = max(seq, highest.get(client, -1))

        assert stored(attempt).shown_chosen == expected
        assert stored(attempt).seqs == highest
        transaction.set_rollback(True)
