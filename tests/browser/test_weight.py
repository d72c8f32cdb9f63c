import io
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from certification.models import Exam
from tests.browser.sitting import Sitting
from tests.factories import started


@pytest.fixture
def traffic(page):
    """Bytes of each response as they came, headers included."""
    sizes = []
    browser = page.context.new_cdp_session(page)
    browser.send("Network.enable")
    browser.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def test_first_question_and_each_further_one_are_light(page, traffic, signed_in, person, live_server):
    """The live server sends its files uncompressed; a real one sends less than half of the first number."""
    call_command("seed", stdout=io.StringIO())
    sitting = Sitting(page, started(person, Exam.objects.get(slug="test-1"), now=timezone.now()))
    sitting.open(1)
    page.wait_for_load_state("networkidle")
    first = sum(traffic)
    traffic.clear()

    for position in (1, 2, 3):
        sitting.choose(0)
        sitting.expect_saved(0, position=position)
        sitting.forward()
    page.wait_for_load_state("networkidle")

    assert 20_000 < first <= 150_000
    assert 3 * 1_000 < sum(traffic) <= 3 * 10_000


def test_tap_is_answered_before_the_network_does(page, sitting):
    """Within 100 ms; the quickest of three taps, since the tests' own machine may be busy."""
    page.route(re.compile(r"/questions/\d+/$"), lambda route: None)
    page.evaluate(
        """window.took = [];
        addEventListener("pointerup", () => (window.began = performance.now()), {capture: true});
        document.addEventListener("change", () => requestAnimationFrame(() => requestAnimationFrame(() => {
          took.push(performance.now() - began);
          window.filled = getComputedStyle(document.querySelector("[name=choice]:checked")).backgroundColor;
        })));"""
    )

    for index in (1, 2, 3):
        page.locator(".option label").nth(index).click()
        page.wait_for_function("(count) => took.length === count", arg=index)
        expect(sitting.option(index)).to_be_checked()

    pen = page.locator(".btn.main").evaluate("(button) => getComputedStyle(button).backgroundColor")
    assert page.evaluate("filled") == pen
    assert min(page.evaluate("took")) < 100
