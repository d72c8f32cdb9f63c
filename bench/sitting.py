"""One exam as a browser takes it: the requests of the pages and of exam.js, in their order."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

EXAM = "/exams/test-1/"
LOGIN = "/accounts/login/"
QUESTIONS = 45  # on a paper of this exam
MINUTES = 60  # that it lasts
PASSWORD = "what-an-exam-costs"  # noqa: S105  of people who live as long as the scratch database
JSON = {"Accept": "application/json"}


class Step(StrEnum):
    """What is measured; the values are the rows of the table."""

    SIGN_IN = "sign-in"
    HOME = "home"
    START_PAGE = "start page"
    START = "start"
    OPEN = "open a question"
    SAVE = "save"
    SAVE_AND_NEXT = "save that brings the next question"
    REVIEW = "review"
    FINISH = "finish"
    RESULT = "result"
    CLOCK = "clock poll"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    location: str
    text: str


class Browser(Protocol):
    """Keeps cookies, follows no redirect, and adds the CSRF token to the fields that it posts."""

    def send(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply: ...


class Unexpected(Exception):
    """The site did not do what its contract says: whatever was measured is not the price of an exam."""


def email(number: int) -> str:
    return f"candidate{number}@example.com"


@dataclass
class Candidate:
    """Somebody at a browser. Every method is one step, and raises Unexpected unless it came about."""

    browser: Browser
    email: str
    client: str = field(default_factory=lambda: secrets.token_hex(8))
    seq: int = 0
    attempt: str = ""  # the address under which the pages of their attempt lie
    fetches: int = 0  # next questions that no save had brought

    def open_login(self) -> None:
        self.page(LOGIN)

    def sign_in(self) -> None:
        reply = self.ask("POST", LOGIN, 302, {"login": self.email, "password": PASSWORD})
        if reply.location.startswith(LOGIN):
            raise Unexpected(f"{self.email} could not sign in.")

    def home(self) -> None:
        self.page("/")

    def start_page(self) -> None:
        self.page(EXAM)

    def start(self) -> None:
        fields = {"name": "Мария Лебедева", "consent": "on", "pledge": "on"}
        location = self.ask("POST", EXAM, 302, fields).location
        found = re.match(r"/attempts/\d+/", location)
        if not found:
            raise Unexpected(f"The start led to {location!r}.")
        self.attempt = found.group()

    def open(self, position: int) -> None:
        if 'name="choice"' not in self.page(self.question(position)).text:
            raise Unexpected(f"Question {position} has no options.")

    def save(self, position: int, choice: int) -> None:
        self.send_answer(position, choice)

    def save_and_next(self, position: int, choice: int, *, last: int = QUESTIONS) -> None:
        """A save asks for the next question too. Where it brings none, «Далее» fetches it by htmx."""
        brought = self.send_answer(position, choice, {"with": "next"}).get("next")
        if position == last:
            return
        if brought is None:
            self.fetches += 1
            fields = self.answer(choice) | {"go": "next"}
            headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{self.question(position)}"}
            html = self.ask("POST", self.question(position), 200, fields, headers).text
        elif brought["position"] == position + 1:
            html = brought["html"]
        else:
            raise Unexpected(f"The save of question {position} brought question {brought['position']}.")
        if 'name="choice"' not in html or self.question(position + 1) not in html:
            raise Unexpected(f"What follows question {position} is not the form of the next one.")

    def send_answer(
        self, position: int, choice: int, extra: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What a save answered, after a look whether this answer is the one that is stored."""
        fields = self.answer(choice) | {"go": "save"} | dict(extra or {})
        echo: dict[str, Any] = json.loads(self.ask("POST", self.question(position), 200, fields, JSON).text)
        if (echo["value"], echo["seq"]) != ([choice], self.seq):
            raise Unexpected(f"Sent {choice} as number {self.seq}, stored is {echo}.")
        return echo

    def answer(self, choice: int) -> dict[str, str]:
        """The fields of the answer form."""
        self.seq += 1
        return {"choice": str(choice), "flagged": "", "client": self.client, "seq": str(self.seq)}

    def clock(self) -> None:
        self.ask("GET", f"{self.attempt}clock/", 200, headers=JSON)

    def review(self) -> None:
        self.page(f"{self.attempt}review/")

    def finish(self) -> None:
        result = f"{self.attempt}result/"
        if self.ask("POST", f"{self.attempt}finish/", 302, {}).location != result:
            raise Unexpected("The attempt did not end.")

    def result(self) -> None:
        self.page(f"{self.attempt}result/")

    def question(self, position: int) -> str:
        return f"{self.attempt}questions/{position}/"

    def page(self, path: str) -> Reply:
        return self.ask("GET", path, 200)

    def ask(
        self,
        method: str,
        path: str,
        status: int,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        reply = self.browser.send(method, path, fields, headers)
        if reply.status != status:
            raise Unexpected(f"{method} {path}: {reply.status} in place of {status}. {reply.text[:300]}")
        return reply


class Meter(Protocol):
    """Measures what happens inside of its `with`; `of_exam` belongs to the whole exam."""

    def __call__(self, step: Step, *, of_exam: bool = False) -> AbstractContextManager[None]: ...


def sit(candidate: Candidate, meter: Meter, *, asides: int, questions: int = QUESTIONS) -> None:
    """Sign in and take an exam: a page, a save a question that brings the next, review, finish, result.

    `asides` questions are also opened anew and answered otherwise, and the clock is polled as often,
    which is measured but is not part of the exam.
    """

    def exam(step: Step, act: Callable[[], None]) -> None:
        with meter(step, of_exam=True):
            act()

    candidate.open_login()
    with meter(Step.SIGN_IN):
        candidate.sign_in()
    with meter(Step.HOME):
        candidate.home()
    exam(Step.START_PAGE, candidate.start_page)
    exam(Step.START, candidate.start)
    exam(Step.OPEN, lambda: candidate.open(1))
    for position in range(1, questions + 1):
        with meter(Step.SAVE_AND_NEXT, of_exam=True):
            candidate.save_and_next(position, 0, last=questions)
    for position in range(1, asides + 1):
        with meter(Step.OPEN):
            candidate.open(position)
        with meter(Step.SAVE):
            candidate.save(position, 1)
        with meter(Step.CLOCK):
            candidate.clock()
    exam(Step.REVIEW, candidate.review)
    exam(Step.FINISH, candidate.finish)
    exam(Step.RESULT, candidate.result)
