"""Scratch databases that lose nothing they committed: SQLite, SQLite on a small disk, PostgreSQL."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.crash.processes import kill_family
from tests import postgresql

DISK = "16m"  # the small disk; a run takes 2 MB of it
BLOCK = bytes(4096)


@dataclass
class Database:
    """Where it is, as DATABASE_URL says it."""

    url: str


@dataclass
class SmallDisk(Database):
    """SQLite on a disk of its own, which can be filled."""

    ballast: Path

    def fill(self) -> None:
        """Take what is left. Every commit of SQLite's frees some, so this is called again and again."""
        with contextlib.suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            while file.write(BLOCK) == len(BLOCK):
                pass

    def free(self) -> None:
        self.ballast.unlink()


@dataclass
class PostgreSQL(Database):
    server: postgresql.Server

    def crash(self, *, away: float = 0) -> None:
        """`kill -9` of the postmaster and its backends; `away` seconds later a start with crash recovery."""
        assert self.server.process
        kill_family(self.server.process)
        time.sleep(away)
        self.server.start()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder}/amoquiz.sqlite3"


@contextlib.contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    yield Database(sqlite_url(folder))


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[SmallDisk]:
    """Raises CalledProcessError where `may_mount` says no."""
    disk = folder / "disk"
    disk.mkdir()
    mount(disk, size=DISK).check_returncode()
    try:
        yield SmallDisk(sqlite_url(disk), ballast=disk / "ballast")
    finally:
        unmount(disk)


def may_mount(folder: Path) -> bool:
    """Whether a small disk can be had here; root can, outside a closed container."""
    disk = folder / "probe"
    disk.mkdir()
    if mount(disk, size="64k", stderr=subprocess.DEVNULL).returncode:
        return False
    unmount(disk)
    return True


def mount(disk: Path, *, size: str, stderr: int | None = None) -> subprocess.CompletedProcess[bytes]:
    command: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size}", "amoquiz-crash", disk]
    return subprocess.run(command, stderr=stderr)


def unmount(disk: Path) -> None:
    subprocess.run(["umount", disk], check=True)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[PostgreSQL]:
    with postgresql.running(durable=True) as server:
        with psycopg.connect(host=str(server.folder), dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE amoquiz")
        yield PostgreSQL(server.url, server)


# What must hold for a commit to survive; asked of the very connection that Django makes.
SAFEGUARDS: dict[str, dict[str, object]] = {
    "sqlite": {"PRAGMA journal_mode": "truncate", "PRAGMA synchronous": 2},
    "postgresql": {f"SHOW {name}": "on" for name in postgresql.SAFEGUARDS},
}
