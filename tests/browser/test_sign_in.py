import re

import pytest
from playwright.sync_api import expect

from tests.browser.sitting import PASSWORD
from tests.pages import words


def enter(page, email, password):
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name=words("Sign in", context="button")).click()


def test_password_managers_know_the_fields(page, person):
    page.goto("/accounts/login/")

    assert page.locator("[name=login]").get_attribute("autocomplete") == "username"
    assert page.locator("[name=password]").get_attribute("autocomplete") == "current-password"
    assert page.locator("main input:visible").count() == 2


def test_password_can_be_pasted(page, context, person, base_url):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(person.email)
    page.evaluate("(text) => navigator.clipboard.writeText(text)", PASSWORD)

    page.locator("[name=password]").focus()
    page.keyboard.press("Control+V")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{base_url}/")


def test_wrong_password_is_said_first(page, person):
    enter(page, person.email, "wrong-horse-7")

    expect(page).to_have_title(re.compile(f"^{words('Error:')} "))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading")).to_have_text(words("Check your answers"))
    expect(page.locator("[name=login]")).to_have_value(person.email)


def test_error_summary_of_the_start_page_leads_to_each_field(page, signed_in, exam):
    page.goto(exam.get_absolute_url())
    page.locator("#start").evaluate("(form) => (form.noValidate = true)")
    page.locator("[name=name]").fill("")
    page.get_by_role("button", name=words("Start attempt %(number)s", number=1)).click()

    expect(page).to_have_title(re.compile(f"^{words('Error:')} "))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    for name in ("name", "consent", "pledge"):
        field = page.locator(f"[name={name}]")
        link = summary.locator(f"a[href='#{field.get_attribute('id')}']")
        described = field.get_attribute("aria-describedby").split()[-1]
        assert page.locator(f"#{described}").text_content() == link.text_content()
        expect(field).to_have_attribute("aria-invalid", "true")
        link.click()
        expect(field).to_be_focused()


def may_be_kept(response):
    """This browser keeps no former page in memory; one that does is told not to."""
    is_page = response.request.resource_type == "document"
    return is_page and "no-store" not in response.headers.get("cache-control", "")


@pytest.mark.parametrize("where", ["home", "attempt"])
def test_back_after_signing_out_shows_nothing(page, base_url, person, attempt, where):
    kept = []
    page.on("response", lambda response: kept.append(response) if may_be_kept(response) else None)
    enter(page, person.email, PASSWORD)
    expect(page).to_have_url(f"{base_url}/")
    if where == "attempt":
        page.goto(f"/attempts/{attempt.pk}/questions/1/")
        page.goto("/")
    page.get_by_role("button", name=words("Sign out")).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))

    for _ in range(2 if where == "attempt" else 1):
        page.go_back()

    expect(page.locator("[name=password]")).to_be_visible()
    assert person.name not in page.content()
    assert "legend" not in page.content()
    assert [response.url for response in kept] == []
