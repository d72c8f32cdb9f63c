"""Answers given without a network: kept in the browser, sent when it is back, gone when they have arrived."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import attempts
from certification.models import AnswerLog
from tests.browser.sitting import OFFLINE, PASSWORD, SAVES, eventually, is_save, stop_saves
from tests.pages import words

MINUTE = 60_000  # ms
MISSING = "No connection: the page opens when it is back, the answers are kept"


def waiting(count):
    return words("No connection: answers are kept on this page, trying again. Waiting: {count}").replace(
        "{count}", str(count)
    )


def kept(page, attempt):
    """What lies in the browser for this attempt: position, client and number of each entry."""
    text = page.evaluate("(key) => localStorage.getItem(key)", f"unsent /attempts/{attempt.pk}/")
    entries = json.loads(text)["entries"] if text else []
    return [(entry["position"], entry["client"], entry["seq"]) for entry in entries]


def log(attempt):
    """Every answer that was stored: position, client and number, in the order of arrival."""
    rows = AnswerLog.objects.filter(response__attempt=attempt).order_by("id")
    return list(rows.values_list("response__position", "client", "seq"))


def walk_to(sitting, position):
    """From the first question to this one, each answered with its first option."""
    sitting.open(1)
    for here in range(1, position + 1):
        sitting.choose(0)
        sitting.expect_saved(0, position=here)
        if here < position:
            sitting.forward()


def change(sitting, position):
    """Choose the second option, beside the first where several may be chosen."""
    sitting.choose(1)
    return [1] if sitting.response(position).question.kind == "single" else [0, 1]


@pytest.fixture
def saves(page):
    """The positions to which saves went out, in their order, arrived or not."""
    sent = []
    page.on("request", lambda r: sent.append(int(r.url.split("/")[-2])) if is_save(r) else None)
    return sent


def test_five_minutes_without_a_network_lose_nothing(page, context, sitting):
    page.clock.install()
    walk_to(sitting, 3)
    before = len(log(sitting.attempt))
    context.set_offline(True)

    given = {}
    for position in (3, 1, 2):
        sitting.cells.nth(position - 1).click()
        sitting.expect_question(position)
        given[position] = change(sitting, position)
        page.clock.run_for(MINUTE)
    page.clock.run_for(2 * MINUTE)
    expect(sitting.saved).to_have_text(waiting(3))
    assert [sitting.stored(position) for position in (1, 2, 3)] == [[0]] * 3
    entries = kept(page, sitting.attempt)
    context.set_offline(False)
    eventually(lambda: page.clock.run_for(1000) or kept(page, sitting.attempt) == [])

    expect(sitting.saved).to_have_text(re.compile(r"\d\d:\d\d:\d\d$"))
    assert {position: sitting.stored(position) for position in (3, 1, 2)} == given
    assert [position for position, _client, _seq in entries] == [3, 1, 2]
    assert log(sitting.attempt)[before:] == entries
    assert kept(page, sitting.attempt) == []
    expect(page.locator(".sheet .wait")).to_have_count(0)


def test_waiting_answers_are_marked_on_the_sheet_in_shape_and_words(page, context, sitting):
    walk_to(sitting, 2)
    context.set_offline(True)

    change(sitting, 2)

    cell = sitting.cells.nth(1)
    expect(cell).to_have_class(re.compile("wait"))
    expect(cell).to_contain_text(words("waits for the connection"))
    expect(page.locator(".sheet .wait")).to_have_count(1)
    expect(page.locator(".key .wait")).to_be_visible()


def test_queue_survives_a_reload_and_goes_out_as_it_was_given(page, context, sitting):
    """From any page of the attempt, with the number it had: a retry of what has arrived changes nothing."""
    walk_to(sitting, 2)
    context.set_offline(True)
    given = change(sitting, 2)
    expect(sitting.saved).to_have_text(words(OFFLINE))
    entries = kept(page, sitting.attempt)
    let_saves_go = stop_saves(page)
    context.set_offline(False)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert [i for i in range(4) if sitting.option(i).is_checked()] == given
    expect(sitting.saved).to_have_text(words(OFFLINE))
    expect(sitting.cells.nth(1)).to_have_class(re.compile("wait"))
    assert kept(page, sitting.attempt) == entries
    let_saves_go()

    sitting.expect_saved(*given, position=2)
    assert log(sitting.attempt)[2:] == entries
    assert kept(page, sitting.attempt) == []


def test_answer_kept_from_a_former_page_is_said_to_be_kept(page, sitting, context):
    context.set_offline(True)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    held = []
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(SAVES, lambda route: held.append(route) if is_save(route.request) else route.continue_())
    context.set_offline(False)

    page.reload()

    expect(sitting.saved).to_have_text(words("Kept on this page"))
    expect(page.locator("#saved")).to_have_class("saved is-warn")
    eventually(lambda: page.wait_for_timeout(10) or held)
    held[-1].continue_()
    sitting.expect_saved(1)


def test_answer_that_arrived_without_an_echo_is_not_stored_twice(page, sitting):
    lost = []

    def lose_the_echo(route):
        if not is_save(route.request) or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route(SAVES, lose_the_echo)
    sitting.option(1).check()

    expect(sitting.saved).to_have_text(re.compile(r"\d\d:\d\d:\d\d$"))
    sitting.expect_saved(1)
    expect(page.locator("#elsewhere .note")).to_be_hidden()
    assert lost == [200]
    assert len(log(sitting.attempt)) == 1
    assert kept(page, sitting.attempt) == []


def test_review_page_sends_what_waits_and_counts_anew(page, sitting):
    let_saves_go = stop_saves(page)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    page.get_by_role("link", name=words("Check and finish")).click()
    sitting.expect_review()
    expect(page.locator("#unanswered .chips li")).to_have_count(5)
    expect(page.locator(".sheet .wait")).to_have_count(1)

    let_saves_go()

    expect(page.locator("#unanswered .chips li")).to_have_count(4)
    expect(page.locator(".sheet .wait")).to_have_count(0)
    assert sitting.stored(sitting.position_of("single")) == [1]


def test_nothing_is_finished_while_an_answer_waits(page, sitting):
    let_saves_go = stop_saves(page)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    page.get_by_role("link", name=words("Check and finish")).click()
    sitting.expect_review()

    expect(page.locator(".sheet .wait")).to_have_count(1)
    failed = []
    # One save may have been on its way already: after two, the one of the button has failed.
    with page.expect_event("requestfailed", lambda lost: failed.append(lost) or len(failed) == 2):
        page.get_by_role("button", name="Завершить").click()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    sitting.expect_review()
    sitting.attempt.refresh_from_db()
    assert sitting.attempt.is_open
    let_saves_go()
    # The more saves have failed, the longer the next one is put off.
    expect(page.locator("#unanswered .chips li")).to_have_count(4, timeout=30_000)
    page.get_by_role("button", name="Завершить").click()

    sitting.expect_result()
    assert sitting.stored(sitting.position_of("single")) == [1]


def test_next_goes_on_offline_where_the_question_is_here_already(page, context, sitting):
    walk_to(sitting, 2)
    sitting.cells.nth(0).click()
    sitting.expect_question(1)
    context.set_offline(True)
    given = change(sitting, 1)

    sitting.forward()
    sitting.expect_question(2)
    expect(sitting.saved).to_have_text(words(OFFLINE))
    assert sitting.position == 2
    context.set_offline(False)

    eventually(lambda: sitting.stored(1) == given)


def test_next_says_that_a_question_is_not_here(page, context, sitting):
    here = 1
    sitting.open(here)
    context.set_offline(True)
    sitting.choose(1)
    page.get_by_role("button", name="Далее").click()

    expect(sitting.saved).to_have_text(words(MISSING))
    expect(sitting.option(1)).to_be_checked()
    sitting.expect_question(here)
    context.set_offline(False)

    sitting.expect_saved(1, position=here)


def test_back_goes_on_offline_to_a_question_that_is_here(page, context, sitting):
    walk_to(sitting, 2)
    context.set_offline(True)
    given = change(sitting, 2)
    expect(sitting.saved).to_have_text(words(OFFLINE))

    page.go_back()

    sitting.expect_question(1)
    expect(sitting.option(0)).to_be_checked()
    context.set_offline(False)
    eventually(lambda: sitting.stored(2) == given)


def test_leaving_with_unsent_answers_is_asked_about(page, context, sitting):
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.dismiss())

    sitting.option(0).click()
    sitting.expect_saved(0)
    page.evaluate("location.reload()")
    page.wait_for_load_state()
    assert asked == []
    context.set_offline(True)
    sitting.option(1).click()
    expect(sitting.saved).to_have_text(words(OFFLINE))

    page.close(run_before_unload=True)

    eventually(lambda: page.wait_for_timeout(10) or asked == ["beforeunload"])


def test_session_that_expires_costs_no_answer(page, sitting):
    """The page goes to the sign-in by itself, unasked, and comes back to the question with its answer."""
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
    here = sitting.position
    Session.objects.all().delete()
    sitting.option(2).click()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=login]").fill(sitting.attempt.candidate.email)
    page.get_by_role("button", name=words("Sign in", context="button")).click()

    sitting.expect_question(here)
    sitting.expect_saved(2, position=here)
    expect(sitting.option(2)).to_be_checked()
    assert kept(page, sitting.attempt) == []
    assert asked == []


def test_person_deactivated_meanwhile_is_refused_and_the_attempt_kept(page, person, sitting):
    here = sitting.position
    sitting.option(1).check()
    sitting.expect_saved(1)
    person.is_active = False
    person.save(update_fields=["is_active"])

    sitting.option(2).check()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=login]").fill(person.email)
    page.get_by_role("button", name=words("Sign in", context="button")).click()

    expect(page).to_have_url(re.compile("/accounts/(inactive|login)/"))
    sitting.attempt.refresh_from_db()
    assert sitting.attempt.is_open
    assert sitting.stored(here) == [1]


def test_result_page_wipes_the_queue(page, context, sitting):
    other = page.evaluate("localStorage.setItem('unsent /attempts/0/', '1') || localStorage.length")
    context.set_offline(True)
    sitting.option(1).check()
    expect(sitting.saved).to_have_text(words(OFFLINE))
    attempts.submit(sitting.attempt.pk, by=sitting.attempt.candidate_id, now=timezone.now())
    assert len(kept(page, sitting.attempt)) == other == 1

    context.set_offline(False)

    sitting.expect_result()
    assert kept(page, sitting.attempt) == []


def test_queue_of_an_attempt_long_over_is_thrown_away(page, sitting):
    now = timezone.now()
    for pk, deadline in ((900, now - timedelta(hours=25)), (901, now - timedelta(hours=23))):
        left = {"deadline": deadline.isoformat(), "entries": [{"position": 1}]}
        key = f"unsent /attempts/{pk}/"
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(left)])
    page.evaluate("localStorage.setItem('unsent /attempts/902/', 'torn')")

    page.reload()

    expect(sitting.timer).to_be_visible()
    keys = page.evaluate("Object.keys(localStorage)")
    assert keys == ["unsent /attempts/901/"]


def test_answer_that_cannot_be_is_not_sent_for_ever(page, saves, sitting):
    sitting.option(1).evaluate("(input) => (input.value = 9)")

    sitting.option(9).check()

    sentence = words("The question has no such option. Nothing was changed: choose again.")
    expect(sitting.saved).to_have_text(sentence)
    expect(page.locator("#saved")).to_have_class("saved is-bad")
    assert kept(page, sitting.attempt) == []
    assert len(saves) == 1


def test_note_is_saved_while_it_is_typed(page, sitting):
    page.clock.install()
    page.reload()
    page.locator(".remark summary").click()
    note = page.locator("[name=note]")
    note.press_sequentially("Опечатка")
    page.clock.run_for(1100)

    eventually(lambda: sitting.response().note == "Опечатка")
    said = words("Saved at {time}").replace("{time}", r"\d\d:\d\d:\d\d")
    said = said.replace(" ", r"\s")
    expect(page.locator("[data-note]")).to_have_text(re.compile(said))
    assert sitting.stored() == []


def test_note_written_offline_waits_with_the_answer(page, context, sitting):
    context.set_offline(True)
    sitting.choose(2)
    page.locator(".remark summary").click()
    page.locator("[name=note]").fill("Два верных ответа")
    expect(sitting.saved).to_have_text(words(OFFLINE))
    let_saves_go = stop_saves(page)
    context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[name=note]")).to_have_value("Два верных ответа")
    expect(page.locator("[name=note]")).to_be_visible()

    let_saves_go()

    sitting.expect_saved(2)
    assert sitting.response().note == "Два верных ответа"
