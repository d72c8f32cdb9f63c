"""A PostgreSQL server for one run of the tests: in a temporary folder, on a socket, gone afterwards."""

import contextlib
import getpass
import locale
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.system import postgresql

START_TIMEOUT = 60  # seconds
# Nothing here has to survive a power cut.
CAREFREE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def temporary_server() -> Iterator[str]:
    """Yield the server's DATABASE_URL."""
    # In /tmp by name: a socket's path is short, and the postgres user must get there.
    folder = Path(tempfile.mkdtemp(prefix="amoquiz-postgresql-", dir="/tmp"))
    as_postgres = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_postgres = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
    try:
        with running(folder, cwd=folder, **as_postgres):
            yield f"postgres:///{folder}/amoquiz"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(folder: Path, **process) -> Iterator[None]:
    """The role that signs in without a name is called like the person who runs the tests."""
    programs, data = postgresql(), folder / "data"
    initdb = [programs / "initdb", "--pgdata", data, "--username", getpass.getuser(), "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale", utf8_locale(), "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **process)
    settings = CAREFREE | {"listen_addresses": "", "unix_socket_directories": folder}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("w") as log:
        command = [programs / "postgres", "-D", data, *options]
        server = subprocess.Popen(command, stderr=log, process_group=0, **process)
    try:
        wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: does not wait for clients
        server.wait()


def wait_until_ready(server: subprocess.Popen, folder: Path) -> None:
    ready = [postgresql() / "pg_isready", "--quiet", "--host", folder]
    give_up = time.monotonic() + START_TIMEOUT
    while subprocess.run(ready).returncode:
        if server.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.1)


def utf8_locale() -> str:
    """One in which PostgreSQL can tell the case of Cyrillic letters; "C" cannot."""
    for name in ("C.UTF-8", "en_US.UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            return name
    return "C"
