"""Saved pages of any sort: WARC files, WACZ packages, and folders of HTML with an index.csv."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from fingerprints.archive import MOST_BYTES, ArchiveError, modified, read_stream, read_warc
from fingerprints.model import Failure, Page
from fingerprints.resync import begins_as_warc
from fingerprints.roles import role_of
from fingerprints.sites import NotASiteError, site_of

INDEX = "index.csv"
_ZIP = b"PK\x03\x04"
_WARC_IN_WACZ = re.compile(r"archive/[^/]{1,200}\.warc(?:\.gz)?")
_MOST_MEMBERS = 10_000
_MOST_UNFOLDING = 200  # deflate gains next to nothing on gzipped records; a member that unfolds more than so is a bomb
_UNFOLDING_FROM = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What zipfile raises on damaged, encrypted or oddly compressed members."""

Reader = Callable[[Path], Iterator[Page | Failure]]


def reader_of(path: Path) -> Reader:
    """The function that reads what lies at `path`.

    Raises:
        ArchiveError: nothing is there, or nothing that can be read.
    """
    try:
        if path.is_dir():
            if not (path / INDEX).is_file():
                raise ArchiveError(f"{path} is a folder without {INDEX}. Write one with the columns path,url beside the pages.")
            return read_folder
        with path.open("rb") as file:
            start = file.read(4)
            if start == _ZIP:
                return read_wacz
            if begins_as_warc(file):
                return read_warc
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not start:
        raise ArchiveError(f"{path} is empty.")
    raise ArchiveError(f"{path} is no WARC file, no WACZ package and no folder of pages. Name one of these.")


def read_wacz(path: Path) -> Iterator[Page | Failure]:
    """The pages of the WARC files inside a WACZ package. Nothing is unpacked to disk, so members' names can do no harm.

    Raises:
        ArchiveError: it is no WACZ package.
    """
    try:
        with zipfile.ZipFile(path) as package:
            members = [member for member in package.infolist() if _WARC_IN_WACZ.fullmatch(member.filename)]
            if not members:
                raise ArchiveError(f"{path} is no WACZ package: it holds no archive/*.warc.gz.")
            for member in members[:_MOST_MEMBERS]:
                yield from _member(package, member, path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ArchiveError(f"{path} cannot be read as a WACZ package: {error}.") from error


def _member(package: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Iterator[Page | Failure]:
    name = f"{path.name}/{member.filename}"
    if member.file_size > max(_UNFOLDING_FROM, member.compress_size * _MOST_UNFOLDING):
        yield _failure(name, f"{name} was not read: it unfolds to {member.file_size} bytes.", modified(path))
        return
    try:
        with package.open(member) as file:
            yield from read_stream(file, name, modified(path))  # type: ignore[arg-type]  # ZipExtFile reads and seeks as BinaryIO
    except (*_DAMAGED, ArchiveError) as error:
        yield _failure(name, f"{name} cannot be read: {error}", modified(path))


def read_folder(path: Path) -> Iterator[Page | Failure]:
    """The pages that a folder's index.csv names: columns path, url and, if known, fetched_at (ISO 8601).

    A page without a time counts as fetched when its file was last written.

    Raises:
        ArchiveError: index.csv cannot be read, or has not these columns.
    """
    index = path / INDEX
    try:
        with index.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"path", "url"} <= set(rows.fieldnames or ()):
                raise ArchiveError(f"{index} needs a first line with the columns path,url and, if known, fetched_at.")
            for row in rows:
                yield _row(path, index, rows.line_num, row)
    except (csv.Error, UnicodeError, OSError) as error:
        raise ArchiveError(f"{index} cannot be read: {error}.") from error


def _row(folder: Path, index: Path, line: int, row: dict[str, str | None]) -> Page | Failure:
    try:
        return _saved_page(folder, row)
    except OSError as error:
        reason = f"{row['path']}: {error.strerror or error}"
    except ValueError as error:
        reason = str(error).rstrip(".")
    return _failure(f"{folder.name}/{INDEX}#{line}", f"{index}, line {line}: {reason}.", modified(index))


def _saved_page(folder: Path, row: dict[str, str | None]) -> Page:
    name, url = (row["path"] or "").strip(), (row["url"] or "").strip()
    if not url.lower().startswith(("http://", "https://")):
        raise NotASiteError(f"{url!r} is no http(s) address")
    file = (folder / name).resolve()
    if not name or not file.is_relative_to(folder.resolve()):
        raise ValueError(f"{name!r} names no file of this folder")
    with file.open("rb") as opened:
        body = opened.read(MOST_BYTES + 1)
    role = role_of(url, "", body) or role_of(url, "text/html", body)
    assert role is not None  # HTML always has one
    return Page(
        url=url,
        final_url=url,
        site=site_of(url),
        role=role,
        fetched_at=_time(row.get("fetched_at")) or modified(file),
        status=200,
        body=body[:MOST_BYTES],
        truncated=len(body) > MOST_BYTES,
    )


def _time(text: str | None) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no ISO 8601 time") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _failure(place: str, error: str, at: datetime) -> Failure:
    return Failure("", "archive", place, error, at)
