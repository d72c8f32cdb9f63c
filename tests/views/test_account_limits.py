"""Guessing is stopped on every path, and counted for the account, whatever the guesser varies."""

import os
import subprocess
import sys

import pytest
from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from certification.states import Role
from tests.pages import read, words
from tests.views.test_account import LOGIN, PASSWORD, invited, sign_in, signed_in
from tests.views.test_account_factors import AUTHENTICATE, code, codes_of, with_app

pytestmark = pytest.mark.django_db

TRIES = 50
TOO_MANY = "Too many failed login attempts. Try again later."


@pytest.fixture
def maria(db):
    return invited("maria@example.com")


@pytest.fixture
def checked(monkeypatch):
    """How often a code was compared with a right one."""
    compared = []
    check = Authenticator.wrap

    def wrap(self):
        compared.append(self.type)
        return check(self)

    monkeypatch.setattr(Authenticator, "wrap", wrap)
    return compared


@pytest.mark.parametrize("vary", ["host", "letter case", "address"])
def test_guesses_at_one_account_are_five_whatever_varies(maria, settings, vary):
    settings.ALLOWED_HOSTS = [".example.com", "testserver"]
    for number in range(5):
        email, extra = "maria@example.com", {}
        if vary == "host":
            extra = {"HTTP_HOST": [f"testserver:{8000 + number}", f"a{number}.example.com"][number % 2]}
        elif vary == "letter case":
            email = email[:number].upper() + email[number:]
        else:
            extra = {"REMOTE_ADDR": f"10.0.0.{number}"}
        Client(**extra).post(LOGIN, {"login": email, "password": "guess"})
    fresh = Client(REMOTE_ADDR="10.9.9.9")

    answer = sign_in(fresh)

    assert words(TOO_MANY) in read(answer).text
    assert signed_in(fresh) is None


def test_guesses_from_one_address_are_sixty_in_a_minute(db):
    for number in range(60):
        Client().post(LOGIN, {"login": f"nobody{number}@example.com", "password": "guess"})
    invited("maria@example.com")
    here, elsewhere = Client(), Client(REMOTE_ADDR="10.0.0.1")

    sign_in(here)
    sign_in(elsewhere)

    assert (signed_in(here) is None, signed_in(elsewhere) is None) == (True, False)


def test_the_admins_own_login_is_no_way_around(db):
    admin = invited("admin@example.com", role=Role.ADMIN, partner=None)
    guesser = Client()
    answers = [
        guesser.post("/admin/login/", {"username": admin.email, "password": PASSWORD, "next": "/admin/"})
        for _ in range(6)
    ]

    assert {answer["Location"] for answer in answers} == {f"{LOGIN}?next=%2Fadmin%2F"}
    assert signed_in(guesser) is None


def test_the_admins_own_page_of_the_password_is_the_limited_one(editor, admin):
    answer = editor.post("/admin/password_change/", {"old_password": "guess"})

    assert answer["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_guesses_at_the_second_factor_are_five(anonymous, maria, checked, kind):
    with_app(maria)
    right = code() if kind == "app" else codes_of(maria)[0]
    sign_in(anonymous)
    checked.clear()

    answers = [anonymous.post(AUTHENTICATE, {"code": f"{n:06}"}) for n in range(TRIES)]
    last = anonymous.post(AUTHENTICATE, {"code": right})

    assert len(checked) == 2 * 5
    assert words("Incorrect code.") in read(answers[4]).text
    assert words(TOO_MANY) in read(answers[5]).text
    assert words(TOO_MANY) in read(last).text
    assert signed_in(anonymous) is None


def test_guesses_at_the_second_factor_are_not_begun_anew_by_signing_in_anew(maria, checked):
    with_app(maria)
    for _ in range(5):
        browser = Client()
        sign_in(browser)
        for number in range(3):
            browser.post(AUTHENTICATE, {"code": f"{number:06}"})

    assert len(checked) == 2 * 5


def test_guesses_at_a_code_of_a_new_app_are_five(anonymous, maria):
    sign_in(anonymous)
    anonymous.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = reverse("mfa_activate_totp")
    anonymous.get(page)

    answers = [read(anonymous.post(page, {"code": f"{n:06}"})).text for n in range(6)]

    assert [words("Incorrect code.") in answer for answer in answers] == [True] * 5 + [False]
    assert maria.authenticator_set.count() == 0


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_reauthenticate", {"password": "guess"}),
        ("account_change_password", {"oldpassword": "guess", "password1": "x", "password2": "x"}),
        ("mfa_reauthenticate", {"code": "000000"}),
    ],
)
def test_guesses_of_whoever_holds_a_session_are_stopped(anonymous, maria, page, fields):
    with_app(maria)
    anonymous.force_login(maria)

    answers = [anonymous.post(reverse(page), fields) for _ in range(TRIES)]

    stopped = [a.status_code == 429 or words(TOO_MANY) in read(a).text for a in answers]
    assert stopped == [False] * 5 + [True] * (TRIES - 5)


def test_letters_to_one_address_are_five_in_five_minutes(anonymous, maria):
    answers = [anonymous.post(reverse("account_reset_password"), {"email": maria.email}) for _ in range(7)]

    assert [a.status_code for a in answers] == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_letters_for_a_new_address_are_one_in_three_minutes(anonymous, maria):
    anonymous.force_login(maria)
    anonymous.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for _ in range(20):
        anonymous.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    assert [letter.to for letter in mail.outbox] == [["new@example.com"]]


def test_tries_at_reset_links_from_one_address_are_sixty_in_a_minute(anonymous):
    page = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-def"})

    assert [anonymous.post(page).status_code for _ in range(61)] == [200] * 60 + [429]


GUESS = """
import sys
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
for number in range(int(sys.argv[1])):
    Client(REMOTE_ADDR=f"10.0.{sys.argv[2]}.{number}").post(
        "/accounts/login/", {"login": "maria@example.com", "password": "guess"})
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_count_together(transactional_db):
    """Two interpreters that share nothing but the database, as two workers do."""
    invited("maria@example.com")
    database = settings.DATABASES["default"]["NAME"]
    server = os.environ.get("DATABASE_URL", "sqlite:///").rpartition("/")[0]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "amoquiz.settings",
        "DATABASE_URL": f"{server}/{database}",
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", GUESS, "3", str(number)], env=environment, stderr=subprocess.PIPE
        )
        for number in range(2)
    ]
    assert [(worker.communicate(timeout=60)[1][-300:], worker.returncode)[1] for worker in workers] == [0, 0]
    browser = Client()

    answer = sign_in(browser)

    assert words(TOO_MANY) in read(answer).text
    assert signed_in(browser) is None


def test_every_path_has_its_limit():
    limits = {**account.RATE_LIMITS, **mfa.RATE_LIMITS}

    assert {name for name, rate in limits.items() if not rate} == set()
    assert set(account.RATE_LIMITS) == set(settings.ACCOUNT_RATE_LIMITS)
    assert settings.CACHES["default"]["BACKEND"] == "certification.caches.PatientCache"
