"""Days as Moscow has them."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

# Far enough from the ends of the calendar for a moment of any of them to have a day before and after it.
FIRST = date(2000, 1, 1)
LAST = date(2100, 12, 31)


def midnight(day: date) -> datetime:
    """When this day begins."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def end(day: date) -> datetime:
    """When the next one begins."""
    return midnight(day + timedelta(days=1))
