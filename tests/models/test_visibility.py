"""What a manager sees of companies, and what is theirs: one rule on every table that has one."""

import pytest

from certification.models import Attempt, Certificate, Invitation, Partner, Response, User
from certification.states import Role
from tests.factories import (
    NOW,
    AdminFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    certified,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return ManagerFactory(all_companies=False)


@pytest.fixture
def theirs(manager):
    """{model: a row of theirs} of the company that the manager runs."""
    return rows_of(PartnerFactory(manager=manager))


@pytest.fixture
def others(theirs):
    """The same of a company that somebody else runs, and of nobody's company."""
    return [rows_of(PartnerFactory(manager=ManagerFactory())), rows_of(None)]


def rows_of(company):
    person = UserFactory(partner=company)
    certificate = certified(person, now=NOW)
    rows = {
        User: person,
        Attempt: certificate.attempt,
        Certificate: certificate,
        Response: certificate.attempt.responses.order_by("position").first(),
    }
    if company is None:
        return rows | {Invitation: InvitationFactory(role=Role.MANAGER, partner=None)}
    return rows | {Partner: company, Invitation: InvitationFactory(partner=company)}


def seen(user, *groups):
    """{model: those rows of these groups that the user sees}."""
    rows = [(model, row) for group in groups for model, row in group.items()]
    return [(model, row) for model, row in rows if model.objects.visible_to(user).contains(row)]


def test_manager_sees_the_companies_that_they_run_and_their_people(manager, theirs, others):
    assert seen(manager, theirs, *others) == list(theirs.items())


@pytest.mark.parametrize("who", [ManagerFactory, AdminFactory])
def test_who_sees_everything_sees_people_of_no_company_too(who, theirs, others):
    staff = others[-1].pop(Invitation)
    everything = [pair for group in (theirs, *others) for pair in group.items()]
    user = who()

    assert seen(user, theirs, *others) == everything
    assert Invitation.objects.visible_to(user).contains(staff) is (who is AdminFactory)


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.LEAD])
def test_others_see_their_own_attempts_and_what_belongs_to_them(theirs, others, role):
    person = theirs[User]
    person.role = role
    person.save()
    own = {model: theirs[model] for model in (Attempt, Certificate, Response)}

    assert seen(person, theirs, *others) == list(own.items())


def test_history_goes_with_whoever_moves(manager, theirs):
    person = theirs[User]
    person.partner = PartnerFactory(manager=ManagerFactory(all_companies=False))
    person.save()

    assert seen(manager, theirs) == [(model, theirs[model]) for model in (Partner, Invitation)]
    assert seen(person.partner.manager, theirs) == [
        (model, theirs[model]) for model in (User, Attempt, Certificate, Response)
    ]


def test_former_manager_sees_no_company(manager, theirs):
    manager.role = Role.CANDIDATE
    manager.save()

    assert seen(manager, theirs) == []


def test_company_says_itself_who_sees_it(manager, theirs, others):
    companies = [rows[Partner] for rows in (theirs, *others) if Partner in rows]
    lead = UserFactory(role=Role.LEAD, partner=companies[0])
    people = (manager, lead, ManagerFactory(all_companies=True), AdminFactory())

    said = {user: [company.is_visible_to(user) for company in companies] for user in people}

    shown = {user: set(Partner.objects.visible_to(user)) for user in people}
    assert said == {user: [company in shown[user] for company in companies] for user in people}
    assert list(said.values()) == [[True, False], [False, False], [True, True], [True, True]]
