"""The order of strikes."""

from collections import Counter
from random import Random

import pytest

from bench.crash.nemesis import (
    CRASH_POSTGRESQL,
    FILL_DISK,
    KILL_MASTER,
    KILL_SERVER,
    KILL_WORKER,
    NEMESES,
    RESTART,
    plan,
)


@pytest.mark.parametrize(
    ("scenario", "rounds", "kinds"),
    [
        ("sqlite", 3, {KILL_SERVER, RESTART, KILL_MASTER}),
        ("postgresql", 3, {CRASH_POSTGRESQL, RESTART, KILL_SERVER}),
        ("full-disk", 1, {FILL_DISK}),
    ],
)
def test_a_short_run_strikes_with_the_head_of_the_list(scenario, rounds, kinds):
    assert Counter(plan(scenario, rounds, random=Random(1))) == dict.fromkeys(kinds, 1)


@pytest.mark.parametrize("scenario", NEMESES)
def test_a_long_run_strikes_with_everything_and_goes_on_killing(scenario):
    strikes = plan(scenario, 24, random=Random(1))

    others = [nemesis for nemesis in NEMESES[scenario] if not nemesis.kills]
    assert len(strikes) == 24
    assert set(strikes) == set(NEMESES[scenario])
    assert Counter(nemesis for nemesis in strikes if not nemesis.kills) == dict.fromkeys(others, 1)


def test_kills_are_spread_evenly():
    strikes = Counter(plan("sqlite", 24, random=Random(1)))

    assert {strikes[kill] for kill in (KILL_SERVER, KILL_MASTER, KILL_WORKER)} == {7}


def test_a_seed_makes_the_same_strikes_again_and_another_seed_others():
    first, again, other = (plan("sqlite", 24, random=Random(seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
