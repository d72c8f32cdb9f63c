"""The page of one person: what they were granted, earned and went through. Decisions: test_people.py."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.actions import allowances, attempts, people
from certification.models import Allowance
from certification.rules.deadlines import ExtraTime
from certification.states import AllowanceKind, EventKind, Role
from tests.factories import (
    NOW,
    ExamFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    certified,
    finished,
    revoke,
    started,
)
from tests.pages import read, words
from tests.rows import all_rows, changed_tables
from tests.views.office import REASON, last_event, told

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SENT = {"manage_grant_time": {"extra": "150"}, "manage_grant_attempts": {"attempts": "2"}}


@pytest.fixture
def exam():
    return bank_with_exam(title="Тест 1", slug="test-1", attempts_allowed=1, gives_certificate=False)


def page_of(browser, person):
    return browser.get(reverse("manage_person", args=[person.pk]))


def address(name, person, exam):
    return reverse(name, args=[person.pk, exam.slug])


def grant(browser, name, person, exam, **changes):
    return browser.post(address(name, person, exam), {**SENT[name], "reason": REASON, **changes})


def take_back(browser, allowance, reason=REASON):
    whom = reverse("manage_withdraw", args=[allowance.candidate_id, allowance.pk])
    return browser.post(whom, {"reason": reason})


def actions(response):
    """The addresses of the forms that are about allowances."""
    found = [form.action for form in read(response).forms if form.named("reason")]
    return [action for action in found if "/exams/" in action or "/allowances/" in action]


def test_time_and_attempts_are_given_before_anything_is_started(office, manager, person, exam):
    asked = [address(name, person, exam) for name in SENT]
    assert actions(page_of(office, person)) == asked

    time = grant(office, "manage_grant_time", person, exam)
    assert last_event()[:2] == (EventKind.ALLOWANCE_GRANTED, manager.pk)
    said = told(office, time)
    more = told(office, grant(office, "manage_grant_attempts", person, exam))

    assert time["Location"] == reverse("manage_person", args=[person.pk])
    assert said == [words("Extra time was granted: it counts from the next attempt on.")]
    assert more == [
        words(
            "%(count)d attempt more was granted.",
            plural="%(count)d attempts more were granted.",
            n=2,
            count=2,
        )
    ]
    granted = Allowance.objects.order_by("pk").values_list("kind", "reason", "granted_by", "granted_at")
    kinds = (AllowanceKind.TIME, AllowanceKind.ATTEMPTS)
    assert list(granted) == [(kind, REASON, manager.pk, NOW) for kind in kinds]
    page = page_of(office, person)
    assert words("%(used)s of %(allowed)s used", used=0, allowed=3) in read(page).text
    newest_first = [reverse("manage_withdraw", args=[person.pk, row.pk]) for row in Allowance.objects.all()]
    assert actions(page) == newest_first + asked
    assert started(person, exam).deadline == NOW + exam.time_limit * 1.5


def test_allowance_is_taken_back_with_a_reason(office, manager, person, exam):
    grant(office, "manage_grant_time", person, exam)
    allowance = Allowance.objects.get()

    assert take_back(office, allowance, reason="").status_code == 422
    assert Allowance.objects.in_force().get() == allowance
    response = take_back(office, allowance, reason="Передумали")

    assert last_event() == (EventKind.ALLOWANCE_WITHDRAWN, manager.pk, allowance.pk, "Передумали", NOW)
    sentence = words("The allowance was withdrawn: what starts from now on goes without it.")
    assert (response["Location"], told(office, response)) == (
        reverse("manage_person", args=[person.pk]),
        [sentence],
    )
    page = page_of(office, person)
    assert actions(page) == [address(name, person, exam) for name in SENT]
    kinds = [entry.happening.event.kind for entry in page.context["profile"].entries]
    assert kinds == [EventKind.ALLOWANCE_GRANTED, EventKind.ALLOWANCE_WITHDRAWN]
    assert read(page).text.count("Передумали") == 1


@pytest.mark.parametrize("name", SENT)
def test_grant_that_is_sent_twice_is_carried_out_once(office, person, exam, name):
    def key():
        [form] = [f for f in read(page_of(office, person)).forms if f.action == address(name, person, exam)]
        return form.data()["once"]

    once = key()
    told(office, grant(office, name, person, exam, once=once))
    before = all_rows()

    again = told(office, grant(office, name, person, exam, once=once))

    assert again == [words("It was carried out already: nothing was done twice.")]
    assert (changed_tables(before), key() == once) == ([], False)


@pytest.mark.parametrize("name", SENT)
def test_grant_without_a_reason_is_asked_again_where_it_was_asked(office, person, exam, name):
    other = bank_with_exam(title="Тест 2", slug="test-2", attempts_allowed=1)
    before = all_rows()

    response = grant(office, name, person, exam, reason="", extra="minutes", minutes="7", attempts="4")

    shown = [f for granting in response.context["grantings"] for f in granting.grants]
    bound = [(form.name, form.exam) for form in shown if form.is_bound]
    assert (response.status_code, bound, changed_tables(before)) == (422, [(name, exam)], [])
    assert {form.exam for form in shown} == {exam, other}
    [typed] = [f for f in read(response).forms if f.action == address(name, person, exam)]
    assert typed.data().get("minutes", ["7"]) == ["7"]
    assert typed.data().get("attempts", ["4"]) == ["4"]


def test_time_given_during_an_attempt_says_that_this_one_gets_none(office, person, exam):
    started(person, exam)

    said = told(office, grant(office, "manage_grant_time", person, exam))

    sentence = "An attempt is in progress and gets none of it: add time on the attempt's own page."
    assert said[1:] == [words(sentence)]


def test_attempts_without_a_limit_are_not_added_to(office, person):
    exam = bank_with_exam(attempts_allowed=None)

    assert actions(page_of(office, person)) == [address("manage_grant_time", person, exam)]


def test_what_was_given_at_an_exam_that_is_closed_can_be_taken_back_only(office, manager, person, exam):
    allowance = allowances.grant_attempts(person.pk, exam.pk, 1, by=manager.pk, now=NOW, reason=REASON)
    exam.is_published = False
    exam.save(update_fields=["is_published"])
    before = all_rows()

    statuses = [grant(office, name, person, exam).status_code for name in SENT]

    assert (statuses, changed_tables(before)) == ([404, 404], [])
    whom = reverse("manage_withdraw", args=[person.pk, allowance.pk])
    assert actions(page_of(office, person)) == [whom]
    assert office.post(whom, {"reason": REASON}).status_code == 302


def test_nobody_decides_about_whom_they_do_not_see_or_about_staff(office, manager, person, exam):
    """Nor about themselves: a manager has no such page."""
    narrow = Client()
    narrow.force_login(ManagerFactory(all_companies=False))
    given = {"by": ManagerFactory().pk, "now": NOW, "reason": REASON}
    own = allowances.grant_attempts(manager.pk, exam.pk, 1, **given)
    theirs = allowances.grant_attempts(person.pk, exam.pk, 1, **given)
    crossed = reverse("manage_withdraw", args=[UserFactory().pk, theirs.pk])
    before = all_rows()

    statuses = [grant(narrow, name, person, exam).status_code for name in SENT]
    statuses += [grant(office, name, manager, exam).status_code for name in SENT]
    statuses += [take_back(narrow, theirs).status_code, take_back(office, own).status_code]
    statuses += [office.post(crossed, {"reason": REASON}).status_code]

    assert statuses == [404] * 7
    assert changed_tables(before) == []


def test_every_certificate_stands_there_with_what_became_of_it(office, person):
    first = certified(person, now=NOW - 40 * DAY)
    revoked = revoke(first, now=NOW - 30 * DAY)
    second = certified(person, now=NOW - DAY)

    page = read(page_of(office, person)).text
    candidate = Client()
    candidate.force_login(person)

    assert first.number in page
    assert second.number in page
    for certificate, is_told in ((first, False), (second, True)):  # what is revoked holds until no day
        until = words("until %(date)s", date=f"{certificate.expires_at:%d.%m.%Y}")
        assert (until in page) is is_told
    cause = f"{revoked.get_revocation_cause_display()}. {words('Reason')}: {revoked.revocation_reason}"
    assert f"{revoked.revoked_by}: {cause}" in page
    assert page.count(words("Revoked", context="certificate")) == 1
    assert words("There is none.") not in page
    assert revoked.revocation_reason not in read(candidate.get(reverse("home"))).text


def test_certificate_that_was_revoked_is_not_nothing(office, person):
    revoked = revoke(certified(person, now=NOW - 40 * DAY), now=NOW - DAY)

    page = read(page_of(office, person)).text

    assert revoked.number in page
    assert words("There is none.") not in page


def test_who_may_not_sign_in_may_not_start_either(office, exam):
    person = UserFactory(is_active=False)

    [row] = page_of(office, person).context["home"].standings
    page = read(page_of(office, person)).text

    assert row.standing.refusal is None
    assert words("may start now") not in page
    assert page.count(words("may not sign in")) == 2  # at the role, and at the exam


def test_company_that_the_reader_does_not_see_is_not_named(admin):
    reader = ManagerFactory(all_companies=False)
    secret = PartnerFactory(name="Секретная компания", manager=ManagerFactory())
    own = PartnerFactory(name="Вектор продаж", manager=reader)
    person, browser = UserFactory(partner=secret), Client()
    people.move(person.pk, own.pk, by=admin.pk, now=NOW, reason="Перешла")
    browser.force_login(reader)

    page = read(page_of(browser, person)).text

    assert "Секретная" not in page
    assert f"{words('another company')} → Вектор продаж." in page
    browser.force_login(admin)
    assert "Секретная компания → Вектор продаж." in read(page_of(browser, person)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_person_with_everything(office, manager, rows):
    person = UserFactory(partner=PartnerFactory())
    given = {"by": manager.pk, "now": NOW, "reason": REASON}
    for day in range(rows):
        revoke(certified(person, now=NOW - (90 + day) * DAY), now=NOW - 80 * DAY)
        certified(person, now=NOW - (40 + day) * DAY)
        exam = finished(person, now=NOW - DAY).exam
        waived = person.attempts.get(exam=exam)
        allowances.waive_wait(waived.pk, **given)
        allowance = allowances.grant_time(person.pk, exam.pk, ExtraTime(minutes=5), **given)
        allowances.withdraw(allowance.pk, **given)
        allowances.grant_attempts(person.pk, ExamFactory(is_published=False).pk, 1, **given)
        attempts.void(waived.pk, **given)
        people.move(person.pk, PartnerFactory().pk, **given)
        people.change_role(person.pk, Role.LEAD, **given)

    with CaptureQueriesContext(connection) as captured:
        assert page_of(office, person).status_code == 200

    assert len(captured) == 14
