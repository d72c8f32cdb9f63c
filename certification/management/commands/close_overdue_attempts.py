import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from certification.actions import attempts

PAUSE = 5  # seconds between two passes
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
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: told.append(number))
        while not told:
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
