"""Checks a frozen finding: that nothing in it was changed, that its links follow from its values, these from its records."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fingerprints.archive import ArchiveError, read_record
from fingerprints.captures import find_file
from fingerprints.extract import extract
from fingerprints.frozen import CAPTURES, FORMAT, MANIFEST, NETWORK, OBSERVATIONS, RECORDS, STAMP, digest_of
from fingerprints.indicators import catalogue
from fingerprints.model import Page

_MOST_BYTES = 8 * 2**30
"""Of all that a file unfolds to."""
_ROUNDING = 0.02
"""Bits that a value's worth and a total may be off, as both are rounded to a hundredth."""


class VerifyError(ValueError):
    """A file that is no frozen finding; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    what: str
    """digests, links, records, archives, …"""
    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A frozen finding."""

    manifest: dict[str, Any]
    digest: str
    """SHA-256 of the manifest, over which a time stamp is made."""
    data: bytes
    """The manifest as it stands."""
    stamp: bytes
    """The time stamp; empty without one."""


def open_frozen(path: Path) -> Opened:
    """Its manifest and its time stamp.

    Raises:
        VerifyError: it is no frozen finding.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            data = archive.read(MANIFEST)
            manifest = json.loads(data)
            if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
                raise VerifyError(f"{path} is no frozen finding of this version: its manifest does not say {FORMAT!r}.")
            stamp = archive.read(STAMP) if STAMP in archive.namelist() else b""
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError) as error:
        if isinstance(error, VerifyError):
            raise
        raise VerifyError(f"{path} is no frozen finding, or is damaged: {error}.") from None
    return Opened(manifest, hashlib.sha256(data).hexdigest(), data, stamp)


def verify(path: Path, opened: Opened, folders: Iterable[Path] = ()) -> Iterator[Finding]:
    """What holds and what does not, one thing after the other.

    Args:
        path: the file.
        opened: what open_frozen gave.
        folders: where the whole WARC files may lie; none are looked for without them.

    Raises:
        OSError: there is no room to unfold it.
    """
    with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="samehand-") as made:
        folder = Path(made)
        faults = list(_unpacked(archive, opened.manifest["files"], folder))
        yield from faults
        if faults:
            return
        yield Finding("digests", True, f"All {len(opened.manifest['files'])} files are as they were frozen.")
        try:
            yield from _links(folder)
            yield from _records(folder, str(opened.manifest.get("tool", {}).get("catalogue", "")))
            yield from _archives(folder, tuple(folders))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            yield Finding("form", False, f"A file in it is not of its form: {type(error).__name__}: {error}.")


def _unpacked(archive: zipfile.ZipFile, files: dict[str, Any], folder: Path) -> Iterator[Finding]:
    held = set(archive.namelist())
    room = _MOST_BYTES
    for name, said in files.items():
        if name not in held:
            yield Finding("digests", False, f"{name} is missing.")
            continue
        room -= archive.getinfo(name).file_size
        target = (folder / name).resolve()
        if room < 0 or not target.is_relative_to(folder.resolve()):
            yield Finding("digests", False, f"{name} cannot be unfolded: it is too large, or leads out of the file.")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(name) as packed, target.open("wb") as plain:
                while part := packed.read(1 << 20):
                    plain.write(part)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            yield Finding("digests", False, f"{name} is damaged: {error}.")
            continue
        found = digest_of(target)
        if found != said.get("sha256"):
            yield Finding("digests", False, f"{name} was changed: its SHA-256 is {found}, and was {said.get('sha256')}.")
    for name in sorted(held - set(files) - {MANIFEST, STAMP}):
        yield Finding("digests", False, f"{name} was put into it later.")


def _links(folder: Path) -> Iterator[Finding]:
    """That each link's values are on both its sites, its bits their sum, under the ceilings and above the threshold of then."""
    network = json.loads((folder / NETWORK).read_text("utf-8"))
    rows = list(_rows(folder / OBSERVATIONS))
    exact = {(row["site"], row["kind"], row["value"]) for row in rows if row["state"] == "seen"}
    kinds = {(row["site"], row["kind"]) for row in rows}
    alike = set(network["likeness"])
    ceilings, least = network["settings"]["families"], network["settings"]["links"]["bits"]
    faults = [fault for link in network["links"] for fault in _faults(link, exact, kinds, alike, ceilings, least)]
    tied = {site for link in network["links"] for site in (link["a"], link["b"])}
    faults += [
        f"{site} is said to be a member, and no link leads to it."
        for site in (*network["core"], *network["associated"])
        if site not in tied
    ]
    yield from (Finding("links", False, fault) for fault in faults)
    if not faults:
        yield Finding("links", True, f"All {len(network['links'])} links follow from {len(rows)} observations.")


def _faults(
    link: dict[str, Any],
    exact: set[tuple[str, str, str]],
    kinds: set[tuple[str, str]],
    alike: set[str],
    ceilings: dict[str, float],
    least: float,
) -> Iterator[str]:
    ends, name = (link["a"], link["b"]), f"The link of {link['a']} and {link['b']}"
    families: dict[str, float] = {}
    for one in link["shared"]:
        families[one["family"]] = families.get(one["family"], 0.0) + one["bits"]
        if one["bits"] <= 0:
            continue
        for site in ends:
            carries = (site, one["kind"]) in kinds if one["kind"] in alike else (site, one["kind"], one["value"]) in exact
            if not carries:
                yield f"{name} rests on {one['kind']} {one['value']}, which was not observed on {site}."
    slack = _ROUNDING * (1 + len(link["shared"]))
    if abs(sum(families.values()) - link["bits"]) > slack:
        yield f"{name} is said to have {link['bits']} bits; its values give {sum(families.values()):.2f}."
    for family, bits in families.items():
        if bits > ceilings.get(family, 0.0) + slack:
            yield f"{name} has {bits:.2f} bits of the family {family}, whose ceiling was {ceilings.get(family, 0.0)}."
    if link["bits"] < least - _ROUNDING and not any("verdict" in one["why"] for one in link["shared"]):
        yield f"{name} has {link['bits']} bits; {least} were needed."


def _records(folder: Path, then: str) -> Iterator[Finding]:
    """That each observation is found again in the record that was kept of its capture."""
    places = {(line["file"], line["offset"]): line for line in _rows(folder / CAPTURES)}
    wanted: dict[tuple[str, int], list[dict[str, Any]]] = {}
    without = 0
    for row in _rows(folder / OBSERVATIONS):
        capture = row["capture"]
        line = places.get((capture["file"], capture["offset"])) if capture else None
        if line is None or line["kept_at"] < 0 or line["sha256"] != capture["sha256"]:
            without += 1
        else:
            wanted.setdefault((capture["file"], capture["offset"]), []).append(row)
    faults = [fault for key, rows in wanted.items() for fault in _unfound(folder, places[key], rows, then)]
    yield from (Finding("records", False, fault) for fault in faults)
    if without:
        yield Finding(
            "records",
            False,
            f"{without} observations have no record in the file: their captures were not found when it was frozen.",
        )
    if not faults and wanted:
        found = sum(map(len, wanted.values()))
        yield Finding(
            "records", True, f"{found} observations are found again in {len(wanted)} records whose SHA-256 is as it was captured."
        )


def _unfound(folder: Path, line: dict[str, Any], rows: list[dict[str, Any]], then: str) -> Iterator[str]:
    place = f"the record of {line['file']}, byte {line['offset']}"
    try:
        page = read_record(folder / RECORDS, line["kept_at"])
    except (ArchiveError, OSError) as error:
        yield f"In {place}, nothing can be read: {error}."
        return
    if not isinstance(page, Page) or hashlib.sha256(page.body).hexdigest() != line["sha256"]:
        yield f"The document in {place}, is not the one that was captured: its SHA-256 is another."
        return
    found = {(one.kind, one.value) for one in extract(page).observations}
    for row in rows:
        if (row["kind"], row["value"]) not in found:
            now = catalogue.version()
            by = "" if now == then else f" by the indicators of today ({now}; they were {then} then)"
            yield f"{row['kind']} {row['value']} of {row['site']} is not found in {place}{by}."


def _archives(folder: Path, folders: tuple[Path, ...]) -> Iterator[Finding]:
    """That the whole WARC files are still those that were crawled, where somebody has them."""
    if not folders:
        return
    said = {line["file"]: line["warc_sha256"] for line in _rows(folder / CAPTURES) if line["kept_at"] >= 0}
    for name, digest in sorted(said.items()):
        path = find_file(name, folders)
        if path is None:
            yield Finding("archives", False, f"The file {name} is not in {', '.join(map(str, folders))}.")
        elif digest_of(path) != digest:
            yield Finding("archives", False, f"{path} is not the file that it was when this was frozen: its SHA-256 is another.")
        else:
            yield Finding("archives", True, f"{path} is the file that it was when this was frozen.")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)
