"""Answers of a CDX server → captures. Pure.

Three forms are met: an array of arrays with a first row of names (web.archive.org), an object a line (pywb, and the indexes of
Common Crawl), and bare lines of fields. https://github.com/webrecorder/pywb/wiki/CDX-Server-API
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_STAMP = re.compile(r"\d{14}")
_NOTHING = re.compile(r"no captures found", re.I)
_PLAIN = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_LONGEST = 4_000


class IndexAnswerError(ValueError):
    """The answer is in none of the forms; the message is the sentence's end."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture that an archive says it has."""

    url: str
    at: datetime
    stamp: str
    """`at` as archives write it: fourteen digits."""
    status: int
    """0 where the index does not say."""
    media: str
    digest: str
    """Of the content, as the archive computed it; empty where the index does not say."""
    file: str = ""
    """Common Crawl: the WARC file that holds the record, and where."""
    offset: int = -1
    length: int = 0


def captures(text: str) -> list[Capture]:
    """The captures of an answer, oldest first; lines that cannot be understood are left out.

    Raises:
        IndexAnswerError: nothing of it can be understood.
    """
    stripped = text.strip()
    if not stripped or stripped == "[]" or _says_nothing(stripped):
        return []
    rows = list(_rows(stripped))
    found = [one for one in map(_capture, rows) if one is not None]
    if not found:
        raise IndexAnswerError(f"its answer is no list of captures: {stripped[:100]!r}")
    return sorted(found, key=lambda one: (one.stamp, one.url, one.digest))


def stamp(moment: datetime) -> str:
    """A time as archives write it."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def moment(text: str) -> datetime | None:
    """The time that fourteen digits say."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if _STAMP.fullmatch(text) else None
    except ValueError:
        return None


def _says_nothing(text: str) -> bool:
    """Common Crawl says that it has nothing by a message in place of a list."""
    return len(text) < 1000 and _NOTHING.search(text) is not None


def _rows(text: str) -> Iterator[Mapping[str, Any]]:
    if text.startswith("[["):
        yield from _table(text)
        return
    for line in text.splitlines():
        if line.startswith("{"):
            value = _parsed(line)
            if isinstance(value, dict):
                yield value
        else:
            yield _fields(line)


def _table(text: str) -> Iterator[Mapping[str, Any]]:
    value = _parsed(text)
    rows: Iterable[Any] = value if isinstance(value, list) else ()
    names: list[str] = []
    for row in rows:
        if isinstance(row, list):
            if not names:
                names = [str(name) for name in row]
            else:
                yield dict(zip(names, row, strict=False))


def _fields(line: str) -> Mapping[str, Any]:
    """A bare line: seven fields, or three with the rest as an object (CDXJ)."""
    key, _, rest = line.partition(" ")
    when, _, more = rest.partition(" ")
    if more.startswith("{"):
        value = _parsed(more)
        return {"urlkey": key, "timestamp": when, **(value if isinstance(value, dict) else {})}
    return dict(zip(_PLAIN, line.split(), strict=False))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _capture(row: Mapping[str, Any]) -> Capture | None:
    url = str(row.get("original") or row.get("url") or "")
    when = str(row.get("timestamp") or "")
    at = moment(when)
    if at is None or not url.startswith(("http://", "https://")) or len(url) > _LONGEST:
        return None
    return Capture(
        url=url,
        at=at,
        stamp=when,
        status=_number(row.get("statuscode") or row.get("status"), 0),
        media=str(row.get("mimetype") or row.get("mime") or ""),
        digest=str(row.get("digest") or "").removeprefix("sha1:"),
        file=str(row.get("filename") or ""),
        offset=_number(row.get("offset"), -1),
        length=_number(row.get("length"), 0),
    )


def _number(value: Any, otherwise: int) -> int:
    text = str(value)
    return int(text) if text.isdigit() and len(text) < 16 else otherwise
