"""Whether a company has enough certified people."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from certification.rules.coverage import AHEAD, coverage

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.get_default_timezone())
MS = timedelta(milliseconds=1)
YEAR = timedelta(days=365)


def of(*held, needed=2, agreed=True):
    return coverage(held, needed=needed, agreement_accepted=agreed, now=NOW)


@pytest.mark.parametrize(
    ("ends", "certified", "later"),
    [
        (NOW - MS, 0, 0),
        (NOW, 0, 0),
        (NOW + MS, 1, 0),
        (NOW + AHEAD, 1, 0),
        (NOW + AHEAD + MS, 1, 1),
    ],
)
def test_a_certificate_counts_until_its_end_and_ahead(ends, certified, later):
    found = of((1, ends), needed=1)

    assert (found.certified, found.later) == (certified, later)
    assert (found.missing, found.missing_later) == (1 - certified, 1 - later)


def test_a_person_counts_once_until_the_last_certificate_ends():
    found = of((1, NOW + MS), (1, NOW + YEAR), (2, NOW + MS))

    assert (found.certified, found.later, found.missing, found.missing_later) == (2, 1, 0, 1)


@pytest.mark.parametrize(
    ("people", "agreed", "enough", "certified"),
    [(1, True, False, False), (2, True, True, True), (3, True, True, True), (3, False, True, False)],
)
def test_a_company_is_certified_by_people_and_agreement(people, agreed, enough, certified):
    found = of(*((person, NOW + YEAR) for person in range(people)), agreed=agreed)

    assert (found.is_enough, found.is_certified) == (enough, certified)


def test_more_than_needed_leaves_nothing_missing():
    assert of((1, NOW + YEAR), (2, NOW + YEAR), needed=1).missing == 0
