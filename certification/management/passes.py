"""Standing jobs: commands that make a pass, pause and make the next one until they are told to stop."""

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

NAP = 0.1  # seconds until a signal is noticed


class StandingCommand(BaseCommand):
    """A job says what one pass is, and how many seconds lie between two."""

    pause: float

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then leave")

    def handle(self, *, once: bool, **options: Any) -> None:
        # A list and short naps: a handler that sets an Event could wait for the lock it interrupted.
        self.told: list[int] = []
        if once:
            self.make_pass()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: self.told.append(number))
        while not self.told:
            self.make_pass_again()
            end = time.monotonic() + self.pause
            while not self.told and time.monotonic() < end:
                time.sleep(NAP)

    def make_pass(self) -> None:
        raise NotImplementedError

    def make_pass_again(self) -> None:
        """A pass that outlives a database that is away; /readyz tells of it meanwhile."""
        try:
            self.make_pass()
        except DatabaseError as error:
            self.stderr.write(f"The pass failed and is tried again: {error}")
        close_old_connections()
