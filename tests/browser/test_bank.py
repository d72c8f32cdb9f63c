"""An administrator edits a question while somebody has it before them, and looks at it as they do."""

import re

import pytest
from playwright.sync_api import expect

from certification.models import Question
from tests.browser.test_axe import AXE, COLOURS, RULES, findings
from tests.factories import AdminFactory
from tests.pages import words

NEW_TEXT = "Что делает новая кнопка?"


@pytest.fixture
def asked(attempt, settings):
    settings.TEAM_OF_ONE = True
    return attempt.responses.get(position=1).question


@pytest.fixture
def desk(page, sign_in, live_server):
    sign_in(page.context, AdminFactory(name="Анна Орлова"))
    return page


def address(question, page="change"):
    return f"/admin/certification/question/{question.pk}/{page}/"


def looked_at(page):
    """What axe finds on the parts that are ours, in both schemes."""
    page.evaluate(AXE)
    return findings(page, "light", RULES) + findings(page, "dark", COLOURS)


def test_a_served_question_is_edited_and_its_history_tells(desk, faults, asked, attempt):
    page = desk
    page.goto(address(asked))
    page.locator("#id_text").fill(NEW_TEXT)
    page.locator("#id_excuse").fill("Все кнопки похожи")  # the check warns of those beside it
    page.locator("[name=_save]").first.click()

    expect(page.locator(".messagelist")).to_contain_text(
        words("Version %(version)s is in use. Attempts with the former one keep it.", version=2)
    )
    assert Question.objects.current().get(key=asked.key).text == NEW_TEXT
    assert attempt.responses.get(position=1).question.text == asked.text
    expect(page.locator("#id_text")).to_have_value(NEW_TEXT)
    history = page.context.new_page()
    history.goto(address(asked, "history"))
    expect(history.locator("ins").first).to_contain_text("новая")
    assert faults == []
    assert (looked_at(page), looked_at(history)) == ([], [])


def test_whoever_leaves_a_changed_question_is_asked_first(desk, faults, asked):
    page = desk
    asks = []

    def stay(dialog):
        asks.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    save = page.locator("[name=_save]").first
    retire = page.get_by_role("button", name=words("Retire"))
    for unchanged in ("/admin/certification/question/add/", address(asked)):
        page.goto(unchanged)
        page.locator("#id_text").click()
        page.locator("#id_text").press("End")
        page.locator(".breadcrumbs a").first.click()
        expect(page).to_have_url(re.compile("/admin/$"))
    assert asks == []

    page.goto(address(asked))
    page.locator("#id_text").press_sequentially("Новое ")
    page.locator("#id_explanation").fill("")
    with page.expect_popup():
        page.get_by_role("button", name=words("Preview in a new tab")).first.click()
    with page.expect_event("dialog"):
        retire.click(no_wait_after=True)
    save.click()
    expect(page.locator(".errornote")).to_be_visible()  # it wants an explanation, and nothing is saved yet
    with page.expect_event("dialog"):
        page.locator(".breadcrumbs a").first.click(no_wait_after=True)
    assert asks == ["beforeunload", "beforeunload"]

    page.locator("#id_explanation").fill("Так устроена кнопка.")
    page.locator("#id_excuse").fill("Все кнопки похожи")
    save.click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert (len(asks), faults) == (2, [])
    assert "Новое " in Question.objects.current().get(key=asked.key).text


def test_what_is_not_saved_is_previewed_as_a_candidate_has_it(desk, faults, asked):
    page = desk
    page.goto(address(asked))
    page.locator("#id_text").fill(NEW_TEXT)
    with page.expect_popup() as opened:
        page.get_by_role("button", name=words("Preview in a new tab")).first.click()

    shown = opened.value
    papers = []
    for number, width in enumerate((320, 320, None, None)):
        frame = shown.frame_locator("iframe").nth(number)
        expect(frame.locator("legend")).to_have_text(NEW_TEXT)
        expect(frame.locator("[name=choice]")).to_have_count(4)
        body = frame.locator("body")
        papers.append(body.evaluate("(body) => getComputedStyle(body).backgroundColor"))
        assert width is None or body.evaluate("() => document.documentElement.scrollWidth") <= width
    assert papers == ["rgb(253, 253, 251)", "rgb(18, 21, 28)"] * 2
    assert faults == []
    assert looked_at(shown) == []
    assert Question.objects.current().get(key=asked.key).text == asked.text


def test_words_stay_within_their_buttons_on_a_phone(desk, asked):
    page = desk
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address(asked))

    spills = (
        "(buttons) => buttons.filter((one) => one.scrollHeight > one.clientHeight).map((one) => one.value)"
    )
    buttons = page.locator(".submit-row input")
    assert buttons.count() > 3
    assert buttons.evaluate_all(spills) == []
