"""A list is taken away as a file: the page says that it is being made, and stays where it is."""

import pytest
from playwright.sync_api import expect

from tests.factories import ManagerFactory, UserFactory, started
from tests.pages import words

MAKING = "The file is being made. With very many rows it takes up to a minute."


@pytest.fixture
def results(page, sign_in):
    manager = ManagerFactory()
    started(UserFactory(name="Мария Лебедева"))
    sign_in(page.context, manager)
    page.goto("/manage/attempts/?state=open")
    return page


def test_page_says_that_the_file_is_made_and_when_it_is_there(results):
    told = results.locator("form[data-export] [role=status]")
    said = []

    def slowly(route):
        expect(told).to_have_text(words(MAKING))
        said.append(told.inner_text())
        route.continue_()

    results.route("**/export/**", slowly)
    with results.expect_download() as download:
        results.get_by_role("button", name=words("Take away as CSV")).click()

    assert download.value.suggested_filename.endswith(".csv")
    assert "Мария Лебедева" in download.value.path().read_text(encoding="utf-8-sig")
    expect(told).to_have_text(words("The file is ready."))
    assert results.url.endswith("?state=open")


def test_refusal_is_shown_as_a_page(results):
    results.locator("form[data-export]").evaluate("form => { form.action += '&colour=blue' }")

    results.get_by_role("button", name=words("Take away as XLSX")).click()

    expect(results.get_by_role("heading", level=1)).to_have_text(words("No file was made"))
