"""The history as it is written by many threads and read after the run."""

from contextlib import closing
from threading import Thread

import pytest

from bench.crash.history import History, Outcome, Save, Try, Window, named, read, saves, windows

OUTAGE = Window("outage", 5, 6)


def invoke(at, attempt=1, seq=1, **changes):
    save = {"position": 2, "client": "a", "seq": seq, "value": [0, 2], **changes}
    return {"at": at, "type": "invoke", "attempt": attempt, **save}


def answer(at, kind, attempt=1, **facts):
    return {"at": at, "type": kind, "attempt": attempt, **facts}


def test_what_is_written_is_read(tmp_path):
    with closing(History(tmp_path / "history")) as history:
        history.note("invoke", at=1.5, attempt=1, value=(0, 2))
        history.note("nemesis", at=2, name="kill", until=3)

    lines = read(tmp_path / "history")

    assert lines == [
        {"at": 1.5, "type": "invoke", "attempt": 1, "value": [0, 2]},
        {"at": 2, "type": "nemesis", "name": "kill", "until": 3},
    ]
    assert windows(lines) == [Window("kill", 2, 3)]
    assert named("kill", windows(lines)) == [Window("kill", 2, 3)]
    assert named("freeze", windows(lines)) == []


def test_threads_write_whole_lines(tmp_path):
    with closing(History(tmp_path / "history")) as history:
        threads = [
            Thread(target=lambda name=name: [history.note(name, word="x" * 50) for _ in range(200)])
            for name in ("one", "two", "three")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(line["type"] for line in read(tmp_path / "history")) == sorted(
        ["one", "two", "three"] * 200
    )


def test_requests_for_one_save_are_gathered_beside_those_of_others():
    lines = [
        invoke(1),
        invoke(1.1, attempt=7),
        answer(1.2, "unknown", error="timed out"),
        answer(1.3, "ok", attempt=7, status=200, value=[0, 2], revision=4),
        {"at": 1.4, "type": "nemesis", "name": "kill", "until": 1.5},
        invoke(1.6),
        {"at": 1.65, "type": "finish", "attempt": 7, "status": 302},
        answer(1.7, "fail", status=409, reason="ended"),
    ]

    assert saves(lines) == [
        Save(
            1,
            2,
            "a",
            1,
            (0, 2),
            [Try(1, 1.2, Outcome.UNKNOWN), Try(1.6, 1.7, Outcome.FAIL, 409)],
        ),
        Save(7, 2, "a", 1, (0, 2), [Try(1.1, 1.3, Outcome.OK, 200, (0, 2), 4)]),
    ]


def test_a_request_whose_answer_is_missing_is_unknown():
    assert saves([invoke(1), invoke(3, attempt=2), answer(4, "ok", attempt=2, status=200)])[0].tries == [
        Try(1, 4, Outcome.UNKNOWN)
    ]


@pytest.mark.parametrize(
    ("began", "ended", "status", "outcome"),
    [
        (4, 5.5, 503, Outcome.UNKNOWN),
        (5.5, 7, 503, Outcome.UNKNOWN),
        (4, 7, 503, Outcome.UNKNOWN),
        (3, 4, 503, Outcome.FAIL),
        (7, 8, 503, Outcome.FAIL),
        (5.5, 7, 409, Outcome.FAIL),
    ],
)
def test_a_503_is_unknown_while_the_database_went_down(began, ended, status, outcome):
    lines = [invoke(began), answer(ended, "fail", status=status)]

    [save] = saves(lines, outages=[OUTAGE])

    assert save.tries == [Try(began, ended, outcome, status)]


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        (["unknown", "fail", "ok"], Outcome.OK),
        (["ok", "unknown"], Outcome.OK),
        (["fail", "unknown"], Outcome.UNKNOWN),
        (["fail", "fail"], Outcome.FAIL),
    ],
)
def test_one_acknowledgement_settles_a_save_and_one_unknown_keeps_it_open(outcomes, outcome):
    save = Save(1, 2, "a", 1, (0,), [Try(0, 1, Outcome(one)) for one in outcomes])

    assert save.outcome == outcome


def test_how_long_a_save_took_is_counted_to_what_settled_it():
    tries = [Try(1, 2, Outcome.UNKNOWN), Try(2, 3, Outcome.FAIL, 503), Try(4, 4.5, Outcome.OK, 200)]

    assert Save(1, 2, "a", 1, (0,), [*tries, Try(9, 9.5, Outcome.OK, 200)]).waited == 3.5
    assert Save(1, 2, "a", 1, (0,), tries[:2]).waited == 2
