"""Nobody learns from outside who has an account, and the log tells who came but no secret."""

import logging
import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from certification.logs import WithoutLinks
from certification.middleware import IDS
from certification.urls import urlpatterns
from tests.factories import ManagerFactory, UserFactory
from tests.pages import plain, words
from tests.views.test_account import LOGIN, PASSWORD, invited, sign_in
from tests.views.test_account_factors import AUTHENTICATE, code, codes_of, with_app

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "maria@example.com", "nobody@example.com"


@pytest.fixture
def maria(db):
    return invited(KNOWN)


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed."""
    done = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        done.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return done


def seen(response, email):
    """All that an answer tells, without the address that was typed and the token."""
    body = response.content.decode().replace(email, "")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    cookies = {name: {**morsel} | {"expires": ""} for name, morsel in response.cookies.items()}
    return response.status_code, body, headers, cookies


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_login", {"password": "guess"}),
        ("account_reset_password", {}),
        ("account_signup", {"password1": "mountains and moons"}),
    ],
)
def test_known_and_unknown_look_the_same(maria, page, fields):
    field = "login" if page == "account_login" else "email"

    answers = [
        seen(Client().post(reverse(page), {field: email, **fields}), email) for email in (KNOWN, UNKNOWN)
    ]

    assert answers[0] == answers[1]


@pytest.mark.parametrize("who", ["known", "unknown", "put out", "without a password"])
def test_a_wrong_password_costs_the_same(hashed, who):
    email = "somebody@example.com"
    if who != "unknown":
        person = invited(email, is_active=who != "put out")
        if who == "without a password":
            person.set_unusable_password()
            person.save()
    hashed.clear()

    sign_in(Client(), email, "guess")

    assert len(hashed) == 1


def test_who_is_refused_for_too_many_tries_is_not_told_whether_they_are_known(maria):
    answers = []
    for email in (KNOWN, UNKNOWN):
        for _ in range(5):
            sign_in(Client(), email, "guess")
        answers.append(seen(sign_in(Client(), email, "guess"), email))

    assert answers[0] == answers[1]


def test_a_letter_goes_either_way(maria):
    for email in (KNOWN, UNKNOWN):
        Client().post(reverse("account_reset_password"), {"email": email})

    assert [(letter.to, plain(letter.subject)) for letter in mail.outbox] == [
        ([KNOWN], words("A new password")),
        ([UNKNOWN], words("There is no such account")),
    ]
    assert "signup" not in mail.outbox[1].body


def test_letters_are_ours(maria, settings):
    settings.CONTACT_EMAIL = "help@example.com"
    Client().post(reverse("account_reset_password"), {"email": KNOWN})

    [letter] = mail.outbox

    assert letter.body.startswith(words("Hello!"))
    assert words("amoquiz, certification of amoCRM partners") in letter.body
    assert "help@example.com" in letter.body


@pytest.mark.parametrize("host", ["testserver", "localhost:9999", "127.0.0.1"])
def test_links_in_letters_lead_to_the_site_whatever_the_asker_calls_it(maria, settings, host):
    settings.SITE_URL = "https://exam.example.com"
    browser = Client(HTTP_HOST=host)
    browser.post(reverse("account_reset_password"), {"email": KNOWN})
    sign_in(browser)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    links = [re.search(r"\S+://\S+", letter.body)[0] for letter in mail.outbox]

    assert len(links) == 2
    assert links[0].startswith("https://exam.example.com/accounts/password/reset/key/")
    assert links[1].startswith("https://exam.example.com/accounts/confirm-email/")


def lines(caplog):
    return [r.getMessage() for r in caplog.records if r.name == "certification.access"]


def test_log_tells_who_came_from_where_and_what_they_did(caplog, maria):
    caplog.set_level(logging.INFO)
    with_app(maria)
    browser = Client(REMOTE_ADDR="10.0.0.7")

    sign_in(browser, KNOWN, "guess")
    sign_in(browser)
    browser.post(AUTHENTICATE, {"code": "000000"})
    browser.post(AUTHENTICATE, {"code": code()})
    browser.get(reverse("manage_attempts"))
    browser.post(reverse("account_logout"))

    assert lines(caplog) == [
        f"sign-in failed ip=10.0.0.7 email={KNOWN}",
        f"second factor failed ip=10.0.0.7 user={maria.pk} type=totp",
        f"second factor used ip=10.0.0.7 user={maria.pk} type=totp",
        f"signed in ip=10.0.0.7 user={maria.pk}",
        f"denied ip=10.0.0.7 status=403 user={maria.pk} method=GET page=manage_attempts",
        f"signed out ip=10.0.0.7 user={maria.pk}",
    ]


def test_log_names_what_an_address_is_about_but_no_secret():
    named = {name for page in urlpatterns for name in page.pattern.converters}

    assert named - IDS == {"code", "token"}


def test_log_tells_who_asked_for_what_is_not_theirs(caplog, maria):
    caplog.set_level(logging.INFO)
    browser = Client()
    browser.force_login(maria)
    pages = {
        "result": ("attempt_id", 7),
        "certificate_pdf": ("certificate_id", 8),
        "exam": ("slug", "none"),
    }

    for page, (_name, value) in pages.items():
        browser.get(reverse(page, args=[value]))
    browser.get("/nothing/")
    Client().get(reverse("invitation", args=["planted-token-of-an-invitation"]))

    assert [line for line in lines(caplog) if line.startswith("denied")] == [
        f"denied ip=127.0.0.1 status=404 user={maria.pk} method=GET page={page} {name}={value}"
        for page, (name, value) in pages.items()
    ]


@pytest.mark.parametrize(
    ("proxies", "meta"),
    [
        (0, {"REMOTE_ADDR": ""}),
        (0, {"REMOTE_ADDR": "unix:"}),
        (1, {"HTTP_X_FORWARDED_FOR": "somewhere"}),
        (2, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}),
    ],
)
def test_log_goes_on_where_nobody_knows_from_where_somebody_came(caplog, maria, settings, proxies, meta):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    caplog.set_level(logging.INFO)
    browser = Client(**meta)
    browser.force_login(maria)

    answer = browser.get(reverse("result", args=[7]))

    assert answer.status_code == 404
    assert lines(caplog)[-1].startswith(f"denied ip=unknown status=404 user={maria.pk}")


def test_log_tells_of_too_many_tries(caplog, maria):
    caplog.set_level(logging.INFO)
    for _ in range(6):
        sign_in(Client(), KNOWN, "guess")

    assert lines(caplog)[-1] == f"sign-in refused: too many tries ip=127.0.0.1 email={KNOWN}"


def test_log_stays_on_one_line_whatever_is_typed(caplog):
    caplog.set_level(logging.INFO)
    sign_in(Client(), "a@b.example\nsigned in user=1", "guess")
    sign_in(Client(), '"a\tb"@example.com', "guess")

    assert all("\n" not in line and "\t" not in line for line in lines(caplog))


def test_log_holds_no_password_no_code_and_no_link(caplog, maria):
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(WithoutLinks())
    with_app(maria)
    new, wrong = "mountains and moons", "wrong horse battery"
    browser = Client()

    sign_in(browser, KNOWN, wrong)
    sign_in(browser)
    recovery, shown = codes_of(maria)[0], code()
    browser.post(AUTHENTICATE, {"code": recovery})
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("mfa_reauthenticate"), {"code": shown})
    browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    browser.post(reverse("account_reset_password"), {"email": KNOWN})
    link = re.search(r"/accounts/password/reset/key/(\S+)/", mail.outbox[-1].body)[1]
    for _ in range(61):
        browser.post(f"/accounts/password/reset/key/{link}/")
    Client(enforce_csrf_checks=True).post(f"/accounts/password/reset/key/{link}/")

    log = caplog.text
    planted = [PASSWORD, new, wrong, recovery, shown, link, browser.session.session_key]
    assert [secret for secret in planted if secret in log] == []
    assert "password/reset/key/…/" in log


def test_what_is_short_stays_in_the_log():
    record = logging.LogRecord("x", 30, "", 0, "%s: %s", ("Forbidden", "/attempts/7/questions/3/"), None)

    assert WithoutLinks().filter(record)
    assert record.getMessage() == "Forbidden: /attempts/7/questions/3/"


@pytest.mark.parametrize("path", ["/", LOGIN, "/healthz", "/admin/", "/nothing/", "/accounts/2fa/"])
def test_trace_is_refused(path):
    answer = Client().generic("TRACE", path, headers={"X-Secret": "planted"})

    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("person", [UserFactory, ManagerFactory])
def test_whom_the_admin_turns_away_is_in_the_log(caplog, person):
    caplog.set_level(logging.INFO)
    browser = Client()
    browser.force_login(person())

    browser.get("/admin/login/")

    assert lines(caplog)[-1].startswith("denied ip=127.0.0.1 status=403")
