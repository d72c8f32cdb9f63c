import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import attempts
from tests.browser.sitting import OFFLINE, SAVES, Sitting, eventually, is_save, stop_saves
from tests.pages import plain, words

# Everything that the line about the answer ever says, in its order.
RECORD = """
addEventListener("DOMContentLoaded", () => {
  const line = document.querySelector("#saved b");
  window.said = [];
  const note = () => window.said.push(line.textContent);
  new MutationObserver(note).observe(line, {characterData: true, childList: true, subtree: true});
});
"""


@pytest.fixture
def recorded(page):
    page.add_init_script(RECORD)


def said(page):
    return [plain(text) for text in page.evaluate("said")]


def hold(page):
    """Requests of saves wait in the list until a test lets them go; the rest goes on."""
    held = []
    page.route(SAVES, lambda route: held.append(route) if is_save(route.request) else route.continue_())
    return held


def until_held(page, held, count=1):
    eventually(lambda: page.wait_for_timeout(10) or len(held) == count)


def test_change_is_saved_within_a_second_in_the_servers_words(sitting):
    sitting.option(1).check()

    expect(sitting.saved).to_have_text(re.compile(r"\d\d:\d\d:\d\d$"), timeout=1000)
    assert sitting.stored() == [1]
    assert plain(sitting.saved.text_content()) == sitting.saved_words()
    expect(sitting.cells.nth(sitting.position - 1)).to_have_class("done")
    expect(sitting.page.locator("[data-count=answered]")).to_have_text("1")
    expect(sitting.page.locator("[data-count=unanswered]")).to_have_text("4")


def test_saved_is_said_only_after_the_servers_answer(page, recorded, sitting):
    held = hold(page)
    sitting.option(1).check()
    until_held(page, held)
    assert said(page) == [words("Saving…")]

    held[0].continue_()

    sitting.expect_saved(1)


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(lambda route: route.abort(), id="dropped"),
        pytest.param(lambda route: route.fulfill(status=500, body="<h1>500</h1>"), id="broken"),
        pytest.param(
            lambda route: route.fulfill(status=503, json={"reason": "busy", "sentence": "", "value": None}),
            id="busy",
        ),
        pytest.param(
            lambda route: route.fulfill(status=200, body='{"value": [1], "saved_at": "20'), id="cut short"
        ),
    ],
)
def test_failed_save_is_said_and_made_up_for(page, recorded, sitting, fail):
    page.route(SAVES, fail)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    assert said(page) == [words("Saving…"), words(OFFLINE)]
    assert sitting.stored() == []

    page.unroute(SAVES)

    sitting.expect_saved(1)


def test_save_without_any_response_is_sent_again(page, sitting):
    page.clock.install()
    page.reload()
    held = hold(page)
    sitting.option(1).check()
    until_held(page, held)

    page.clock.fast_forward("00:11")
    expect(sitting.saved).to_have_text(words(OFFLINE))
    until_held(page, held, 2)
    held[1].continue_()

    sitting.expect_saved(1)


def test_answer_given_offline_is_saved_when_the_network_is_back(page, context, recorded, sitting):
    context.set_offline(True)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    sitting.option(2).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    assert sitting.stored() == []
    assert set(said(page)) == {words("Saving…"), words(OFFLINE)}

    context.set_offline(False)

    sitting.expect_saved(2)


def test_sheet_followed_while_saves_fail_takes_the_answer_along(page, sitting):
    """Pages may come while saves do not: the answer waits in the browser, whatever is shown."""
    here = sitting.position
    there = here % 5 + 1
    let_saves_go = stop_saves(page)
    sitting.option(1).check()
    sitting.cells.nth(there - 1).click()
    sitting.expect_question(there)
    expect(sitting.saved).to_have_text(words(OFFLINE))
    expect(sitting.cells.nth(here - 1)).to_have_class("wait")

    let_saves_go()

    expect(sitting.cells.nth(here - 1)).to_have_class("done")
    expect(sitting.saved).to_have_text(words("No answer yet"))
    assert sitting.stored(here) == [1]


def test_sheet_followed_offline_says_so(page, context, sitting):
    here = sitting.position
    context.set_offline(True)
    sitting.cells.nth(here % 5).click()
    expect(sitting.saved).to_have_text(
        words("No connection: the page opens when it is back, the answers are kept")
    )

    context.set_offline(False)

    expect(sitting.saved).to_have_text(words("No answer yet"))
    sitting.expect_question(here)


def test_arrow_keys_through_the_options_send_one_save(page, sitting):
    saves = []
    page.on("request", lambda request: saves.append(request.url) if is_save(request) else None)
    sitting.option(0).focus()

    for _ in range(3):
        page.keyboard.press("ArrowDown", delay=30)

    sitting.expect_saved(3)
    assert len(saves) == 1


def test_older_echo_says_nothing_of_the_newer_answer(page, recorded, sitting):
    held = hold(page)
    sitting.option(1).check()
    until_held(page, held)
    sitting.option(2).check()

    held[0].continue_()
    until_held(page, held, 2)
    assert said(page) == [words("Saving…")]
    held[1].continue_()

    sitting.expect_saved(2)


def test_change_followed_at_once_by_the_sheet_is_not_lost(page, sitting):
    here, there = sitting.position, sitting.position % 5 + 1
    sitting.option(1).check()

    sitting.cells.nth(there - 1).click()

    sitting.expect_question(there)
    assert sitting.stored(here) == [1]
    expect(sitting.cells.nth(here - 1)).to_have_class("done")


def test_change_followed_at_once_by_the_review_is_not_lost(page, sitting):
    here = sitting.position
    sitting.option(1).check()

    page.get_by_role("link", name="завершить").click()

    sitting.expect_review()
    assert sitting.stored(here) == [1]
    expect(page.locator("#unanswered .chips li")).to_have_count(4)


@pytest.mark.parametrize("leave", ["close", "reload", "elsewhere"])
def test_change_followed_at_once_by_leaving_is_not_lost(page, sitting, leave):
    here = sitting.position
    sitting.option(1).check()

    if leave == "close":
        page.close(run_before_unload=True)
    elif leave == "reload":
        page.reload()
    else:
        page.goto("about:blank")

    eventually(lambda: sitting.stored(here) == [1])


def test_change_made_during_a_save_and_then_left_is_not_lost(page, sitting):
    here = sitting.position
    held = hold(page)
    sitting.option(1).check()
    until_held(page, held)
    sitting.option(2).check()

    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    until_held(page, held, 2)
    held[1].continue_()
    eventually(lambda: sitting.stored(here) == [2])
    held[0].continue_()

    sitting.expect_saved(2)


def test_answer_given_while_next_is_under_way_is_not_lost(page, sitting):
    here = sitting.position
    sitting.open(here)
    held = hold(page)
    sitting.option(1).check()
    page.get_by_role("button", name=re.compile("Далее|Назад")).first.click()
    until_held(page, held)
    sitting.option(2).check()

    held[0].continue_()
    until_held(page, held, 2)
    held[1].continue_()

    eventually(lambda: sitting.stored(here) == [2])


def test_reload_and_another_device_show_answer_flag_and_strike(page, sitting, new_context, sign_in):
    sitting.strike(3).click()
    expect(sitting.strike(3)).to_have_attribute("aria-pressed", "true")
    sitting.button("flag").click()
    expect(sitting.button("flag")).to_have_attribute("aria-pressed", "true")
    sitting.option(1).check()
    sitting.expect_saved(1)
    other = new_context()
    sign_in(other, sitting.attempt.candidate)
    there = Sitting(other.new_page(), sitting.attempt)

    there.open(sitting.position)
    page.reload()

    for shown in (sitting, there):
        expect(shown.option(1)).to_be_checked()
        expect(shown.saved).to_have_text(sitting.saved_words())
        expect(shown.button("flag")).to_have_attribute("aria-pressed", "true")
        expect(shown.strike(3)).to_have_attribute("aria-pressed", "true")
        expect(shown.cells.nth(sitting.position - 1)).to_have_class("done flag")


@pytest.mark.parametrize("control", ["flag", "strike"])
def test_toggle_keeps_focus_and_answer_and_tells_its_state(sitting, control):
    sitting.option(1).check()
    button = sitting.button("flag") if control == "flag" else sitting.strike(0)

    for state in ("true", "false"):
        button.click()
        expect(button).to_have_attribute("aria-pressed", state)
        expect(button).to_be_focused()
        response = sitting.response()
        stored = response.flagged if control == "flag" else response.shown_struck == [0]
        assert stored is (state == "true")

    expect(sitting.option(1)).to_be_checked()
    assert sitting.stored() == [1]


def test_struck_option_can_be_chosen(sitting):
    sitting.strike(2).click()
    expect(sitting.strike(2)).to_have_attribute("aria-pressed", "true")

    sitting.option(2).check()

    sitting.expect_saved(2)
    assert sitting.response().shown_struck == [2]


def test_answer_can_be_cleared(sitting):
    sitting.option(1).check()
    sitting.expect_saved(1)

    sitting.button("clear").click()

    expect(sitting.option(1)).not_to_be_checked()
    expect(sitting.button("clear")).to_be_focused()
    expect(sitting.cells.nth(sitting.position - 1)).not_to_have_class("done")
    assert sitting.stored() == []


def test_save_after_the_session_is_gone_asks_to_sign_in_and_comes_back(page, sitting):
    Session.objects.all().delete()

    sitting.option(1).check()

    expect(page.locator("form:has([name=password]) [name=next]")).to_have_value(
        sitting.url(sitting.position_of("single"))
    )


def test_save_after_the_end_leads_to_the_result(sitting):
    attempts.submit(sitting.attempt.pk, by=sitting.attempt.candidate_id, now=timezone.now())

    sitting.option(1).check()

    sitting.expect_result()
    assert sitting.stored(sitting.position_of("single")) == []


@pytest.fixture
def late_script(page, sitting):
    """The first question before its script has come; what is called lets it come."""
    held = []
    page.route("**/exam*.js", lambda route: held.append(route))
    page.goto(sitting.url(1), wait_until="commit")

    def come():
        until_held(page, held)
        held[0].continue_()

    return come


def test_answer_given_before_the_script_has_come_is_not_lost(page, sitting, late_script):
    """On a slow line the form is there first; the script sends what it finds chosen."""
    sitting.option(0).check()
    late_script()

    page.get_by_role("button", name="Далее").click()

    sitting.expect_question(2)
    assert sitting.stored(1) == [0]


def test_note_written_before_the_script_has_come_is_not_lost(page, sitting, late_script):
    page.locator(".remark summary").click()
    page.locator("[name=note]").fill("Опечатка")
    late_script()

    eventually(lambda: sitting.response(1).note == "Опечатка")
    assert sitting.stored(1) == []


def test_question_that_nobody_has_touched_is_not_sent(page, sitting):
    sitting.choose(1)
    sitting.expect_saved(1)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if is_save(request) else None)

    sitting.open(sitting.position)

    sitting.expect_saved(1)
    page.wait_for_load_state("networkidle")
    assert sent == []
    assert sitting.response().revision == 1
