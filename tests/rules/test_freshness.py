from datetime import date

import pytest

from certification.rules.freshness import Freshness

DAY = date(2026, 11, 23)


@pytest.mark.parametrize("review_by", [date.max, date(9999, 6, 1)])
def test_checked_is_due_again_by_the_last_day_there_is_at_the_latest(review_by):
    checked = Freshness("", date(1, 1, 1), review_by).checked(DAY)
    assert checked == Freshness("", DAY, date.max)


@pytest.mark.parametrize(
    ("review_by", "stale"),
    [(None, False), (date(2026, 11, 22), True), (DAY, False), (date(2026, 11, 24), False)],
)
def test_stale_is_what_had_to_be_looked_at_before_today(review_by, stale):
    assert Freshness(review_by=review_by).is_stale(DAY) is stale


@pytest.mark.parametrize("review_by", [None, DAY])
def test_nothing_is_found_of_what_is_not_stale(review_by):
    assert Freshness(review_by=review_by).findings("1.1", DAY) == []


def test_what_is_stale_is_warned_of():
    [finding] = Freshness(review_by=date(2026, 11, 22)).findings("1.1", DAY)

    assert (finding.rule, finding.level, finding.number) == ("stale", "warning", "1.1")
    assert "22.11.2026" in finding.sentence
