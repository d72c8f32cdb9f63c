"""Every page a candidate can come to, with the states that look different."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from certification.actions import allowances, answers, attempts, saved_filters
from certification.models.responses import receipt_of
from certification.rules import receipt
from certification.rules.deadlines import ExtraTime
from certification.states import QuestionKind
from tests.browser.place import ORDINARY, Place, World, decide, press
from tests.browser.places_account import account_places
from tests.browser.places_errors import errors_places
from tests.browser.places_people import people_places
from tests.factories import (
    AdminFactory,
    ManagerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
)
from tests.pages import words


def fail_to_sign_in(page):
    page.locator("[name=login]").fill("nobody@example.com")
    page.locator("[name=password]").fill("wrong-horse-7")
    press("Sign in", context="button")(page)
    expect(page.get_by_role("alert")).to_be_visible()


def fail_to_start(page):
    page.locator("[name=name]").fill("")
    press("Start attempt %(number)s", number=1)(page)
    expect(page.get_by_role("alert")).to_be_visible()


def use_the_controls(page):
    page.locator("[name=choice]").first.check()
    expect(page.locator("#saved b")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    page.locator(".strike").last.click()
    expect(page.locator(".strike").last).to_have_attribute("aria-pressed", "true")
    page.locator("[value=flag]").click()
    expect(page.locator("[value=flag]")).to_have_attribute("aria-pressed", "true")


def lose_the_network(page):
    page.route("**/questions/*/", lambda route: route.abort())
    page.locator("[name=choice]").nth(1).check()
    expect(page.locator("#saved")).to_have_class(re.compile("is-warn"))
    page.unroute("**/questions/*/")


def answer_too_late(attempt):
    def reach(page):
        attempts.submit(attempt.pk, by=attempt.candidate_id, now=timezone.now())
        page.locator("form#answer").evaluate("(form) => form.submit()")
        expect(page.locator("h1")).to_have_text(words("The attempt has ended"))

    return reach


def end_the_tutorial(page):
    press("Begin the tutorial")(page)
    page.goto(reverse("tutorial_review"))
    page.locator("main form").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text(words("The tutorial has ended"))


def check_a_receipt(text):
    def reach(page):
        page.locator("#receipt-text").fill(text)
        page.get_by_role("button", name=words("Check the receipt")).click()
        expect(page.locator("#receipt").get_by_role("status")).to_be_visible()

    return reach


def make_history(attempt, manager, texts):
    """What can happen to a finished attempt, a voided and reopened one among it; it stays in progress."""
    by, now = {"by": manager.pk, "reason": texts.reason}, attempt.finished_at
    whom = attempt.candidate_id, attempt.exam_id
    attempts.void(attempt.pk, now=now, **by)
    attempts.reopen(attempt.pk, now=now, minutes=60, **by)
    attempts.extend(attempt.pk, ExtraTime(percent=150), now=now, **by)
    longest = attempt.responses.get(question__kind=QuestionKind.MULTIPLE).position
    answers.save_answer(attempt.pk, longest, answers.Answer(note=texts.note), by=whom[0], now=now)
    allowances.grant_time(*whom, ExtraTime(minutes=30), now=now, **by)
    allowances.waive_wait(attempt.pk, now=now, **by)
    withdrawn = allowances.grant_attempts(*whom, 2, now=now, **by)
    allowances.withdraw(withdrawn.pk, now=now, **by)


def managers_places(passed, sitting, texts):
    """The manager's pages: of these attempts, which they leave as they are, and of some of their own."""
    manager = ManagerFactory(name=texts.name)
    now = timezone.now()
    late = now - timedelta(hours=5)
    rich = finished(UserFactory(name=texts.name), passed.exam, right=4, now=late)
    voided = finished(UserFactory(), passed.exam, right=3, now=late)
    given = receipt.text(receipt_of(rich))
    make_history(rich, manager, texts)
    saved_filters.keep(texts.line[:60], "outcome=passed", by=manager.pk)
    attempts.submit(rich.pk, by=None, now=now)
    attempts.void(voided.pk, by=manager.pk, now=now, reason="Подсказывали.")

    def page(attempt):
        return reverse("manage_attempt", args=[attempt.pk])

    everybody, notes = reverse("manage_attempts"), reverse("manage_notes")
    return [
        Place("manager's attempts", everybody, manager),
        Place("manager's attempts, none found", f"{everybody}?q=nobody&state=open", manager),
        Place(
            "manager's attempts, a search that cannot be", f"{everybody}?state=expelled", manager, status=422
        ),
        Place(
            "manager's attempts, filtered",
            f"{everybody}?outcome=passed&sort=name&q={texts.name[:8]}",
            manager,
        ),
        Place("manager's charts", reverse("manage_charts"), manager),
        Place("manager's charts of nobody", f"{reverse('manage_charts')}?q=nobody", manager),
        Place("manager's attempt in progress", page(sitting), manager),
        Place("manager's attempt with a history", page(rich), manager),
        Place("manager's attempt that is voided", page(voided), manager),
        Place(
            "manager's decision without a reason",
            page(passed),
            manager,
            decide("Reopen the attempt", "Reopen the attempt"),
            status=422,
        ),
        Place(
            "manager's check of a true receipt",
            page(passed),
            manager,
            check_a_receipt(receipt.text(receipt_of(passed))),
        ),
        Place("manager's check of an earlier receipt", page(rich), manager, check_a_receipt(given)),
        Place("manager's notes", notes, manager),
    ]


def make_exam(texts):
    """Two ordinary sections, and one question of several answers with words that do not break."""
    exam = bank_with_exam(
        sections=2,
        questions=5,
        per_section=5,
        title=texts.exam,
        about=texts.about,
    )
    long_section = SectionFactory(title=texts.section)
    exam.lines.create(section=long_section, questions=1)
    long_question = QuestionFactory(
        section=long_section,
        kind=QuestionKind.MULTIPLE,
        options__rights=2,
        text=texts.question,
    )
    long_question.options.filter(position=1).update(text=texts.option)
    return exam


def make_world(texts=ORDINARY):
    now = timezone.now()
    exam = make_exam(texts)
    new, late, sitting = UserFactory(), UserFactory(), UserFactory(name=texts.name)
    attempt = started(sitting, exam, now=now)
    ending = started(UserFactory(), exam, now=now)
    overdue = started(late, exam, now=now - timedelta(hours=2))
    tired, proud = UserFactory(name=texts.name), UserFactory()
    failed = finished(tired, exam, right=3, now=now - timedelta(hours=3))
    passed = finished(proud, exam, right=11, now=now - timedelta(hours=3))
    running_out = started(UserFactory(), exam, now=now - timedelta(minutes=56))

    def question(attempt, kind="single"):
        position = attempt.responses.filter(question__kind=kind).values_list("position", flat=True)[0]
        return reverse("question", args=[attempt.pk, position])

    start = exam.get_absolute_url()
    return World(
        [
            Place("sign-in", reverse("account_login")),
            Place("sign-in with an error", reverse("account_login"), reach=fail_to_sign_in),
            Place("reset", reverse("account_reset_password")),
            Place("reset is sent", reverse("account_reset_password_done")),
            Place("sign-up", reverse("account_signup")),
            Place("page not found", "/nowhere/", status=404),
            Place("home of a new person", "/", new),
            Place("home with an attempt in progress", "/", sitting),
            Place("home after a failure", "/", tired),
            Place("home after passing", "/", proud),
            Place("start", start, new),
            Place("start with errors", start, new, fail_to_start, 422),
            Place("start while in progress", start, sitting),
            Place("start refused", start, tired),
            Place("tutorial", reverse("tutorial"), new),
            Place("tutorial's end", reverse("tutorial"), new, end_the_tutorial),
            Place("question", question(attempt), sitting),
            Place("question with several answers", question(attempt, "multiple"), sitting),
            Place("question answered, struck, flagged", question(attempt), sitting, use_the_controls),
            Place("question offline", question(attempt), sitting, lose_the_network, is_offline=True),
            Place("question near the end", question(running_out), running_out.candidate),
            Place("review", reverse("review", args=[attempt.pk]), sitting),
            Place("answer after the end", question(ending), ending.candidate, answer_too_late(ending), 409),
            Place("waiting to be closed", overdue.get_result_url(), late),
            Place("result of a failure", failed.get_result_url(), tired),
            Place("result of passing", passed.get_result_url(), proud),
            Place("password change", reverse("account_change_password"), new),
            Place("sign-out", reverse("account_logout"), new),
            Place("admin's sign-in, refused", "/admin/", new, status=403),
            Place("admin's sign-in, anonymous", "/admin/"),
            Place("admin's way to the exams", "/", AdminFactory()),
            *managers_places(passed, attempt, texts),
            *people_places(texts),
            *account_places(texts),
            *errors_places(),
        ]
    )
