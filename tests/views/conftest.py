import pytest
import time_machine
from django.test import Client

from tests.factories import NOW, AdminFactory, UserFactory


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
