"""`make bench`: what an exam costs, step by step, on SQLite and on PostgreSQL, beside a bare Django site.

`python -m bench.cost --quick` takes about half a minute of CPU and measures more roughly;
`--json FILE` keeps every figure, `--write docs/cost.md` rewrites the tables of that page.
"""

import json
import os
import platform
import signal
import sqlite3
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import django

from bench import report
from bench.figures import Figures
from bench.measure import FULL, QUICK, Effort, measure, prepare
from bench.server import DATABASES
from tests.system import postgresql


def main(words: list[str]) -> None:
    options = parsed(words)
    for number in (signal.SIGINT, signal.SIGTERM):  # so that whatever was started is stopped
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    effort = QUICK if options.quick else FULL
    begun = time.monotonic()
    found = {database: compare(database, effort) for database in options.databases}
    text = report.report(found, clients=effort.clients, conditions=conditions(effort))
    print(f"\n{text}\n\nTook {time.monotonic() - begun:.0f} s.")
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=1) + "\n")
    if options.write:
        options.write.write_text(report.rewritten(options.write.read_text(), text))


def parsed(words: list[str]) -> Namespace:
    parser = ArgumentParser(prog="bench.cost", description="What an exam costs.")
    parser.add_argument("--quick", action="store_true", help="half a minute, and rougher")
    parser.add_argument(
        "--database", action="append", dest="databases", choices=DATABASES, help="only this one"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every figure")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="rewrite the page's tables")
    options = parser.parse_args(words)
    options.databases = options.databases or list(DATABASES)
    if "PostgreSQL" in options.databases and not postgresql():
        parser.error("PostgreSQL is not installed. With --database SQLite the other is measured alone.")
    if options.write:
        try:  # said now rather than after the measurements
            report.rewritten(options.write.read_text(), "")
        except (OSError, ValueError) as error:
            parser.error(str(error))
    return options


def compare(database: str, effort: Effort) -> dict[str, Figures]:
    """The site and the floor, one after the other on the same kind of database."""
    found = {}
    with DATABASES[database]() as databases:
        with timed(f"{database}: preparing"):
            statements = prepare(databases, effort)
        for site in databases:
            with timed(f"{database}: {site.name}"):
                found[site.name] = measure(site, databases[site], statements[site], effort)
    return found


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Says what is going on, and how long it took."""
    print(f"{what} …", end=" ", flush=True)
    begun = time.monotonic()
    yield
    print(f"{time.monotonic() - begun:.0f} s", flush=True)


def conditions(effort: Effort) -> str:
    versions = f"Python {platform.python_version()}, Django {django.get_version()}"
    return (
        f"CPU and waits in ms. {versions}, SQLite {sqlite3.sqlite_version}; {os.cpu_count()} cores shared"
        f" with the driver. Exams one after another: {effort.sittings}; then {effort.clients} clients at once"
        f" for {effort.seconds:g} s a row."
    )


def as_json(found: dict[str, dict[str, Figures]]) -> dict[str, dict[str, object]]:
    """By database and site; CPU and waits in ms."""
    return {
        database: {site: asdict(figures) for site, figures in sites.items()}
        for database, sites in found.items()
    }


if __name__ == "__main__":
    main(sys.argv[1:])
