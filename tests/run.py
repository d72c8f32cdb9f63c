"""`make test`: the suite on SQLite, what touches the database again on PostgreSQL, the browser, and a
short crash test.

`python -m tests.run sqlite` runs that stage alone. With TEST_DATABASE_URL no server is started: the tests
make and drop their own database, `test_…`, on that one.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from tests import postgresql, system

PYTEST = [sys.executable, "-m", "pytest"]
ON_EVERY_CORE = ("--numprocesses", "auto", "--dist", "worksteal")
# They go from page to page, the first two to every one there is, and how long it takes is nothing to them.
UNHURRIED = [
    "tests/browser/test_walk.py",
    "tests/browser/test_crawl.py",
    "tests/browser/test_bank.py",
    "tests/browser/test_import.py",
    "tests/browser/test_no_javascript.py",
    "tests/browser/test_second_factor.py",
]
ON_POSTGRESQL = [
    "tests/models",
    "tests/actions",
    "tests/commands",
    "tests/test_concurrency.py",
    "tests/test_concurrency_notices.py",
    "tests/test_concurrency_people.py",
    "tests/test_concurrency_certificates.py",
    "tests/test_concurrency_statistics.py",
    "tests/test_concurrency_import.py",
]
# Nothing else of the environment reaches the tests: they are of the demo, whatever is set here.
KEPT = ("HOME", "PATH", "TMPDIR", "TERM", "LANG", "LD_LIBRARY_PATH", "PYTEST_ADDOPTS", "CI")


def sqlite() -> int:
    return pytest("tests", "--ignore=tests/browser", *ON_EVERY_CORE)


def postgres() -> int:
    with contextlib.ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgresql.temporary_server())
        return pytest(*ON_POSTGRESQL, *ON_EVERY_CORE, DATABASE_URL=url)


def browser() -> int:
    """One after the other, since they mind how long things take. The unhurried ones take what is left of the
    processor meanwhile, and are told of at the end.
    """
    shots = "--screenshot=only-on-failure"
    with tempfile.TemporaryFile() as told:
        # A worker of its own has a database of its own.
        own = (shots, "--output=var/unhurried", "--numprocesses", "1")
        unhurried = started(["nice", "-n", "19", *PYTEST, *UNHURRIED, *own], {}, stdout=told)
        with stopped_at_exit(unhurried):
            others = [f"--ignore={path}" for path in UNHURRIED]
            failed = pytest("tests/browser", shots, "--output=var/browser", *others)
            failed |= unhurried.wait()
        told.seek(0)
        sys.stdout.write(told.read().decode())
    return failed


def crash() -> int:
    """Three strikes at each database; `make crash` goes on for minutes (docs/crash.md)."""
    return run(sys.executable, "-m", "bench.crash", "--rounds", "3")


STAGES = {
    "sqlite": ("SQLite", sqlite),
    "postgresql": ("PostgreSQL", postgres),
    "browser": ("browser", browser),
    "crash": ("crash", crash),
}


def pytest(*arguments: str, **variables: str) -> int:
    return run(*PYTEST, *arguments, **variables)


def run(*command: str, **variables: str) -> int:
    process = started(command, variables)
    with stopped_at_exit(process):
        return process.wait()


def started(
    command: Sequence[str], variables: Mapping[str, str], *, stdout: IO[bytes] | None = None
) -> subprocess.Popen:
    """In a group of its own: of Ctrl-C the program hears once, from here, and the server not at all."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | dict(variables)
    return subprocess.Popen(command, env=environment, process_group=0, stdout=stdout)


@contextlib.contextmanager
def stopped_at_exit(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # pytest drops its database, a crash test its servers
            process.wait()


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        sys.exit(f"No such stage: {', '.join(unknown)}. There are {', '.join(STAGES)}.")
    system.provide()
    for number in (signal.SIGINT, signal.SIGTERM):  # so that whatever was started is stopped
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    results = []
    for name in names or STAGES:
        title, stage = STAGES[name]
        print(f"\n{title}", flush=True)
        start = time.monotonic()
        failed = stage() != 0
        results.append((f"{title} {time.monotonic() - start:.0f} s{' FAILED' if failed else ''}", failed))
    print("\n" + ", ".join(summary for summary, _ in results))
    return int(any(failed for _, failed in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
