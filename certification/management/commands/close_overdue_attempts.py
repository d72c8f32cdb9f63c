import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from certification.actions import attempts

log = logging.getLogger(__name__)

PAUSE = 5  # seconds between two passes
MOST_DRIFT = 2  # seconds between two passes by which a clock that is kept right may wander
NAP = 0.1  # seconds until a signal is noticed


class Command(BaseCommand):
    help = "Closes attempts whose time is gone, every 5 seconds until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then leave")

    def handle(self, *, once: bool, **options: Any) -> None:
        if once:
            self.sweep()
            return
        # A list and short naps: a handler that sets an Event could wait for the lock it interrupted.
        told: list[int] = []
        clock = ClockWatch()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: told.append(number))
        while not told:
            clock.look()
            self.sweep_again()
            end = time.monotonic() + PAUSE
            while not told and time.monotonic() < end:
                time.sleep(NAP)

    def sweep_again(self) -> None:
        """A pass that outlives a database that is away; /readyz tells of it meanwhile."""
        try:
            self.sweep()
        except DatabaseError as error:
            self.stderr.write(f"The pass failed and is tried again: {error}")
        close_old_connections()

    def sweep(self) -> None:
        sweep = attempts.close_overdue(now=timezone.now())
        if sweep.closed or sweep.failures:
            self.stdout.write(f"Closed {sweep.closed}, could not close {sweep.failures}.")


class ClockWatch:
    """Tells of a system clock that was set while attempts are in progress.

    Deadlines are moments of that clock: a step back gives everybody who is sitting so much more time, a step
    forward takes it away. Nothing here can know which was meant, so a manager has to be told.
    """

    def __init__(self) -> None:
        self.ahead = self.measure()

    @staticmethod
    def measure() -> float:
        """How far the clock is ahead of the one that nobody can set; seconds."""
        return time.time() - time.monotonic()

    def look(self) -> None:
        """Log a step since the last look."""
        step = self.measure() - self.ahead
        self.ahead += step
        if abs(step) > MOST_DRIFT:
            log.warning(
                "the system's clock was set by %+.1f s; attempts in progress end by the new one", step
            )
