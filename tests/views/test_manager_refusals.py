"""What is refused to a manager, and to whoever is none: nothing is written, and what was typed stays."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from certification.actions import allowances
from certification.states import Role
from tests.factories import NOW, AdminFactory, ManagerFactory, finished, started
from tests.pages import read, words
from tests.rows import all_rows, changed_tables
from tests.views.office import REASON, SENT, attempt_page, decide, forms, typed

pytestmark = pytest.mark.django_db

HOSTILE = '</textarea><script>alert(1)</script>"'


# Refusals of the actions.

OWN = "Nobody decides about themselves: ask another manager."


def refused(response, sentence, before):
    """The page again, with the sentence and what was typed; nothing was written."""
    assert response.status_code == 409
    assert changed_tables(before) == []
    html = response.content.decode()
    text = read(response).text
    assert f"{words('Nothing was changed')} {words(sentence)}" in text
    assert f"<title>{words('Error:')} " in html


def test_extension_of_a_finished_attempt_is_refused(office, failed):
    before = all_rows()

    response = decide(office, failed, "extend", reason=HOSTILE)

    sentence = "The attempt is finished by now, so there is nothing to add time to. It can be reopened."
    refused(response, sentence, before)
    assert typed(response, "extend") == {
        "extra": ["minutes"],
        "minutes": ["15"],
        "reason": [HOSTILE],
    }
    assert HOSTILE not in response.content.decode()


def test_extension_of_an_overdue_attempt_is_refused(office, clock, open_attempt):
    clock.shift(timedelta(minutes=60, seconds=11))
    before = all_rows()

    response = decide(office, open_attempt, "extend", extra="200")

    sentence = "Its time is up, and it is closed in a moment. Then it can be reopened."
    refused(response, sentence, before)
    assert typed(response, "extend") == {"extra": ["200"], "minutes": ["15"], "reason": [REASON]}


def test_reopening_before_a_later_attempt_is_refused(office, failed):
    started(failed.candidate, failed.exam, now=NOW + timedelta(days=1))
    before = all_rows()

    response = decide(office, failed, "reopen")

    sentence = "The candidate has started a later attempt at this exam, so this one stays closed."
    refused(response, sentence, before)
    assert typed(response, "reopen") == {"minutes": ["20"], "reason": [REASON]}


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("role", [ManagerFactory, AdminFactory])
def test_nobody_decides_about_their_own_attempt(name, role):
    person = role()
    browser = Client()
    browser.force_login(person)
    attempt = finished(person, now=NOW - timedelta(hours=1)) if name != "extend" else started(person)
    before = all_rows()

    response = decide(browser, attempt, name)

    refused(response, OWN, before)
    assert typed(response, name) == {
        **{field: [value] for field, value in SENT[name].items()},
        **({"minutes": [""]} if name == "grant_time" else {}),
        "reason": [REASON],
    }


def test_own_allowance_is_not_withdrawn(office, manager):
    attempt = finished(manager, now=NOW - timedelta(hours=1))
    other = ManagerFactory()
    allowance = allowances.grant_attempts(manager.pk, attempt.exam_id, 1, by=other.pk, now=NOW, reason=REASON)
    before = all_rows()

    response = office.post(reverse("withdraw", args=[attempt.pk, allowance.pk]), {"reason": HOSTILE})

    refused(response, OWN, before)
    assert typed(response, "withdraw") == {"reason": [HOSTILE]}


def test_allowance_is_not_withdrawn_without_a_reason(office, manager, failed):
    """Of two the sentence stands at the one that was meant."""
    given = {"by": manager.pk, "now": NOW, "reason": REASON}
    meant, _other = (
        allowances.grant_attempts(failed.candidate_id, failed.exam_id, 1, **given) for _ in range(2)
    )
    before = all_rows()

    response = office.post(reverse("withdraw", args=[failed.pk, meant.pk]), {"reason": " "})

    assert (response.status_code, changed_tables(before)) == (422, [])
    html = response.content.decode()
    assert f"<title>{words('Error:')} " in html
    assert re.findall(r'id="(\S+_error)"', html) == [f"withdraw-{meant.pk}-reason_error"]


def test_page_of_ones_own_attempt_offers_nothing(office, manager):
    attempt = finished(manager, now=NOW - timedelta(hours=1))
    other = ManagerFactory()
    allowances.grant_attempts(manager.pk, attempt.exam_id, 1, by=other.pk, now=NOW, reason=REASON)

    response = attempt_page(office, attempt)

    text = read(response).text
    assert words("This is your own attempt: another manager decides about it.") in text
    assert forms(response) == {}
    buttons = [button.text for form in read(response).forms for button in form.buttons]
    assert [text for text in buttons if words("Withdraw") in text] == []


# Forms that say nothing that can be done.


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_reason_is_required(office, name, failed, reason):
    before = all_rows()

    response = decide(office, failed, name, reason=reason)

    assert (response.status_code, changed_tables(before)) == (422, [])
    html = response.content.decode()
    assert f"<title>{words('Error:')} " in html
    assert html.count(escape(words("Write the reason."))) == 2  # in the summary and at the field
    assert [attrs for tag, attrs in read(response).tags if tag == "details" and "open" in attrs] != []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("extend", {"extra": ""}),
        ("extend", {"extra": "130"}),
        ("extend", {"extra": "minutes", "minutes": ""}),
        ("extend", {"extra": "minutes", "minutes": "0"}),
        ("extend", {"extra": "minutes", "minutes": "601"}),
        ("extend", {"extra": "minutes", "minutes": "ten"}),
        ("extend", {"reason": "a" * 501}),
        ("reopen", {"minutes": "0"}),
        ("reopen", {"minutes": "601"}),
        ("reopen", {"minutes": ""}),
        ("grant_time", {"extra": "minutes", "minutes": "601"}),
        ("grant_attempts", {"attempts": "0"}),
        ("grant_attempts", {"attempts": "11"}),
        ("void", {"reason": "a" * 501}),
        ("void", {"reason": "a\0b"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(office, open_attempt, failed, name, changes):
    attempt = open_attempt if name == "extend" else failed
    before = all_rows()

    response = decide(office, attempt, name, **changes)

    assert (response.status_code, changed_tables(before)) == (422, [])
    [field] = [field for field in changes if field != "extra" or len(changes) == 1]
    links = [link for link in read(response).links if link.startswith(f"#{name}-")]
    assert links == [f"#{name}-{field}"]
    invalid = [attrs["id"] for _tag, attrs in read(response).tags if attrs.get("aria-invalid") == "true"]
    assert invalid == [f"{name}-{field}"]
    assert typed(response, name)["reason"] == [changes.get("reason", REASON)]


def test_longest_reason_is_kept_with_its_lines(office, failed):
    reason = "а" * 248 + "\r\n\r\n" + "б" * 250  # 500 as a browser counts

    decide(office, failed, "void", reason=reason)

    failed.refresh_from_db()
    assert failed.void_reason == "а" * 248 + "\n\n" + "б" * 250


# Who comes by another way.


@pytest.mark.parametrize("name", [*SENT, "check_receipt"])
def test_login_in_between_comes_back_to_the_attempt_page(office, failed, name):
    before = all_rows()

    response = office.get(reverse(name, args=[failed.pk]))

    there = reverse("manage_attempt", args=[failed.pk])
    assert (response.status_code, response["Location"]) == (302, there)
    assert changed_tables(before) == []


@pytest.mark.parametrize("name", [*SENT, "check_receipt"])
@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_candidates_and_leads_decide_nothing(client, person, failed, name, role):
    person.role = role
    person.save(update_fields=["role"])
    before = all_rows()

    statuses = [
        client.post(reverse(name, args=[pk]), {**SENT.get(name, {}), "reason": REASON}).status_code
        for pk in (failed.pk, 10**6)
    ]

    assert (statuses, changed_tables(before)) == ([403, 403], [])


@pytest.mark.parametrize("name", [*SENT, "check_receipt"])
def test_nothing_is_decided_about_what_is_not_there(office, name):
    sent = {**SENT.get(name, {}), "reason": REASON, "text": "0"}

    assert office.post(reverse(name, args=[10**6]), sent).status_code == 404
