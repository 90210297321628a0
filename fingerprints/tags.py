"""Tags that people put on sites (a wave, a to-do): lines of a file beside the store (samehand.db.tags.jsonl) that only grows.

A tag says nothing about a site to the evidence; it sorts the investigator's work.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SUFFIX = ".tags.jsonl"
_TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class TagError(ValueError):
    """A tag that cannot be put, or a file that cannot be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Tagging:
    """That somebody put a tag on a site, or took it off."""

    site: str
    tag: str
    on: bool
    by: str
    at: str
    """ISO 8601, UTC."""


def put(store: str, tag: str, sites: Iterable[str], by: str, *, on: bool = True) -> None:
    """Puts a tag on sites, or takes it off, on the disk before it returns.

    Raises:
        TagError: the tag is no word, nobody is named, the store is no file, or the file cannot be written.
    """
    if not _TAG.fullmatch(tag):
        raise TagError(f"{tag!r} is no tag. Use small letters, digits, dots and hyphens, up to 40 of them.")
    if not by.strip():
        raise TagError("A tag needs a name: --by NAME, or the environment variable SAMEHAND_BY.")
    if "://" in store:
        raise TagError(f"{store} is no file: tags are kept beside a store's file. Name a path with --store.")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with file_of(store).open("a", encoding="utf-8") as file:
            for site in sites:
                file.write(json.dumps(asdict(Tagging(site, tag, on, by.strip(), at)), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise TagError(f"{file_of(store)} cannot be written: {error.strerror}.") from error


def load(store: str) -> dict[str, list[str]]:
    """Site → its tags, both sorted.

    Raises:
        TagError: a line is none.
    """
    held: dict[tuple[str, str], bool] = {(one.site, one.tag): one.on for one in log(store)}
    found: dict[str, list[str]] = {}
    for site, tag in sorted(pair for pair, on in held.items() if on):
        found.setdefault(site, []).append(tag)
    return found


def log(store: str) -> Iterator[Tagging]:
    """All that was put and taken off, oldest first.

    Raises:
        TagError: a line is none.
    """
    file = file_of(store)
    if "://" in store or not file.is_file():
        return
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            row: dict[str, Any] = json.loads(line)
            yield Tagging(str(row["site"]), str(row["tag"]), bool(row["on"]), str(row["by"]), str(row["at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise TagError(f"{file}, line {number} is no tag ({error}). Mend or remove the line.") from error


def file_of(store: str) -> Path:
    """Where the tags of a store are kept."""
    return Path(f"{store}{SUFFIX}")
