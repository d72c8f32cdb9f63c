"""A PostgreSQL server for one run: in a temporary folder, on a socket, gone afterwards."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import system

START_TIMEOUT = 60  # seconds
SAFEGUARDS = ("fsync", "synchronous_commit", "full_page_writes")


@contextlib.contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[str]:
    """Yield the server's DATABASE_URL."""
    with running(durable=durable) as server:
        yield server.url


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator["Server"]:
    """A server with a new cluster. `durable`: what is committed survives a crash, as in production."""
    # In /tmp by name: a socket's path is short, and the postgres user must get there.
    folder = Path(tempfile.mkdtemp(prefix="amoquiz-postgresql-", dir="/tmp"))
    server = Server(folder, durable=durable)
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Server:
    """A cluster in a folder, and the process that serves it. The folder's owner runs it."""

    folder: Path
    durable: bool
    process: subprocess.Popen[bytes] | None = None
    account: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"postgres:///{self.folder}/amoquiz"

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def initialise(self) -> None:
        """The role that signs in without a name is called like the person who runs this."""
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.account = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, "postgres", "postgres")
        command = [program("initdb"), "--pgdata", self.data, "--auth", "trust", "--no-sync"]
        command += ["--username", getpass.getuser(), "--encoding", "UTF8", "--locale", utf8_locale()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.account)

    def start(self) -> None:
        """Return once it answers; after a crash it has recovered by then."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder)}
        settings |= dict.fromkeys(SAFEGUARDS, "on" if self.durable else "off")
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [program("postgres"), "-D", self.data, *options]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, stderr=log, process_group=0, cwd=self.folder, **self.account
            )
        self.wait_until_ready(self.process)

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        ready = [program("pg_isready"), "--quiet", "--host", str(self.folder)]
        give_up = time.monotonic() + START_TIMEOUT
        while subprocess.run(ready).returncode:
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: does not wait for clients
            self.process.wait()


def program(name: str) -> str:
    folder = system.postgresql()
    if folder is None:
        raise RuntimeError("PostgreSQL's programs are not installed.")
    return str(folder / name)


def utf8_locale() -> str:
    """One in which PostgreSQL can tell the case of Cyrillic letters; "C" cannot."""
    for name in ("C.UTF-8", "en_US.UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            return name
    return "C"
