"""The only place that reads the clock, so that tests can set it and zones are never mixed."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Europe/Berlin")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def office_now() -> datetime:
    """This moment on the office's wall clock."""
    return now().astimezone(OFFICE_ZONE)


def today() -> date:
    """The date on the office's wall calendar."""
    return office_now().date()


def epoch_seconds() -> int:
    """Whole seconds since 1970, for deadlines in tokens."""
    return int(time.time())
