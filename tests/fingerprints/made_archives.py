"""Small archives, written by warcio, which has nothing in common with the reader under test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2024-05-01T12:00:00Z"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


@dataclass(frozen=True)
class Record:
    """One record to write; by default the answer of a server with a page of HTML."""

    url: str
    body: bytes = b"<html><body>hello</body></html>"
    headers: tuple[tuple[str, str], ...] = HTML
    status: str = "200 OK"
    kind: str = "response"
    fields: Mapping[str, str] = field(default_factory=dict)


def page(url: str, *values: str) -> Record:
    """A page that loads these Google Tag Manager containers."""
    scripts = "".join(f'<script src="https://www.googletagmanager.com/gtm.js?id={value}"></script>' for value in values)
    return Record(url, f"<html><head>{scripts}</head><body>News</body></html>".encode())


def warc_bytes(records: Iterable[Record], *, gzip: bool = True) -> tuple[bytes, list[int]]:
    """The file, and the offset at which each record begins."""
    stream = BytesIO()
    writer = WARCWriter(stream, gzip=gzip)
    offsets = []
    for one in records:
        offsets.append(stream.tell())
        writer.write_record(_record(writer, one))
    return stream.getvalue(), offsets


def write_warc(path: Path, *records: Record, gzip: bool = True) -> list[int]:
    """Writes the file and gives the records' offsets."""
    data, offsets = warc_bytes(records, gzip=gzip)
    path.write_bytes(data)
    return offsets


def _record(writer: WARCWriter, one: Record) -> object:
    named = {"WARC-Date": DATE, **one.fields}
    payload, length = BytesIO(one.body), len(one.body)
    if one.kind != "response":
        media = dict(one.headers).get("Content-Type", "application/octet-stream")
        return writer.create_warc_record(one.url, one.kind, payload, length, warc_content_type=media, warc_headers_dict=named)
    head = StatusAndHeaders(one.status, list(one.headers), protocol="HTTP/1.1")
    return writer.create_warc_record(one.url, "response", payload, length, http_headers=head, warc_headers_dict=named)
