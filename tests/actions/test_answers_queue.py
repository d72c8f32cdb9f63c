"""Answers that could not be sent at once, notes, and how long a question was shown."""

from datetime import timedelta

import pytest

from certification.actions import answers
from certification.actions.answers import Answer, Verdict
from certification.models import AnswerLog
from tests.factories import NOW, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=5)


def save(attempt, *, now=SOON, **said):
    return answers.save_answer(attempt.pk, 1, Answer(**said), by=attempt.candidate_id, now=now)


def stored(attempt):
    return attempt.responses.get(position=1)


@pytest.fixture
def attempt():
    return started()


def test_answer_upon_what_is_stored_applies(attempt):
    save(attempt, chosen=(1,), client="page", seq=1)

    saved = save(attempt, chosen=(2,), client="page", seq=2, base=1)

    assert saved.verdict == Verdict.STORED
    assert (stored(attempt).shown_chosen, stored(attempt).revision) == ([2], 2)


def test_answer_upon_what_its_own_page_has_overwritten_applies(attempt):
    """Only the page's own saves lie between: it knows of them."""
    save(attempt, chosen=(1,), client="page", seq=1, base=0)
    save(attempt, chosen=(3,), client="page", seq=2, base=0)

    saved = save(attempt, chosen=(2,), client="page", seq=3, base=0)

    assert (saved.verdict, stored(attempt).shown_chosen) == (Verdict.STORED, [2])


@pytest.mark.parametrize("other", ["tab", ""], ids=["another page", "a plain form"])
def test_answer_upon_what_another_page_has_overwritten_is_refused_with_that(attempt, other):
    save(attempt, chosen=(1,), client="page", seq=1)
    save(attempt, chosen=(3,), client=other, seq=1 if other else None)
    before = all_rows()

    saved = save(attempt, chosen=(2,), client="page", seq=2, base=1)

    assert (saved.verdict, saved.accepted) == (Verdict.CONFLICT, False)
    assert (saved.response.shown_chosen, saved.response.revision) == ([3], 2)
    assert changed_tables(before) == []


def test_after_a_conflict_the_same_page_decides_without_a_base(attempt):
    save(attempt, chosen=(3,), client="tab", seq=1)
    assert save(attempt, chosen=(2,), client="page", seq=1, base=0).verdict == Verdict.CONFLICT

    saved = save(attempt, chosen=(2,), client="page", seq=2)

    assert (saved.verdict, stored(attempt).shown_chosen) == (Verdict.STORED, [2])


def test_retry_of_what_was_stored_is_no_conflict_whoever_wrote_since(attempt):
    """Its acknowledgement was lost; the other page's later answer stands."""
    save(attempt, chosen=(2,), client="page", seq=1, base=0)
    save(attempt, chosen=(3,), client="tab", seq=1)
    before = all_rows()

    saved = save(attempt, chosen=(2,), client="page", seq=1, base=0)

    assert (saved.verdict, saved.response.shown_chosen) == (Verdict.STORED, [3])
    assert changed_tables(before) == []


def test_end_comes_before_a_conflict(attempt):
    save(attempt, chosen=(3,), client="tab", seq=1)

    saved = save(attempt, chosen=(2,), client="page", seq=1, base=0, now=NOW + timedelta(hours=2))

    assert saved.verdict == Verdict.ENDED


def test_note_is_kept_and_logged_and_only_a_save_that_has_one_changes_it(attempt):
    save(attempt, note="Два верных ответа", chosen=(1,))
    save(attempt, chosen=(2,))
    assert (stored(attempt).note, stored(attempt).shown_chosen) == ("Два верных ответа", [2])

    save(attempt, note="")

    assert (stored(attempt).note, stored(attempt).revision) == ("", 3)
    log = AnswerLog.objects.order_by("revision").values_list("note", flat=True)
    assert list(log) == ["Два верных ответа", "Два верных ответа", ""]


def test_same_note_again_makes_no_revision(attempt):
    save(attempt, note="Опечатка")
    before = all_rows()

    save(attempt, note="Опечатка")

    assert changed_tables(before) == []


def test_log_keeps_how_long_the_page_had_shown_the_question_and_was_out_of_sight(attempt):
    save(attempt, chosen=(1,), client="page", seq=1, shown_ms=4200, away_times=2, away_ms=900)
    save(attempt, chosen=(2,))

    log = AnswerLog.objects.order_by("revision").values_list("shown_ms", "away_times", "away_ms")
    assert list(log) == [(4200, 2, 900), (None, None, None)]
