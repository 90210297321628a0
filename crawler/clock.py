"""The time that a crawl writes down. It is the machine's, unless the crawl was told that it is another day (`--now`): the farm's
web changes over pretended days, and a crawl of it has to believe in them. Delays, time-outs and leases go by the real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC) + _shift


def pretend(moment: datetime | None) -> None:
    """From here on it is this time, and time goes on from there; None is the machine's own time."""
    global _shift
    _shift = moment - datetime.now(UTC) if moment is not None else timedelta(0)
