"""An administrator imports a document: upload, look, confirm."""

from playwright.sync_api import expect

from certification.models import Question
from tests.browser.test_bank import looked_at
from tests.factories import AdminFactory, QuestionFactory, SectionFactory
from tests.pages import words
from tests.sources import DOCUMENT, NAME


def fine(page, faults):
    """Nobody complains of the page, and axe finds nothing; what it complains of itself is not the page's."""
    assert faults == []
    assert looked_at(page) == []
    faults.clear()


def test_document_is_uploaded_looked_at_and_confirmed(page, context, sign_in, faults):
    sign_in(context, AdminFactory())
    QuestionFactory(section=SectionFactory(number=2), number="2.1", text="Кому сдают товар?")
    page.goto("/admin/certification/question/")
    page.get_by_role("link", name=words("Import questions")).click()

    page.locator("#id_file").set_input_files(
        {"name": NAME, "mimeType": "text/plain", "buffer": DOCUMENT.encode("cp1251")}
    )
    page.get_by_role("button", name=words("Show what would be done")).click()
    expect(page.get_by_text("Смену закрывают каждый вечер.")).to_be_visible()
    assert Question.objects.count() == 1
    fine(page, faults)
    page.locator("#line-29").fill("4.2")
    page.get_by_role("button", name=words("Show the plan with these lines moved")).click()
    expect(page.locator("#line-29")).to_have_value("4.2")
    tick = page.get_by_label(words("change as in the file"))
    expect(tick).not_to_be_checked()
    page.get_by_role("button", name=words("Do this")).click()

    expect(page.get_by_role("link", name="4.2 Кто закрывает смену?")).to_be_visible()
    fine(page, faults)
    assert Question.objects.count() == 9
    assert Question.objects.get(number="2.1").text == "Кому сдают товар?"
    assert Question.objects.get(number="4.2").item.right[1:] == ("Смену закрывают каждый вечер.",)
    assert faults == []
