"""The checker on a run in which nothing went wrong, and on the same run with one thing gone wrong."""

from dataclasses import replace

import pytest

from bench.crash.checker import Ended, Logged, Stored, back_in_time, refused_meanwhile, violations
from bench.crash.history import Outcome, Save, Try, Window

RESTART = Window("restart", 10, 12)
FREEZE = Window("freeze", 12.5, 18)
FULL = Window("full", 20, 25)
WHERE = "attempt 1, question 2"


def ok(began, value, revision):
    return Try(began, began + 0.1, Outcome.OK, 200, value, revision)


def refused(began, status):
    return Try(began, began + 0.1, Outcome.FAIL, status)


def cut(began):
    return Try(began, began + 0.1, Outcome.UNKNOWN)


def save(seq, value, *tries, client="a"):
    return Save(1, 2, client, seq, value, list(tries))


def sound():
    """One question: saved, cut and retried, turned round by the network, sent again, refused, reloaded."""
    saves = [
        save(1, (0,), ok(1, (0,), 1), ok(9, (2,), 3)),
        save(2, (1,), cut(2), refused(3, 503), ok(4, (1,), 2)),
        save(4, (2,), ok(5, (2,), 3)),
        save(3, (3,), ok(6, (2,), 3)),
        save(5, (90,), refused(7, 422)),
        save(6, (2,), ok(8, (2,), 3)),  # says what stands: acknowledged without a row of its own
        save(1, (1,), cut(11), ok(13, (1,), 4), client="b"),
    ]
    log = (
        Logged(1, "a", 1, (0,)),
        Logged(2, "a", 2, (1,)),
        Logged(3, "a", 4, (2,)),
        Logged(4, "b", 1, (1,)),
    )
    return saves, Stored(1, 2, (1,), 4, log), Ended(1, "submitted", (500, 4500, False), (500, 4500, False))


def check(saves, stored, ended=None):
    return list(
        violations(saves, [stored], [ended or sound()[2]], strikes=[RESTART, FREEZE], restart="restart")
    )


def test_a_sound_run_has_no_violation():
    assert check(*sound()) == []


def test_a_question_that_nobody_answered_has_no_violation():
    assert check([], Stored(1, 2, (), 0)) == []


@pytest.mark.parametrize("length", [3, 2, 1])
def test_an_acknowledged_save_that_is_lost(length):
    """As when a database comes back from a crash without its last commits."""
    saves, stored, _ = sound()
    lost = replace(stored, value=stored.log[length - 1].value, revision=length, log=stored.log[:length])

    found = check(saves, lost)

    assert f"{WHERE}: save b/1 of [1] was acknowledged as revision 4, which is lost" in found
    assert len([sentence for sentence in found if "is lost" in sentence]) == {3: 1, 2: 5, 1: 6}[length]


def test_a_question_that_is_lost():
    saves, _, ended = sound()

    found = list(violations(saves, [], [ended], strikes=[], restart="restart"))

    assert found == [f"{WHERE}: was answered and is not in the database"]


def test_a_save_that_was_acknowledged_and_not_stored():
    """The echo tells what stands, which is not what was sent, and nothing newer explains it."""
    saves, stored, _ = sound()
    saves[1] = save(2, (3,), ok(4, (1,), 2))
    saves.append(save(1, (1,), cut(3), ok(4.5, (1,), 2), client="c"))
    log = (stored.log[0], replace(stored.log[1], client="c", seq=1), *stored.log[2:])

    assert check(saves, replace(stored, log=log)) == [
        f"{WHERE}: save a/2 of [3] was acknowledged and never stored"
    ]


def test_an_echo_that_is_not_what_the_log_says():
    saves, stored, _ = sound()
    saves[2] = save(4, (2,), ok(5, (0,), 3))

    assert check(saves, stored) == [f"{WHERE}: save a/4 of [2] was told [0], and revision 3 is [2]"]


def test_a_refused_save_that_is_stored():
    saves, stored, _ = sound()
    log = (*stored.log[:3], Logged(4, "a", 5, (90,)), replace(stored.log[3], revision=5))
    saves[-1] = save(1, (1,), ok(13, (1,), 5), client="b")

    found = check(saves, replace(stored, revision=5, log=log))

    assert found == [f"{WHERE}: save a/5 of [90] was refused and is stored"]


def test_a_save_answered_503_for_good_that_is_stored():
    saves, stored, _ = sound()
    saves[-1] = save(1, (1,), refused(13, 503), client="b")

    assert check(saves, stored) == [
        f"{WHERE}: save b/1 of [1] was never settled, in 1 requests",
        f"{WHERE}: save b/1 of [1] was refused and is stored",
        f"{WHERE}: [1] stands, and [2] was acknowledged last",
        f"{WHERE}: revision 4 came after the last one that was acknowledged",
    ]


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_save_of_unknown_outcome_may_be_either(is_stored):
    saves, stored, _ = sound()
    saves[-1] = save(1, (1,), cut(13), client="b")
    if not is_stored:
        stored = replace(stored, value=(2,), revision=3, log=stored.log[:3])

    assert check(saves, stored) == [f"{WHERE}: save b/1 of [1] was never settled, in 1 requests"]


def test_a_row_that_nobody_asked_for():
    saves, stored, _ = sound()
    log = (replace(stored.log[0], client="z"), *stored.log[1:])

    assert check(saves, replace(stored, log=log)) == [f"{WHERE}: revision 1 of z/1 was never asked for"]


def test_a_row_that_says_something_else():
    saves, stored, _ = sound()
    log = (*stored.log[:3], replace(stored.log[3], value=(3,)))

    assert check(saves, replace(stored, value=(3,), log=log)) == [
        f"{WHERE}: save b/1 of [1] was stored as [3]",
        f"{WHERE}: save b/1 of [1] was told [1], and revision 4 is [3]",
        f"{WHERE}: [3] stands, and [1] was acknowledged last",
    ]


def test_a_retry_that_is_stored_twice():
    saves, stored, _ = sound()
    saves[-1] = save(1, (1,), cut(13), ok(14, (1,), 5), client="b")
    log = (*stored.log, replace(stored.log[3], revision=5))

    assert check(saves, replace(stored, revision=5, log=log)) == [f"{WHERE}: save b/1 was stored 2 times"]


def test_a_late_packet_that_overwrites_a_newer_answer():
    saves, stored, _ = sound()
    saves[3] = save(3, (3,), ok(6, (3,), 4))
    saves[0] = save(1, (0,), ok(1, (0,), 1))
    saves[5] = save(6, (3,), ok(8, (3,), 4))
    saves[-1] = save(1, (1,), ok(13, (1,), 5), client="b")
    log = (*stored.log[:3], Logged(4, "a", 3, (3,)), replace(stored.log[3], revision=5))

    assert check(saves, replace(stored, revision=5, log=log)) == [f"{WHERE}: a/3 overwrote a/4"]


def test_an_acknowledgement_that_goes_back_in_time():
    saves, stored, _ = sound()
    saves[5] = save(6, (1,), ok(8, (1,), 2))

    assert check(saves, stored) == [
        f"{WHERE}: revision 3 was acknowledged at 6.100, and only 2 at 8.100",
    ]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"value": (0,)},
            ["[0] is stored, and the log ends with [1]", "[0] stands, and [1] was acknowledged last"],
        ),
        ({"revision": 5}, ["revision 5, and the log has [1, 2, 3, 4]"]),
    ],
)
def test_an_answer_that_is_not_what_its_log_says(changes, sentences):
    saves, stored, _ = sound()

    assert check(saves, replace(stored, **changes)) == [f"{WHERE}: {sentence}" for sentence in sentences]


def test_a_gap_in_the_log():
    saves, stored, _ = sound()
    log = (*stored.log[:3], replace(stored.log[3], revision=5))
    saves[-1] = save(1, (1,), ok(13, (1,), 5), client="b")

    assert check(saves, replace(stored, revision=5, log=log)) == [
        f"{WHERE}: revision 5, and the log has [1, 2, 3, 5]"
    ]


@pytest.mark.parametrize("status", [302, 401, 403, 404, 500])
def test_an_answer_outside_the_contract(status):
    saves, stored, _ = sound()
    saves[4] = save(5, (90,), refused(7, status))

    assert check(saves, stored) == [f"{WHERE}: save a/5 of [90] was answered {status}"]


@pytest.mark.parametrize(
    ("tries", "times"),
    [
        ([cut(10.5), ok(11, (1,), 4)], None),
        ([cut(9.95), cut(11.9), ok(13, (1,), 4)], 2),
        ([refused(10, 503), cut(11), cut(11.5), ok(13, (1,), 4)], 3),
        ([cut(9.5), cut(12.1), ok(13, (1,), 4)], None),
        ([cut(10.5), Try(11.9, 15, Outcome.UNKNOWN), ok(16, (1,), 4)], None),  # frozen by the next strike
    ],
)
def test_a_restart_that_one_retry_does_not_cure(tries, times):
    saves, stored, _ = sound()
    saves[-1] = save(1, (1,), *tries, client="b")

    expected = [f"{WHERE}: save b/1 of [1] failed {times} times in one restart"] if times else []
    assert check(saves, stored) == expected


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "open"}, "was finished and is open"),
        ({"state": "expired"}, "was finished and is expired"),
        (
            {"rescored": (600, 4500, False)},
            "has (500, 4500, False), and its answers make (600, 4500, False)",
        ),
    ],
)
def test_an_attempt_that_did_not_end_as_it_should(changes, sentence):
    saves, stored, ended = sound()

    assert check(saves, stored, replace(ended, **changes)) == [f"attempt 1 {sentence}"]


@pytest.mark.parametrize(
    ("began", "status", "noticed"), [(21, 503, True), (21, 422, False), (26, 503, False)]
)
def test_a_full_disk_must_have_been_noticed(began, status, noticed):
    found = list(refused_meanwhile([save(1, (0,), refused(began, status))], FULL))

    assert found == ([] if noticed else ["no save was refused while the disk was full, 20.0 to 25.0 s"])


@pytest.mark.parametrize(
    ("began", "settled", "in_time"),
    [(19, 25, True), (18, 25.1, False), (19.1, 25.1, True)],  # it was there again at 19
)
def test_a_database_that_is_back_serves_soon(began, settled, in_time):
    late = save(1, (0,), cut(began), refused(20, 503), Try(24, settled, Outcome.OK, 200), cut(40))

    found = list(back_in_time([late], FULL, calm=6))

    sentence = f"{WHERE}: save a/1 of [0] was not settled 6 s after the database was back"
    assert found == ([] if in_time else [sentence])
