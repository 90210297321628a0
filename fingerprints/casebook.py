"""Who did what with a case: a file beside the store (samehand.db.log.jsonl), read together with runs and verdicts."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fingerprints import verdicts
from fingerprints.stores.base import Store

SUFFIX = ".log.jsonl"


class CasebookError(ValueError):
    """A log that cannot be read or written; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done."""

    at: datetime
    by: str
    """The name given with --by or SAMEHAND_BY, else the login name; empty for runs, of which the store does not know it."""
    what: str
    """The command, as in "merge"."""
    about: str


def note(store: str, what: str, about: str, by: str = "") -> None:
    """Adds an entry, on the disk before it returns. A store on a server has no such file, and nothing is noted.

    Raises:
        CasebookError: the file cannot be written.
    """
    if "://" in store:
        return
    entry = Entry(datetime.now(UTC), by.strip() or who(), what, about)
    row = {"at": entry.at.isoformat(timespec="microseconds"), "by": entry.by, "what": what, "about": about}
    try:
        with file_of(store).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CasebookError(f"{file_of(store)} cannot be written: {error.strerror}.") from error


def entries(location: str, store: Store) -> Iterator[Entry]:
    """All that was done with a store, oldest first: runs, verdicts, and what was noted.

    Raises:
        CasebookError: a line of the log is none.
        VerdictError: a line of the verdicts is none.
    """
    runs = (Entry(run.started_at, "", "run", run.command) for run in store.runs())
    said = (Entry(one.at, one.by, "verdict", _told(one)) for one in verdicts.load(location).log)
    # By time alone: entries of one moment stay in the order in which they were written.
    yield from sorted([*runs, *said, *_noted(location)], key=lambda entry: entry.at)


def _told(one: verdicts.Verdict) -> str:
    return " ".join(filter(None, (one.on.value, *one.about, one.answer.value, f"({one.note})" if one.note else "")))


def _noted(location: str) -> Iterator[Entry]:
    file = file_of(location)
    if "://" in location or not file.exists():
        return
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield Entry(datetime.fromisoformat(row["at"]), str(row["by"]), str(row["what"]), str(row["about"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CasebookError(f"{file}, line {number} is no entry ({error}). Mend or remove the line.") from error


def file_of(store: str) -> Path:
    """Where the log of a store is kept."""
    return Path(f"{store}{SUFFIX}")


def who() -> str:
    """The person at the keyboard: SAMEHAND_BY, else the login name."""
    try:
        return os.environ.get("SAMEHAND_BY", "").strip() or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
