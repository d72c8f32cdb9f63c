"""How long a certificate lasts, what it is worth, and its code."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules import certificates
from certification.rules.certificates import (
    ALPHABET,
    CODE_LENGTH,
    RENEWAL,
    expiry,
    grouped,
    new_code,
    normalised,
    number,
    renewal_opens,
)
from certification.states import CertificateStatus

MOSCOW = ZoneInfo("Europe/Moscow")
MS = timedelta(milliseconds=1)
BEGIN = datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW)
moments = st.integers(1577836800, 3786912000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("issued", "months", "expected"),
    [
        ((2026, 11, 23), 12, (2027, 11, 23)),
        ((2026, 11, 23), 1, (2026, 12, 23)),
        ((2026, 11, 23), 2, (2027, 1, 23)),
        ((2026, 12, 31), 2, (2027, 2, 28)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2026, 12, 1), 24, (2028, 12, 1)),
        ((2026, 1, 31), 3, (2026, 4, 30)),
    ],
)
def test_expiry_is_the_same_day_months_later_or_the_months_last(issued, months, expected):
    begin = datetime(*issued, 14, 3, 21, tzinfo=MOSCOW)

    assert expiry(begin, months, zone=MOSCOW) == datetime(*expected, 14, 3, 21, tzinfo=MOSCOW)


def test_day_is_the_programmes_wherever_the_moment_was_read():
    late = datetime(2026, 1, 30, 22, 0, tzinfo=UTC)  # the 31st in Moscow

    assert expiry(late, 1, zone=MOSCOW) == datetime(2026, 2, 28, 1, 0, tzinfo=MOSCOW)
    assert expiry(late, 1, zone=UTC) == datetime(2026, 2, 28, 22, 0, tzinfo=UTC)


@given(moments, st.integers(1, 120))
def test_expiry_keeps_time_and_month_and_never_goes_back(issued, months):
    local, expires = issued.astimezone(MOSCOW), expiry(issued, months, zone=MOSCOW)

    assert (expires.year * 12 + expires.month) - (local.year * 12 + local.month) == months
    assert expires.time() == local.time()
    assert expires.day == local.day or (expires.day < local.day and (expires + timedelta(days=1)).day == 1)
    assert issued < expires < expiry(issued, months + 1, zone=MOSCOW)


@given(moments, moments, st.integers(1, 120))
def test_what_is_issued_later_never_expires_earlier(one, other, months):
    first, second = sorted([one, other])

    assert expiry(first, months, zone=MOSCOW).date() <= expiry(second, months, zone=MOSCOW).date()


@pytest.mark.parametrize("revoked_at", [None, BEGIN])
@pytest.mark.parametrize("is_superseded", [False, True])
@pytest.mark.parametrize("now", [BEGIN - MS, BEGIN, BEGIN + MS])
def test_revoked_comes_first_then_superseded_then_expired(revoked_at, is_superseded, now):
    status = certificates.status(
        expires_at=BEGIN, revoked_at=revoked_at, is_superseded=is_superseded, now=now
    )

    expected = CertificateStatus.VALID if now < BEGIN else CertificateStatus.EXPIRED
    if is_superseded:
        expected = CertificateStatus.SUPERSEDED
    if revoked_at:
        expected = CertificateStatus.REVOKED
    assert status == expected


def test_renewal_opens_sixty_days_before():
    assert timedelta(days=60) == RENEWAL
    issued, expires = datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 11, 23, tzinfo=UTC)
    assert renewal_opens(issued, expires) == datetime(2027, 9, 24, tzinfo=UTC)


@pytest.mark.parametrize(("days", "after"), [(2, 1), (30, 15), (100, 50), (120, 60), (121, 61)])
def test_renewal_does_not_open_before_half_of_the_time_is_over(days, after):
    issued = datetime(2026, 11, 23, tzinfo=UTC)

    assert renewal_opens(issued, issued + timedelta(days=days)) == issued + timedelta(days=after)


def test_code_has_130_bits():
    code = new_code(Random(1))

    assert len(ALPHABET) ** CODE_LENGTH == 2**130
    assert set(code) <= set(ALPHABET)
    assert len(code) == 26
    assert set("".join(new_code(Random(seed)) for seed in range(99))) == set(ALPHABET)
    assert len({new_code(Random(seed)) for seed in range(99)}) == 99


@given(st.integers(0, 10**9))
def test_code_is_read_however_it_is_typed(seed):
    code = new_code(Random(seed))
    misread = code.replace("1", "i").replace("0", "o")

    for typed in (
        code,
        code.lower(),
        grouped(code),
        f" {grouped(code).replace('-', ' – ')}\n",
        misread,
        misread.upper(),
    ):
        assert normalised(typed) == code
    assert normalised(code.replace("1", "l")) == code


@given(st.text(max_size=200))
def test_what_is_typed_is_a_code_or_nothing(typed):
    read = normalised(typed)

    assert read == "" or (len(read) == 26 and set(read) <= set(ALPHABET) and normalised(read) == read)


@pytest.mark.parametrize(
    "typed", ["", "0" * 25, "0" * 27, "U" * 26, "0" * 25 + "\x00", "٠" * 26, "0" + "-" * 99 + "0" * 25]
)
def test_malformed_is_no_code(typed):
    assert normalised(typed) == ""


def test_code_is_printed_in_groups():
    assert grouped("7F3K92QDXM4T7F3K92QDXM4T7F") == "7F3K-92QD-XM4T-7F3K-92QD-XM4T-7F"


@pytest.mark.parametrize(
    ("attempt", "earlier", "expected"),
    [
        (417, 0, "AQ-2026-00417"),
        (417, 1, "AQ-2026-00417-2"),
        (417, 2, "AQ-2026-00417-3"),
        (123456, 0, "AQ-2026-123456"),
    ],
)
def test_number(attempt, earlier, expected):
    assert number(year=2026, attempt=attempt, earlier=earlier) == expected
