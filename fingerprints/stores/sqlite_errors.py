"""What SQLite says, in one sentence for the person at the terminal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fingerprints.stores.base import StoreError

PRIMARY = 0xFF
"""SQLite's extended result codes keep the primary code in the low byte. https://www.sqlite.org/rescode.html"""

_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk is full: {path} cannot grow. Free some space and run the same command again.",
    sqlite3.SQLITE_BUSY: "Another process is writing to {path} and holds it. Wait until it has ended, or stop it, and run again.",
    sqlite3.SQLITE_READONLY: "{path} is read-only. Get permission to write the file and its folder, or name a copy of it.",
    sqlite3.SQLITE_PERM: "{path} may not be opened. Get permission to read and write it, or name another one.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened. Get permission to read the file and to write its folder, or name a copy.",
    sqlite3.SQLITE_NOTADB: "{path} is no store: it is not an SQLite database. Name another path.",
    sqlite3.SQLITE_CORRUPT: (
        "{path} is damaged ({message}). Put a copy of it back, or make a new store with samehand read from the captures."
    ),
    sqlite3.SQLITE_IOERR: "The disk that holds {path} failed ({message}). Check the disk, and then run the same command again.",
    sqlite3.SQLITE_TOOBIG: "A text is too long for {path} ({message}). Leave it out.",
}
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]
_OTHERWISE = "{path} cannot be used ({message}). Put a copy of it back, or name another store."


def sentence(error: sqlite3.Error, path: Path) -> str:
    """What happened, where, and what to do."""
    code = getattr(error, "sqlite_errorcode", -1)  # Python sets it on errors that come from SQLite, not on its own
    return _SENTENCES.get(code & PRIMARY, _OTHERWISE).format(path=path, message=error)


@contextmanager
def as_store_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors inside the block into a StoreError; a mistake in our own code stays what it is."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise StoreError(sentence(error, path)) from error
