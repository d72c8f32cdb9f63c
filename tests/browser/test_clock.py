import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certification.states import AttemptState
from tests.browser.sitting import OFFLINE, eventually
from tests.pages import plain, words

MINUTE = 60_000  # ms

# Everything that the warning's live region ever says, on every page of the attempt.
RECORD = """
addEventListener("DOMContentLoaded", () => {
  const region = document.getElementById("warning");
  if (!region) return;
  const heard = () => sessionStorage.getItem("heard") ?? "";
  const note = () => sessionStorage.setItem("heard", heard() + region.textContent + "|");
  new MutationObserver(note).observe(region, {characterData: true, childList: true, subtree: true});
});
"""


@pytest.fixture
def recorded(page):
    page.add_init_script(RECORD)


def heard(page):
    return [plain(text) for text in (page.evaluate("sessionStorage.getItem('heard')") or "").split("|")[:-1]]


def expect_left(sitting, seconds, *, within=4):
    eventually(lambda: abs(sitting.seconds_left() - seconds) <= within)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_time_left_is_the_servers_whatever_this_computers_clock_says(page, sitting, hours):
    page.clock.install(time=timezone.now() + timedelta(hours=hours))
    sitting.leave(minutes=30)

    page.reload()

    expect_left(sitting, 30 * 60)
    page.clock.run_for(10_000)
    expect_left(sitting, 30 * 60 - 10)
    sitting.option(1).check()
    sitting.expect_saved(1)


@pytest.mark.browser_context_args(timezone_id="Asia/Vladivostok")
def test_times_are_moscows_in_another_time_zone(page, sitting):
    deadline = timezone.localtime(sitting.attempt.deadline)

    sitting.option(1).check()

    sitting.expect_saved(1)
    expect(page.locator(".due b")).to_have_text(f"{deadline:%H:%M:%S}")
    expect_left(sitting, 3600)


def test_clock_set_during_the_attempt_changes_nothing(page, sitting):
    page.clock.install()
    page.reload()

    with page.expect_response(re.compile("/clock/")):
        page.clock.set_system_time(timezone.now() + timedelta(hours=1))

    expect_left(sitting, 3600, within=10)


def test_after_a_sleep_the_server_is_asked_until_it_answers(page, sitting):
    page.clock.install()
    page.reload()
    page.route("**/clock/", lambda route: route.abort())
    sitting.let_pass(timedelta(minutes=20))
    page.clock.set_system_time(timezone.now() + timedelta(minutes=20))
    page.clock.run_for(3000)
    expect_left(sitting, 3600, within=10)

    page.unroute("**/clock/")
    page.clock.run_for(3000)

    expect_left(sitting, 40 * 60, within=10)


def test_a_save_brings_the_servers_time(sitting):
    sitting.let_pass(timedelta(minutes=20))

    sitting.option(1).check()

    sitting.expect_saved(1)
    expect_left(sitting, 40 * 60)


def test_hidden_clock_stays_hidden_and_comes_back_at_five_minutes(page, sitting):
    page.clock.install()
    sitting.leave(minutes=5, seconds=20)  # sooner than the server is asked, whose clock nobody moves on
    page.reload()
    expect(sitting.timer).to_be_visible()
    page.locator(".clock summary").click()
    expect(sitting.timer).to_be_hidden()
    page.reload()
    expect(sitting.timer).to_be_hidden()

    page.clock.run_for(21_000)

    expect(sitting.timer).to_be_visible()
    expect(page.locator("#panel details")).to_have_class(re.compile("is-warn"))


def test_clock_hidden_in_the_last_minutes_is_left_so(page, sitting):
    page.clock.install()
    sitting.leave(minutes=4)
    page.reload()
    page.locator(".clock summary").click()

    page.reload()
    page.clock.run_for(5000)

    expect(sitting.timer).to_be_hidden()


def test_each_warning_is_said_once(page, recorded, sitting):
    page.clock.install()
    sitting.leave(minutes=15, seconds=10)
    page.reload()
    assert heard(page) == []

    page.clock.run_for(MINUTE // 2)
    first = heard(page)
    page.reload()
    page.clock.run_for(13 * MINUTE)
    page.reload()

    quarter = words("A quarter of the time is left: {left}").replace("{left}", "15:00")
    assert first == [quarter]
    # The reload asked the server, for whom hardly any time has passed.
    assert heard(page) == [quarter, words("Five minutes are left")]


def test_last_minute_is_said(page, recorded, sitting):
    page.clock.install()
    sitting.leave(minutes=1, seconds=5)
    page.reload()
    page.clock.run_for(1000)
    assert heard(page) == [words("Five minutes are left")]

    page.clock.run_for(20_000)

    assert heard(page) == [words("Five minutes are left"), words("One minute is left")]


def test_ticking_is_not_announced(page, sitting):
    """The role's own aria-live is off; nothing around it may turn it on."""
    around = sitting.timer.evaluate(
        "(e) => e.closest('[aria-live],[role=status],[role=alert],[role=log]')?.outerHTML ?? null"
    )
    assert around is None
    assert page.locator("#warning").get_attribute("role") == "status"


def test_at_zero_the_page_saves_what_waits_and_shows_the_result(page, sitting):
    here = sitting.position
    sitting.option(1).check()
    sitting.expect_saved(1)
    sitting.leave(seconds=3)
    page.reload()
    eventually(lambda: sitting.seconds_left() == 0)

    sitting.option(2).check()

    sitting.expect_result()
    sitting.attempt.refresh_from_db()
    assert (sitting.attempt.state, sitting.attempt.finished_at) == (
        AttemptState.EXPIRED,
        sitting.attempt.deadline,
    )
    assert sitting.stored(here) == [2]
    expect(page.locator("main")).to_contain_text(words("time ran out"))


def test_at_zero_on_the_review_page_the_attempt_ends(page, sitting):
    sitting.leave(seconds=2)

    page.goto(f"/attempts/{sitting.attempt.pk}/review/")

    sitting.expect_result()


def test_at_zero_without_a_network_the_page_waits_for_it(page, context, sitting):
    page.clock.install()
    here = sitting.position
    sitting.leave(seconds=5)
    page.reload()
    context.set_offline(True)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    page.clock.run_for(15_000)
    sitting.expect_question(here)
    expect(sitting.option(1)).to_be_checked()

    context.set_offline(False)
    page.clock.run_for(12_000)

    sitting.expect_result()
    assert sitting.stored(here) == [1]
