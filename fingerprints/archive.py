"""WARC records → pages. The crawler's own records and those of any other archive go through here.

A record that cannot be read becomes a Failure with its offset, and reading goes on at the next record that can be found.
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from fingerprints import rendered, resync
from fingerprints.content import decode
from fingerprints.model import Capture, Failure, Page, Redirect, Role
from fingerprints.roles import role_of
from fingerprints.sites import NotASiteError, site_named, site_of, site_or_none

ROLE_FIELD = "WARC-Samehand-Role"
"""Named field of the crawler's records: a Role's value."""
ASKED_FIELD = "WARC-Samehand-Asked"
"""Named field: the address asked for, where redirects led from it to WARC-Target-URI."""
SITE_FIELD = "WARC-Samehand-Site"
"""Named field: the site whose document it is, where the address is another's (an icon on a CDN)."""
REDIRECTS_FIELD = "WARC-Samehand-Redirects"
"""Named field: the hops as an ASCII JSON list of [url, status, target]."""

PROFILE_FIELD = "WARC-Samehand-Profile"
"""Named field: as whom the document was asked for, where one address was asked for as several visitors."""
LOADED = "loaded"
"""Value of ROLE_FIELD for what a page loaded in a browser: kept for replay, and no document of its own."""

MOST_BYTES = 16 * 2**20
"""Longest body that is read, on the wire and decoded; the rest is cut off and the page marked as truncated."""
_MOST_FAILURES = 1000  # damaged places in one file; after so many the rest of the file is given up
_MOST_REDIRECTS = 50
_ENDS_INSIDE = "the file ends inside it"


class ArchiveError(Exception):
    """A file that cannot be read at all; the message says which, why and what to do."""


class _BadRecordError(Exception):
    """A record whose content makes no page; the message is the sentence's end."""


def read_warc(path: Path) -> Iterator[Page | Failure]:
    """The pages of a .warc or .warc.gz file in their order, one at a time in memory.

    Raises:
        ArchiveError: there is no such file, or it is no WARC file.
    """
    try:
        with path.open("rb") as file:
            yield from read_stream(file, path.name, modified(path))
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_stream(file: BinaryIO, name: str, at: datetime) -> Iterator[Page | Failure]:
    """As read_warc, from an open file that can seek.

    Args:
        file: the WARC file's bytes.
        name: what captures and failures call the file.
        at: time of a failure whose record has no readable date; the file's own, so that reading it again changes nothing.

    Raises:
        ArchiveError: no record of a WARC file is found in it.
    """
    if not resync.begins_as_warc(file):
        raise ArchiveError(f"{name} is no WARC file: no record was found where one must begin.")
    offset: int | None = 0
    failures = 0
    while offset is not None:
        reader = _Reader(file, name, at, offset)
        yield from reader
        if reader.broken_at is None:
            return
        failures += 1
        if failures > _MOST_FAILURES:
            yield _failure(name, reader.broken_at, at, f"{_MOST_FAILURES} damaged places; the rest of the file was not read")
            return
        offset = resync.next_record(file, reader.broken_at + 1)


def read_record(path: Path, offset: int) -> Page | Failure | None:
    """The page of the record at this offset of a WARC file, as the crawler reads what it has just written.

    Returns None for a record that holds no page.

    Raises:
        ArchiveError: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file, parse_http=False)), None)
            if record is None:
                return _failure(path.name, offset, modified(path), "the file ends before it")
            return page_or_failure(record, path.name, modified(path))
    except OSError as error:
        raise ArchiveError(f"{path}: record at offset {offset} cannot be read: {error}.") from error


def modified(path: Path) -> datetime:
    """When the file was last written, in UTC."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


class _Reader:
    """Iterates over the records from one offset on, up to the first place where the file is damaged."""

    def __init__(self, file: BinaryIO, name: str, at: datetime, offset: int) -> None:
        self._file, self._name, self._at = file, name, at
        self._offset = offset
        self.broken_at: int | None = None
        """Where reading could not go on; None after the end of the file."""

    def __iter__(self) -> Iterator[Page | Failure]:
        self._file.seek(self._offset)
        last: int | None = None
        in_record = False
        try:
            for record in ArchiveIterator(self._file, parse_http=False):
                last, in_record = record.stream_pos, True
                result = page_or_failure(record, self._name, self._at)
                if result is not None:
                    yield result
                in_record = False
                if not len(record.headers):
                    return  # the end of the file, and said so
        except OSError as error:
            self.broken_at = last if last is not None and in_record else self._behind(last)
            yield _failure(self._name, self.broken_at, self._at, _reason(error))
            return
        end = self._behind(last)
        if resync.has_rest(self._file, end):  # FastWARC takes half a head for the end of the file
            yield _failure(self._name, end, self._at, _ENDS_INSIDE)

    def _behind(self, last: int | None) -> int:
        """Where the record begins that follows the one at `last`; without one, the first."""
        return self._offset if last is None else resync.end_of_record(self._file, last)


def page_or_failure(record: WarcRecord, file: str, at: datetime) -> Page | Failure | None:
    """What a record holds: a page, a reason why it cannot be read, or nothing of interest (None).

    Args:
        record: not yet parsed as HTTP.
        file: name of the WARC file.
        at: time of a failure in a record without a date.

    Raises:
        OSError: the file is damaged inside this record.
    """
    try:
        return _page(record, file)
    except (_BadRecordError, NotASiteError, ValueError) as error:
        url = rendered.page_address(_address(record))
        failure = _failure(file, record.stream_pos, _date(record) or at, _reason(error))
        return Failure(site_or_none(url) or "", failure.kind, url or failure.page_url, failure.error, failure.at)


def _page(record: WarcRecord, file: str) -> Page | None:
    kind = record.record_type
    if not len(record.headers):
        raise _BadRecordError(_ENDS_INSIDE)
    if kind not in (WarcRecordType.response, WarcRecordType.resource):
        return None
    url = rendered.page_address(_address(record))
    if not url.lower().startswith(("http://", "https://")) and not _is_of_probe(record):
        return None
    at = _date(record)
    if at is None:
        raise _BadRecordError("it has no valid WARC-Date")
    status, headers, content_type = _http(record, kind == WarcRecordType.response)
    body, truncated = _body(record, headers)
    role = _role(record, url, content_type, body)
    if role is None:
        return None
    return Page(
        url=record.headers.get(ASKED_FIELD) or url,
        final_url=url,
        site=_site(record, url),
        role=role,
        fetched_at=at,
        status=status,
        headers=headers,
        body=body,
        redirects=_redirects(record),
        truncated=truncated,
        capture=Capture(file, record.stream_pos, hashlib.sha256(body).hexdigest()),
        profile=(record.headers.get(PROFILE_FIELD) or "")[:60],
    )


def _is_of_probe(record: WarcRecord) -> bool:
    """Whether it is a record of our probes; the dns: records of other crawlers have another form."""
    named = record.headers.get(ROLE_FIELD) or ""
    return record.record_type == WarcRecordType.resource and any(named == role for role in Role if role.is_probe)


def _http(record: WarcRecord, is_response: bool) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """(status, headers, content type); a resource record has the content alone, and its type in the record's header."""
    if not is_response:
        return 200, (), record.headers.get("Content-Type") or ""
    try:
        record.parse_http()
    except OSError as error:
        if "header length" not in str(error):
            raise
        raise _BadRecordError("the head of the answer has more or longer lines than are read") from None
    answer = record.http_headers
    if answer is None or not answer.status_code:
        raise _BadRecordError("it holds no answer of an HTTP server")
    headers = tuple((str(name), str(value)) for name, value in answer.astuples())
    return int(answer.status_code), headers, _header(headers, "content-type")


def _body(record: WarcRecord, headers: tuple[tuple[str, str], ...]) -> tuple[bytes, bool]:
    raw = record.reader.read(MOST_BYTES + 1)
    if len(raw) <= MOST_BYTES and len(raw) < record.content_length:
        raise _BadRecordError(_ENDS_INSIDE)
    document = decode(raw[:MOST_BYTES], _header(headers, "transfer-encoding"), _header(headers, "content-encoding"), MOST_BYTES)
    return document.body, document.cut or len(raw) > MOST_BYTES or bool(record.headers.get("WARC-Truncated"))


def _role(record: WarcRecord, url: str, content_type: str, body: bytes) -> Role | None:
    named = record.headers.get(ROLE_FIELD)
    if named == LOADED:
        return None
    if named:
        with suppress(ValueError):
            return Role(named)
    return role_of(url, content_type, body)


def _redirects(record: WarcRecord) -> tuple[Redirect, ...]:
    text = record.headers.get(REDIRECTS_FIELD)
    if not text:
        return ()
    try:
        hops: Any = json.loads(text)
        return tuple(Redirect(str(url), int(status), str(target)) for url, status, target in hops[:_MOST_REDIRECTS])
    except (ValueError, TypeError, RecursionError):
        raise _BadRecordError(f"its field {REDIRECTS_FIELD} is no list of [url, status, target]") from None


def _site(record: WarcRecord, url: str) -> str:
    named = record.headers.get(SITE_FIELD)
    return site_named(named) if named else site_of(url)


def _address(record: WarcRecord) -> str:
    """Some writers put the address in angle brackets, after the grammar of WARC 1.0."""
    return (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _date(record: WarcRecord) -> datetime | None:
    try:
        date = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _failure(file: str, offset: int, at: datetime, reason: str) -> Failure:
    return Failure("", "archive", f"{file}#{offset}", f"{file}: record at offset {offset} cannot be read: {reason}.", at)


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
