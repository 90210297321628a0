"""One SQLite file that several parts keep their tables in: opening, recognising, migrating, transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from fingerprints.stores.base import StoreError
from fingerprints.stores.sqlite_errors import PRIMARY, as_store_errors
from fingerprints.stores.sqlite_schema import APPLICATION_ID

TIMEOUT = 30.0
"""Seconds for which a writer waits for another one: longer than any batch takes, short enough to be told why nothing moves."""

_HEADER = b"SQLite format 3\x00"
"""https://www.sqlite.org/fileformat.html#magic_header_string"""

_PAUSE = 0.01
"""Seconds between two tries to make a file that another process is making: it takes milliseconds."""


class SqliteFile:
    """An open file. Not for several threads; several processes may open one file, and one of them at a time writes."""

    def __init__(self, location: str | Path, *, create: bool = True, timeout: float = TIMEOUT) -> None:
        """Opens the file, or makes it.

        Raises:
            StoreError: there is none and create is False, or it is not ours, or it cannot be read.
        """
        self.path = Path(location)
        self._timeout = timeout
        try:
            self._check_path(create)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be opened: {error.strerror}. Name another path, or get permission.") from error
        with as_store_errors(self.path):
            # isolation_level None: transactions begin where the code says so, not where sqlite3 guesses.
            self._connection = sqlite3.connect(self.path.absolute(), timeout=timeout, isolation_level=None)
        try:
            self._recognise(create)
            self._configure()
            self._ensure_parts()
        except BaseException:
            self._connection.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """For parts with tables of their own. Write inside transaction(); around reads put errors()."""
        return self._connection

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns SQLite's errors inside the block into a StoreError."""
        with as_store_errors(self.path):
            yield

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that the block writes is stored, or, if it raises, nothing of it.

        Inside another transaction it joins that one: what it wrote is undone if it raises, and stored when the outer one ends.

        Raises:
            StoreError: it could not be stored.
        """
        nested = self._connection.in_transaction
        with self.errors():
            self._connection.execute("SAVEPOINT part" if nested else "BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._keep(nested)
            except BaseException:
                self._undo(nested)
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several queries that see one moment. For reading only."""
        with self.errors():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def ensure_schema(self, part: str, version: int, scripts: Sequence[str]) -> None:
        """Makes or migrates the tables of one part, in one transaction.

        Args:
            part: its name; two parts share no table.
            version: the one that the code knows, len(scripts).
            scripts: script n takes the part from version n to n + 1; the first one makes the tables.

        Raises:
            StoreError: the file's part is newer than the code.
        """
        if version != len(scripts):
            raise ValueError(f"{part}: version {version} needs as many scripts, and there are {len(scripts)}.")
        if self._version(part) == version:
            return
        with self.transaction() as connection:
            found = self._version(part)  # again, now that nobody else can change it
            if found > version:
                raise StoreError(
                    f"{self.path} was written by a newer version of Samehand ({part} {found}, this one knows {version}). "
                    "Install the newer version, or name another store."
                )
            for script in scripts[found:]:
                for statement in _statements(script):
                    connection.execute(statement)
            connection.execute("INSERT OR REPLACE INTO part (name, version) VALUES (?, ?)", (part, version))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query: they are all of one moment, however long the reading takes and whoever writes meanwhile."""
        with self.errors():
            # Not "yield from": that would close the cursor of a reader that stopped early, also after the store was closed.
            for row in self._connection.execute(sql, parameters):  # noqa: UP028
                yield row

    def fetched(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """As rows, of a query whose answer is short: all at once takes a third of the time."""
        with self.errors():
            return self._connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Gives back the file. Closing twice is no error."""
        with self.errors():
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _check_path(self, create: bool) -> None:
        if not self.path.exists():
            if not create:
                raise StoreError(f"There is no store at {self.path}. Make one with samehand read or samehand crawl.")
            if not self.path.absolute().parent.is_dir():
                raise StoreError(f"There is no folder {self.path.parent} for the store. Make it, or name another path.")
        elif not self.path.is_file():
            raise StoreError(f"{self.path} is a folder or a device, and a store is one file. Name a file.")
        elif not self._begins_as_sqlite():
            raise StoreError(f"{self.path} is no store: it is not an SQLite database. Name another path.")

    def _begins_as_sqlite(self) -> bool:
        """SQLite itself would take a file that is shorter than its header for an empty database, and write over it."""
        with self.path.open("rb") as file:
            return file.read(len(_HEADER)) in (b"", _HEADER)

    def _recognise(self, create: bool) -> None:
        """Reads only: a file that is not ours is left as it is."""
        with self.errors():
            # In this order: another process may be making the store, and its tables and its id become visible together.
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (number,) = self._connection.execute("PRAGMA application_id").fetchone()
        if number == APPLICATION_ID:
            return
        if number or tables:
            raise StoreError(f"{self.path} is no store: it is another application's database. Name another path.")
        if not create:
            raise StoreError(f"{self.path} is empty. Make a store with samehand read or samehand crawl.")

    def _configure(self) -> None:
        with self.errors():
            self._connection.execute("PRAGMA foreign_keys = ON")
            # In WAL mode NORMAL loses at most the last batches when the power fails, and never damages the file.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._use_wal()

    def _use_wal(self) -> None:
        """Waits by itself: while another process makes the same new file, SQLite refuses this at once."""
        end = time.monotonic() + self._timeout
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _ensure_parts(self) -> None:
        with self.errors():
            if self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'part'").fetchone():
                return
        with self.transaction() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _version(self, part: str) -> int:
        with self.errors():
            row = self._connection.execute("SELECT version FROM part WHERE name = ?", (part,)).fetchone()
        return int(row[0]) if row else 0

    def _keep(self, nested: bool) -> None:
        if not self._connection.in_transaction:
            raise StoreError(f"{self.path}: an error undid the transaction before its end. Run the same command again.")
        self._connection.execute("RELEASE part" if nested else "COMMIT")

    def _undo(self, nested: bool) -> None:
        if not self._connection.in_transaction:
            return  # SQLite undid it all by itself, as it does when the disk is full
        if nested:
            self._connection.execute("ROLLBACK TO part")
            self._connection.execute("RELEASE part")
        else:
            self._connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """One by one: sqlite3's executescript would commit the transaction first."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):  # not at a semicolon in a text or in a trigger
            yield statement
            statement = ""
    rest = statement + script.rpartition(";")[2]
    if rest.strip():
        raise ValueError(f"A script ends inside a statement: {rest.strip()[:80]}")
