"""Who may open what: every address there is, walked from the resolver."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils.html import escape
from django.utils.translation import gettext

from certification.actions import allowances
from certification.models import Exam
from certification.states import Role
from tests.factories import (
    NOW,
    AcceptanceFactory,
    AdminFactory,
    InvitationFactory,
    NoticeFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    started,
)
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

# What can be opened without signing in, and nothing else.
PUBLIC = {
    "account_login",
    "account_inactive",
    "account_signup",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "healthz",
    "readyz",
    "invitation",
    "verify",
    "verify_code",
}
# A statement that a GET must not send; sessions and the rate limits' cache are the exceptions.
WRITE = re.compile(r'(INSERT|UPDATE|DELETE)\b(?!.*"?(django_session|amoquiz_cache)\b)', re.IGNORECASE)
CANDIDATE_PAGES = {"home", "exam", "question", "clock", "review", "result", "certificate_pdf"}
MANAGERS_PAGES = {
    "manage_attempts",
    "manage_attempt",
    "manage_notes",
    "manage_partners",
    "manage_partner",
    "manage_person",
}
ADMINISTRATORS_PAGES = {"manage_staff"}
DECISIONS = {"extend", "void", "reopen", "grant_time", "grant_attempts", "waive_wait", "withdraw", "revoke"}
OF_A_COMPANY = {"manage_invite", "manage_invite_list", "manage_resend", "manage_revoke"}
OF_A_PERSON = {"manage_move", "manage_role", "manage_deactivate", "manage_reactivate"}
TUTORIAL_PAGES = {"tutorial", "tutorial_question", "tutorial_clock", "tutorial_review"}
# What nobody writes by hand, and a version of the agreement that somebody accepted.
NOT_BY_HAND = [
    "acceptance_add",
    "acceptance_delete",
    "agreement_delete",
    "invitation_add",
    "invitation_delete",
]
OF_AN_ATTEMPT = ["question", "clock", "review", "finish", "result"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def named_patterns(patterns, namespace="", outer=frozenset()):
    """(name, its arguments) of everything the resolver knows; admin's redirects have no name."""
    for pattern in patterns:
        wanted = {*outer, *pattern.pattern.converters, *pattern.pattern.regex.groupindex}
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern.url_patterns, inner, wanted)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", wanted


def addresses(arguments):
    """{name: address} of every page; an unnamed one of the admin stands for its like."""
    found = {}
    for name, wanted in named_patterns(get_resolver().url_patterns):
        own = {**arguments, **arguments.get(name.rsplit("_", 1)[0], {})}
        found[name] = reverse(name, kwargs={key: own[key] for key in wanted})
    found["admin:redirect"] = "/admin/certification/question/1/"
    found["admin:no such page"] = "/admin/nothing/"
    return found


def arguments_for(attempt, admin):
    """Arguments with which each address leads to something that is there."""
    question = attempt.responses.get(position=1).question
    invitation = InvitationFactory(partner=attempt.partner)
    acceptance = AcceptanceFactory(partner=attempt.partner, accepted_by=attempt.candidate)
    certificate = certified(attempt.candidate, now=NOW - timedelta(days=1))
    objects = {
        "invitation": invitation,
        "agreement": acceptance.agreement,
        "acceptance": acceptance,
        "section": question.section,
        "question": question,
        "exam": attempt.exam,
        "notice": NoticeFactory(attempt=attempt),
        "partner": attempt.partner,
        "user": attempt.candidate,
        "certificate": certificate,
    }
    return {
        "attempt_id": attempt.pk,
        "certificate_id": certificate.pk,
        "code": certificate.code,
        "allowance_id": granted(attempt, admin).pk,
        "position": 1,
        "partner_id": attempt.partner_id,
        "person_id": attempt.candidate_id,
        "invitation_id": invitation.pk,
        "token": invitation.token,
        "slug": attempt.exam.slug,
        "object_id": admin.pk,
        "id": attempt.candidate_id,
        "content_type_id": ContentType.objects.get_for_model(Exam).pk,
        "app_label": "certification",
        "key": "abc",
        "pk": 1,
        "uidb36": "1",
        "url": "nothing",
        **{f"admin:certification_{name}": {"object_id": row.pk} for name, row in objects.items()},
        "admin:view_on": {"object_id": attempt.exam.pk},
    }


def granted(attempt, admin):
    """One more attempt for its candidate at its exam."""
    whom = attempt.candidate_id, attempt.exam_id
    return allowances.grant_attempts(*whom, 1, by=admin.pk, now=NOW, reason="Договорились.")


@pytest.fixture
def admin():
    return known(AdminFactory())


def known(person):
    """With a verified address, as everybody has who can sign in."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def attempt():
    """In progress; its candidate has a finished one at another exam as well."""
    attempt = started(known(UserFactory()))
    finished(attempt.candidate, now=NOW - timedelta(days=2))
    return attempt


@pytest.fixture
def pages(attempt, admin):
    return addresses(arguments_for(attempt, admin))


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def test_walk_finds_the_pages_of_every_part(pages):
    assert CANDIDATE_PAGES | {"finish"} | PUBLIC | MANAGERS_PAGES | DECISIONS <= set(pages)
    assert pages["question"].startswith("/attempts/")
    assert len([name for name in pages if name.startswith("admin:certification_")]) >= 25


def asks_to_sign_in(response, address):
    """Sends to the login, which comes back to `address`; Django admin goes there by its own."""
    location = urlsplit(response.headers.get("Location", ""))
    logins = {reverse("account_login"), reverse("admin:login")}
    return (
        response.status_code == 302
        and location.path in logins
        and parse_qs(location.query).get("next") == [address]
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_public_pages_open_without_signing_in(pages, method):
    before = all_rows()

    opened = {
        name
        for name, address in pages.items()
        if not asks_to_sign_in(getattr(Client(), method)(address), address)
    }

    assert opened == PUBLIC
    assert changed_tables(before) == []


@pytest.mark.parametrize("name", ["question", "admin:index"])
def test_who_signs_in_comes_back_to_the_page(pages, attempt, admin, name):
    person = admin if name == "admin:index" else attempt.candidate
    person.set_password("a password")
    person.save()
    client = Client()
    login = client.get(pages[name], follow=True).redirect_chain[-1][0]

    response = client.post(login, {"login": person.email, "password": "a password"}, follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == pages[name]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_AN_ATTEMPT)
def test_attempt_of_somebody_else_is_not_there(attempt, admin, name, method):
    own = started(UserFactory(), attempt.exam)
    address, own_address, missing = (
        addresses({**arguments_for(attempt, admin), "attempt_id": pk})[name]
        for pk in (attempt.pk, own.pk, 10**6)
    )
    client = signed_in(own.candidate)
    before = all_rows()

    response = getattr(client, method)(address)

    allowed = method == "get" or name in ("question", "finish")
    assert response.status_code == (404 if allowed else 405)
    assert getattr(client, method)(missing).status_code == response.status_code
    assert changed_tables(before) == []
    assert getattr(client, method)(own_address).status_code in ((200, 302) if allowed else (405,))


def test_attempt_of_somebody_else_is_not_there_for_an_administrator_either(attempt, admin):
    client = signed_in(admin)

    statuses = {client.get(reverse("question", args=[attempt.pk, 1])).status_code}
    statuses.add(client.get(reverse("result", args=[attempt.pk])).status_code)
    statuses.add(client.post(reverse("finish", args=[attempt.pk])).status_code)

    assert statuses == {404}
    attempt.refresh_from_db()
    assert attempt.is_open


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD, Role.MANAGER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_is_closed_to_everybody_but_administrators(pages, admin, role, method):
    person = UserFactory(role=role)
    client = signed_in(person)
    inside = {name: page for name, page in pages.items() if name.startswith("admin:")}
    before = all_rows()

    statuses = {name: getattr(client, method)(page).status_code for name, page in inside.items()}

    assert {name: status for name, status in statuses.items() if status not in (302, 403)} == {}
    assert changed_tables(before) == []
    assert signed_in(admin).get(inside["admin:index"]).status_code == 200


def managers(pages):
    """The addresses under /manage/."""
    return {name: page for name, page in pages.items() if page.startswith("/manage/")}


def test_every_page_of_managers_is_known(pages):
    known = MANAGERS_PAGES | ADMINISTRATORS_PAGES | DECISIONS | OF_A_COMPANY | OF_A_PERSON
    assert set(managers(pages)) == known | {"check_receipt"}


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
@pytest.mark.parametrize("method", ["get", "post"])
def test_managers_pages_are_closed_to_candidates_and_leads(pages, role, method):
    client = signed_in(UserFactory(role=role))
    before = all_rows()

    statuses = {name: getattr(client, method)(page).status_code for name, page in managers(pages).items()}

    assert {name for name, status in statuses.items() if status != 403} == set()
    assert changed_tables(before) == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_get_of_a_manager_never_writes(pages, role):
    statuses = crawl(signed_in(UserFactory(role=role)), managers(pages))

    sent_back = dict.fromkeys(DECISIONS | OF_A_COMPANY | OF_A_PERSON | {"check_receipt"}, 302)
    of_administrators = dict.fromkeys(ADMINISTRATORS_PAGES, 200 if role == Role.ADMIN else 403)
    assert statuses == dict.fromkeys(MANAGERS_PAGES, 200) | of_administrators | sent_back


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


def writes_of(call):
    """What `call` answers, and the statements by which it wrote."""
    with CaptureQueriesContext(connection) as queries:
        response = call()
    return response, [query["sql"] for query in queries if WRITE.match(query["sql"])]


def crawl(client, pages, **headers):
    """{name: status} of a GET of each page, of which none writes."""
    before = all_rows()
    answers = {name: writes_of(lambda a=a: client.get(a, headers=headers)) for name, a in pages.items()}

    assert {name: statements for name, (_, statements) in answers.items() if statements} == {}
    assert changed_tables(before) == []
    return {name: response.status_code for name, (response, _) in answers.items()}


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
    assert {name for name, status in statuses.items() if status >= 500} == {"readyz"}


def test_get_of_an_administrator_never_writes(admin, pages):
    statuses = crawl(signed_in(admin), pages)

    inside = {name: status for name, status in statuses.items() if "certification_" in name}
    assert len(inside) >= 25
    # Questions are retired, never deleted; letters and certificates are only looked at.
    assert {name for name, status in inside.items() if status != 200} == {
        "admin:certification_question_delete",
        "admin:certification_notice_add",
        "admin:certification_notice_delete",
        *(f"admin:certification_{name}" for name in NOT_BY_HAND),
        "admin:certification_certificate_add",
        "admin:certification_certificate_delete",
    }
    assert {name for name, status in statuses.items() if status >= 500} == {"readyz"}


def test_reader_of_statements_finds_a_write(attempt):
    client = signed_in(attempt.candidate)
    response, statements = writes_of(lambda: client.post(reverse("finish", args=[attempt.pk])))

    assert response.status_code == 302
    assert [statement.split()[0] for statement in statements] == ["UPDATE", "INSERT", "INSERT"]
