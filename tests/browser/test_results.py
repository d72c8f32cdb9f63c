"""The results in a browser: the table follows the filter by itself, and the address with it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import ManagerFactory, UserFactory, bank_with_exam, finished
from tests.pages import words

PEOPLE = {"Анна": 5, "Борис": 1, "Вера": 4}


@pytest.fixture
def results(page, sign_in, base_url):
    """The page of the results, where three people have sat one exam."""
    exam = bank_with_exam()
    for day, (name, right) in enumerate(PEOPLE.items(), start=1):
        finished(UserFactory(name=name), exam, right=right, now=timezone.now() - timedelta(days=day))
    sign_in(page.context, ManagerFactory())
    page.goto(reverse("manage_attempts"))
    return page


def expect_names(page, *names):
    expect(page.locator("#results tbody th a")).to_have_text(list(names))


def test_table_follows_the_filter_and_back_leads_to_what_was(results, faults):
    expect_names(results, "Анна", "Борис", "Вера")
    results.evaluate("window.isStillHere = true")
    outcome = results.locator("#id_outcome")

    outcome.focus()
    outcome.select_option("passed")
    expect_names(results, "Анна", "Вера")
    expect(results).to_have_url(re.compile(r"/manage/attempts/\?outcome=passed$"))
    expect(outcome).to_be_focused()
    results.locator("#sort-name").click()
    expect(results.locator("[aria-sort=ascending] #sort-name")).to_be_visible()
    results.locator("#sort-name").click()
    expect_names(results, "Вера", "Анна")
    expect(results).to_have_url(re.compile(r"outcome=passed&sort=-name$"))
    expect(results.locator("#sort-name")).to_be_focused()
    results.locator("#id_q").fill("анна")
    results.locator("#id_q").press("Enter")
    expect_names(results, "Анна")
    expect(results).to_have_url(re.compile(r"&sort=-name$"))
    assert results.evaluate("window.isStillHere")

    results.go_back()
    expect_names(results, "Вера", "Анна")
    expect(results.locator("#id_q")).to_have_value("")
    expect(results.locator("#id_outcome")).to_have_value("passed")
    assert faults == []


def test_what_cannot_be_asked_is_said_and_a_filter_is_taken_off(results, faults):
    results.locator("#id_since").fill("31.02.2026")
    results.locator("#id_since").press("Enter")
    expect(results.get_by_role("alert")).to_be_visible()
    expect(results.locator("#results tbody")).to_have_count(0)

    results.locator("#id_since").fill("01.02.2026")
    results.locator("#id_since").press("Enter")
    expect_names(results, "Анна", "Борис", "Вера")
    results.locator(".asked a").first.click()
    expect(results).to_have_url(re.compile(r"/manage/attempts/$"))
    expect(results.locator("#id_since")).to_have_value("")
    assert [fault for fault in faults if "422" not in fault] == []


def test_filter_is_saved_and_leads_back(results, faults):
    results.locator("#id_outcome").select_option("failed")
    expect_names(results, "Борис")

    results.locator("summary", has_text=words("Save this filter")).click()
    results.locator("#saved-name").fill("Кто не сдал")
    results.get_by_role("button", name=words("Save the filter")).click()
    results.goto(reverse("manage_attempts"))
    results.get_by_role("link", name="Кто не сдал").click()

    expect_names(results, "Борис")
    expect(results).to_have_url(re.compile(r"\?outcome=failed$"))
    assert faults == []
