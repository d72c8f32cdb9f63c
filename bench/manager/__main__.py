"""`make bench-manager`: what the manager's pages cost when 100,000 attempts are finished, on PostgreSQL.

`python -m bench.manager --quick` does with 2,000. `--url URL` takes a database of a server that runs: an
empty one is filled first, one that an earlier run has filled is measured again.
`--write docs/manager-cost.md` rewrites the tables of that page.
"""

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import psycopg

from bench.manager import report
from bench.report import rewritten
from tests import postgresql
from tests.run import KEPT

MANY, FEW = 100_000, 2_000
EXPORTS = [("xlsx",), ("csv",), ("csv", "sort=name")]


def main(words: list[str]) -> None:
    options = parsed(words)
    for number in (signal.SIGINT, signal.SIGTERM):  # so that whatever was started is stopped
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    with contextlib.ExitStack() as stack:
        url = options.url or stack.enter_context(postgresql.temporary_server())
        attempts = attempts_of(url)
        if not attempts:
            print(f"Making {options.attempts} attempts …", flush=True)
            run(url, "bench.manager.prepare", str(options.attempts))
            attempts = attempts_of(url)
        print("Asking for the pages …", flush=True)
        pages = asked(url)
        exports = [] if options.no_exports else [asked(url, "--export", *export) for export in EXPORTS]
        text = report.report(pages, exports, conditions=conditions(url, attempts))
    print(f"\n{text}")
    if options.json:
        options.json.write_text(json.dumps([pages, exports], ensure_ascii=False, indent=1) + "\n")
    if options.write:
        options.write.write_text(rewritten(options.write.read_text(), text, marks=report.MARKS))


def parsed(words: list[str]) -> Namespace:
    parser = ArgumentParser(prog="bench.manager", description="What the manager's pages cost.")
    parser.add_argument("--quick", dest="attempts", action="store_const", const=FEW, default=MANY)
    parser.add_argument("--url", help="a database of PostgreSQL; else one is made, and gone afterwards")
    parser.add_argument("--no-exports", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every figure")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="rewrite the page's tables")
    options = parser.parse_args(words)
    if options.write:
        try:  # said now rather than after the measurements
            rewritten(options.write.read_text(), "", marks=report.MARKS)
        except (OSError, ValueError) as error:
            parser.error(str(error))
    return options


def run(url: str, module: str, *words: str, **options: Any) -> Any:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "amoquiz.settings"}
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, env=environment, check=True, **options)


def asked(url: str, *words: str) -> Any:
    """Each in a process of its own, so that the memory of one is not that of another."""
    begun = time.monotonic()
    done = run(url, "bench.manager.pages", *words, stdout=subprocess.PIPE)
    print(f"  {' '.join(words) or 'pages'}: {time.monotonic() - begun:.0f} s", flush=True)
    return json.loads(done.stdout)


def conninfo(url: str) -> str:
    """libpq's word for what Django's URL says: a socket is a host in the path."""
    folder, _slash, name = url.removeprefix("postgres://").rpartition("/")
    return f"host={folder.lstrip('/') and '/' + folder.lstrip('/')} dbname={name}"


def attempts_of(url: str) -> int:
    """How many attempts are in this database; it is made where it is not there."""
    folder = conninfo(url).rpartition(" dbname=")[0]
    name = url.rpartition("/")[2]
    with psycopg.connect(f"{folder} dbname=postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    with psycopg.connect(conninfo(url)) as connection:
        table = connection.execute("SELECT to_regclass('certification_attempt')").fetchone()
        if table is None or table[0] is None:
            return 0
        row = connection.execute("SELECT count(*) FROM certification_attempt").fetchone()
        return row[0] if row else 0


def conditions(url: str, attempts: int) -> str:
    with psycopg.connect(conninfo(url)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM certification_{table}").fetchone()  # noqa: S608
            for table in ("response", "user", "partner", "event")
        ]
        version = connection.info.server_version // 10_000
    responses, people, companies, events = (row[0] if row else 0 for row in counts)
    return (
        f"{attempts:,} attempts, {responses:,} answers, {people:,} people, {companies:,} companies, "
        f"{events:,} events. Python {platform.python_version()}, PostgreSQL {version} with its own settings; "
        f"{os.cpu_count()} cores, shared with other work."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
