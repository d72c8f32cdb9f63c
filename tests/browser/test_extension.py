"""More time for an attempt in progress reaches the page that is open."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import attempts
from certification.rules.deadlines import ExtraTime
from tests.browser.sitting import eventually
from tests.factories import ManagerFactory
from tests.pages import words


@pytest.fixture
def extend(sitting):
    manager = ManagerFactory()

    def extend(minutes):
        extra = ExtraTime(minutes=minutes)
        attempts.extend(sitting.attempt.pk, extra, by=manager.pk, now=timezone.now(), reason="Болезнь")
        sitting.attempt.refresh_from_db()

    return extend


def due(sitting):
    return f"{timezone.localtime(sitting.attempt.deadline):%H:%M:%S}"


def expect_more_time(page, sitting):
    expect(page.locator("#due")).to_have_text(due(sitting))
    said = words("There is more time: until {time}").replace("{time}", due(sitting))
    expect(page.locator("#warning")).to_have_text(said)


def test_extension_comes_with_the_next_save(page, sitting, extend):
    extend(15)

    sitting.option(1).check()

    expect_more_time(page, sitting)
    assert 74 * 60 < sitting.seconds_left() <= 75 * 60


def test_extension_comes_by_the_poll_within_half_a_minute(page, sitting, extend):
    page.clock.install()
    page.reload()
    extend(15)

    page.clock.run_for(30_000)

    expect(page.locator("#due")).to_have_text(due(sitting))
    page.clock.run_for(1_000)
    expect_more_time(page, sitting)


def test_warning_comes_again_after_an_extension(page, sitting, extend):
    sitting.leave(minutes=4, seconds=50)
    page.reload()
    expect(page.locator("#warning")).to_have_text(words("Five minutes are left"))
    extend(10)
    sitting.option(1).check()
    expect_more_time(page, sitting)
    expect(page.locator("details.clock")).not_to_have_class("clock is-warn")

    sitting.leave(minutes=4, seconds=50)
    page.reload()

    expect(page.locator("#warning")).to_have_text(words("Five minutes are left"))


def test_extension_that_arrives_at_zero_lets_the_sitting_go_on(page, sitting, extend):
    sitting.leave(seconds=4)
    page.reload()
    extend(10)

    eventually(lambda: page.wait_for_timeout(50) or sitting.seconds_left() > 9 * 60, seconds=10)

    expect_more_time(page, sitting)
    sitting.option(1).check()
    sitting.expect_saved(1)
    sitting.attempt.refresh_from_db()
    assert sitting.attempt.is_open
    assert sitting.attempt.time_limit > timedelta(minutes=60)
