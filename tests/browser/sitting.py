"""One attempt as its candidate has it before them, and as the server has it stored."""

import contextlib
import re
import time
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from certification.models import Attempt, triggers
from tests.factories import shown_key
from tests.pages import words

PASSWORD = "correct-horse-7"
OFFLINE = "No connection: the answer is kept on this page, trying again"
SAVES = re.compile(r"/questions/\d+/$")


class Sitting:
    def __init__(self, page, attempt):
        self.page, self.attempt = page, attempt
        self.total = attempt.responses.count()

    # What is there

    def response(self, position=None):
        return self.attempt.responses.get(position=position or self.position)

    def stored(self, position=None):
        """Displayed indices of what the server has."""
        return self.response(position).shown_chosen

    def position_of(self, kind):
        return self.attempt.responses.filter(question__kind=kind).values_list("position", flat=True)[0]

    def keys(self):
        """The right displayed indices of each question, by position."""
        return {response.position: shown_key(response) for response in self.attempt.responses.with_question()}

    @property
    def position(self):
        return int(re.search(r"/questions/(\d+)/", self.page.url)[1])

    @property
    def saved(self):
        return self.page.locator("#saved b")

    @property
    def timer(self):
        return self.page.get_by_role("timer", include_hidden=True)

    @property
    def cells(self):
        return self.page.locator(".sheet a")

    def option(self, index):
        return self.page.locator(f"input[name=choice][value='{index}']")

    def strike(self, index):
        return self.page.locator(".strike").nth(index)

    def button(self, go):
        return self.page.locator(f"#answer button[name=go][value={go}]")

    def seconds_left(self):
        parts = [int(part) for part in self.timer.text_content().split(":")]
        return sum(part * 60**power for power, part in enumerate(reversed(parts)))

    def saved_words(self, position=None):
        """The sentence that is due, by the server's record."""
        moment = timezone.localtime(self.response(position).saved_at)
        return words("Saved at {time}").replace("{time}", f"{moment:%H:%M:%S}")

    # What is done

    def url(self, position):
        return f"/attempts/{self.attempt.pk}/questions/{position}/"

    def open(self, position):
        self.page.goto(self.url(position))
        self.expect_question(position)

    def choose(self, *indices):
        for index in indices:
            self.option(index).check()

    def forward(self):
        position = self.position
        self.page.get_by_role("button", name="Далее").click()
        if position < self.total:
            self.expect_question(position + 1)
        else:
            self.expect_review()

    def let_pass(self, time):
        """As if the attempt had begun, and would end, so much earlier."""
        with without_triggers():
            Attempt.objects.filter(pk=self.attempt.pk).update(
                started_at=F("started_at") - time, deadline=F("deadline") - time
            )
        self.attempt.refresh_from_db()

    def leave(self, *, minutes=0, seconds=0):
        """Let all but this much of the time pass."""
        left = timedelta(minutes=minutes, seconds=seconds)
        self.attempt.refresh_from_db()
        self.let_pass(self.attempt.deadline - timezone.now() - left)

    # What must follow

    def expect_question(self, position):
        expect(self.page.locator("h1")).to_have_text(
            words("Question <b>%(position)s</b> of %(total)s", position=position, total=self.total)
            .replace("<b>", "")
            .replace("</b>", "")
        )

    def expect_review(self):
        expect(self.page).to_have_url(re.compile(rf"/attempts/{self.attempt.pk}/review/"))

    def expect_result(self):
        expect(self.page).to_have_url(re.compile(rf"/attempts/{self.attempt.pk}/result/"), timeout=8000)

    def expect_saved(self, *indices, position=None):
        """The server has it, and the page says so in the server's words."""
        position = position or self.position
        eventually(lambda: self.stored(position) == list(indices))
        expect(self.saved).to_have_text(self.saved_words(position))


def is_save(request):
    return request.method == "POST"


def stop_saves(page):
    """Saves fail while pages come; returns what lets them go on."""

    def stop(route):
        return route.abort() if is_save(route.request) else route.continue_()

    page.route(SAVES, stop)
    return lambda: page.unroute(SAVES, stop)


@contextlib.contextmanager
def without_triggers():
    """For what no code may do, as to move a start."""
    triggers.remove(connection)
    try:
        yield
    finally:
        triggers.install(connection)


def eventually(holds, *, seconds=4):
    """Wait for the database: a page that is gone can tell nothing."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
