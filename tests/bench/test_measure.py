import itertools
import time

import pytest

from bench import measure
from bench.figures import Load, Sample, Wall
from bench.sitting import Candidate, Step, email


@pytest.fixture
def ticking(monkeypatch):
    """A clock that goes on by a second with each look."""
    monkeypatch.setattr(time, "perf_counter", itertools.count().__next__)


def test_step_costs_what_the_servers_used_meanwhile(monkeypatch, ticking):
    looks = iter([[1.0, 5.0], [1.25, 5.5]])
    monkeypatch.setattr(measure, "rested_seconds", lambda pids: next(looks))
    meter = measure.CostMeter([7, 8])

    with meter(Step.SAVE, of_exam=True):
        pass

    assert meter.samples == [Sample(Step.SAVE, True, cpu=0.25, database=0.5, wall=1)]


def test_step_on_a_database_without_a_server_costs_it_nothing(monkeypatch):
    looks = iter([[1.0], [1.25]])
    monkeypatch.setattr(measure, "rested_seconds", lambda pids: next(looks))
    meter = measure.CostMeter([7])

    with meter(Step.SAVE):
        pass

    [sample] = meter.samples
    assert (sample.of_exam, sample.cpu, sample.database) == (False, 0.25, 0)


def test_load_is_what_was_done_until_the_last_had_ended(monkeypatch, ticking):
    """Looks at the clock: 0 before, 1 at the start, 2–3, 4–5 the two acts, 6 too late, 7 after."""
    used = iter([10.0, 20.0, 10.5, 21.5])
    monkeypatch.setattr(measure, "server_seconds", lambda pid: next(used))
    turns = []

    load = measure.press([Candidate(None, email(1))], lambda _, turn: turns.append(turn), [7, 8], seconds=5)

    assert turns == [0, 1]
    assert load == Load(per_second=2 / 7, wall=Wall(p50=1000, p95=1000), cpu=1000)


def test_error_of_one_client_is_that_of_all():
    def act(candidate):
        if candidate.email == email(2):
            raise ValueError(candidate.email)

    with pytest.raises(ValueError, match=email(2)):
        measure.at_once([Candidate(None, email(number)) for number in range(4)], act)


def test_load_goes_round_the_paper_without_its_last_question():
    assert [measure.position(turn) for turn in (0, 1, 43, 44, 45)] == [1, 2, 44, 1, 2]
