"""The log of an attempt as it is told."""

from datetime import timedelta

import pytest

from certification.actions import answers, attempts
from certification.models import Event
from certification.reports.saves import MOST_UNFOLDED, Log, Save, Sight, Stretch, read_log, stretches
from tests.factories import NOW, bank_with_exam, finished, started

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def after(seconds):
    return NOW + seconds * SECOND


@pytest.fixture
def attempt():
    return started(exam=bank_with_exam(questions=2, per_section=2))


def save(attempt, seconds, *, position=1, network="", **answer):
    told = answers.Answer(**answer)
    by = attempt.candidate_id
    answers.save_answer(attempt.pk, position, told, by=by, now=after(seconds), network=network)


def test_each_save_tells_what_it_changed_as_it_was_shown(attempt):
    save(attempt, 1, chosen=(2,))
    save(attempt, 2, chosen=(2,), flagged=True)
    save(attempt, 3, position=2, strike=0, note="Опечатка.")
    save(attempt, 4, chosen=(0,), flagged=False)
    save(attempt, 5, position=2, restore=0, note="")
    save(attempt, 6, clear=True)

    def told(seconds, position, *, chosen=None, struck=None, flagged=None, note=None):
        unmoved = {"is_elsewhere": False, "has_moved": False, "away": 0}
        return Save(after(seconds), position, chosen, struck, flagged, note, **unmoved)

    assert read_log(attempt).saves == (
        told(1, 1, chosen=(2,)),
        told(2, 1, flagged=True),
        told(3, 2, struck=(0,), note="Опечатка."),
        told(4, 1, chosen=(0,), flagged=False),
        told(5, 2, struck=(), note=""),
        told(6, 1, chosen=()),
    )


def test_another_page_and_what_was_out_of_sight_are_told(attempt):
    page, phone = {"client": "page"}, {"client": "phone"}
    save(attempt, 1, chosen=(0,), **page, seq=1, shown_ms=1000, away_times=0, away_ms=0)
    save(attempt, 2, chosen=(1,), **page, seq=2, shown_ms=9000, away_times=2, away_ms=3000)
    save(attempt, 3, chosen=(2,), **phone, seq=1, shown_ms=500, away_times=1, away_ms=250)
    save(attempt, 4, position=2, chosen=(0,), **phone, seq=2)
    save(attempt, 5, position=2, chosen=(1,))

    log = read_log(attempt)

    assert [(one.is_elsewhere, one.away) for one in log.saves] == [
        (False, 0),
        (False, 2),
        (True, 1),
        (False, 0),
        (True, 0),
    ]
    assert log.sights == {
        1: Sight(shown=timedelta(seconds=9.5), away_times=3, away=timedelta(seconds=3.25)),
        2: Sight(shown=None, away_times=0, away=timedelta()),
    }
    assert (log.away_times, log.away) == (3, timedelta(seconds=3.25))


def test_another_network_is_told_where_both_are_known(attempt):
    for second, network in enumerate(["", "a/24", "a/24", "b/48", "", "b/48", "a/24"]):
        save(attempt, second, chosen=(second % 2,), network=network)

    log = read_log(attempt)

    assert [one.has_moved for one in log.saves] == [False, False, False, True, False, False, True]
    assert log.networks == ("a/24", "b/48")


def test_log_is_of_one_attempt(attempt):
    finished(right=1)

    assert read_log(attempt) == Log((), {}, ())


def test_saves_stand_between_the_events_of_their_time(attempt):
    save(attempt, 0, chosen=(0,))
    save(attempt, 5, chosen=(1,))
    attempts.submit(attempt.pk, by=attempt.candidate_id, now=after(5))
    attempts.reopen(attempt.pk, by=finished().candidate_id, now=after(9), reason="Сбой.", minutes=5)
    save(attempt, 9, chosen=(2,))

    saves = read_log(attempt).saves
    events = [*Event.objects.about([attempt])]
    assert list(stretches(events, saves)) == [
        events[0],
        Stretch(saves[:2]),
        *events[1:],
        Stretch(saves[2:]),
    ]


@pytest.mark.parametrize(("count", "is_long"), [(MOST_UNFOLDED, False), (MOST_UNFOLDED + 1, True)])
def test_long_stretch_is_folded(count, is_long):
    one = Save(NOW, 1, (0,), None, None, None, is_elsewhere=False, has_moved=False, away=0)

    assert Stretch((one,) * count).is_long is is_long
