"""Captures packed as one WACZ file, which replay tools open: the WARC files, an index of them, and a digest of each part.

https://specs.webrecorder.net/wacz/1.1.1/ and, for the index, https://specs.webrecorder.net/cdxj/0.1.0/
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from fingerprints import resync
from fingerprints.archive import ROLE_FIELD
from fingerprints.frozen import digest_of
from fingerprints.harmful import APART
from fingerprints.model import Role

_PAGES = frozenset({Role.FRONT.value, Role.ARTICLE.value, Role.ABOUT.value, Role.OTHER.value})


class PackError(ValueError):
    """What cannot be packed; the message is one sentence."""


def pack(files: Sequence[Path], out: Path, title: str) -> int:
    """Writes the package.

    Args:
        files: WARC files, each record a gzip member of its own, as a crawl writes them. Those of the quarantine are left out.
        out: the file to make; it must not exist.
        title: of the package, for people.

    Returns:
        How many answers it has.

    Raises:
        PackError: there is nothing to pack, or `out` exists.
        OSError: a file cannot be read or written.
    """
    chosen = [path for path in files if APART not in path.name]
    if not chosen:
        raise PackError("There are no captures to pack.")
    if out.exists():
        raise PackError(f"{out} exists. Name a new file.")
    with TemporaryDirectory(prefix="samehand-", dir=out.absolute().parent) as made:
        folder = Path(made)
        lines, pages = _indexed(chosen)
        (folder / "index.cdx.gz").write_bytes(gzip.compress("".join(sorted(lines)).encode(), mtime=0))
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
        (folder / "pages.jsonl").write_text("".join(json.dumps(one) + "\n" for one in (head, *pages)), "utf-8")
        parts = {f"archive/{path.name}": path for path in chosen}
        parts |= {"indexes/index.cdx.gz": folder / "index.cdx.gz", "pages/pages.jsonl": folder / "pages.jsonl"}
        package = folder / "datapackage.json"
        package.write_text(json.dumps(_package(parts, title), indent=1) + "\n", "utf-8")
        digest = {"path": package.name, "hash": f"sha256:{digest_of(package)}"}
        with zipfile.ZipFile(folder / "packed", "w", zipfile.ZIP_STORED) as archive:
            for name, path in parts.items():
                archive.write(path, name)
            archive.write(package, package.name)
            archive.writestr("datapackage-digest.json", json.dumps(digest) + "\n")
        os.replace(folder / "packed", out)  # noqa: PTH105  (at one moment, on every system)
    return len(lines)


def _package(parts: dict[str, Path], title: str) -> dict[str, Any]:
    resources = [
        {"name": path.name, "path": name, "hash": f"sha256:{digest_of(path)}", "bytes": path.stat().st_size}
        for name, path in parts.items()
    ]
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"profile": "data-package", "wacz_version": "1.1.1", "software": "Samehand", "title": title, "created": created}
    return {**said, "resources": resources}


def _indexed(files: Iterable[Path]) -> tuple[list[str], list[dict[str, str]]]:
    lines: list[str] = []
    pages: dict[str, dict[str, str]] = {}
    for path in files:
        for offset, end, record in _records(path):
            url = record.headers.get("WARC-Target-URI") or ""
            if record.record_type != WarcRecordType.response or not url.startswith(("http://", "https://")):
                continue
            at = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
            lines.append(_line(path.name, offset, end - offset, record, url, at))
            if record.headers.get(ROLE_FIELD) in _PAGES:
                pages.setdefault(url, {"url": url, "ts": at.strftime("%Y-%m-%dT%H:%M:%SZ")})
    return lines, list(pages.values())


def _records(path: Path) -> Iterator[tuple[int, int, WarcRecord]]:
    """Each record with its first byte and the byte behind it."""
    with path.open("rb") as file, path.open("rb") as beside:
        for record in ArchiveIterator(file, parse_http=False):
            if len(record.headers):
                yield record.stream_pos, resync.end_of_record(beside, record.stream_pos), record


def _line(name: str, offset: int, length: int, record: WarcRecord, url: str, at: datetime) -> str:
    status, media = "", ""
    try:
        record.parse_http()
        status = str(record.http_headers.status_code or "") if record.http_headers is not None else ""
        media = (record.http_content_type or "") if record.http_headers is not None else ""
    except OSError:  # a head that is too long: the record is there all the same
        status = ""
    said = {
        "url": url,
        "mime": media or "unk",
        "status": status,
        "digest": record.headers.get("WARC-Payload-Digest") or "",
        "length": str(length),
        "offset": str(offset),
        "filename": name,
    }
    return f"{sort_key(url)} {at:%Y%m%d%H%M%S} {json.dumps(said)}\n"


def sort_key(url: str) -> str:
    """A URL in the order in which indexes are sorted: com,example)/path?query, without a leading www."""
    parts = urlsplit(url.lower())
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    port = f":{parts.port}" if parts.port else ""
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{'?' + query if query else ''}"
