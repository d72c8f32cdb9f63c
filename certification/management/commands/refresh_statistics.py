import time
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from certification.actions import statistics
from certification.management.passes import StandingCommand

LONGEST_PASS = 20  # seconds after which no further attempts are begun: /readyz waits for the pass


class Command(StandingCommand):
    help = (
        "Counts finished attempts for the statistics of questions, every 5 seconds until it is told to stop."
    )
    pause = 5

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--anew", action="store_true", help="forget the counts first, and make them anew")

    def handle(self, *, once: bool, anew: bool, **options: Any) -> None:  # type: ignore[override]
        self.once = once
        if anew:
            statistics.forget_all()
        super().handle(once=once, **options)

    def make_pass(self) -> None:
        begun = time.monotonic()
        done = statistics.refresh(
            now=timezone.now(),
            enough=lambda: bool(self.told) or (not self.once and time.monotonic() > begun + LONGEST_PASS),
        )
        if done.tallied or done.failures:
            self.stdout.write(f"Counted {done.tallied}, could not count {done.failures}.")
