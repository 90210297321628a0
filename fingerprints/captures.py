"""Captures: the files beside a store in which all that a crawl received is kept, and the record that an observation points to."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord

from fingerprints.archive import MOST_BYTES, ArchiveError, modified, page_or_failure
from fingerprints.model import Capture, Page

_WACZ_PART = "/archive/"
_MOST_MEMBER = 4 * 2**30  # bytes of a WARC file inside a package that is unpacked to look at one record


class Standing(StrEnum):
    """What became of a capture since it was made."""

    INTACT = "intact"
    ALTERED = "altered"
    """Something lies there that is not what was captured."""
    GONE = "gone"
    """The file is not to be found, or ends before the record."""


@dataclass(frozen=True, slots=True)
class Record:
    """A capture looked up."""

    standing: Standing
    sentence: str
    """What was checked or what is wrong, for a person."""
    path: Path | None = None
    page: Page | None = None
    """Only with Standing.INTACT."""
    record_id: str = ""
    target: str = ""
    date: str = ""


def folder_of(store: str) -> Path:
    """Where a crawl into this store keeps its captures unless it was told otherwise: for an Elasticsearch, beside the journal."""
    from fingerprints.stores.base import is_address
    from fingerprints.stores.elasticsearch_connection import journal_of

    path = journal_of(store) if is_address(store) else Path(store)
    return path.with_name(f"{path.stem}.captures")


def look_up(capture: Capture, folders: Iterable[Path]) -> Record:
    """Finds the capture's record, reads it, and compares it with the digest that was noted when it was made.

    Args:
        capture: of an observation.
        folders: where its file may lie; the first that has it counts.
    """
    looked_in = list(folders)
    path = find_file(capture.file, looked_in)
    if path is None:
        places = ", ".join(str(folder) for folder in looked_in)
        return Record(Standing.GONE, f"The file {capture.file} is not in {places}. Name its folder with --captures.")
    try:
        with _opened(path, capture.file) as plain:
            return _checked(plain, capture, path)
    except (OSError, ArchiveError, zipfile.BadZipFile) as error:
        return Record(Standing.ALTERED, f"The record at byte {capture.offset} of {path} cannot be read: {error}.", path)


def _checked(plain: Path, capture: Capture, path: Path) -> Record:
    if plain.stat().st_size <= capture.offset:
        return Record(Standing.GONE, f"{path} ends before byte {capture.offset}, where the record began.", path)
    with plain.open("rb") as file:
        file.seek(capture.offset)
        record = next(iter(ArchiveIterator(file, parse_http=False)), None)
        if record is None:
            return Record(Standing.ALTERED, f"No record begins at byte {capture.offset} of {path}.", path)
        target, date = record.headers.get("WARC-Target-URI") or "", record.headers.get("WARC-Date") or ""
        page = page_or_failure(record, capture.file, modified(path))
    if not isinstance(page, Page):
        reason = page.error if page is not None else "it holds no document"
        return Record(Standing.ALTERED, f"The record at byte {capture.offset} of {path} is not what it was: {reason}", path)
    found = hashlib.sha256(page.body).hexdigest()
    if found != capture.sha256:
        sentence = f"The document's SHA-256 is {found}; when it was captured it was {capture.sha256}."
        return Record(Standing.ALTERED, sentence, path)
    fault = block_fault(plain, capture.offset)
    if fault:
        return Record(Standing.ALTERED, fault, path)
    sentence = "The document's SHA-256 is what it was when it was captured."
    return Record(Standing.INTACT, sentence, path, page, str(record.record_id or ""), target, date)


def block_fault(path: Path, offset: int) -> str:
    """Why the record's block, headers and body together, does not fit its own WARC-Block-Digest; empty if it does or has none."""
    with path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file, parse_http=False)), None)
        named = record.headers.get("WARC-Block-Digest") if record is not None else None
        if record is None or not named:
            return ""
        found = block_digest(record, named.partition(":")[0])
    if not found or found.lower() == named.lower():
        return ""
    return f"The record's block digest is {found}; the record itself says {named}."


def block_digest(record: WarcRecord, algorithm: str) -> str:
    """A record's block digest as web archives write it, algorithm:BASE32; empty for an algorithm that is not known."""
    if algorithm.lower() not in ("sha1", "sha256", "sha512", "md5"):
        return ""
    digest = hashlib.new(algorithm.lower(), usedforsecurity=False)
    room = MOST_BYTES * 64
    while room > 0 and (part := record.reader.read(1 << 16)):
        digest.update(part)
        room -= len(part)
    return f"{algorithm}:{base64.b32encode(digest.digest()).decode('ascii')}"


def find_file(name: str, folders: Iterable[Path]) -> Path | None:
    """The WARC file, or the package that holds it. What would lead out of the folder is not followed."""
    first = name.partition("/")[0]
    if first in ("", ".", ".."):
        return None
    return next((folder / first for folder in folders if (folder / first).is_file()), None)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Path]:
    """The WARC file itself; one inside a WACZ package is unpacked for as long as it is looked at."""
    if _WACZ_PART not in name:
        yield path
        return
    member = name.partition("/")[2]
    with zipfile.ZipFile(path) as package, tempfile.NamedTemporaryFile(suffix=".warc") as made:
        try:
            info = package.getinfo(member)
        except KeyError:
            raise ArchiveError(f"{path} holds no {member}") from None
        if info.file_size > _MOST_MEMBER:
            raise ArchiveError(f"{member} unfolds to {info.file_size} bytes")
        with package.open(info) as file:
            shutil.copyfileobj(file, made)
        made.flush()
        yield Path(made.name)
