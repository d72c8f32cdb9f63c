from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.factories import NOW, AdminFactory, ManagerFactory, UserFactory, bank_with_exam, finished, started


@pytest.fixture(autouse=True)
def clock():
    """The server's clock stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def client(person):
    """A browser in which `person` is signed in."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def anonymous(db):
    return Client()


@pytest.fixture
def admin(db, settings):
    """An administrator of a team of one, who may publish what they write."""
    settings.TEAM_OF_ONE = True
    return AdminFactory()


@pytest.fixture
def editor(admin):
    """A browser in which an administrator is signed in."""
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.fixture
def manager(db):
    return ManagerFactory(name="Ольга Тимофеева")


@pytest.fixture
def office(manager):
    """A browser in which a manager is signed in."""
    browser = Client()
    browser.force_login(manager)
    return browser


@pytest.fixture
def open_attempt(db):
    return started(exam=bank_with_exam())


@pytest.fixture
def failed(db):
    """Finished twenty minutes ago, with fifty of its sixty minutes left."""
    return finished(right=1, now=NOW - timedelta(minutes=30))
