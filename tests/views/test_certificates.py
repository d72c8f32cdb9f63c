"""A certificate as its holder and managers have it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.actions import attempts
from certification.rendering import certificate as sheets
from certification.states import Role
from tests.factories import (
    NOW,
    ManagerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    revoke,
    void,
)
from tests.pages import inline_code, read, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
VALID_UNTIL = "22 ноября 2027 г., 10:10"


@pytest.fixture
def certificate(person):
    return certified(person, bank_with_exam(questions=4, per_section=2), now=NOW - DAY)


def home(client):
    return read(client.get(reverse("home")))


def result(client, attempt):
    return read(client.get(attempt.get_result_url()))


def pdf(client, certificate):
    return client.get(certificate.get_pdf_url())


def test_holder_has_the_sheet(client, certificate):
    response = pdf(client, certificate)

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'
    assert response.content == sheets.pdf(certificate)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_sheet_of_somebody_else_is_not_there(certificate, role):
    browser = Client()
    browser.force_login(UserFactory(role=role, partner=certificate.partner))

    alien, missing = pdf(browser, certificate), browser.get(reverse("certificate_pdf", args=[10**6]))

    assert (alien.status_code, missing.status_code) == (404, 404)
    assert read(alien).text == read(missing).text


def test_revoked_sheet_is_had_by_managers_only(client, office, certificate):
    revoke(certificate)

    assert pdf(client, certificate).status_code == 404
    assert pdf(office, certificate).status_code == 200


def test_sheet_is_got_and_not_posted(client, certificate):
    assert client.post(certificate.get_pdf_url()).status_code == 405


@pytest.mark.parametrize("certificates", [1, 3])
def test_queries_of_the_sheet(client, person, certificates):
    for _ in range(certificates):
        certificate = certified(person)

    with CaptureQueriesContext(connection) as captured:
        pdf(client, certificate)

    assert len(captured) == 3


def test_home_shows_the_certificate(client, certificate):
    page = home(client)

    assert words("My certificate") in page.text
    assert certificate.number in page.text
    assert VALID_UNTIL in page.text
    assert words("from %(date)s", date="23 сентября 2027 г.") in page.text
    assert {certificate.get_pdf_url(), certificate.get_absolute_url()} <= set(page.links)


def test_result_shows_the_certificate(client, certificate):
    page = result(client, certificate.attempt)

    assert certificate.number in page.text
    assert VALID_UNTIL in page.text
    assert {certificate.get_pdf_url(), certificate.get_absolute_url()} <= set(page.links)


def test_pages_of_others_show_nothing_of_it(certificate):
    browser = Client()
    other = UserFactory()
    browser.force_login(other)
    own = certified(other, certificate.exam, now=NOW - DAY)

    for page in (home(browser), result(browser, own.attempt)):
        assert own.number in page.text
        assert certificate.number not in page.text


def test_renewal_is_offered_from_its_day_on(client, certificate, clock):
    start = reverse("exam", args=[certificate.exam.slug])
    clock.move_to(certificate.renewal_opens - timedelta(seconds=1))
    client.force_login(certificate.candidate)
    assert start not in home(client).links

    clock.move_to(certificate.renewal_opens)
    client.force_login(certificate.candidate)  # the session is long over
    page = home(client)
    assert words("%(name)s, the certificate can be renewed", name="Мария") in page.text
    assert words("Renew the certificate") in page.text
    assert start in page.links
    assert start in result(client, certificate.attempt).links


def test_renewed_one_is_shown_as_such(client, person, certificate, clock):
    later = certified(person, certificate.exam, now=certificate.renewal_opens)
    clock.move_to(certificate.renewal_opens + DAY)
    client.force_login(person)

    page = home(client)
    assert later.number in page.text
    assert certificate.number not in page.text
    assert words("Renewed by a later one", context="certificate") in result(client, certificate.attempt).text


def test_expired_one_is_shown_as_such(client, certificate, clock):
    clock.move_to(certificate.expires_at)
    client.force_login(certificate.candidate)

    assert words("Expired", context="certificate") in home(client).text
    assert words("Expired", context="certificate") in result(client, certificate.attempt).text


def test_revoked_one_is_said_to_be_lost(client, certificate):
    revoke(certificate, now=NOW)
    sentence = words(
        "The certificate of this attempt was revoked on %(date)s (Moscow). Questions are answered by the"
        " programme's manager:",
        date="23 ноября 2026 г., 10:00",
    )

    for page in (home(client), result(client, certificate.attempt)):
        assert sentence in page.text
        assert certificate.get_pdf_url() not in page.links
        assert "Сдавал другой человек" not in page.text


def test_voided_attempt_shows_no_certificate(client, certificate):
    void(certificate.attempt, now=NOW)

    assert words("My certificate") not in home(client).text
    assert certificate.number not in result(client, certificate.attempt).text


def test_failed_attempt_shows_no_certificate(client, person):
    attempt = finished(person, now=NOW - DAY)

    assert words("My certificate") not in home(client).text
    assert words("My certificate") not in result(client, attempt).text


@pytest.mark.parametrize("certificates", [1, 3])
def test_queries_of_the_pages(client, person, certificates):
    for _ in range(certificates):
        certificate = certified(person, now=NOW - DAY)

    counts = {}
    for name, address in {
        "home": reverse("home"),
        "result": certificate.attempt.get_result_url(),
        "exam": certificate.exam.get_absolute_url(),
    }.items():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts[name] = len(captured)

    assert counts == {"home": 7, "result": 6, "exam": 6}


def test_hostile_name_is_a_name(client, person):
    type(person).objects.update(name="<script>alert(1)</script>")
    person.refresh_from_db()
    certified(person, now=NOW - DAY)

    assert inline_code(client.get(reverse("home"))) == []


# The manager's side


def manage(office, certificate):
    return office.get(reverse("manage_attempt", args=[certificate.attempt_id]))


def send(office, certificate, **sent):
    address = reverse("revoke", args=[certificate.attempt_id])
    return office.post(address, {"cause": "mistake", "reason": "Не тот человек", **sent})


def test_manager_sees_the_certificate_and_what_happened(office, certificate):
    page = read(manage(office, certificate))

    assert certificate.number in page.text
    assert words("Valid", context="certificate") in page.text
    assert (
        words("%(number)s, valid until %(expires)s.", number=certificate.number, expires="22.11.2027 10:10")
        in page.text
    )
    assert {certificate.get_pdf_url(), certificate.get_absolute_url()} <= set(page.links)


def test_manager_revokes(office, manager, certificate):
    response = send(office, certificate)

    certificate.refresh_from_db()
    assert response["Location"] == reverse("manage_attempt", args=[certificate.attempt_id])
    assert (certificate.revoked_at, certificate.revoked_by) == (NOW, manager)
    assert (certificate.revocation_cause, certificate.revocation_reason) == ("mistake", "Не тот человек")
    page = read(manage(office, certificate))
    assert words("The certificate was revoked: its public page says so from now on.") in page.text
    assert words("Revoked", context="certificate") in page.text
    cause = str(certificate.get_revocation_cause_display())
    assert words("%(number)s: %(cause)s.", number=certificate.number, cause=cause) in page.text
    assert reverse("revoke", args=[certificate.attempt_id]) not in [form.action for form in page.forms]


def test_second_revocation_changes_nothing_and_says_so(office, certificate):
    revoke(certificate, now=NOW - timedelta(hours=1))

    send(office, certificate)

    sentence = words(
        "Nothing was changed: the certificate was revoked on %(at)s (Moscow).",
        at="23 ноября 2026 г., 09:00:00",
    )
    assert sentence in read(manage(office, certificate)).text


@pytest.mark.parametrize(
    "sent", [{"reason": ""}, {"cause": ""}, {"cause": "whim"}, {"cause": "result_withdrawn"}]
)
def test_revocation_without_cause_or_reason_is_refused(office, certificate, sent):
    assert send(office, certificate, **sent).status_code == 422

    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_attempt_without_a_certificate_has_nothing_to_revoke(office, failed):
    page = read(office.get(reverse("manage_attempt", args=[failed.pk])))

    address = reverse("revoke", args=[failed.pk])
    assert address not in [form.action for form in page.forms]
    assert office.post(address, {"cause": "mistake", "reason": "Ошибка"}).status_code == 409


def test_manager_does_not_revoke_their_own(office, manager):
    own = certified(manager, now=NOW - DAY)

    assert send(office, own).status_code == 409
    own.refresh_from_db()
    assert own.revoked_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_manager(office, rows):
    certificate = certified(now=NOW - 9 * DAY)
    for day in range(rows):
        attempts.reopen(
            certificate.attempt_id,
            by=ManagerFactory().pk,
            now=NOW - (5 - day) * DAY,
            reason="Ошибка",
            minutes=9,
        )
        attempts.submit(certificate.attempt_id, by=None, now=NOW - (5 - day) * DAY)
    manage(office, certificate)

    with CaptureQueriesContext(connection) as captured:
        manage(office, certificate)

    assert len(captured) == 10
