"""What keeps secrets out of the log; read by the settings, so it knows nothing of the rest."""

import logging
import re
import time

# A link that lets its reader in carries a long word: of a reset, a confirmation, an invitation.
SECRET = re.compile(r"(?<=/)[\w:=-]{20,}(?=/|$|\s)")


class InUTC(logging.Formatter):
    """Moments in UTC, whatever the time zone of the pages."""

    converter = time.gmtime  # type: ignore[assignment]
    default_msec_format = "%s.%03dZ"


class WithoutLinks(logging.Filter):
    """Takes the secret out of the paths that Django logs with what it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(SECRET.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
