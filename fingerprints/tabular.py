"""Rows of files that people and services hand over: CSV of whatever separator, JSON a line, times in whatever form."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_LONGEST_CELL = 1_000_000
_SEPARATORS = ",;\t"
_MILLISECONDS_FROM = 1e11
"""A number above this is no second of any year before 5138."""


class NoRowsError(ValueError):
    """A file that is no CSV; the message says why and in which line."""


def cells(text: str) -> Iterator[list[str]]:
    """The rows of a CSV, the header too, each cell without space around it; the separator is the one its first line has most of.

    Raises:
        NoRowsError: it is no CSV.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    separator = max(_SEPARATORS, key=text.split("\n", 1)[0].count)
    lines = csv.reader(text.replace("\0", "").splitlines(), delimiter=separator)
    try:
        for row in lines:
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise NoRowsError(f"It is no CSV: {error}, line {lines.line_num}.") from error


def objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON object of each line that is not blank; an empty one for a line that holds none, so that it is counted."""
    for line in text.splitlines():
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = {}
            yield row if isinstance(row, dict) else {}


def moment(value: Any) -> datetime | None:
    """A time in UTC, from seconds or milliseconds since 1970 or ISO 8601; None for anything else. Without a zone it is UTC."""
    text = str(value).strip()
    try:
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS_FROM else seconds, UTC)
        at = datetime.fromisoformat(text.removesuffix("UTC").removesuffix("GMT").strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
