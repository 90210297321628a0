"""The model's types as rows of SQLite and back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from fingerprints.model import Capture

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

LONGEST_KEY = 2000
"""Longest value or address, in characters. What is longer is cut and ends in a digest, so that different ones stay different."""
LONGEST_TEXT = 1000
"""Longest text that is only read, in characters; the rest is cut off."""
_DIGITS = 16


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 in UTC. A time without zone is a mistake in the program: TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The time, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def key(text: str) -> str:
    """A text by which things are told apart, bounded. Half characters (lone surrogates), which no file can hold, become "?"."""
    if len(text) <= LONGEST_KEY and text.isascii():
        return text
    whole = text.encode("utf-8", "replace")
    if len(text) > LONGEST_KEY:
        return (
            text[: LONGEST_KEY - _DIGITS - 1].encode("utf-8", "replace").decode()
            + "…"
            + hashlib.sha256(whole).hexdigest()[:_DIGITS]
        )
    return whole.decode()


def cut(text: str) -> str:
    """A text for people, bounded."""
    return _storable(text[:LONGEST_TEXT])


def _storable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def from_capture(capture: Capture | None) -> tuple[str, int, str]:
    """Three columns; ("", -1, "") for none."""
    return ("", -1, "") if capture is None else (key(capture.file), capture.offset, cut(capture.sha256))


def to_capture(file: str, offset: int, sha256: str) -> Capture | None:
    """The three columns as a capture."""
    return Capture(file, offset, sha256) if file else None
