import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certification.demo import PASSWORD, PEOPLE

TICK = 0.2  # seconds between two looks at the children
PATIENCE = 10  # seconds a child may take to stop
LONGEST_PAUSE = 10  # seconds before a child that keeps dying is started again
STEADY = 10  # seconds after which a child did not die "at once"


class Command(BaseCommand):
    help = (
        "Runs the site, the sweeper, the sender of letters and the keeper of statistics, restarts what dies "
        "and stops all when told to."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--port", type=int, default=port, help="PORT in the environment, or 8000")
        parser.add_argument("--bind", default="127.0.0.1", help="the address to listen on")

    def handle(self, *, port: int, bind: str, **options: Any) -> None:
        refuse_taken(bind, port)
        if settings.AMOQUIZ_DEMO:
            os.environ.setdefault("SITE_URL", f"http://localhost:{port}")  # for the links in letters
        web = Child("The site", gunicorn(bind, port))
        sweeper = Child("The sweeper", [sys.executable, "manage.py", "close_overdue_attempts"])
        sender = Child("The sender of letters", [sys.executable, "manage.py", "send_notices"])
        keeper = Child("The keeper of statistics", [sys.executable, "manage.py", "refresh_statistics"])
        supervisor = Supervisor([web, sweeper, sender, keeper], say=self.say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.stop)
        self.say(f"http://localhost:{port}")
        if settings.AMOQUIZ_DEMO:
            self.say(f"Sign in as {', '.join(PEOPLE)}; password {PASSWORD}. Ctrl-C stops.")
        supervisor.run()

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def refuse_taken(bind: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Cannot listen on port {port} of {bind} ({error}). Choose another with PORT= or --port."
            ) from None


def gunicorn(bind: str, port: int) -> list[str]:
    """Threads, because a save waits for the disk; requests under way get less time than PATIENCE."""
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    command = [sys.executable, "-m", "gunicorn", "amoquiz.wsgi", "--bind", address]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    return [*command, "--graceful-timeout", "8", "--no-control-socket", "--log-level", "warning"]


LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Linux stops the child even when the supervisor was killed outright."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def next_pause(pause: float, *, lived: float) -> float:
    """0 after a steady life; else 1, 2, 4 … seconds, so that a broken program does not spin."""
    if lived >= STEADY:
        return 0
    return min(max(1, pause * 2), LONGEST_PAUSE)


@dataclass
class Child:
    """A program that should be running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    pause: float = 0
    start_at: float = 0

    def start(self, now: float) -> None:
        """In a group of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""
        self.process = subprocess.Popen(  # noqa: S603  the programs are ours
            self.command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=die_with_parent,
        )
        self.started_at = now

    def signal_group(self, number: int) -> None:
        """The program and whatever it started; no matter if they are gone."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    children: list[Child]
    say: Callable[[str], None]
    patience: float = PATIENCE
    stopping: bool = False

    def stop(self, *signal_arguments: Any) -> None:
        self.stopping = True

    def run(self) -> None:
        """Return once it was told to stop and every child has stopped."""
        try:
            while not self.stopping:
                for child in self.children:
                    self.tend(child, time.monotonic())
                time.sleep(TICK)
        finally:
            self.stop_children()

    def tend(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.start_at:
                child.start(now)
            return
        code = child.process.poll()
        if code is None:
            return
        child.signal_group(signal.SIGTERM)  # workers may have outlived it and hold the port
        child.process = None
        child.pause = next_pause(child.pause, lived=now - child.started_at)
        child.start_at = now + child.pause
        when = f"in {child.pause:g} s" if child.pause else "now"
        self.say(f"{child.name} ended with code {code}; it is started again {when}.")

    def stop_children(self) -> None:
        running = [(child, child.process) for child in self.children if child.process]
        for _, process in running:
            process.terminate()
        give_up = time.monotonic() + self.patience
        for child, process in running:
            try:
                process.wait(max(0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} did not stop within {self.patience:g} s and is killed.")
            child.signal_group(signal.SIGKILL)
            process.wait()
