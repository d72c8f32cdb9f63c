"""What the exam's page must still do where its script does not run. The whole run is in test_exam_run."""

import re

import pytest
from playwright.sync_api import expect

from certification.models import Attempt
from certification.states import AttemptState
from tests.browser.sitting import eventually
from tests.pages import words

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)


def test_enter_in_an_option_saves_it_and_does_nothing_else(page, sitting):
    here = sitting.position
    sitting.option(1).check()

    sitting.option(1).press("Enter")

    eventually(lambda: sitting.stored(here) == [1])
    sitting.expect_question(here)
    assert sitting.response().shown_struck == []


@pytest.mark.parametrize("control", ["flag", "strike"])
def test_toggle_keeps_the_answer_and_tells_its_state(sitting, control):
    sitting.option(1).check()
    button = sitting.button("flag") if control == "flag" else sitting.strike(0)

    for state in ("true", "false"):
        button.click()
        expect(button).to_have_attribute("aria-pressed", state)
        expect(sitting.option(1)).to_be_checked()

    assert sitting.stored() == [1]


def test_clock_can_be_hidden(sitting):
    expect(sitting.timer).to_be_visible()

    sitting.page.locator(".clock summary").click()

    expect(sitting.timer).to_be_hidden()


def test_page_opened_after_the_deadline_leads_to_the_result(page, sitting):
    here = sitting.position
    sitting.option(1).check()
    with page.expect_event("load"):
        sitting.option(1).press("Enter")
    assert sitting.stored(here) == [1]
    sitting.leave(seconds=-1)

    page.reload()
    expect(page.locator("h1")).to_have_text(words("Time is up"))
    page.get_by_role("button").last.click()

    sitting.expect_result()
    sitting.attempt.refresh_from_db()
    assert (sitting.attempt.state, sitting.attempt.finished_at) == (
        AttemptState.EXPIRED,
        sitting.attempt.deadline,
    )
    assert sitting.stored(here) == [1]


def test_answer_after_the_grace_is_told_to_be_too_late(page, sitting):
    here = sitting.position
    sitting.leave(seconds=-11)
    sitting.option(1).check()

    page.get_by_role("button", name="Далее").click()

    expect(page.locator("h1")).to_have_text(words("The attempt has ended"))
    assert sitting.stored(here) == []


def test_tutorial_is_walked_from_its_start_to_its_end(page, signed_in):
    page.goto("/tutorial/")
    page.get_by_role("button", name=words("Begin the tutorial")).click()
    page.locator("[name=choice]").nth(2).check()
    for _ in range(3):
        page.locator("#answer [value=next]").click()
    expect(page).to_have_url(re.compile("/tutorial/review/$"))
    page.locator("main form").get_by_role("button").click()

    expect(page.locator("h1")).to_have_text(words("The tutorial has ended"))
    expect(page.locator("dl dd").first).to_have_text(f"1 {words('of', context='score of maximum')} 3")
    assert Attempt.objects.count() == 0
