import io
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from certification.models import Attempt
from certification.rules.scoring import POINT
from certification.states import AttemptState
from tests.browser.sitting import PASSWORD, Sitting
from tests.pages import plain, words

FLAGGED, STRUCK, CLEARED = 3, 5, 7
WRONG_SECTIONS = (8, 9)


@pytest.fixture
def bank(live_server):
    """The whole bank and its exams, as `make run` makes them."""
    call_command("seed", stdout=io.StringIO())


def button(page, msgid, **kwargs):
    return page.get_by_role("button", name=words(msgid, **kwargs), exact=True)


def begin(page, person):
    """From the sign-in page to the first question of «Тест 1»."""
    page.goto("/")
    page.get_by_label(words("Work e-mail")).fill(person.email)
    page.get_by_label(words("Password"), exact=True).fill(PASSWORD)
    button(page, "Sign in", context="button").click()
    page.locator("a[href='/exams/test-1/']").click()
    expect(page.locator("h1")).to_have_text("Тест 1 — основы продукта + договор")
    facts = [plain(text) for text in page.locator(".facts dd").all_text_contents()]
    assert facts == ["45 из 9 разделов", "60 минут", "36 из 45 (80 %)", "использовано 0 из 3"]
    assert not Attempt.objects.exists()
    page.locator("[name=consent]").check()
    page.locator("[name=pledge]").check()
    button(page, "Start attempt %(number)s", number=1).click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+/questions/1/$"))
    return Sitting(page, Attempt.objects.get())


def plan(sitting):
    """What to choose, by position: right, but for two sections; and how many are right by section."""
    keys = sitting.keys()
    answers, right = {}, dict.fromkeys(range(1, 10), 0)
    for response in sitting.attempt.responses.with_question():
        key, section = keys[response.position], response.question.section.number
        if section in WRONG_SECTIONS:
            answers[response.position] = (next(i for i in range(len(response.order)) if i not in key),)
        else:
            answers[response.position] = key
            right[section] += 1
    return answers, right


def take(page, person):
    """All of «Тест 1», with a use of every control, to the result."""
    sitting = begin(page, person)
    answers, right = plan(sitting)
    for position in range(1, sitting.total + 1):
        sitting.choose(*answers[position])
        if position == FLAGGED:
            sitting.button("flag").click()
            expect(sitting.button("flag")).to_have_attribute("aria-pressed", "true")
        if position == STRUCK:
            sitting.strike(0).click()
            expect(sitting.strike(0)).to_have_attribute("aria-pressed", "true")
        if position == CLEARED:
            sitting.button("clear").click()
            expect(page.locator("[name=choice]:checked")).to_have_count(0)
        sitting.forward()

    assert page.locator("#unanswered .chips a").all_text_contents() == [f"{words('Question')} {CLEARED}"]
    assert page.locator("#flagged .chips a").all_text_contents() == [f"{words('Question')} {FLAGGED}"]
    sitting.cells.nth(CLEARED - 1).click()
    sitting.expect_question(CLEARED)
    sitting.choose(*answers[CLEARED])
    page.get_by_role("button", name="Назад").click()
    sitting.expect_question(CLEARED - 1)
    sitting.cells.nth(STRUCK - 1).click()
    sitting.expect_question(STRUCK)
    expect(sitting.strike(0)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name=words("Check and finish")).click()
    sitting.expect_review()
    expect(page.locator("#unanswered .chips")).to_have_count(0)
    assert {r.position: tuple(r.shown_chosen) for r in sitting.attempt.responses.all()} == answers
    page.get_by_role("button", name="Завершить").click()
    sitting.expect_result()
    check_result(page, sitting.attempt, right)


def check_result(page, attempt, right):
    """The page and the database agree on the score, in all and by section."""
    attempt.refresh_from_db()
    points = sum(right.values())
    assert (attempt.state, attempt.score, attempt.max_score) == (
        AttemptState.SUBMITTED,
        points * POINT,
        45 * POINT,
    )
    assert (points, attempt.passed) == (35, False)
    assert plain(page.locator(".score").text_content()) == "35 из 45"
    by_section = page.locator("tbody tr td:nth-child(2)").all_text_contents()
    assert [plain(text) for text in by_section] == [f"{right[section]} из 5" for section in sorted(right)]


def test_a_partner_takes_test_1(page, faults, person, bank):
    unanswered = []
    page.on("request", lambda request: unanswered.append(request) if request.method == "POST" else None)
    page.on("response", lambda r: unanswered.remove(r.request) if r.request.method == "POST" else None)

    take(page, person)

    assert unanswered == []
    assert faults == []


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_partner_takes_test_1_without_scripts(page, faults, person, bank):
    take(page, person)

    assert faults == []
