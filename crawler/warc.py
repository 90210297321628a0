"""Writes what went over the wire as WARC/1.1, one gzip member a record, before anything else is done with it.

https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from secrets import randbits
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.http.client import Exchange
from crawler.probes.base import Note
from fingerprints import probe_records
from fingerprints.archive import ASKED_FIELD, LOADED, PROFILE_FIELD, REDIRECTS_FIELD, ROLE_FIELD, SITE_FIELD, page_or_failure
from fingerprints.harmful import APART, harm_in, harm_of
from fingerprints.model import Capture, Failure, Page, Redirect, Role

_GZIP = zlib.MAX_WBITS | 16
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#revisit"""
_MOST_RECORD = 64 * 2**20
"""Bytes that a record of another archive may unfold to."""
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UUID_MASK = ~(0xF000 << 64 | 0xC000 << 48)
_UUID_4 = 0x4000 << 64 | 0x8000 << 48
_FIELD_LIMIT = 30_000
"""Bytes of one named field; readers stop at 32 KiB a line and more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a document was asked for: what the archive's named fields say beside its address."""

    url: str
    role: Role | None
    """None for what a page loads in a browser: it is no document of its own."""
    redirects: tuple[Redirect, ...] = ()
    site: str = ""
    """Whose document it is, where that is not told by the address that answers."""
    profile: str = ""
    """As whom, where one address is asked for as several visitors."""


@dataclass(frozen=True, slots=True)
class Made:
    """A record that no server sent: a page as a browser left it, its requests, a picture of it."""

    uri: str
    at: datetime
    body: bytes
    media: str
    """Its Content-Type."""
    role: Role | None = None
    """None for what is kept for people alone."""
    redirects: tuple[Redirect, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Old:
    """An answer of years ago, as a web archive gives it."""

    url: str
    at: datetime
    """When the archive received it: the time of all that is found in it."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """Those of then, without what the archive adds and what its own encodings were."""
    body: bytes
    source: str
    """Where the archive served it, and when we asked."""
    fetched: datetime
    cut: str = ""


@dataclass(slots=True)
class _Room:
    """What is left of a quota, for all files of one folder."""

    left: int


class WarcWriter:
    """Writes into numbered files of one folder. Nothing is on disk for certain before flush()."""

    def __init__(self, folder: Path, prefix: str, *, level: int, most_bytes: int, quota: int = 0) -> None:
        """
        Args:
            folder: made when the first record is written.
            prefix: the files are called prefix-00000.warc.gz and so on; must be new.
            level: of zlib.
            most_bytes: size after which the next file is begun.
            quota: bytes that all files of the folder may take; 0 for no bound.
        """
        self._quota = quota
        self._room = _Room(quota - sum(path.stat().st_size for path in folder.glob("*.warc.gz")) if quota else 0)
        self._apart: WarcWriter | None = None
        """Writes what is a program into files of its own."""
        self._folder = folder
        self._prefix = prefix
        self._level = level
        self._most = most_bytes
        self._file: BinaryIO | None = None
        self._name = ""
        self._size = 0
        self._count = 0
        self._sizes: dict[str, int] = {}

    def write(self, exchange: Exchange, asked: Asked) -> Page | Failure | None:
        """Writes the answer and its request, and reads the answer back as every archive is read.

        Raises:
            OSError: the disk is full, or not to be written, or the quota is used up.
        """
        response_id = _new_id()
        date = _date(exchange.at)
        block = exchange.answer.head + exchange.answer.body
        record = _record(_response_fields(exchange, asked, response_id, date, block), block)
        request = _record(_request_fields(exchange, response_id, date), exchange.request)
        read = _read_back(record, "", 0, exchange.at)  # before it is written: where it goes depends on what it is
        writer = self._quarantine() if APART not in self._prefix and _is_program(exchange, read) else self
        name, offset = writer._pair(record, request)
        return _placed(read, name, offset) if isinstance(read, Page) else _read_back(record, name, offset, exchange.at)

    def _pair(self, response: bytes, request: bytes) -> tuple[str, int]:
        """Writes an answer and its request into one file: its name, and where the answer lies."""
        if self._file is None or self._size >= self._most:
            self._open()
        offset = self._append(response)
        self._append(request)
        return self._name, offset

    def unchanged(self, exchange: Exchange) -> None:
        """Writes that a document is still the one of an earlier record: a revisit record, which no reader takes for a page.

        Raises:
            OSError: the disk is full, or not to be written.
        """
        if self._file is None or self._size >= self._most:
            self._open()
        response_id = _new_id()
        date = _date(exchange.at)
        self._append(_record(_revisit_fields(exchange, response_id), exchange.answer.head))
        self._append(_record(_request_fields(exchange, response_id, date), exchange.request))

    def note(self, note: Note, site: str) -> Page | Failure | None:
        """Writes what a probe saw of a site, and reads it back as every archive is read.

        Raises:
            OSError: the disk is full, or not to be written.
        """
        record = _record(_note_fields(note, site), note.body)
        if self._file is None or self._size >= self._most:
            self._open()
        offset = self._append(record)
        return _read_back(record, self._name, offset, note.at)

    def made(self, one: Made) -> Page | Failure | None:
        """Writes something that was made of a page and not received, and reads it back as every archive is read.

        Raises:
            OSError: the disk is full, or not to be written.
        """
        record = _record(_made_fields(one), one.body)
        if self._file is None or self._size >= self._most:
            self._open()
        offset = self._append(record)
        return _read_back(record, self._name, offset, one.at) if one.role is not None else None

    def old(self, one: Old) -> Page | Failure | None:
        """Writes what an archive gave as the answer that it once was, and reads it back as every archive is read.

        Raises:
            OSError: the disk is full, or not to be written.
        """
        head = _old_head(one)
        record = _record(_old_fields(one, head + one.body), head + one.body)
        if self._file is None or self._size >= self._most:
            self._open()
        return _read_back(record, self._name, self._append(record), one.at)

    def copy(self, member: bytes, source: str, at: datetime) -> Page | Failure | None:
        """Writes a record of another archive as it stands there, packed by itself, and where it is from.

        Args:
            member: one gzip member with one record.
            source: the address of the file, with the place in it.
            at: when it was asked for.

        Raises:
            OSError: the disk is full, or not to be written.
            ValueError: it is no such member; nothing was written.
        """
        plain, identity, target = _one_record(member)
        if self._file is None or self._size >= self._most:
            self._open()
        offset = self._put(member)
        self._append(_record(_origin_fields(identity, target, at), f"source: {source}\r\n".encode()))
        return _read_back(plain, self._name, offset, at)

    def ahead(self) -> Callable[[], None] | None:
        """What brings the records so far to the disk, for another thread, so that flush() has less to wait for; None for none.

        That it failed is told by flush().

        Raises:
            OSError: the disk is full, or not to be written.
        """
        if self._file is None or self._sizes.get(self._name) == self._size:
            return None
        self._file.flush()
        return partial(_bring, os.dup(self._file.fileno()))

    def flush(self) -> dict[str, int]:
        """Brings all records to the disk.

        Returns:
            The size of each file of this writer.

        Raises:
            OSError: the disk is full, or not to be written.
        """
        if self._file is not None:
            self._file.flush()
            _sync(self._file.fileno())
            self._sizes[self._name] = self._size
        return {**self._sizes, **(self._apart.flush() if self._apart else {})}

    def close(self) -> None:
        """Closes the open file."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._apart is not None:
            self._apart.close()

    def _quarantine(self) -> WarcWriter:
        if self._apart is None:
            prefix = f"{self._prefix}{APART.rstrip('-')}"
            self._apart = WarcWriter(self._folder, f"{prefix}-", level=self._level, most_bytes=self._most, quota=self._quota)
            self._apart._room = self._room  # what this writer has not brought to the disk yet counts as well
        return self._apart

    def _append(self, record: bytes) -> int:
        packer = zlib.compressobj(self._level, zlib.DEFLATED, _GZIP)
        return self._put(packer.compress(record) + packer.flush())

    def _put(self, packed: bytes) -> int:
        assert self._file is not None
        offset = self._size
        if self._quota:
            self._room.left -= len(packed)
            if self._room.left < 0:
                raise OSError(errno.EDQUOT, f"The captures take {self._quota} bytes, which is their quota", str(self._folder))
        self._file.write(packed)
        self._size += len(packed)
        return offset

    def _open(self) -> None:
        if self._file is not None:
            self.flush()
            self._file.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._name = f"{self._prefix.rstrip('-')}-{self._count:05}.warc.gz"
        self._count += 1
        self._size = 0
        self._file = (self._folder / self._name).open("xb", buffering=1 << 20)
        self._append(_record(_info_fields(self._name), b"software: Samehand\r\nformat: WARC File Format 1.1\r\n"))


def file_prefix(worker: str, at: datetime) -> str:
    """What a worker's files are called: by their time for people, by the worker so that cut_back finds them."""
    return f"samehand-{at:%Y%m%d%H%M%S}-{worker[:12]}"


def cut_back(folder: Path, worker: str, sizes: dict[str, int]) -> None:
    """Takes off a killed worker's files what it wrote after its last transaction: it is fetched again.

    Args:
        folder: of the captures.
        worker: the one that was killed.
        sizes: its files that the store knows, and the bytes of each that it knows.
    """
    for path in folder.glob(f"samehand-*-{worker[:12]}-*.warc.gz"):
        size = sizes.get(path.name)
        if size is None:
            path.unlink()
        elif path.stat().st_size > size:
            os.truncate(path, size)


def _read_back(record: bytes, name: str, offset: int, at: datetime) -> Page | Failure | None:
    found = next(iter(ArchiveIterator(BytesIO(record), parse_http=False)), None)
    result = page_or_failure(found, name, at) if found is not None else None
    return _placed(result, name, offset) if isinstance(result, Page) else result


def _placed(page: Page, name: str, offset: int) -> Page:
    """The page with the place of its record, which lay at 0 of its own bytes when it was read."""
    if page.capture is not None:
        # dataclasses.replace would copy the page's fields twice as slowly; nobody else has the page yet.
        object.__setattr__(page, "capture", Capture(name, offset, page.capture.sha256))
    return page


def _is_program(exchange: Exchange, read: Page | Failure | None) -> bool:
    """Whether the answer is a program. The page's body is unpacked already; what is no page is unpacked for this."""
    if isinstance(read, Page):
        return bool(harm_in(read.body))
    answer = exchange.answer
    return bool(harm_of(answer.body, answer.header("transfer-encoding"), answer.header("content-encoding")))


def _response_fields(exchange: Exchange, asked: Asked, record_id: str, date: str, block: bytes) -> list[tuple[str, str]]:
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", date),
        *_address(exchange),
        ("WARC-Payload-Digest", _digest(exchange.answer.body)),
        ("WARC-Block-Digest", _digest(block)),
        (ROLE_FIELD, asked.role.value if asked.role is not None else LOADED),
    ]
    if asked.url != exchange.url:
        fields.append((ASKED_FIELD, asked.url))
    if asked.site:
        fields.append((SITE_FIELD, asked.site))
    if asked.profile:
        fields.append((PROFILE_FIELD, asked.profile))
    if asked.redirects:
        fields.append((REDIRECTS_FIELD, _hops(asked.redirects)))
    if exchange.answer.cut:
        fields.append(("WARC-Truncated", exchange.answer.cut))
    if exchange.certificate_fault:
        fields.append(("WARC-Samehand-Certificate", exchange.certificate_fault))
    fields.append(("Content-Type", "application/http;msgtype=response"))
    return fields


def _revisit_fields(exchange: Exchange, record_id: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", "revisit"),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _date(exchange.at)),
        *_address(exchange),
        ("WARC-Profile", _NOT_MODIFIED),
        ("Content-Type", "application/http;msgtype=response"),
    ]


def _address(exchange: Exchange) -> list[tuple[str, str]]:
    """Behind a proxy nobody here knows where the site lies."""
    return [("WARC-IP-Address", exchange.address)] if exchange.address else []


def _note_fields(note: Note, site: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", note.uri),
        ("WARC-Date", _date(note.at)),
        ("WARC-Payload-Digest", _digest(note.body)),
        ("WARC-Block-Digest", _digest(note.body)),
        (ROLE_FIELD, note.role.value),
        (SITE_FIELD, site),
        ("Content-Type", probe_records.CONTENT_TYPE),
    ]


def _made_fields(one: Made) -> list[tuple[str, str]]:
    fields = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", one.uri),
        ("WARC-Date", _date(one.at)),
        ("WARC-Payload-Digest", _digest(one.body)),
        ("WARC-Block-Digest", _digest(one.body)),
        (ROLE_FIELD, one.role.value if one.role is not None else LOADED),
    ]
    if one.redirects:
        fields.append((REDIRECTS_FIELD, _hops(one.redirects)))
    if one.cut:
        fields.append(("WARC-Truncated", "length"))
    fields.append(("Content-Type", one.media))
    return fields


def _old_head(one: Old) -> bytes:
    lines = [f"HTTP/1.1 {one.status} {_PHRASES.get(one.status, '')}".rstrip()]
    lines += [f"{_clean(name)}: {_clean(value)}" for name, value in one.headers]
    lines.append(f"Content-Length: {len(one.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _old_fields(one: Old, block: bytes) -> list[tuple[str, str]]:
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", one.url),
        ("WARC-Date", _date(one.at)),
        ("WARC-Payload-Digest", _digest(one.body)),
        ("WARC-Block-Digest", _digest(block)),
        # As warcit has them: where the content is from, and when the record was made of it.
        ("WARC-Source-URI", one.source),
        ("WARC-Creation-Date", _date(one.fetched)),
    ]
    if one.cut:
        fields.append(("WARC-Truncated", one.cut))
    fields.append(("Content-Type", "application/http;msgtype=response"))
    return fields


def _origin_fields(identity: str, target: str, at: datetime) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Refers-To", identity),
        ("WARC-Target-URI", target),
        ("WARC-Date", _date(at)),
        ("Content-Type", "application/warc-fields"),
    ]


def _one_record(member: bytes) -> tuple[bytes, str, str]:
    """The record of a gzip member, its id and its address."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(member, _MOST_RECORD)
    except zlib.error:
        raise ValueError("it is no gzip member") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("it is not one whole gzip member of a size that is read")
    found = next(iter(ArchiveIterator(BytesIO(plain), parse_http=False)), None)
    if found is None or found.record_type != WarcRecordType.response:
        raise ValueError("it holds no answer of a server")
    return plain, str(found.record_id or ""), found.headers.get("WARC-Target-URI") or ""


def _request_fields(exchange: Exchange, response_id: str, date: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", date),
        ("WARC-Concurrent-To", response_id),
        ("Content-Type", "application/http;msgtype=request"),
    ]


def _info_fields(name: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", _new_id()),
        ("WARC-Date", _date(datetime.now(UTC))),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
    ]


def _record(fields: Sequence[tuple[str, str]], block: bytes) -> bytes:
    head = "".join(f"{name}: {_clean(value)}\r\n" for name, value in fields)
    return b"".join((b"WARC/1.1\r\n", head.encode("utf-8"), b"Content-Length: %d\r\n\r\n" % len(block), block, b"\r\n\r\n"))


def _clean(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _hops(redirects: tuple[Redirect, ...]) -> str:
    """The whole chain, or as much of its end as a field bears."""
    for start in range(len(redirects)):
        text = json.dumps([[hop.url, hop.status, hop.target] for hop in redirects[start:]])
        if len(text) <= _FIELD_LIMIT:
            return text
    return "[]"


def _digest(payload: bytes) -> str:
    """As web archives write it: SHA-1 in base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii")


def _date(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _new_id() -> str:
    """A random UUID (RFC 9562, version 4). An object of it would be made for its text alone, at four times the cost."""
    digits = f"{randbits(128) & _UUID_MASK | _UUID_4:032x}"
    return f"<urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}>"


def _sync(file: int) -> None:
    os.fdatasync(file) if hasattr(os, "fdatasync") else os.fsync(file)


def _bring(file: int) -> None:
    with suppress(OSError):
        _sync(file)
    os.close(file)
