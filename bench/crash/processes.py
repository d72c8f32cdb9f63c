"""Programs that are started to be killed. Linux: who is whose child is read from /proc."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

TICK = 0.02  # seconds between two looks
PATIENCE = 30  # seconds until something counts as stuck
# Nothing else of the environment reaches what is tested: it is the demo, whatever is set here.
KEPT = ("HOME", "PATH", "TMPDIR", "TERM", "LANG", "LD_LIBRARY_PATH")


class Stuck(Exception):
    """Something did not come about in time."""


def environment(**variables: str) -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ} | variables


def until(happened: Callable[[], bool], what: str) -> None:
    """Return as soon as it happened; Stuck after PATIENCE."""
    give_up = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > give_up:
            raise Stuck(f"Waited {PATIENCE} s in vain for {what}.")
        time.sleep(TICK)


def children(pid: int) -> list[int]:
    """None where the process is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_gone(pid: int) -> bool:
    """A zombie is: it holds nothing any more, and whoever adopted it may take its time to collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def send(number: signal.Signals, pids: Iterable[int]) -> None:
    """No matter if some are gone."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def kill_family(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` of the program and all that it started; return when they are gone.

    It is stopped first, so that it starts nobody while its children are counted.
    """
    send(signal.SIGSTOP, [process.pid])
    family = [process.pid, *children(process.pid)]
    send(signal.SIGKILL, family)
    process.wait()
    until(lambda: all(map(is_gone, family)), "killed processes to go")
