"""What every test has: a database that two threads can open, and a password hash that costs nothing."""

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase, override_settings
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from certification.models import triggers

# How long one example takes says more of the machine's load than of the code.
settings.register_profile("amoquiz", deadline=None)
settings.load_profile("amoquiz")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """A database that threads can share, as many as a test starts.

    SQLite lies in a file: in memory it would be one connection to all. PostgreSQL keeps its pool,
    which is what runs elsewhere, with room for every thread that waits at a barrier.
    """
    database = connections["default"]
    if database.vendor == "sqlite":
        database.settings_dict["TEST"]["NAME"] = tmp_path_factory.mktemp("database") / "test.sqlite3"
        # Nothing here has to survive a power cut; what does is shown by bench.crash, with the real settings.
        database.settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    else:
        database.settings_dict["OPTIONS"]["pool"]["max_size"] = 20


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_looked_up_once():
    """Each client of a test makes the middleware anew, which would go through every static file each time."""
    look_up, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_files_from_finders(self):
        if not found:
            look_up(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield


@pytest.fixture(scope="session", autouse=True)
def transactional_tests_leave_nothing():
    """After a transactional test Django empties the tables of its models.

    On SQLite that is a DELETE, which the triggers would refuse; flush puts them back, as it emits
    post_migrate. The cache's table belongs to no model.
    """
    flush = TransactionTestCase._fixture_teardown

    def clear_cache_and_flush(self):
        cache.clear()
        if connections["default"].vendor == "sqlite":
            triggers.remove(connections["default"])
        flush(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", clear_cache_and_flush)
        yield
