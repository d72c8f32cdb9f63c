import time
from functools import partial

from django.utils import timezone

from certification.actions import notices
from certification.management.passes import StandingCommand
from certification.rendering import mail

LONGEST_PASS = 20  # seconds after which no further letter is begun: /readyz waits for the pass
EXPIRY_PAUSE = 60 * 60  # seconds between two looks at the certificates that expire


class Command(StandingCommand):
    help = "Sends the letters that are due, every 5 seconds until it is told to stop."
    pause = 5
    look_at = 0.0  # when the certificates are looked at next, by the clock that nobody sets

    def make_pass(self) -> None:
        now, begun = timezone.now(), time.monotonic()
        if begun >= self.look_at:
            written = notices.write_expiring(now=now)
            # Where there are more than one look takes, the next pass goes on.
            self.look_at = begun + (0 if written else EXPIRY_PAUSE)
        done = notices.send_due(
            now=now,
            compose=partial(mail.compose, now=now),
            enough=lambda: bool(self.told) or time.monotonic() > begun + LONGEST_PASS,
        )
        if done.sent or done.dropped or done.failures:
            self.stdout.write(f"Sent {done.sent}, dropped {done.dropped}, could not send {done.failures}.")
