"""How long a certificate lasts, what it is worth, and the code of its public page."""

import re
from calendar import monthrange
from datetime import datetime, timedelta, tzinfo
from random import Random

from certification.states import CertificateStatus

# Its exam may be sat again so long before it expires, and never before half of its time is over.
RENEWAL = timedelta(days=60)

# Crockford's base 32: no I, L, O or U, so that nothing is misread or misspelt.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26  # times 5 bits: 130
CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")
GROUP = 4  # characters of a code that are printed together
MISREAD = str.maketrans("ILO", "110")
BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015\u2212\-_.]+")
LONGEST_TYPED = 100


def expiry(issued: datetime, months: int, *, zone: tzinfo) -> datetime:
    """The same day and time so many calendar months later in `zone`; where there is no such day, the last of
    that month.
    """
    local = issued.astimezone(zone)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def renewal_opens(issued: datetime, expires: datetime) -> datetime:
    """From then on its exam may be sat again; one of a month would otherwise be renewed without end."""
    return max(expires - RENEWAL, issued + (expires - issued) / 2)


def status(
    *, expires_at: datetime, revoked_at: datetime | None, is_superseded: bool, now: datetime
) -> CertificateStatus:
    """What a certificate is worth `now`. `is_superseded`: by one that is not revoked itself."""
    if revoked_at is not None:
        return CertificateStatus.REVOKED
    if is_superseded:
        return CertificateStatus.SUPERSEDED
    return CertificateStatus.EXPIRED if now >= expires_at else CertificateStatus.VALID


def new_code(rng: Random) -> str:
    """130 bits of `rng`, which is the system's own where it counts."""
    return "".join(rng.choice(ALPHABET) for _ in range(CODE_LENGTH))


def normalised(typed: str) -> str:
    """The code that somebody meant; empty where it cannot be one.

    Case, spaces and hyphens do not matter, and I, L and O are the digits that they look like.
    """
    if len(typed) > LONGEST_TYPED:
        return ""
    code = BETWEEN.sub("", typed).upper().translate(MISREAD)
    return code if CODE.fullmatch(code) else ""


def grouped(code: str) -> str:
    """As it is printed: 7F3K-92QD-…"""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def number(*, year: int, attempt: int, earlier: int) -> str:
    """Unlike every other one's: `earlier` is how many the same attempt has had before."""
    again = f"-{earlier + 1}" if earlier else ""
    return f"AQ-{year}-{attempt:05}{again}"
