"""One request a question, and how long a question was shown."""

import re

import pytest
from playwright.sync_api import expect

from certification.models import AnswerLog
from tests.browser.sitting import eventually

# As the browser says that the page went behind other windows, or came back.
OUT_OF_SIGHT = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def asked(page, sitting):
    """Every request of the page from now on, but for the clock's poll and what a browser keeps."""
    found = []

    def note(request):
        if "/clock/" not in request.url and "/static/" not in request.url:
            found.append((request.method, re.sub(r"^.*/attempts/\d+/", "", request.url)))

    page.on("request", note)
    return found


def test_run_through_the_questions_asks_once_for_each(sitting, asked):
    sitting.open(1)
    del asked[:]

    for position in range(1, 6):
        sitting.choose(0)
        sitting.expect_saved(0, position=position)
        if position < 5:
            sitting.forward()

    assert asked == [("POST", f"questions/{position}/") for position in range(1, 6)]
    assert sitting.position == 5


def test_next_pressed_at_once_after_the_answer_asks_once_as_well(sitting, asked):
    sitting.open(1)
    del asked[:]

    for position in range(1, 5):
        sitting.choose(0)
        sitting.forward()
        eventually(lambda position=position: sitting.stored(position) == [0])

    assert asked == [("POST", f"questions/{position}/") for position in range(1, 5)]


def test_question_that_came_along_is_left_for_another_and_asked_for_anew(sitting, asked):
    sitting.open(1)
    sitting.choose(0)
    sitting.expect_saved(0)
    del asked[:]

    sitting.cells.nth(3).click()
    sitting.expect_question(4)

    assert asked == [("GET", "questions/4/")]


def test_revealed_question_is_reloaded_and_gone_back_from_as_any(page, sitting):
    sitting.open(1)
    sitting.choose(0)
    sitting.expect_saved(0)
    sitting.forward()
    assert "2" in page.title()
    expect(page.locator("h1")).to_be_focused()
    expect(sitting.cells.nth(1)).to_have_attribute("aria-current", "step")

    page.reload()
    sitting.expect_question(2)
    page.go_back()
    sitting.expect_question(1)
    expect(sitting.option(0)).to_be_checked()


def test_time_counts_from_what_was_revealed(page, sitting):
    page.clock.install()
    sitting.open(1)
    page.clock.run_for(20_000)
    sitting.choose(0)
    page.clock.run_for(1_000)
    sitting.expect_saved(0)
    page.clock.run_for(40_000)
    sitting.forward()
    page.clock.run_for(3_000)
    for hidden in (True, False):  # another window, for a while
        page.evaluate(OUT_OF_SIGHT, hidden)
        page.clock.run_for(2_000)
    sitting.choose(0)
    page.clock.run_for(1_000)
    sitting.expect_saved(0)

    first, second = AnswerLog.objects.order_by("id")
    assert 20_000 <= first.shown_ms < 26_000
    assert 7_000 <= second.shown_ms < 13_000
    assert (first.away_times, first.away_ms, second.away_times) == (0, 0, 1)
    assert 2_000 <= second.away_ms < 5_000
