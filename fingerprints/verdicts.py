"""What people decided about a value, a link, a site or a network: kept apart from what was seen, and respected by the next run.

Verdicts are lines of a file beside the store (samehand.db.verdicts.jsonl), or documents of an index of Elasticsearch, that only
grows: who, when, what, why. A later one on the same subject replaces an earlier one, and "undone" takes it back; a crawl never
writes here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from fingerprints.stores.base import StoreError, is_address

SUFFIX = ".verdicts.jsonl"
_LONGEST_NOTE = 2000


class Subject(StrEnum):
    """What a verdict is about."""

    VALUE = "value"
    """A (kind, value): does sharing it tie sites?"""
    LINK = "link"
    """Two sites: does one hand run both?"""
    SITE = "site"
    """A site: is it what the investigation is about?"""
    NETWORK = "network"
    """A network's id: is it one?"""


class Answer(StrEnum):
    """What was decided."""

    YES = "yes"
    NO = "no"
    SHARED = "shared"
    """Of a value: a vendor, a platform or an agency brings it to strangers."""
    UNDONE = "undone"
    """The earlier verdict on this subject holds no longer."""


class VerdictError(ValueError):
    """A verdict that cannot be taken, or a file that cannot be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision."""

    on: Subject
    about: tuple[str, ...]
    """(kind, value), (site, site) in order, (site,) or (network id,)."""
    answer: Answer
    by: str
    at: datetime
    note: str = ""

    @property
    def sentence(self) -> str:
        """Who decided, when, and why, for the person who reads the evidence."""
        why = f": {self.note}" if self.note else ""
        return f"verdict {self.answer.value!r} by {self.by}, {self.at:%Y-%m-%d}{why}"


class Verdicts:
    """The verdicts that hold, by subject."""

    def __init__(self, log: Iterable[Verdict] = ()) -> None:
        self.log = tuple(log)
        """All of them, oldest first, those that were replaced or undone included."""
        latest = {(one.on, one.about): one for one in self.log}
        self._holding = {key: one for key, one in latest.items() if one.answer is not Answer.UNDONE}

    def get(self, on: Subject, *about: str) -> Verdict | None:
        """The verdict that holds on a subject."""
        return self._holding.get((on, tuple(sorted(about)) if on is Subject.LINK else about))

    def all(self, on: Subject | None = None) -> Iterator[Verdict]:
        """Those that hold, oldest first."""
        yield from (one for one in self._holding.values() if on is None or one.on is on)

    def __bool__(self) -> bool:
        return bool(self._holding)


def verdict(on: Subject, about: Iterable[str], answer: Answer, by: str, note: str = "", at: datetime | None = None) -> Verdict:
    """A verdict, checked.

    Raises:
        VerdictError: the wrong number of names, no author, "shared" on something else than a value.
    """
    names = tuple(name.strip() for name in about)
    wanted = 2 if on in (Subject.VALUE, Subject.LINK) else 1
    if len(names) != wanted or not all(names):
        what = {"value": "a kind and a value", "link": "two sites", "site": "one site", "network": "one network's id"}[on.value]
        raise VerdictError(f"A verdict on a {on.value} names {what}, not {len(names)} things.")
    if on is Subject.LINK:
        names = tuple(sorted(names))
        if names[0] == names[1]:
            raise VerdictError(f"{names[0]} is one site; a link has two.")
    if answer is Answer.SHARED and on is not Subject.VALUE:
        raise VerdictError("Only a value can be 'shared'. Say yes or no.")
    if not by.strip():
        raise VerdictError("A verdict needs a name: --by NAME, or the environment variable SAMEHAND_BY.")
    return Verdict(on, names, answer, by.strip(), at or datetime.now(UTC), note.strip()[:_LONGEST_NOTE])


def file_of(store: str) -> Path:
    """Where the verdicts on a store are kept: beside its file."""
    return Path(f"{store}{SUFFIX}")


def load(store: str) -> Verdicts:
    """The verdicts on a store; none when there is no file.

    Raises:
        VerdictError: a line is no verdict, or Elasticsearch cannot be asked.
    """
    if is_address(store):
        from fingerprints.stores import elasticsearch_verdicts

        try:
            rows = elasticsearch_verdicts.read(store)
        except StoreError as error:
            raise VerdictError(f"The verdicts cannot be read: {error}") from error
        return Verdicts(_of_row(row, f"{store}, verdict {number}") for number, row in enumerate(rows, start=1))
    file = file_of(store)
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return Verdicts()
    except OSError as error:
        raise VerdictError(f"{file} cannot be read: {error.strerror}.") from error
    return Verdicts(_parsed(file, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _parsed(file: Path, number: int, line: str) -> Verdict:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise VerdictError(f"{file}, line {number} is no verdict ({error}). Mend or remove the line.") from error
    return _of_row(row, f"{file}, line {number}")


def _of_row(row: Any, place: str) -> Verdict:
    try:
        return verdict(
            Subject(row["on"]), row["about"], Answer(row["answer"]), row["by"], row["note"], datetime.fromisoformat(row["at"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise VerdictError(f"{place} is no verdict ({error}). Mend or remove it.") from error


def add(store: str, one: Verdict) -> None:
    """Appends a verdict, on the disk before it returns.

    Raises:
        VerdictError: it cannot be written.
    """
    if is_address(store):
        from fingerprints.stores import elasticsearch_verdicts

        try:
            elasticsearch_verdicts.append(store, as_row(one), one.at)
        except StoreError as error:
            raise VerdictError(f"The verdict is not kept: {error}") from error
        return
    try:
        with file_of(store).open("a", encoding="utf-8") as file:
            file.write(json.dumps(as_row(one), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise VerdictError(f"{file_of(store)} cannot be written: {error.strerror}.") from error


def as_row(one: Verdict) -> Mapping[str, object]:
    """The line of a verdict: on, about, answer, by, at (ISO 8601), note."""
    return {**asdict(replace(one, about=one.about)), "at": one.at.isoformat(timespec="seconds")}
