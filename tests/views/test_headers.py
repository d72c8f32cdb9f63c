"""What every answer carries, and what no page has in it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.staticfiles import finders
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, UserFactory, bank_with_exam, finished, started
from tests.pages import POLICY, inline_code, policy, read

pytestmark = pytest.mark.django_db

SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
    "/healthz",
    "/readyz",
    "/nothing/here/",
    "/",
]
SIGNED_IN = [
    "/accounts/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/inactive/",
    "/nothing/here/",
    "/",
]


@pytest.fixture
def attempts(person):
    """One attempt in progress, one passed, one failed and one that nobody has closed yet."""
    return {
        "open": started(person),
        "passed": finished(person, right=5, now=NOW - timedelta(days=1)),
        "failed": finished(person, right=0, now=NOW - timedelta(days=1)),
        "over": started(person, bank_with_exam(minutes=1), now=NOW - timedelta(hours=2)),
    }


def keeps_the_rules(response):
    """The policy, nothing kept by anybody, nothing inline, not in a frame, no type guessed."""
    assert policy(response) == POLICY
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    if response["Content-Type"].startswith("text/html"):
        assert inline_code(response) == []
    return True


@pytest.mark.parametrize("path", SIGNED_OUT)
def test_headers_of_pages_for_everybody(anonymous, path):
    assert keeps_the_rules(anonymous.get(path))


@pytest.mark.parametrize("path", SIGNED_IN)
def test_headers_of_pages_of_the_account(client, path):
    assert keeps_the_rules(client.get(path))


def test_headers_of_the_pages_of_an_exam(client, attempts):
    addresses = [reverse("home")]
    for attempt in attempts.values():
        addresses.append(reverse("exam", args=[attempt.exam.slug]))
        addresses += [reverse(name, args=[attempt.pk]) for name in ("review", "result", "clock")]
        addresses += [reverse("question", args=[attempt.pk, position]) for position in (1, 5, 6)]

    statuses = set()
    for address in addresses:
        response = client.get(address)
        assert keeps_the_rules(response), address
        statuses.add(response.status_code)

    assert statuses == {200, 302, 404}


def test_headers_of_answers_to_a_post(client, attempts):
    question = reverse("question", args=[attempts["open"].pk, 1])
    late = reverse("question", args=[attempts["passed"].pk, 1])
    answers = [
        client.post(question, {"choice": "1", "go": "next"}),
        client.post(question, {"choice": "9", "go": "next"}),
        client.post(late, {"choice": "1", "go": "next"}),
        client.post(question, {"choice": "1"}, headers={"accept": "application/json"}),
        client.post(late, {"choice": "1"}, headers={"accept": "application/json"}),
        client.post(question, {"choice": "1", "go": "next"}, headers={"hx-request": "true"}),
        client.post(reverse("exam", args=[attempts["failed"].exam.slug]), {"name": ""}),
        client.post(reverse("home")),
    ]

    assert [keeps_the_rules(answer) for answer in answers] == [True] * 8
    assert [a.status_code for a in answers] == [302, 422, 409, 200, 409, 200, 422, 405]


def test_headers_of_a_refused_token(person):
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(person)

    response = guarded.post(reverse("account_logout"))

    assert response.status_code == 403
    assert keeps_the_rules(response)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503)])
def test_headers_of_an_error(client, error, status):
    def fail(execute, sql, params, many, context):
        raise error

    client.raise_request_exception = False

    with connection.execute_wrapper(fail):
        response = client.get(reverse("home"))

    assert response.status_code == status
    assert keeps_the_rules(response)


def test_headers_of_a_broken_request(client):
    response = client.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert policy(response) == POLICY
    assert inline_code(response) == []


@pytest.mark.parametrize(
    "path",
    ["certification/app.css", "certification/exam.js", "certification/icon.svg", "django_htmx/htmx-2.min.js"],
)
def test_headers_of_a_file(anonymous, path):
    assert finders.find(path)

    response = anonymous.get(f"/static/{path}")
    response.close()

    assert response.status_code == 200
    assert policy(response) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"


def test_headers_of_a_file_that_is_not_there(anonymous):
    response = anonymous.get("/static/certification/nothing.css")

    assert response.status_code == 404
    assert policy(response) == POLICY


def test_every_file_a_page_asks_for_is_there(client, attempts):
    pages = [
        client.get(reverse("home")),
        client.get(reverse("question", args=[attempts["open"].pk, 1])),
        Client().get("/accounts/login/"),
    ]
    files = set()
    for page in pages:
        for tag, attrs in read(page).tags:
            if tag == "script" or (tag == "link" and attrs.get("rel") in ("stylesheet", "icon")):
                files.add(attrs.get("src") or attrs["href"])

    assert {file for file in files if file.startswith("/static/")} == files
    assert len(files) == 13
    statuses = {}
    for file in files:
        response = client.get(file)
        response.close()
        statuses[file] = response.status_code
    assert statuses == dict.fromkeys(files, 200)


def test_headers_on_the_way_through_a_new_password(anonymous):
    user = UserFactory(email="maria@example.com")
    user.set_password("rocks and rivers")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    anonymous.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://localhost:8000(\S+/reset/key/\S+)", mail.outbox[0].body)[1]

    page = anonymous.get(link, follow=True)
    weak = anonymous.post(page.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    wrong = anonymous.post("/accounts/login/", {"login": user.email, "password": "wrong"})

    assert [keeps_the_rules(response) for response in (page, weak, wrong)] == [True] * 3


def test_cookies_are_closed_to_scripts_and_other_sites(anonymous):
    user = UserFactory(email="maria@example.com")
    user.set_password("rocks and rivers")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    anonymous.post("/accounts/login/", {"login": user.email, "password": "rocks and rivers"})

    session = anonymous.cookies["sessionid"]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<script>x()</script>", ["<script>"]),
        ('<p style="color:red">', ["<p style>"]),
        ("<style>p{}</style>", ["<style>"]),
        ('<a onclick="x()">', ["<a onclick>"]),
        ('<a href="javascript:x()">', ["<a href>"]),
        ('<img src="data:image/png;base64,">', ["<img src>"]),
        ('<script src="https://elsewhere.example/x.js"></script>', ["<script src>"]),
        ('<script src="/static/x.js"></script><a href="https://elsewhere.example/">', []),
    ],
)
def test_inline_code_is_found(html, found):
    class Page:
        content = html.encode()

    assert inline_code(Page) == found
