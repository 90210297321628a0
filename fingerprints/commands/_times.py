"""How a person names a time: 2024-05-01, 2024-05-01T12:00, 3d, 12h, 2w."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fingerprints.commands._errors import WrongCallError

_AGO = re.compile(r"(\d{1,5})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, *, option: str, now: datetime | None = None) -> datetime:
    """The time, in UTC.

    Args:
        text: a date, a time in ISO 8601, or how long ago.
        option: that it was given to, for the error.
        now: from which "ago" counts; the machine's time without it.

    Raises:
        WrongCallError: it is no time.
    """
    ago = _AGO.fullmatch(text.strip().lower())
    if ago:
        return (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongCallError(f"{option} {text!r} is no time. Give one such as 2024-05-01, 2024-05-01T12:00 or 3d.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
