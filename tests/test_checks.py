"""What must not go into production, and that what should go there is clean."""

import json
import os
import subprocess
import sys

import pytest

from certification import checks

PRODUCTION = {
    "SECRET_KEY": "k7#Qz" * 12 + "abcdefgh",
    "ALLOWED_HOSTS": "exam.example.com",
    "DATABASE_URL": "sqlite:////nowhere/never-opened.sqlite3",
}
TELL = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
answer = Client(HTTP_HOST="exam.example.com", HTTP_X_FORWARDED_PROTO="https").get("/healthz", secure=True)
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
         "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_PATH", "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_SECURE",
         "CSRF_COOKIE_SAMESITE", "DEBUG", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "AMOQUIZ_DEMO"]
plain = Client(HTTP_HOST="exam.example.com").get("/accounts/login/")
print(json.dumps({**{name: getattr(settings, name) for name in names},
    "hsts": answer.headers["Strict-Transport-Security"], "plain": [plain.status_code, plain["Location"]]}))
"""


def production(*arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "EMAIL_URL")}
    environment |= PRODUCTION | {"DJANGO_SETTINGS_MODULE": "amoquiz.settings"}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)


def ids(messages):
    return [message.id for message in messages]


def test_deployment_is_clean_in_production():
    checked = production("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")


def test_production_has_the_strict_cookies_and_only_tls():
    told = json.loads(production("-c", TELL).stdout)

    assert told == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "DEBUG": False,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "AMOQUIZ_DEMO": False,
        "hsts": "max-age=31536000; includeSubDomains; preload",
        "plain": [301, "https://exam.example.com/accounts/login/"],
    }


def test_the_demo_is_refused_in_production(settings):
    settings.AMOQUIZ_DEMO = True
    assert ids(checks.demo_is_off(None)) == ["certification.E001"]
    settings.AMOQUIZ_DEMO = False
    assert ids(checks.demo_is_off(None)) == []


@pytest.mark.parametrize(
    ("demo", "asked", "insecure", "found"),
    [
        (False, True, False, []),
        (False, False, False, ["certification.E010"]),
        (False, True, True, ["certification.E010"]),
        (True, False, True, []),
    ],
)
def test_a_way_around_the_second_factor_is_refused_outside_the_demo(settings, demo, asked, insecure, found):
    settings.AMOQUIZ_DEMO = demo
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = insecure
    name = "certification.middleware.second_factor"
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if asked or m != name]

    assert ids(checks.second_factor_is_asked(None)) == found


@pytest.mark.parametrize(
    ("demo", "address", "found"),
    [
        (True, "http://localhost:8000", []),
        (False, "https://exam.example.com", []),
        (False, "https://exam.example.com:8443", []),
        (False, "http://exam.example.com", ["certification.E011"]),
        (False, "https://.example.com", ["certification.E011"]),
        (False, "https://*", ["certification.E011"]),
        (False, "https://exam.example.com/amoquiz", ["certification.E011"]),
        (False, "exam.example.com", ["certification.E011"]),
        (False, "", ["certification.E011"]),
    ],
)
def test_an_address_to_which_no_letter_could_lead_is_refused(settings, demo, address, found):
    settings.AMOQUIZ_DEMO, settings.SITE_URL = demo, address

    assert ids(checks.site_has_an_address(None)) == found
