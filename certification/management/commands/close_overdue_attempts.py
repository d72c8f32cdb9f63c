import logging
import time
from typing import Any

from django.utils import timezone

from certification.actions import attempts
from certification.management.passes import StandingCommand

log = logging.getLogger(__name__)

MOST_DRIFT = 2  # seconds between two passes by which a clock that is kept right may wander


class Command(StandingCommand):
    help = "Closes attempts whose time is gone, every 5 seconds until it is told to stop."
    pause = 5

    def handle(self, *, once: bool, **options: Any) -> None:
        self.clock = None if once else ClockWatch()
        super().handle(once=once, **options)

    def make_pass(self) -> None:
        if self.clock:
            self.clock.look()
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
