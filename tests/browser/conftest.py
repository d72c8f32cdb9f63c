import os
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from certification.states import QuestionKind
from tests.browser.sitting import PASSWORD, Sitting
from tests.factories import QuestionFactory, UserFactory, bank_with_exam, started
from tests.system import chromium

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    # Only the live server exists: a page that asks anybody else fails.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session", autouse=True)
def orm_beside_playwright():
    """Playwright's synchronous calls keep an event loop in the test's thread.

    Django takes that for asynchronous code and refuses the ORM, even for the flush after the test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def base_url(live_server):
    """`page.goto("/exams/test-1/")` asks the live server, which also makes the test transactional."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's refuses to start as root
    return browser_type_launch_args | {"executable_path": chromium(), "args": QUIET + sandbox}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "ru-RU", "timezone_id": "Europe/Moscow"}


@pytest.fixture(scope="session", autouse=True)
def patience():
    expect.set_options(timeout=10_000)


@pytest.fixture
def person(live_server):
    """Somebody who can sign in by password as well."""
    person = UserFactory(password=make_password(PASSWORD))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def sign_in(base_url):
    """Gives a browser's context the session of a user, without the sign-in page."""

    def sign_in(context, user):
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}
        context.add_cookies([cookie])

    return sign_in


@pytest.fixture
def signed_in(context, person, sign_in):
    sign_in(context, person)


def lost(request):
    """What is left behind by going on to another page is not missed there."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.method} {request.url}"]


@pytest.fixture
def faults(page, base_url):
    """What a page must not do: complain, break the policy, ask another host, lose a request."""
    found = []
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective))"
    )
    page.on("console", lambda said: found.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.extend(lost(request)))
    host = urlsplit(base_url).netloc
    page.on("request", lambda asked: found.append(asked.url) if urlsplit(asked.url).netloc != host else None)
    return found


@pytest.fixture
def exam(live_server):
    """Five questions: one takes one answer, the others several."""
    exam = bank_with_exam(questions=1, per_section=5)
    section = exam.lines.get().section
    QuestionFactory.create_batch(4, section=section, kind=QuestionKind.MULTIPLE, options__rights=2)
    return exam


@pytest.fixture
def attempt(person, exam):
    """An attempt of `person` that began just now."""
    return started(person, exam, now=timezone.now())


@pytest.fixture
def sitting(page, signed_in, attempt):
    """The attempt's page of a question that takes one answer."""
    sitting = Sitting(page, attempt)
    sitting.open(sitting.position_of("single"))
    return sitting
