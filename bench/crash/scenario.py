"""One scenario in a process of its own: Django speaks to the one database that was named when it was loaded.

`python -m bench.crash.scenario sqlite --rounds 3`; exit code 1 on any violation.
"""

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import django

from bench.crash import databases
from bench.crash.databases import Database

PLACES: dict[str, Callable[[Path], AbstractContextManager[Database]]] = {
    "sqlite": databases.sqlite,
    "full-disk": databases.full_disk,
    "postgresql": databases.postgres,
}


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.crash.scenario")
    parser.add_argument("scenario", choices=PLACES)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--seed", required=True)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # so that whatever was started is stopped
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="amoquiz-crash-"))
        database = stack.enter_context(PLACES[options.scenario](Path(folder)))
        os.environ["DATABASE_URL"] = database.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "amoquiz.settings"
        django.setup()
        from bench.crash.run import run

        found = run(
            options.scenario,
            database,
            rounds=options.rounds,
            clients=options.clients,
            seed=options.seed,
        )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
