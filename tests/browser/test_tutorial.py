"""The tutorial by the exam's script: what only a page that begins anew, or that lost its run, can meet."""

import re

from playwright.sync_api import expect

from tests.pages import words


def begin(page):
    page.goto("/tutorial/")
    page.get_by_role("button", name=words("Begin the tutorial")).click()
    expect(page).to_have_url(re.compile("/tutorial/questions/1/$"))
    page.wait_for_load_state()


def let_pass(page, *, seconds):
    for _half_minute in range(seconds // 30):
        page.clock.fast_forward(30_000)
    page.clock.run_for(1_000)


def test_second_run_warns_of_its_end_as_the_first_did(page, signed_in):
    page.clock.install()
    page.route(
        "**/tutorial/clock/*", lambda route: route.abort()
    )  # the server's clock stands still meanwhile
    five = words("Five minutes are left")

    for _run in range(2):
        begin(page)
        expect(page.locator("#warning")).to_have_text("")
        let_pass(page, seconds=330)
        expect(page.locator("#warning")).to_have_text(five)
        page.goto("/tutorial/review/")
        page.get_by_role("button", name="Завершить").click()
        expect(page).to_have_url(re.compile("/tutorial/finish/$"))


def test_page_whose_run_is_gone_does_not_ask_for_ever(page, signed_in, person, sign_in):
    """Signed out and in again elsewhere in the same browser: the session is another one."""
    page.clock.install()
    begin(page)
    sign_in(page.context, person)

    let_pass(page, seconds=630)

    expect(page).to_have_url(re.compile("/tutorial/$"), timeout=8000)
