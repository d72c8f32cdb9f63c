"""When a request counts as having arrived."""

from datetime import UTC, datetime, timedelta

import pytest

from certification.middleware import began

NOW = datetime(2026, 11, 23, 10, 0, 0, 500_000, tzinfo=UTC)


def header(moment):
    return f"t={moment.timestamp():.3f}"


@pytest.mark.parametrize("ago", [0, 0.5, 3, 59.5, 60])
def test_proxys_moment_is_believed_for_a_minute(ago):
    moment = NOW - timedelta(seconds=ago)

    assert began(header(moment), now=NOW) == moment


@pytest.mark.parametrize(
    "moment", [NOW + timedelta(milliseconds=1), NOW - timedelta(minutes=1, milliseconds=1)]
)
def test_moment_from_the_future_or_from_long_ago_is_not(moment):
    assert began(header(moment), now=NOW) == NOW


@pytest.mark.parametrize(
    "text", ["", "t=", "1795514400.5", "t=now", "t=1e99", "t=-5", "t=99999999999", "t=١٢"]
)
def test_header_that_tells_no_moment_is_passed_over(text):
    assert began(text, now=NOW) == NOW
