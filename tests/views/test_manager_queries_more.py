"""How many queries the page of the day, the audit and the lists ask; see test_manager_queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.actions import allowances
from certification.models import served
from tests.factories import NOW, PartnerFactory, UserFactory, finished
from tests.views.test_manager_audit import decisions
from tests.views.test_manager_today import busy_day

pytestmark = pytest.mark.django_db


def queries(browser, name, *args, **query):
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return len(captured)


@pytest.fixture(autouse=True)
def texts_unknown(monkeypatch):
    monkeypatch.setattr(served, "_kept", {})


@pytest.mark.parametrize("people", [1, 3])
def test_the_day_and_its_lists(office, manager, people):
    manager.all_companies = False
    manager.save(update_fields=["all_companies"])
    busy_day(manager, people=people)

    assert {
        name: queries(office, name)
        for name in (
            "manage_today",
            "manage_certificates",
            "manage_invitations",
            "manage_notes",
            "manage_letters",
            "manage_jobs",
            "manage_help",
        )
    } == {
        "manage_today": 15,
        "manage_certificates": 3,
        "manage_invitations": 3,
        "manage_notes": 4,
        "manage_letters": 3,
        "manage_jobs": 3,
        "manage_help": 2,
    }
    fragment = {"HX-Request": "true"}
    with CaptureQueriesContext(connection) as captured:
        office.get(reverse("manage_today"), headers=fragment)
    assert len(captured) == 5


@pytest.mark.parametrize("people", [1, 3])
def test_audit_and_person(office, manager, people):
    for _ in range(people):
        person = decisions(PartnerFactory(), manager)

    assert queries(office, "manage_audit") <= 12
    assert queries(office, "manage_person", person.pk) <= 13
    assert queries(office, "manage_partners", coverage="later", sort="missing") <= 8


@pytest.mark.parametrize("chosen", [1, 3])
def test_a_look_at_what_many_would_come_to(office, chosen):
    from_list = [
        decisions(PartnerFactory(), UserFactory(role="manager")).attempts.first().pk for _ in range(chosen)
    ]

    with CaptureQueriesContext(connection) as captured:
        office.post(reverse("manage_bulk"), {"attempt": from_list, "decision": "waive_wait"})

    assert len(captured) == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_audit_of_waits_that_were_waived(office, manager, rows):
    for _ in range(rows):
        attempt = finished(right=0)
        allowances.waive_wait(attempt.pk, by=manager.pk, now=NOW, reason="Обрыв связи.")

    assert queries(office, "manage_audit", kind="allowance_granted") == 5
