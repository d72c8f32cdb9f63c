"""What anybody learns of a certificate by its code, and nothing more."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.rules.certificates import grouped
from tests.factories import NOW, PartnerFactory, UserFactory, bank_with_exam, certified, revoke
from tests.pages import inline_code, read, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
UNKNOWN = "0" * 26
MOST = 60  # looks from one address in a minute
MALFORMED = ["x", "0" * 25, "U" * 26, "0" * 99, "%00" + "0" * 25, "0' OR 1=1--", "٠" * 26]


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


@pytest.fixture
def certificate(db):
    holder = UserFactory(
        name="Анна Орлова", email="secret@example.com", partner=PartnerFactory(name="Северный контур")
    )
    exam = bank_with_exam(title="Тест 1", questions=4, per_section=2)
    return certified(holder, exam, now=NOW - DAY)


def page(browser, certificate):
    return browser.get(certificate.get_absolute_url())


def test_valid_certificate_is_shown_with_what_stands_on_it(anonymous, certificate):
    type(certificate.candidate).objects.update(name="Новое Имя")
    type(certificate.partner).objects.update(name="Новая компания")
    type(certificate.exam).objects.update(title="Новый тест")

    response = page(anonymous, certificate)

    text = read(response).text
    assert response.status_code == 200
    assert words("The certificate is valid") in text
    for shown in ("Анна Орлова", "Тест 1", certificate.number, grouped(certificate.code)):
        assert shown in text
    for shown in ("22 ноября 2026 г.", "22 ноября 2027 г."):
        assert shown in text
    for hidden in ("Новое Имя", "Северный контур", "Новая компания", "Новый тест", "secret@example.com"):
        assert hidden not in response.content.decode()


def test_page_tells_neither_score_nor_links_to_the_inside(anonymous, certificate):
    response = page(anonymous, certificate)

    assert {link for link in read(response).links if link.startswith("/")} == {reverse("home")}
    assert "/attempts/" not in response.content.decode()
    assert inline_code(response) == []


def test_expired(anonymous, certificate, clock):
    clock.move_to(certificate.expires_at)

    text = read(page(anonymous, certificate)).text

    assert words("The certificate has expired") in text
    assert words("The certificate is valid") not in text


def test_superseded_does_not_lead_to_the_later_one(anonymous, certificate, clock):
    clock.move_to(certificate.renewal_opens + 9 * DAY)
    later = certified(certificate.candidate, certificate.exam, now=certificate.renewal_opens)

    response = page(anonymous, certificate)

    assert words("The certificate was renewed by a later one") in read(response).text
    assert later.code not in response.content.decode()
    assert later.number not in response.content.decode()


def test_revoked_tells_the_day_and_the_cause_but_not_the_reason(anonymous, certificate):
    revoked = revoke(certificate, now=NOW)

    response = page(anonymous, certificate)

    text = read(response).text
    assert words("The certificate was revoked") in text
    assert words("Revoked on %(revoked)s", revoked="23 ноября 2026 г.") in text
    assert str(revoked.get_revocation_cause_display()) in text
    assert "Сдавал другой человек" not in response.content.decode()
    assert revoked.revoked_by.email not in response.content.decode()


@pytest.mark.parametrize(
    "typed", [str.lower, grouped, lambda code: f" {code.replace('1', 'l').replace('0', 'o')} "]
)
def test_code_is_found_however_it_is_written(anonymous, certificate, typed):
    code = typed(certificate.code)

    by_address = anonymous.get(reverse("verify_code", args=[code]))
    by_form = anonymous.get(reverse("verify"), {"code": code})

    assert "Анна Орлова" in by_address.content.decode()
    assert (by_form.status_code, by_form["Location"]) == (302, certificate.get_absolute_url())


def test_form_asks_for_a_code(anonymous):
    response = anonymous.get(reverse("verify"))

    [form] = read(response).forms
    assert (response.status_code, form.method, form.action) == (200, "get", reverse("verify"))
    assert [field.name for field in form.fields] == ["code"]


@pytest.mark.parametrize("code", MALFORMED)
def test_malformed_answers_as_unknown(anonymous, certificate, code):
    unknown = anonymous.get(reverse("verify_code", args=[UNKNOWN]))
    malformed = anonymous.get(f"/verify/{code}/")

    assert (unknown.status_code, malformed.status_code) == (404, 404)
    assert malformed.content == unknown.content
    assert malformed.headers == unknown.headers
    assert words("There is no such certificate") in read(unknown).text


@pytest.mark.parametrize("code", MALFORMED)
def test_malformed_in_the_form_answers_as_unknown(anonymous, code):
    unknown = anonymous.get(reverse("verify_code", args=[UNKNOWN]))
    typed = anonymous.get(reverse("verify"), {"code": code})

    assert (typed.status_code, typed.content) == (404, unknown.content)


def test_unknown_and_malformed_ask_the_same(anonymous, certificate):
    asked = []
    for code in (certificate.code, UNKNOWN, "x"):
        with CaptureQueriesContext(connection) as captured:
            anonymous.get(f"/verify/{code}/")
        asked.append([q["sql"] for q in captured if "amoquiz_cache" not in q["sql"]])

    statements = [[sql for sql in one if sql.startswith("SELECT")] for one in asked]
    assert [len(one) for one in statements] == [1, 1, 1]


@pytest.mark.parametrize("address", ["form", "valid", "unknown"])
def test_no_search_engine_keeps_it(anonymous, certificate, address):
    where = {
        "form": reverse("verify"),
        "valid": certificate.get_absolute_url(),
        "unknown": reverse("verify_code", args=[UNKNOWN]),
    }

    response = anonymous.get(where[address])

    assert response["X-Robots-Tag"] == "noindex"
    assert ("meta", {"name": "robots", "content": "noindex"}) in read(response).tags


def test_too_many_looks_of_a_minute_are_refused_alike(anonymous, certificate, clock):
    for _ in range(MOST):
        assert anonymous.get(reverse("verify_code", args=[UNKNOWN])).status_code == 404

    refused = [anonymous.get(f"/verify/{code}/") for code in (certificate.code, UNKNOWN, "x")]

    assert {response.status_code for response in refused} == {429}
    assert len({response.content for response in refused}) == 1
    assert {response["X-Robots-Tag"] for response in refused} == {"noindex"}
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert page(elsewhere, certificate).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert page(anonymous, certificate).status_code == 200


def test_one_subscriber_of_ipv6_counts_as_one(certificate):
    for number in range(MOST):
        Client(REMOTE_ADDR=f"2001:db8:1:1::{number:x}").get("/verify/x/")

    assert page(Client(REMOTE_ADDR="2001:db8:1:1:ffff::1"), certificate).status_code == 429
    assert page(Client(REMOTE_ADDR="2001:db8:1:2::1"), certificate).status_code == 200


@pytest.mark.parametrize("certificates", [1, 3])
def test_queries(anonymous, certificates):
    for _ in range(certificates):
        certificate = certified()
    page(anonymous, certificate)

    with CaptureQueriesContext(connection) as captured:
        page(anonymous, certificate)

    own = [q["sql"] for q in captured if "amoquiz_cache" in q["sql"] or "certification_" in q["sql"]]
    of_certificates = [sql for sql in own if "certification_certificate" in sql]
    assert (len(of_certificates), len(own)) == (1, 5)  # four count the look


def test_hostile_words_are_words(anonymous):
    holder = UserFactory(name="<script>alert(1)</script>", partner=PartnerFactory(name="<b onclick=x>"))

    response = page(anonymous, certified(holder))

    assert "<script>alert(1)</script>" in read(response).text
    assert inline_code(response) == []


@pytest.mark.parametrize("name", ["verify", "verify_code"])
def test_post_is_refused(anonymous, name):
    args = [UNKNOWN] if name == "verify_code" else []

    assert anonymous.post(reverse(name, args=args)).status_code == 405
