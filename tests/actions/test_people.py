"""Moving people, changing their role, letting them sign in or not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.actions import people
from certification.actions.refused import Refused
from certification.models import Event, User
from certification.reports import company as reports
from certification.states import EventKind, Role
from tests.certified import certified
from tests.factories import NOW, AdminFactory, ManagerFactory, PartnerFactory, UserFactory, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def manager():
    return ManagerFactory()


def said(by, *, now=NOW):
    return {"by": by.pk, "now": now, "reason": "Сменила работу"}


def refusal(call, *args, **kwargs):
    before = all_rows()
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert changed_tables(before) == []
    return caught.value.code


def events():
    return list(Event.objects.order_by("id").values_list("kind", "actor", "subject_id", "at", "facts"))


def standing(user):
    user.refresh_from_db()
    return user.role, user.partner_id, user.is_active


@pytest.mark.parametrize("leaves", [False, True])
def test_moved_candidate_is_in_the_other_company(manager, leaves):
    person, target = UserFactory(), None if leaves else PartnerFactory().pk
    former = person.partner_id

    people.move(person.pk, target, **said(manager))

    assert standing(person) == (Role.CANDIDATE, target, True)
    facts = {"reason": "Сменила работу", "former_partner": former, "partner": target}
    assert events() == [(EventKind.PERSON_MOVED, manager.pk, person.pk, NOW, facts)]


def test_moved_lead_becomes_a_candidate(manager):
    person, target = UserFactory(role=Role.LEAD), PartnerFactory()

    people.move(person.pk, target.pk, **said(manager))

    assert standing(person) == (Role.CANDIDATE, target.pk, True)
    assert [(kind, facts.get("former_role")) for kind, _, _, _, facts in events()] == [
        (EventKind.PERSON_MOVED, None),
        (EventKind.ROLE_CHANGED, "lead"),
    ]


def test_moving_changes_coverage_and_not_history(manager):
    person = certified(UserFactory(partner=PartnerFactory(name="Альфа")))
    running = started(person, now=NOW)
    alpha, target = person.partner, PartnerFactory(name="Бета")
    before = {name: rows for name, rows in all_rows().items() if name in ("Attempt", "Certificate")}

    people.move(person.pk, target.pk, **said(manager, now=LATER))

    rows = reports.rows_of([alpha, target], now=LATER)
    assert [row.coverage.certified for row in rows] == [0, 1]
    after = all_rows()
    assert {name: after[name] for name in before} == before
    running.refresh_from_db()
    assert running.partner == alpha
    assert started(person, running.exam, now=LATER) == running


@pytest.mark.parametrize("call", ["move", "deactivate", "reactivate", "role"])
def test_what_is_so_already_changes_nothing(manager, call):
    person = UserFactory(is_active=call != "deactivate")
    before = all_rows()

    if call == "move":
        people.move(person.pk, person.partner_id, **said(manager))
    elif call == "role":
        people.change_role(person.pk, person.role, **said(manager))
    else:
        getattr(people, call)(person.pk, **said(manager))

    assert changed_tables(before) == []


def test_role_changes_within_the_company_and_back(manager):
    person = UserFactory()
    company = person.partner_id

    people.change_role(person.pk, Role.LEAD, **said(manager))
    assert standing(person) == (Role.LEAD, company, True)
    people.change_role(person.pk, Role.CANDIDATE, **said(manager, now=LATER))
    assert standing(person) == (Role.CANDIDATE, company, True)

    changes = [(kind, facts["former_role"], facts["role"]) for kind, _, _, _, facts in events()]
    assert changes == [
        (EventKind.ROLE_CHANGED, "candidate", "lead"),
        (EventKind.ROLE_CHANGED, "lead", "candidate"),
    ]


def test_administrator_makes_a_manager_who_leaves_the_company():
    admin, person = AdminFactory(), UserFactory(role=Role.LEAD)

    people.change_role(person.pk, Role.MANAGER, **said(admin))

    assert standing(person) == (Role.MANAGER, None, True)


def test_staff_is_decided_about_by_administrators_only(manager):
    other, admin, person = ManagerFactory(), AdminFactory(), UserFactory()
    calls = {
        "deactivate": lambda by: people.deactivate(other.pk, **said(by)),
        "of an administrator": lambda by: people.deactivate(admin.pk, **said(by)),
        "from manager": lambda by: people.change_role(other.pk, Role.CANDIDATE, **said(by)),
        "to manager": lambda by: people.change_role(person.pk, Role.MANAGER, **said(by)),
        "to administrator": lambda by: people.change_role(person.pk, Role.ADMIN, **said(by)),
    }

    assert {name: refusal(call, manager) for name, call in calls.items()} == dict.fromkeys(
        calls, "not_allowed"
    )
    for call in calls.values():
        call(AdminFactory())


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_people_of_companies_decide_about_nobody(role):
    actor = UserFactory(role=role)
    person = UserFactory(partner=actor.partner)

    assert refusal(people.move, person.pk, None, **said(actor)) == "not_allowed"
    assert refusal(people.deactivate, person.pk, **said(actor)) == "not_allowed"


def test_nobody_decides_about_themselves():
    admin = AdminFactory()
    company = PartnerFactory()

    codes = {
        refusal(people.move, admin.pk, company.pk, **said(admin)),
        refusal(people.change_role, admin.pk, Role.CANDIDATE, **said(admin)),
        refusal(people.deactivate, admin.pk, **said(admin)),
        refusal(people.reactivate, admin.pk, **said(admin)),
        refusal(people.place, admin.pk, role=Role.LEAD, partner_id=company.pk, **said(admin)),
    }

    assert codes == {"own"}


def test_places_that_cannot_be():
    admin, person, company = AdminFactory(), UserFactory(partner=None), PartnerFactory()

    assert refusal(people.change_role, person.pk, Role.LEAD, **said(admin)) == "no_company"
    assert (
        refusal(people.place, person.pk, role=Role.MANAGER, partner_id=company.pk, **said(admin)) == "staff"
    )
    assert refusal(people.move, ManagerFactory().pk, company.pk, **said(admin)) == "staff"


def test_deactivated_person_is_signed_out_and_keeps_what_they_did(manager):
    attempt = started()
    person = attempt.candidate
    browser = Client()
    browser.force_login(person)
    assert browser.get(reverse("home")).status_code == 200
    papers = rows_of(attempt.responses.all())

    people.deactivate(person.pk, **said(manager))

    assert browser.get(reverse("home")).status_code == 302
    assert browser.post(reverse("question", args=[attempt.pk, 1]), {"choice": "1"}).status_code == 302
    assert (standing(person)[2], rows_of(attempt.responses.all())) == (False, papers)
    people.reactivate(person.pk, **said(manager, now=LATER))
    assert standing(person)[2] is True
    assert [(kind, facts["former_is_active"]) for kind, _, _, _, facts in events()[1:]] == [
        (EventKind.PERSON_DEACTIVATED, True),
        (EventKind.PERSON_REACTIVATED, False),
    ]


def test_administrators_do_not_put_one_another_out(manager):
    one, other = AdminFactory(), AdminFactory()
    people.deactivate(other.pk, **said(one))

    assert refusal(people.deactivate, one.pk, **said(other)) == "not_allowed"
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


# What a manager sees.


def test_manager_is_given_every_company_to_see_and_only_their_own_again():
    admin, manager = AdminFactory(), ManagerFactory(all_companies=False)

    given = people.show_companies(manager.pk, every=True, **said(admin))
    people.show_companies(manager.pk, every=True, **said(admin, now=LATER))
    taken = people.show_companies(manager.pk, every=False, **said(admin, now=LATER))

    assert (given.all_companies, taken.all_companies) == (True, False)
    assert events() == [
        (
            EventKind.SIGHT_CHANGED,
            admin.pk,
            manager.pk,
            at,
            {"reason": "Сменила работу", "all_companies": every},
        )
        for at, every in ((NOW, True), (LATER, False))
    ]


@pytest.mark.parametrize(
    ("whom", "by", "code"),
    [
        (ManagerFactory, ManagerFactory, "not_allowed"),
        (UserFactory, AdminFactory, "no_manager"),
        (AdminFactory, AdminFactory, "no_manager"),
    ],
)
def test_sight_is_of_managers_and_given_by_administrators(whom, by, code):
    assert refusal(people.show_companies, whom().pk, every=True, **said(by())) == code


def test_nobody_widens_their_own_sight():
    manager = ManagerFactory(all_companies=False)

    assert refusal(people.show_companies, manager.pk, every=True, **said(manager)) == "own"


def test_who_is_no_manager_any_more_has_no_sight_left():
    manager = ManagerFactory()

    people.change_role(manager.pk, Role.ADMIN, **said(AdminFactory()))

    manager.refresh_from_db()
    assert (manager.role, manager.all_companies) == (Role.ADMIN, False)
