"""Frozen findings: what a publication about a network rests on, in one file that can be checked years later (see verification).

A zip: the network with its links, the observations that they rest on, the records of the captures in which these were seen, the
verdicts, the runs, the settings, and manifest.json with the SHA-256 of each of them, who froze it, when, and with which tool.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from fingerprints import config, evidence_settings, resync
from fingerprints.captures import find_file
from fingerprints.indicators import catalogue
from fingerprints.model import Capture, Network
from fingerprints.stores.base import Carried, Store
from fingerprints.verdicts import Verdicts, as_row

FORMAT = "samehand frozen 1"
MANIFEST, NETWORK, OBSERVATIONS = "manifest.json", "network.json", "observations.jsonl"
CAPTURES, RECORDS, STAMP = "captures.jsonl", "records.warc.gz", "timestamp.tsr"
_VERDICTS, _RUNS = "verdicts.jsonl", "runs.jsonl"
_CHUNK = 1 << 20


class FreezeError(ValueError):
    """A finding that cannot be frozen; the message is one sentence."""


@dataclass(slots=True)
class Frozen:
    """What was put into the file."""

    observations: int = 0
    records: int = 0
    missing: list[str] = field(default_factory=list)
    """A sentence for each capture that an observation points to and that was not found."""
    digest: str = ""
    """SHA-256 of the manifest, which has the digests of all else."""


def freeze(
    store: Store, location: str, network: Network, verdicts: Verdicts, out: Path, by: str, folders: Iterable[Path]
) -> Frozen:
    """Writes the file.

    Args:
        store: open, with the network in it.
        location: what --store named, for the manifest.
        network: what is published.
        verdicts: on the store.
        out: the file to make; it must not exist.
        by: who freezes it.
        folders: where the captures may lie.

    Raises:
        FreezeError: there is nobody, or `out` exists.
        OSError: it cannot be written.
    """
    if not by.strip():
        raise FreezeError("Say who freezes it: --by NAME, or the environment variable SAMEHAND_BY.")
    if out.exists():
        raise FreezeError(f"{out} exists. Name a new file.")
    done = Frozen()
    with TemporaryDirectory(prefix="samehand-", dir=out.absolute().parent) as made:
        folder = Path(made)
        _write_all(folder, store, network, verdicts, tuple(folders), done)
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        manifest = _manifest(files, network, location, by.strip())
        done.digest = hashlib.sha256(manifest).hexdigest()
        packed = folder / "frozen.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, manifest)
            for name, path in files.items():
                archive.write(path, name, zipfile.ZIP_STORED if name == RECORDS else None)
        os.replace(packed, out)  # noqa: PTH105  (at one moment, on every system)
    return done


def add_stamp(out: Path, stamp: bytes) -> None:
    """Adds a time stamp over the manifest."""
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(STAMP, stamp)


def _manifest(files: dict[str, Path], network: Network, location: str, by: str) -> bytes:
    held = {name: {"bytes": path.stat().st_size, "sha256": digest_of(path)} for name, path in files.items()}
    said = {
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "network": network.id,
        "store": location.rpartition("@")[2],  # without a login
        "tool": {"samehand": version("samehand"), "catalogue": catalogue.version(), "python": platform.python_version()},
        "files": held,
    }
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _write_all(folder: Path, store: Store, network: Network, verdicts: Verdicts, folders: tuple[Path, ...], done: Frozen) -> None:
    rows = list(_rests_on(store, network))
    done.observations = len(rows)
    known = {(row.kind, row.value) for row in rows}
    settings = evidence_settings.load()
    likeness = sorted({one.kind for link in network.links for one in link.shared if (one.kind, one.value) not in known})
    said = {**asdict(network), "likeness": likeness, "settings": settings.model_dump(mode="json")}
    (folder / NETWORK).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _lines(folder / OBSERVATIONS, map(row_of, rows))
    _lines(folder / _VERDICTS, map(as_row, verdicts.log))
    _lines(folder / _RUNS, ({**asdict(run), "started_at": run.started_at.isoformat()} for run in store.runs()))
    for name in _settings():
        for layer, path in zip(("shipped", "own"), config.paths(name), strict=False):
            target = folder / "config" / layer / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    captures = sorted({row.capture for row in rows if row.capture is not None}, key=lambda one: (one.file, one.offset))
    with (folder / RECORDS).open("wb") as records:
        _lines(folder / CAPTURES, _kept(captures, records, folders, done))


def _settings() -> list[str]:
    """The files that decide what links: settings and tables, the user's own ones of these names too."""
    return sorted(path.name for path in config.DEFAULTS.iterdir() if path.suffix in (".toml", ".tsv", ".txt"))


def _rests_on(store: Store, network: Network) -> Iterator[Carried]:
    """What the members carry of what the links name. What is alike is no value of the store: of its kind, all."""
    shared = {(one.kind, one.value) for link in network.links for one in link.shared}
    kinds = {kind for kind, _ in shared}
    rows = [row for site in network.sites for row in store.carried(site=site) if row.kind in kinds]
    exact = {(row.kind, row.value) for row in rows} & shared
    alike = {kind for kind, value in shared if (kind, value) not in exact}
    yield from (row for row in rows if (row.kind, row.value) in shared or row.kind in alike)


def row_of(row: Carried) -> dict[str, Any]:
    """An observation for JSON."""
    times = {"first_seen": row.first_seen.isoformat(), "last_seen": row.last_seen.isoformat()}
    return {**asdict(row), **times}


def _kept(captures: list[Capture], records: BinaryIO, folders: tuple[Path, ...], done: Frozen) -> Iterator[dict[str, Any]]:
    """Copies each record as it stands in its WARC file, and says where it lies in both."""
    digests: dict[Path, str] = {}
    for capture in captures:
        path = find_file(capture.file, folders)
        line = asdict(capture)
        if path is None or "/" in capture.file:
            done.missing.append(f"The record at byte {capture.offset} of {capture.file} is not in it: the file was not found.")
            yield {**line, "kept_at": -1}
            continue
        if path not in digests:
            digests[path] = digest_of(path)
        with path.open("rb") as file:
            end = resync.end_of_record(file, capture.offset)
            file.seek(capture.offset)
            kept_at = records.tell()
            records.write(file.read(end - capture.offset))
        done.records += 1
        yield {**line, "kept_at": kept_at, "warc_bytes": path.stat().st_size, "warc_sha256": digests[path]}


def _lines(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()
