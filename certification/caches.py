"""The cache in the database, in which the tries at signing in are counted."""

import base64
import pickle
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from time import monotonic, sleep
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

PATIENCE = 15  # seconds to wait for a lock; allauth lets one expire after ten
PAUSE, LONGEST_PAUSE = 0.005, 0.08
DJANGOS_TURN = 500


class PatientCache(DatabaseCache):
    """Django's, with one statement for each write, and with patience for a lock.

    allauth counts a try under a lock, which is an `add` of a key that ends in ":lock". It asks for it for a
    second, and takes a lock that it did not get for one try too many: when a class behind one address signs
    in at once, a right password would be refused. Here such an `add` waits for whoever holds the lock; the
    threads of a process wait at a gate, so that only one of them asks the database again and again.

    A write is one statement instead of Django's six, of which the first counts the whole table: so a lock is
    not held for long. Every 500th write goes Django's way, which throws out what has expired once there are
    more than MAX_ENTRIES.
    """

    turns = count(1)
    gates = tuple(Lock() for _ in range(64))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: dict[str, Lock] = {}  # of this thread: each has a cache of its own

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if not key.endswith(":lock"):
            return super().add(key, value, timeout, version)
        give_up = monotonic() + PATIENCE
        gate = self.gates[hash(key) % len(self.gates)]
        if not gate.acquire(timeout=PATIENCE):
            return False
        try:
            pause = PAUSE
            while not super().add(key, value, timeout, version):
                if monotonic() >= give_up:
                    return False
                sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            self.held[key] = gate
            return True
        finally:
            if key not in self.held:
                gate.release()

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        finally:
            if key in self.held:
                self.held.pop(key).release()

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        if mode == "touch" or next(self.turns) % DJANGOS_TURN == 0:
            return super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        until = self.get_backend_timeout(timeout)
        latest = datetime.max.replace(microsecond=0, tzinfo=UTC)
        expires = latest if until is None else datetime.fromtimestamp(int(until), tz=UTC)
        pickled = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        statement = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608  the name is ours
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
        )
        values = [key, pickled, connection.ops.adapt_datetimefield_value(expires)]
        if mode == "add":
            now = timezone.now().replace(microsecond=0)
            statement += f" WHERE {table}.expires < %s"
            values.append(connection.ops.adapt_datetimefield_value(now))
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)
