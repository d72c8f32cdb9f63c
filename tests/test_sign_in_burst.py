"""A class behind one address signs in at once: nobody's right password is refused, and guessing still is.

The tries are counted in the database under a lock (certification/caches.py). Real threads, as many as the
pool of connections lets wait.
"""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.factories import UserFactory
from tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/accounts/login/"
PASSWORD = "rocks and rivers"
AT_ONCE = 16
PUPILS = 32


def invited(count):
    people = UserFactory.create_batch(count, password=make_password(PASSWORD))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return people


def sign_in(*people, password=PASSWORD):
    """Each of these one after the other from the same address; who got in."""

    def run():
        browsers = [Client(REMOTE_ADDR="10.1.1.1") for _ in people]
        for person, browser in zip(people, browsers, strict=True):
            browser.post(LOGIN, {"login": person.email, "password": password})
        return [browser.session.get(SESSION_KEY) for browser in browsers]

    return run


def test_a_class_that_signs_in_at_once_gets_in():
    people = invited(PUPILS)

    results = at_once(*[sign_in(*people[place::AT_ONCE]) for place in range(AT_ONCE)])

    assert results == [[str(person.pk) for person in people[place::AT_ONCE]] for place in range(AT_ONCE)]


def test_a_lock_that_is_held_for_longer_than_allauth_waits_refuses_nobody(monkeypatch):
    [person] = invited(1)
    lock = "allauth:rl:allauth.account:login:600/60/ip:ip:10.1.1.1:lock"
    cache.set(lock, value=True, timeout=10)  # another process
    naps = []

    def sleep(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            cache.delete(lock)

    monkeypatch.setattr("allauth.core.internal.ratelimit.CACHE_LOCK_WAIT_TIMEOUT", 0)
    monkeypatch.setattr("certification.caches.sleep", sleep)

    assert sign_in(person)() == [str(person.pk)]
    assert len(naps) == 3


def test_patience_for_a_lock_ends(monkeypatch):
    monkeypatch.setattr("certification.caches.PATIENCE", 0)
    cache.set("a:lock", value=True, timeout=10)  # another process

    refused = cache.add("a:lock", value=True, timeout=10)
    cache.delete("a:lock")

    assert refused is False
    assert cache.add("a:lock", value=True, timeout=10) is True
    assert cache.add("a:lock", value=True, timeout=10) is False
    assert cache.delete("a:lock") is True


def test_an_ordinary_key_is_added_once_and_again_when_it_expired():
    assert cache.add("a", 1, timeout=60) is True
    assert cache.add("a", 2, timeout=60) is False
    cache.set("a", 3, timeout=-2)
    assert cache.add("a", 4, timeout=None) is True
    assert cache.get("a") == 4
    assert cache.touch("a", 60) is True


def test_guesses_at_one_account_at_once_are_five():
    [person] = invited(1)

    at_once(*[sign_in(person, password=f"guess {number}") for number in range(AT_ONCE)])

    assert sign_in(person)() == [None]
    keys = [key for key in stored() if "login_failed:5/300.0/" in key and not key.endswith(":lock")]
    assert [len(cache.get(key.removeprefix(":1:"))) for key in keys] == [5]


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM amoquiz_cache")
        return [key for (key,) in cursor.fetchall()]


def test_what_expired_is_thrown_out_in_its_turn(monkeypatch):
    cache.set("old", 1, timeout=-1)
    monkeypatch.setattr("certification.caches.DJANGOS_TURN", 2)
    cache._max_entries = 0
    for number in range(2):
        cache.set("new", number)

    assert ":1:old" not in stored()
