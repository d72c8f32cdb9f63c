"""The manager's day in a browser: who sits now is looked up while somebody looks, and many are decided on."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import answers, attempts
from certification.models import Attempt
from certification.states import AttemptState
from tests.factories import ManagerFactory, UserFactory, bank_with_exam, finished, started
from tests.pages import words


@pytest.fixture
def manager(page, sign_in):
    manager = ManagerFactory()
    sign_in(page.context, manager)
    return manager


def sits(name, exam=None):
    return started(UserFactory(name=name), exam or bank_with_exam(), now=timezone.now())


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_who_sits_now_is_looked_up_without_stealing_the_focus(page, manager):
    first, second = sits("Ирина"), sits("Тимур")
    page.clock.install()
    page.goto(reverse("manage_today"))
    link = page.get_by_role("link", name="Ирина")
    link.focus()
    answer = answers.Answer(chosen=(0,))
    answers.save_answer(first.pk, 1, answer, by=first.candidate_id, now=timezone.now())
    attempts.submit(second.pk, by=second.candidate_id, now=timezone.now())

    page.clock.run_for(10_500)

    answered = words("%(answered)s of %(questions)s", answered=1, questions=5)
    expect(page.locator("#running tbody tr")).to_have_count(1)
    expect(page.locator("#running tbody")).to_contain_text(answered)
    expect(page.locator("#running-count b")).to_have_text("1")
    expect(link).to_be_focused()

    attempts.submit(first.pk, by=first.candidate_id, now=timezone.now())
    page.clock.run_for(10_500)
    expect(page.locator("#running-count b")).to_have_text("0")
    expect(page.locator("#running")).to_be_focused()


def test_nothing_is_looked_up_while_nobody_looks(page, manager):
    page.clock.install()
    page.goto(reverse("manage_today"))
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)

    page.evaluate(HIDE, True)
    page.clock.run_for(60_000)
    assert asked == []

    sits("Ирина")
    page.evaluate(HIDE, False)
    expect(page.get_by_role("link", name="Ирина")).to_be_visible()
    assert len(asked) == 1


def test_many_are_decided_about_at_once(page, manager):
    exam = bank_with_exam(title="Тест 1")
    late = timezone.now() - timedelta(hours=2)
    chosen = [finished(UserFactory(name=name), exam, now=late) for name in ("Олег", "Анна")]
    left = finished(UserFactory(name="Вера"), exam, now=late)
    page.goto(reverse("manage_attempts"))
    for name in ("Олег", "Анна"):
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.locator("#bulk-decision").select_option("void")

    page.get_by_role("button", name=words("Look what would come of it")).click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label(words("Reason")).fill("Обрыв связи")
    page.locator("[name=confirmed]").click()

    expect(page).to_have_url(re.compile(reverse("manage_bulk_report") + "$"))
    expect(page.get_by_text(words("Done", context="decision"), exact=True)).to_have_count(2)
    voided = Attempt.objects.filter(state=AttemptState.VOIDED)
    assert set(voided) == set(chosen)
    left.refresh_from_db()
    assert left.state == AttemptState.SUBMITTED
