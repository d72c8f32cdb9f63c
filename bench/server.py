"""A site under measurement: a scratch database, and gunicorn as `manage.py serve` starts it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.sitting import Step
from certification.management.commands.serve import die_with_parent, gunicorn
from tests import postgresql
from tests.run import KEPT

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20  # seconds a server may take to start or to stop


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    settings: str
    prepare: str  # the module that fills its database


AMOQUIZ = Site("amoquiz", "amoquiz.settings", "bench.prepare")
BARE = Site("bare Django", "bench.bare.settings", "bench.bare.prepare")


@dataclass(frozen=True, slots=True)
class Database:
    """An empty scratch database; `pid` is that of its server, None where there is none."""

    url: str
    pid: int | None = None


@contextlib.contextmanager
def sqlite_databases() -> Iterator[dict[Site, Database]]:
    with tempfile.TemporaryDirectory(prefix="amoquiz-bench-") as folder:
        yield {
            AMOQUIZ: Database(f"sqlite:///{folder}/amoquiz.sqlite3"),
            BARE: Database(f"sqlite:///{folder}/bare.sqlite3"),
        }


@contextlib.contextmanager
def postgresql_databases() -> Iterator[dict[Site, Database]]:
    """On one server that writes to the disk before it says so."""
    with postgresql.temporary_server(durable=True) as url:
        folder = Path(url.removeprefix("postgres:///")).parent
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        names = {AMOQUIZ: "amoquiz", BARE: "bare"}
        with psycopg.connect(host=str(folder), dbname="postgres", autocommit=True) as connection:
            for name in names.values():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield {site: Database(f"postgres:///{folder}/{name}", pid) for site, name in names.items()}


# Both yield the site first, then the floor.
DATABASES = {"SQLite": sqlite_databases, "PostgreSQL": postgresql_databases}


def environment(site: Site, database: Database) -> dict[str, str]:
    """The demo's, whatever is set here: nothing but loopback, and no HTTPS to speak."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"DATABASE_URL": database.url, "DJANGO_SETTINGS_MODULE": site.settings}


def run(site: Site, database: Database, module: str, *arguments: str) -> str:
    """What a module of ours printed; CalledProcessError when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(site, database), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def prepare(site: Site, database: Database, *, people: int) -> None:
    run(site, database, site.prepare, str(people))


def count_statements(site: Site, database: Database) -> list[tuple[Step, bool, int]]:
    """Of one exam of the first candidate: step, whether it is of the exam, statements."""
    printed = json.loads(run(site, database, "bench.statements"))
    return [(Step(step), of_exam, statements) for step, of_exam, statements in printed]


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int


@contextlib.contextmanager
def serving(site: Site, database: Database) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        gunicorn("127.0.0.1", port),  # its application is that of DJANGO_SETTINGS_MODULE
        cwd=ROOT,
        env=environment(site, database),
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=die_with_parent,
    )
    try:
        wait_until_listening(process, port)
        yield Server(process.pid, port)
    finally:
        stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError("gunicorn did not start; what it said stands above.")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # workers that outlived it
    process.wait()
