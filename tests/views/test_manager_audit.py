"""The audit: who did what, when, about whom and why; each manager sees what concerns their companies."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import allowances, attempts, companies, exports, notes, notices, people
from certification.actions.answers import Answer, save_answer
from certification.models import Event
from certification.states import EventKind, NoticeState, Role
from tests.factories import (
    NOW,
    AdminFactory,
    InvitationFactory,
    NoticeFactory,
    PartnerFactory,
    UserFactory,
    certified,
    finished,
    revoke,
    started,
)
from tests.pages import plain, read, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REASON = "Обрыв связи."


def listed(browser, **query):
    return browser.get(reverse("manage_audit"), query)


def kinds(response):
    return [entry.happening.event.kind for entry in response.context["entries"]]


@pytest.fixture
def partner(manager):
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    return PartnerFactory(manager=manager)


def decisions(partner, by):
    """One of each table, about a person of this company."""
    person = UserFactory(name="Фёдор Шмелёв", partner=partner)
    attempt = finished(person, now=NOW - 2 * DAY)
    said = {"by": by.pk, "now": NOW - DAY, "reason": REASON}
    attempts.void(attempt.pk, **said)
    allowances.grant_attempts(person.pk, attempt.exam_id, 1, **said)
    revoke(certified(person, now=NOW - 3 * DAY), now=NOW - DAY)
    running = started(person)
    noted = save_answer(running.pk, 1, Answer(note="Опечатка."), by=person.pk, now=NOW).response
    notes.handle(noted.pk, revision=noted.revision, by=by.pk, now=NOW)
    people.deactivate(person.pk, **said | {"now": NOW})
    return person


def test_decisions_stand_with_whom_by_whom_and_why(office, manager, partner):
    person = decisions(partner, manager)

    page = read(listed(office))

    for said in (
        str(person),
        str(manager),
        REASON,
        f"{words('attempt voided').capitalize()}.",
        f"{words('person may not sign in any more').capitalize()}.",
        f"{words('certificate revoked').capitalize()}.",
    ):
        assert said in page.text
    [person_page] = {link for link in page.links if link.startswith("/manage/people/")}
    assert person_page == reverse("manage_person", args=[person.pk])


def test_what_happens_elsewhere_is_not_there(office, manager, partner):
    other = AdminFactory()
    decisions(PartnerFactory(), other)
    InvitationFactory()
    people.show_companies(manager.pk, every=False, by=other.pk, now=NOW, reason="Так надо.")
    own_deed = finished(UserFactory(), now=NOW)
    attempts.void(own_deed.pk, by=manager.pk, now=NOW + DAY, reason="Своё решение.")

    response = listed(office)

    assert kinds(response) == [EventKind.ATTEMPT_VOIDED]
    assert "Шмелёв" not in read(response).text


def test_letter_that_was_sent_again_stands_with_its_person(office, manager, partner):
    person = UserFactory(partner=partner)
    seen, other = (NoticeFactory(person=who, state=NoticeState.FAILED) for who in (person, UserFactory()))
    notices.send_again([seen.pk, other.pk], by=AdminFactory().pk, now=NOW)

    page = read(listed(office, kind="letter_repeated"))

    assert (seen.email in page.text, other.email in page.text) == (True, False)
    assert reverse("manage_person", args=[person.pk]) in page.links


def test_who_has_gone_to_another_company_is_not_told_of_any_more(office, manager, partner):
    person = decisions(partner, manager)
    certificate = person.certificates.get()
    people.reactivate(person.pk, by=manager.pk, now=NOW, reason="Вышла из отпуска.")
    person.partner = PartnerFactory()
    person.name = "Анна Кедрова"
    person.save()

    response = listed(office)

    page = read(response)
    assert (len(kinds(response)), {entry.subject for entry in response.context["entries"]}) == (5, {None})
    assert [told for told in ("Кедрова", person.email, certificate.number) if told in page.text] == []
    assert {link for link in page.links if re.match(r"/manage/(people|attempts)/\d", link)} == set()


def test_what_was_decided_is_told(editor, manager):
    admin = {"by": AdminFactory().pk, "now": NOW, "reason": "Так надо."}
    former, present = PartnerFactory(name="Ромашка"), PartnerFactory(name="Василёк")
    person = UserFactory(partner=former)
    people.move(person.pk, present.pk, **admin)
    people.change_role(person.pk, "lead", **admin)
    people.move(person.pk, None, **admin)
    people.show_companies(manager.pk, every=not manager.all_companies, **admin)
    companies.assign(present.pk, manager.pk, **admin)
    companies.assign(present.pk, None, **admin)
    companies.assign(present.pk, None, **admin)
    taken = {"by": manager.pk, "now": NOW, "listing": "attempts", "rows": 5}
    exports.made(filters={"outcome": "passed"}, form="xlsx", **taken)
    exports.made(filters={}, form="csv", **taken)
    noted = save_answer(started(person).pk, 1, Answer(note="Опечатка."), by=person.pk, now=NOW).response
    notes.handle(noted.pk, revision=noted.revision, by=manager.pk, now=NOW)

    response = listed(editor)

    sights = [words("every company"), words("the companies they run")]
    rows = words("%(count)d row", plural="%(count)d rows", n=5, count=5)
    told = [plain(entry.told) for entry in response.context["entries"] if entry.told]
    assert told == [
        words("“%(note)s”", note="Опечатка."),
        f"{rows}, CSV.",
        f"{rows}, XLSX.",
        f"{manager} → {words('nobody')}.",
        f"{words('nobody')} → {manager}.",
        f"{sights[0]} → {sights[1]}.",
        f"{Role.LEAD.label} → {Role.CANDIDATE.label}.",
        f"Василёк → {words('no company')}.",
        f"{Role.CANDIDATE.label} → {Role.LEAD.label}.",
        "Ромашка → Василёк.",
    ]
    page = read(response)
    assert [sentence for sentence in told if sentence not in page.text] == []
    assert "/manage/attempts/?outcome=passed" in page.links


def test_companies_out_of_sight_go_unnamed(office, partner):
    former = PartnerFactory(name="Ромашка")
    person = UserFactory(partner=former)
    people.move(person.pk, partner.pk, by=AdminFactory().pk, now=NOW, reason="Так надо.")

    response = listed(office)

    assert [entry.told for entry in response.context["entries"]] == [
        f"{words('another company')} → {partner}."
    ]
    assert "Ромашка" not in read(response).text


def test_administrators_see_all_of_it(editor, manager):
    decisions(PartnerFactory(), manager)

    assert len(kinds(listed(editor))) == min(Event.objects.count(), 50) > 10


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "attempt_voided"}, {EventKind.ATTEMPT_VOIDED}),
        ({"q": "шмелев", "kind": "note_handled"}, {EventKind.NOTE_HANDLED}),
        ({"q": "никто"}, set()),
        ({"who": "system"}, set()),
        (
            {"since": "23.11.2026"},
            {EventKind.ATTEMPT_STARTED, EventKind.NOTE_HANDLED, EventKind.PERSON_DEACTIVATED},
        ),
        (
            {"until": "20.11.2026"},
            {EventKind.ATTEMPT_STARTED, EventKind.ATTEMPT_SUBMITTED, EventKind.CERTIFICATE_ISSUED},
        ),
    ],
)
def test_filters(office, manager, partner, query, found):
    decisions(partner, manager)

    response = listed(office, **query)

    assert (response.status_code, set(kinds(response))) == (200, found)


def test_by_whom(office, manager, partner):
    decisions(partner, manager)

    own = listed(office, who=str(manager.pk))

    assert {entry.happening.event.actor for entry in own.context["entries"]} == {manager}
    assert len(kinds(own)) == 4


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "eaten"},
        {"who": "1000000"},
        {"since": "вчера"},
        {"since": "1112026"},
        {"since": "01.01.0001"},
        {"until": "31.12.9999"},
        {"since": "02.11.2026", "until": "01.11.2026"},
    ],
)
def test_a_search_that_cannot_be_says_so(office, query):
    response = listed(office, **query)

    assert (response.status_code, kinds(response)) == (422, [])
    assert words("Error:") in response.content.decode()
