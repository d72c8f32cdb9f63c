"""The script of an exam: on the site itself, and on made-up ones that break the contract."""

import json
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from bench.sitting import EXAM, PASSWORD, Candidate, Reply, Step, Unexpected, email, sit
from bench.statements import InProcessBrowser, StatementMeter
from certification.models import AnswerLog, Attempt
from certification.states import AttemptState
from tests.factories import NOW, UserFactory, bank_with_exam


@pytest.fixture
def candidate(db):
    bank_with_exam(sections=9, slug="test-1")
    person = UserFactory(email=email(0), password=make_password(PASSWORD))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return Candidate(InProcessBrowser(), person.email)


def test_sitting_is_a_whole_exam_on_the_site(candidate):
    meter = StatementMeter()

    with time_machine.travel(NOW, tick=False):
        sit(candidate, meter, asides=3)

    attempt = Attempt.objects.get()
    assert attempt.get_absolute_url().startswith(candidate.attempt)
    assert (attempt.state, attempt.finished_at) == (AttemptState.SUBMITTED, NOW)
    assert [len(chosen) for chosen in attempt.responses.values_list("chosen", flat=True)] == [1] * 45
    assert AnswerLog.objects.count() == 45 + 3
    assert Counter((step, of_exam) for step, of_exam, _ in meter.samples) == {
        (Step.SIGN_IN, False): 1,
        (Step.HOME, False): 1,
        (Step.START_PAGE, True): 1,
        (Step.START, True): 1,
        (Step.OPEN, True): 1,
        (Step.OPEN, False): 3,
        (Step.SAVE_AND_NEXT, True): 45,
        (Step.SAVE, False): 3,
        (Step.CLOCK, False): 3,
        (Step.REVIEW, True): 1,
        (Step.FINISH, True): 1,
        (Step.RESULT, True): 1,
    }
    # Session, user, and the transaction with its lock, UPDATE and line of the log, at the very least.
    assert min(count for step, _, count in meter.samples if step == Step.SAVE) >= 6


def test_wrong_password_is_no_sign_in(candidate):
    candidate.email = email(1)
    candidate.open_login()

    with pytest.raises(Unexpected, match="accounts/login"):
        candidate.sign_in()


def test_second_attempt_at_once_is_no_start(candidate):
    with time_machine.travel(NOW, tick=False):
        sit(candidate, StatementMeter(), asides=0, questions=1)
    with (
        time_machine.travel(NOW + timedelta(hours=1), tick=False),
        pytest.raises(Unexpected, match=f"POST {EXAM}: 409 in place of 302"),
    ):
        candidate.start()


class MadeUp:
    """Answers a save with `echo` and anything else with `page`; remembers what it was asked."""

    def __init__(self, *, page="", **echo):
        self.page, self.echo, self.asked = page, echo, []

    def send(self, method, path, fields=None, headers=None):
        self.asked.append((method, path, fields, headers))
        if (headers or {}).get("Accept") == "application/json":
            return Reply(200, "", json.dumps({"value": [0], "seq": 1, **self.echo}))
        return Reply(200, "", self.page)


def form(position):
    return f'<form action="/attempts/1/questions/{position}/"><input name="choice">'


def at(browser):
    return Candidate(browser, email(0), client="page", attempt="/attempts/1/")


def test_save_that_brings_the_next_question_is_one_request():
    browser = MadeUp(next={"position": 3, "html": form(3)})
    candidate = at(browser)

    candidate.save_and_next(2, 0)

    fields = {"choice": "0", "flagged": "", "client": "page", "seq": "1", "go": "save", "with": "next"}
    assert browser.asked == [("POST", "/attempts/1/questions/2/", fields, {"Accept": "application/json"})]
    assert candidate.fetches == 0


@pytest.mark.parametrize("echo", [{}, {"next": None}])
def test_next_question_that_was_not_brought_is_fetched_by_the_form(echo):
    browser = MadeUp(page=form(3), **echo)
    candidate = at(browser)

    candidate.save_and_next(2, 0)

    fields = {"choice": "0", "flagged": "", "client": "page", "seq": "2", "go": "next"}
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/attempts/1/questions/2/"}
    assert browser.asked[1:] == [("POST", "/attempts/1/questions/2/", fields, headers)]
    assert candidate.fetches == 1


def test_last_question_has_no_next():
    browser = MadeUp(next=None)
    candidate = at(browser)

    candidate.save_and_next(45, 0)

    assert (len(browser.asked), candidate.fetches) == (1, 0)


@pytest.mark.parametrize(
    "browser",
    [
        MadeUp(value=[1], page=form(3)),
        MadeUp(seq=7, page=form(3)),
        MadeUp(next={"position": 2, "html": form(3)}),
        MadeUp(next={"position": 3, "html": form(2)}),
        MadeUp(next={"position": 3, "html": "<p>Too late</p>"}),
        MadeUp(page=form(2)),
        MadeUp(page="<p>Sign in</p>"),
    ],
)
def test_save_that_did_something_else_is_no_save(browser):
    with pytest.raises(Unexpected):
        at(browser).save_and_next(2, 0)
