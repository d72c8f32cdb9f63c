import pytest

from bench import figures
from bench.figures import Figures, Price, Sample, Wall
from bench.sitting import Step


def sample(step, cpu, *, database=0.0, of_exam=True, wall=0.001):
    return Sample(step, of_exam, cpu=cpu, database=database, wall=wall)


def sitting(**changes):
    """Each step once, 1 ms each; `save=[0.004, 0.002]` has that one several times."""
    return [
        sample(step, cpu, database=cpu / 2, wall=2 * cpu)
        for step in Step
        for cpu in changes.get(step.name.lower(), [0.001])
    ]


STATEMENTS = [(step, True, 2) for step in Step]


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 50, 7),
        ([7], 95, 7),
        ([3, 1, 2, 4], 50, 2),
        (range(1, 101), 50, 50),
        (range(1, 101), 95, 95),
        (range(1, 21), 95, 19),
        (range(1, 11), 95, 10),
        ([1, 2], 0, 1),
        ([1, 2], 100, 2),
    ],
)
def test_percentile_is_one_of_the_values(values, percent, expected):
    assert figures.percentile(values, percent) == expected


def test_price_is_the_median_of_the_sittings_means_in_milliseconds():
    sittings = [sitting(save=[0.004, 0.002]), sitting(save=[0.008]), sitting(save=[0.1, 0.2])]

    assert figures.prices(sittings, STATEMENTS)[Step.SAVE] == Price(
        cpu=pytest.approx(8), database=pytest.approx(4), statements=2
    )


def test_price_has_the_usual_number_of_statements():
    counted = [*STATEMENTS, (Step.SAVE, True, 9), (Step.SAVE, False, 9)]

    assert figures.prices([sitting()], counted)[Step.SAVE].statements == 9


def test_exam_is_the_sum_of_what_belongs_to_it():
    exam = [
        sample(Step.START, 0.02, database=0.001),
        sample(Step.OPEN, 0.5, database=0.5, of_exam=False),
        sample(Step.SAVE_AND_NEXT, 0.003),
        sample(Step.SAVE_AND_NEXT, 0.004),
    ]
    slower = [sample(Step.START, 0.1)]
    slowest = [sample(Step.START, 0.2)]
    counted = [(Step.START, True, 20), (Step.OPEN, False, 6), (Step.SAVE_AND_NEXT, True, 11)]

    assert figures.exam_price([exam, slower, slowest], counted) == Price(
        cpu=pytest.approx(100), database=0, statements=31
    )
    assert figures.exam_price([exam], counted) == Price(
        cpu=pytest.approx(27), database=pytest.approx(1), statements=31
    )


def test_walls_are_over_all_sittings():
    found = figures.walls([sitting(save=[0.001, 0.003]), sitting(save=[0.002])])

    assert found[Step.SAVE] == Wall(p50=4, p95=6)
    assert set(found) == set(Step)


def test_polls_of_an_hour_are_a_hundred_and_twenty():
    exam = Figures(
        prices={Step.CLOCK: Price(cpu=2, database=0.5, statements=3)},
        exam=Price(cpu=100, database=10, statements=600),
        walls={},
        loads={},
        fetches=0,
    )

    assert exam.exam_with_polls == Price(cpu=340, database=70, statements=960)


def test_price_of_a_shorter_exam_grows_with_the_questions():
    assert figures.scaled(2.4, measured=40, wanted=45) == pytest.approx(2.7)
