import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from certification.actions import attempts

PAUSE = 5  # seconds between two passes


class Command(BaseCommand):
    help = "Closes attempts whose time is gone, every 5 seconds until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then leave")

    def handle(self, *, once: bool, **options: Any) -> None:
        if once:
            self.sweep()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *args: stop.set())
        while not stop.is_set():
            try:
                self.sweep()
            except DatabaseError as error:
                # A database that is away comes back; readyz tells of it meanwhile.
                self.stderr.write(f"The pass failed and is tried again: {error}")
            close_old_connections()
            stop.wait(PAUSE)

    def sweep(self) -> None:
        sweep = attempts.close_overdue(now=timezone.now())
        if sweep.closed or sweep.failures:
            self.stdout.write(f"Closed {sweep.closed}, could not close {sweep.failures}.")
