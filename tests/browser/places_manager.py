"""The manager's day: what needs them, the lists behind it, decisions about many, the audit."""

from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import expect

from certification.actions import answers
from certification.models import JobRun
from certification.states import NoticeState
from tests.browser.place import Place
from tests.factories import NoticeFactory, finished, started
from tests.pages import words


def choose(name, button, *, tick=None):
    """Tick the boxes of this name and press the button below them."""

    def reach(page):
        boxes = page.locator(f"[name={name}]")
        for box in boxes.all()[:tick]:
            box.check()
        page.locator("main").get_by_role("button", name=words(button)).click()
        expect(page.locator("nav.crumbs")).to_be_visible()

    return reach


def decide_about_many(decision, **typed):
    """Look what would come of it for the attempts of the list; with a reason typed, carry it out."""

    def reach(page):
        page.locator("#bulk-decision").select_option(decision)
        choose("attempt", "Look what would come of it")(page)
        for name, text in typed.items():
            page.locator(f"[name={name}]").fill(text)
        if typed:
            page.locator("[name=confirmed]").click()
            expect(page).to_have_url(f"{page.url.split('/manage/')[0]}{reverse('manage_bulk_report')}")

    return reach


def send_many_anew(page):
    choose("invitation", "Send the chosen ones anew")(page)


def make_a_day(town):
    """Something of each kind that needs the manager; whatever the town has not made already."""
    running = started(town.person(), town.exam, now=town.now)
    answer = answers.Answer(note=town.texts.note)
    answers.save_answer(running.pk, 1, answer, by=running.candidate_id, now=town.now)
    failed = finished(town.person(), town.exam, now=town.ago(1))
    NoticeFactory(attempt=failed, key="long:", state=NoticeState.FAILED, error=town.texts.reason[:200])
    JobRun.objects.create(name="send_notices", ran_at=town.now - timedelta(hours=2), failures=1)


def day_places(town):
    make_a_day(town)
    manager = town.manager
    results = f"{reverse('manage_attempts')}?outcome=failed"

    def place(name, address, *args, query="", **kwargs):
        return Place(f"manager's {name}", f"{reverse(address)}{query}", manager, *args, **kwargs)

    return [
        place("day", "manage_today"),
        place("help", "manage_help"),
        place("certificates", "manage_certificates"),
        place("certificates, none found", "manage_certificates", query="?q=nobody"),
        place(
            "certificates, a search that cannot be", "manage_certificates", query="?colour=blue", status=422
        ),
        place("invitations", "manage_invitations"),
        place("invitations to be sent anew", "manage_invitations", send_many_anew),
        place("letters", "manage_letters"),
        place("jobs", "manage_jobs"),
        place("audit", "manage_audit"),
        place("audit, a search that cannot be", "manage_audit", query="?since=never", status=422),
        Place("manager's look at many", results, manager, decide_about_many("void")),
        Place(
            "manager's report of many", results, manager, decide_about_many("void", reason=town.texts.reason)
        ),
    ]
