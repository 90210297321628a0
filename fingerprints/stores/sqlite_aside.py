"""The entries of a large store, read by another process while this one reads the names.

Each number out of SQLite becomes a Python object, so that two threads would take turns, where two processes need not. Both must
see one moment: while nobody can write, the two begin to read, and from then on each sees what was there (SQLite's WAL).
https://www.sqlite.org/isolation.html
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

COLUMNS = 2
# To make a Python object of each number takes longer than to read it, so SQLite writes them down and numpy reads what it wrote.
# Two numbers hold all five columns: seconds have 32 bits until the year 2106, and what was seen for longer than 2^31 seconds was
# seen for 68 years.
_ENTRIES = """
SELECT group_concat((value << 32) | (site << 2) | state),
  group_concat((first_us / 1000000 << 31) | min(last_us / 1000000 - first_us / 1000000, 0x7FFFFFFF))
  FROM (SELECT value, site, state, first_us, last_us FROM carried WHERE value >= ?1 AND value < ?2 ORDER BY value, site)"""
_STATE_BITS = 2
_IDS = 5000
"""Values whose entries are written down at once."""
_WORTH_VALUES = 500_000
"""Values of a store from which on another process is worth its start."""
_OWN_SHARE = 0.25
"""The part of the values whose entries are read here: to read the names takes less than all entries do."""
_PATIENCE = 2.0
"""Seconds to wait for who writes at this moment; then this process reads all by itself."""
_OPENED, _BEGIN, _BEGUN = b"o", b"b", b"r"


def entries(connection: sqlite3.Connection, begin: int = 0, end: int | None = None) -> NDArray[np.int64]:
    """Each entry as two numbers (value, site and state; first second and span), by value and then by site's id.

    Args:
        connection: to a store.
        begin: the first value's id.
        end: the id behind the last value's; None for all that are left.
    """
    if end is None:
        (last,) = connection.execute("SELECT max(value) FROM carried").fetchone()
        end = (last or 0) + 1
    texts = (connection.execute(_ENTRIES, (low, min(low + _IDS, end))).fetchone() for low in range(begin, end, _IDS))
    parts = [np.stack([np.fromstring(text, np.int64, sep=",") for text in pair], axis=1) for pair in texts if pair[0]]
    found = np.concatenate(parts) if parts else np.empty((0, COLUMNS), np.int64)
    if (np.diff(found[:, 0] >> _STATE_BITS) <= 0).any():  # SQLite promises no order of what it joins
        found = found[np.argsort(found[:, 0], kind="stable")]
    return found


class Aside:
    """A process that reads the entries of most values."""

    def __init__(self, process: subprocess.Popen[bytes], begin: int) -> None:
        assert process.stdout is not None
        self.begin = begin
        """The first value's id; this process has time for those before it."""
        self._answers = cast(BufferedReader, process.stdout)

    def entries(self) -> NDArray[np.int64] | None:
        """What it read, once it is done; None if it ended before."""
        head = self._answers.read(8)
        if len(head) < 8:
            return None
        found = np.empty((int.from_bytes(head, "little"), COLUMNS), np.int64)
        left = found.data.cast("B") if found.size else memoryview(b"")
        while left:
            got = self._answers.readinto(left)
            if not got:
                return None
            left = left[got:]
        return found


@contextmanager
def begun(path: Path, connection: sqlite3.Connection) -> Iterator[Aside | None]:
    """Inside, the connection and another process read one moment; None where one process is enough, or two cannot be had.

    Args:
        path: of the store.
        connection: to it, in no transaction. At the end of the block it is in none.
    """
    (values,) = connection.execute("SELECT max(id) FROM value").fetchone()
    if (values or 0) < _WORTH_VALUES or (os.cpu_count() or 1) == 1:
        yield None
        return
    begin = int(_OWN_SHARE * values)
    call = [sys.executable, "-m", __name__, str(path.absolute()), str(begin)]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield Aside(process, begin) if _same_moment(path, connection, process) else None
        finally:
            process.kill()
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _same_moment(path: Path, connection: sqlite3.Connection, process: subprocess.Popen[bytes]) -> bool:
    assert process.stdin is not None
    assert process.stdout is not None
    if process.stdout.read(1) != _OPENED:
        return False
    with suppress(sqlite3.OperationalError, BrokenPipeError), closing(_connected(path)) as guard:
        guard.execute("BEGIN IMMEDIATE")  # nobody writes until it is closed
        connection.execute("BEGIN")
        _look(connection)
        process.stdin.write(_BEGIN)
        process.stdin.flush()
        return process.stdout.read(1) == _BEGUN
    return False


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.absolute(), timeout=_PATIENCE, isolation_level=None)


def _look(connection: sqlite3.Connection) -> None:
    """A transaction sees the moment of its first look."""
    connection.execute("SELECT value FROM carried LIMIT 1").fetchone()


def _serve(path: Path, begin: int) -> None:
    """What the other process does."""
    with closing(_connected(path)) as connection:
        _say(_OPENED)
        if sys.stdin.buffer.read(1) != _BEGIN:
            return
        connection.execute("BEGIN")
        _look(connection)
        _say(_BEGUN)
        found = entries(connection, begin)
    _say(len(found).to_bytes(8, "little"))
    _say(found.data if found.size else b"")


def _say(what: bytes | memoryview) -> None:
    sys.stdout.buffer.write(what)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
