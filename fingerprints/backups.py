"""A case in one file: a zip of the store as of one moment, the verdicts on it, tags and the log, with the digest of each."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from fingerprints import casebook, tags, verdicts
from fingerprints.stores.sqlite_file import SqliteFile

MANIFEST = "manifest.json"
STORE = "store.db"
BESIDE = {"verdicts.jsonl": verdicts.SUFFIX, "log.jsonl": casebook.SUFFIX, "tags.jsonl": tags.SUFFIX}
"""Name in the zip → what is put behind the store's path."""
_CHUNK = 1 << 20
_MOST_MANIFEST = 100_000


class BackupError(ValueError):
    """A backup that cannot be made or is not whole; the message is one sentence."""


def make(store: SqliteFile, out: Path) -> int:
    """Writes a backup; a crawl may be writing the store meanwhile.

    Args:
        store: open.
        out: the zip to make; it must not exist.

    Returns:
        Its size in bytes.

    Raises:
        BackupError: `out` exists or cannot be written.
    """
    if out.exists():
        raise BackupError(f"{out} exists. Name a new file.")
    with TemporaryDirectory(prefix="samehand-", dir=out.absolute().parent) as folder:
        copy, made = Path(folder) / STORE, Path(folder) / "backup.zip"
        with closing(sqlite3.connect(copy)) as target, store.errors():
            store.connection.backup(target)
        files = {STORE: copy, **{name: Path(f"{store.path}{suffix}") for name, suffix in BESIDE.items()}}
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            held = {name: _put(archive, name, path) for name, path in files.items() if path.is_file()}
            manifest = {"format": "samehand backup 1", "made": datetime.now(UTC).isoformat(timespec="seconds"), "sha256": held}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1) + "\n")
        os.replace(made, out)  # noqa: PTH105  (at one moment, on every system)
    return out.stat().st_size


def restore(backup: Path, store: Path) -> tuple[str, ...]:
    """Makes a store of a backup, after its digests were checked.

    Returns:
        The files that were made.

    Raises:
        BackupError: it is no backup, is damaged, or a file is in the way.
    """
    targets = {STORE: store, **{name: Path(f"{store}{suffix}") for name, suffix in BESIDE.items()}}
    for target in targets.values():
        if target.exists():
            raise BackupError(f"{target} exists, and a backup replaces nothing. Name a new store.")
    try:
        with zipfile.ZipFile(backup) as archive, TemporaryDirectory(prefix="samehand-", dir=store.absolute().parent) as folder:
            digests = _digests(archive, backup)
            for name in digests:
                _take(archive, name, Path(folder) / name, digests[name], backup)
            for name in digests:
                os.replace(Path(folder) / name, targets[name])  # noqa: PTH105  (at one moment, on every system)
    except (zipfile.BadZipFile, EOFError) as error:
        raise BackupError(f"{backup} is no backup, or is damaged: {error}.") from error
    return tuple(str(targets[name]) for name in digests)


def _digests(archive: zipfile.ZipFile, backup: Path) -> dict[str, str]:
    try:
        with archive.open(MANIFEST) as file:
            manifest: Any = json.loads(file.read(_MOST_MANIFEST))
        found: dict[str, str] = {name: str(digest) for name, digest in manifest["sha256"].items()}
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise BackupError(f"{backup} is no backup of Samehand: it has no manifest that can be read.") from error
    if STORE not in found or set(found) - {STORE, *BESIDE}:
        raise BackupError(f"{backup} is no backup of this version: it holds {', '.join(sorted(found)) or 'nothing'}.")
    return found


def _take(archive: zipfile.ZipFile, name: str, target: Path, digest: str, backup: Path) -> None:
    try:
        with archive.open(name) as source, target.open("wb") as file:
            found = _copy(source, file)
    except KeyError as error:
        raise BackupError(f"{backup} is damaged: {name} is missing.") from error
    if found != digest:
        raise BackupError(f"{backup} is damaged: {name} is not what was put in. Use another backup.")


def _put(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as file:
        return _copy(source, file)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    """Copies and gives the SHA-256, in hex."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()
