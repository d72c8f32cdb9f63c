"""One attempt in two windows of a browser, and on two devices: both show what is stored."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import answers
from certification.actions.answers import Answer
from certification.models import AnswerLog
from tests.browser.sitting import OFFLINE, Sitting, eventually
from tests.pages import words

pytestmark = pytest.mark.django_db(transaction=True)


def write_elsewhere(sitting, *chosen, position=None):
    """Another device answers."""
    said = Answer(chosen=chosen, client="elsewhere", seq=1)
    position = position or sitting.position
    candidate = sitting.attempt.candidate_id
    answers.save_answer(sitting.attempt.pk, position, said, by=candidate, now=timezone.now())


@pytest.fixture
def second(page, context, sitting):
    """The same question in another window of the browser."""
    other = Sitting(context.new_page(), sitting.attempt)
    other.open(sitting.position)
    return other


def clash_with(context, sitting, *, stored=2, mine=1):
    """Answer without a network what another device answers meanwhile."""
    context.set_offline(True)
    sitting.option(mine).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    write_elsewhere(sitting, stored)
    context.set_offline(False)
    expect(sitting.page.get_by_role("alert")).to_be_visible()


def test_second_window_says_that_another_is_open_as_long_as_it_is(page, sitting, second):
    heading = words("The attempt is open in another window too")
    note = second.page.locator("#elsewhere")
    expect(note).to_contain_text(heading)
    expect(note).to_have_attribute("role", "status")
    expect(page.locator("#elsewhere .note")).to_be_hidden()

    page.close()

    expect(second.page.locator("#elsewhere .note")).to_be_hidden()


def test_answer_in_one_window_is_shown_in_the_other(sitting, second):
    sitting.option(1).check()
    sitting.expect_saved(1)

    expect(second.option(1)).to_be_checked()
    expect(second.saved).to_have_text(sitting.saved_words())
    expect(second.cells.nth(sitting.position - 1)).to_have_class("done")
    expect(second.page.locator("#elsewhere")).to_contain_text(
        words("This answer was changed in another window or on another device: what is stored is shown.")
    )

    second.option(2).check()

    second.expect_saved(2)
    expect(sitting.option(2)).to_be_checked()
    assert sitting.response().revision == 2


def test_answer_to_another_question_is_marked_on_the_sheet_of_the_other_window(sitting, second):
    here = sitting.position
    there = here % 5 + 1
    second.open(there)

    second.option(0).check()

    second.expect_saved(0, position=there)
    expect(sitting.cells.nth(there - 1)).to_have_class("done")
    expect(sitting.option(0)).not_to_be_checked()


def test_later_answer_of_two_devices_wins_and_both_show_it(page, sitting, new_context, sign_in):
    """The other device hears of it by its poll, at once when it is looked at again."""
    device = new_context()
    sign_in(device, sitting.attempt.candidate)
    other = Sitting(device.new_page(), sitting.attempt)
    other.open(sitting.position)
    sitting.option(1).check()
    sitting.expect_saved(1)
    expect(other.option(1)).not_to_be_checked()

    other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(other.option(1)).to_be_checked()
    expect(other.page.locator("#elsewhere .note")).to_be_visible()
    expect(other.page.locator("#elsewhere [data-open]").first).to_be_hidden()
    other.option(3).check()
    other.expect_saved(3)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(sitting.option(3)).to_be_checked()


def test_conflict_shows_both_answers_and_stores_neither_by_itself(context, sitting):
    clash_with(context, sitting)

    note = sitting.page.get_by_role("alert")
    expect(note.locator("[data-stored]")).to_have_text("В")
    expect(note.locator("[data-mine]")).to_have_text("Б")
    expect(sitting.saved).to_have_text(words("Not stored yet: choose one of the two answers"))
    expect(sitting.cells.nth(sitting.position - 1)).to_have_class(re.compile("clash"))
    assert sitting.stored() == [2]


def test_conflict_is_decided_for_what_is_stored(context, sitting):
    clash_with(context, sitting)

    sitting.page.get_by_role("button", name=words("Keep the stored one")).click()

    expect(sitting.page.get_by_role("alert")).to_have_count(0)
    expect(sitting.option(2)).to_be_checked()
    expect(sitting.saved).to_have_text(sitting.saved_words())
    assert (sitting.stored(), sitting.response().revision) == ([2], 1)
    expect(sitting.page.locator("h1")).to_be_focused()


def test_conflict_is_decided_for_this_page(context, sitting):
    clash_with(context, sitting)

    sitting.page.get_by_role("button", name=words("Store mine")).click()

    sitting.expect_saved(1)
    expect(sitting.page.get_by_role("alert")).to_have_count(0)
    assert sitting.response().revision == 2


def test_conflict_outlives_a_reload_and_is_told_on_other_questions(context, sitting):
    clash_with(context, sitting)
    here = sitting.position
    there = here % 5 + 1

    sitting.page.reload()
    expect(sitting.page.get_by_role("alert")).to_be_visible()
    sitting.cells.nth(there - 1).click()
    sitting.expect_question(there)

    told = words("Question {position} has two answers: choose one").replace("{position}", str(here))
    expect(sitting.saved).to_have_text(told)
    sitting.saved.get_by_role("link").click()
    sitting.expect_question(here)
    expect(sitting.page.get_by_role("alert")).to_be_visible()


def test_same_answer_on_both_devices_is_no_conflict(context, sitting):
    context.set_offline(True)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    write_elsewhere(sitting, 1)
    context.set_offline(False)

    expect(sitting.saved).to_have_text(re.compile(r"\d\d:\d\d:\d\d$"))
    expect(sitting.page.get_by_role("alert")).to_have_count(0)
    eventually(lambda: AnswerLog.objects.count() == 1)
