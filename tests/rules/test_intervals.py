import pytest
from scipy.stats import binomtest

from certification.rules.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (1, 1, 0.2065, 1.0),  # Wilson's own form at one of one: 1 / (1 + z²)
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(hits, of, low, high):
    assert [round(bound, 4) for bound in wilson(hits, of)] == [low, high]


def test_every_share_of_forty_is_as_scipy_has_it():
    for of in range(1, 41):
        for hits in range(of + 1):
            interval = binomtest(hits, of).proportion_ci(0.95, method="wilson")
            assert wilson(hits, of) == pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize(("hits", "of"), [(2, 1), (-1, 3), (1, 0)])
def test_what_is_no_share_has_no_interval(hits, of):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, of)
