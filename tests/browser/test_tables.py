"""Tables of what people wrote: one long word must not leave the others a letter a line."""

import pytest
from django.utils import timezone

from tests.browser.test_layout import OUTSIDE
from tests.certified import certified
from tests.factories import ManagerFactory, PartnerFactory, UserFactory, bank_with_exam, finished

ENDLESS = "Ж" * 200
COMPANIES = ("Берёзева 10", "ООО «Технологии продаж и внедрения»", ENDLESS)

# Words that do not stand on one line.
BROKEN = """
() => {
  const found = new Set(), range = document.createRange();
  for (const cell of document.querySelectorAll("tbody :is(th, td)")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
      for (const word of text.data.matchAll(/[^\\s—-]+/gu)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
        if (lines.size > 1) found.add(word[0]);
      }
    }
  }
  return [...found];
}
"""


@pytest.fixture
def manager():
    """Of companies with results, and with certificates that end soon."""
    manager, now = ManagerFactory(name="Марина Берёзева"), timezone.now()
    exam = bank_with_exam(title="Тест 1 — основы продукта + договор", gives_certificate=False)
    for name in COMPANIES:
        partner = PartnerFactory(name=name, manager=manager)
        finished(UserFactory(name=f"Анна {name}"[:200], partner=partner), exam, now=now)
        for days in (30, 40, 50):
            certified(UserFactory(partner=partner), days=days, issued=now)
    return manager


@pytest.mark.parametrize("address", ["/manage/partners/", "/manage/attempts/", "/manage/certificates/"])
def test_ordinary_words_stay_whole_beside_an_endless_one(page, context, sign_in, manager, address):
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(context, manager)

    page.goto(address)

    broken = page.evaluate(BROKEN)
    assert broken
    assert [word for word in broken if ENDLESS[:190] not in word] == []
    assert page.evaluate(OUTSIDE) == []
