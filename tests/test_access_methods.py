"""A GET never writes, and a POST without its token is refused: on every address there is."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext

from certification.states import Role
from tests.addresses import addresses, arguments_for, known, signed_in, writes_of
from tests.factories import NOW, AdminFactory, ManagerFactory, UserFactory, bank_with_exam, finished, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

TUTORIAL_PAGES = {"tutorial", "tutorial_question", "tutorial_clock", "tutorial_review"}
# Of the admin: what nobody writes by hand, a version of the agreement that somebody accepted, what is sent by
# POST alone, and a file that is not kept any more.
NOT_BY_HAND = {
    "admin:account_emailaddress_add",
    "admin:account_emailaddress_delete",
    "admin:certification_acceptance_add",
    "admin:certification_acceptance_delete",
    "admin:certification_agreement_delete",
    "admin:certification_attempt_add",
    "admin:certification_attempt_delete",
    "admin:certification_certificate_add",
    "admin:certification_certificate_delete",
    "admin:certification_event_add",
    "admin:certification_event_delete",
    "admin:certification_invitation_add",
    "admin:certification_invitation_delete",
    "admin:certification_notice_add",
    "admin:certification_notice_delete",
    "admin:certification_question_delete",
    "admin:certification_question_draft",
    "admin:certification_question_export",
    "admin:certification_question_import_plan",
    "admin:mfa_authenticator_add",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin():
    return known(AdminFactory())


@pytest.fixture
def attempt():
    return started(known(UserFactory()))


@pytest.fixture
def pages(attempt, admin):
    return addresses(arguments_for(attempt, admin))


def crawl(client, pages, **headers):
    """{name: status} of a GET of each page, of which none writes."""
    before = all_rows()
    answers = {name: writes_of(lambda a=a: client.get(a, headers=headers)) for name, a in pages.items()}

    assert {name: statements for name, (_, statements) in answers.items() if statements} == {}
    assert changed_tables(before) == []
    return {name: response.status_code for name, (response, _) in answers.items()}


def faults(statuses):
    return {name for name, status in statuses.items() if status >= 500} - {"readyz"}  # its jobs do not run


@pytest.mark.parametrize("who", ["lead", "manager"])
def test_get_never_writes(pages, attempt, who):
    lead = {"role": Role.LEAD, "partner": attempt.partner}
    person = UserFactory(**lead) if who == "lead" else ManagerFactory()

    statuses = crawl(signed_in(known(person)), pages)

    assert faults(statuses) == set()
    assert statuses["company" if who == "lead" else "manage_attempts"] == 200


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (timedelta(minutes=5), 200),
        (timedelta(minutes=60, seconds=5), 302),
        (timedelta(hours=2), 302),
        (None, 302),
    ],
    ids=["in progress", "in its grace", "overdue", "finished"],
)
def test_get_of_a_candidate_never_writes(admin, begun, status, headers):
    user, exam = known(UserFactory()), bank_with_exam()
    attempt = started(user, exam, now=NOW - begun) if begun else finished(user, exam, now=NOW)
    pages = addresses(arguments_for(attempt, admin))
    outside = {name: page for name, page in pages.items() if not name.startswith("admin:")}
    client = signed_in(user)
    client.post(pages["tutorial"])

    statuses = crawl(client, outside, **headers)

    assert statuses["home"] == statuses["exam"] == statuses["clock"] == 200
    assert {name: statuses[name] for name in TUTORIAL_PAGES} == dict.fromkeys(TUTORIAL_PAGES, 200)
    assert statuses["question"] == (200 if headers else status)
    assert faults(statuses) == set()


def test_get_of_an_administrator_never_writes(admin, pages):
    statuses = crawl(signed_in(admin), pages)

    of_rows = ("admin:certification_", "admin:mfa_", "admin:account_")
    inside = {name: status for name, status in statuses.items() if name.startswith(of_rows)}
    assert len(inside) >= 50
    assert {name for name, status in inside.items() if status != 200} == NOT_BY_HAND
    assert faults(statuses) == set()


def test_reader_of_statements_finds_a_write(attempt):
    client = signed_in(attempt.candidate)
    response, statements = writes_of(lambda: client.post(reverse("finish", args=[attempt.pk])))

    assert response.status_code == 302
    assert [statement.split()[0] for statement in statements] == ["UPDATE", "INSERT", "INSERT"]


@pytest.mark.parametrize("who", ["candidate", "admin", "nobody"])
def test_post_without_the_csrf_token_is_refused_with_a_sentence(pages, attempt, admin, who):
    people = {"candidate": attempt.candidate, "admin": admin}
    client = Client(enforce_csrf_checks=True)
    if who in people:
        client.force_login(people[who])
    before = all_rows()

    answers = {name: client.post(page, {"choice": "1"}) for name, page in pages.items()}

    assert {name: a.status_code for name, a in answers.items() if a.status_code != 403} == {}
    sentence = escape(gettext("The page is out of date"))
    assert {name for name, a in answers.items() if sentence not in a.content.decode()} == set()
    assert changed_tables(before) == []


def test_save_without_the_csrf_token_tells_a_script_so_and_with_it_is_stored(attempt):
    client = signed_in(attempt.candidate, enforce_csrf_checks=True)
    address = reverse("question", args=[attempt.pk, 1])
    client.get(address)
    headers = {"accept": "application/json"}

    refused = client.post(address, {"choice": "1"}, headers=headers)
    token = client.cookies["csrftoken"].value
    stored = client.post(address, {"choice": "1"}, headers={**headers, "X-CSRFToken": token})

    assert (refused.status_code, refused.json()["reason"]) == (403, "csrf")
    assert refused.json()["sentence"] == gettext(
        "This page is out of date. Open it anew: what was saved is kept."
    )
    assert (stored.status_code, stored.json()["value"]) == (200, [1])
