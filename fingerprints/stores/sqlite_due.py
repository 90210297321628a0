"""The list of sites and when each is due, as a part of a store's file. A crawl writes it in the transaction of its documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from fingerprints.due import HIGHEST, LOWEST, Due
from fingerprints.stores.sqlite_rows import key, micros, moment

_SCRIPTS = (
    """
CREATE TABLE due (
  site TEXT PRIMARY KEY, at_us INTEGER NOT NULL, every REAL NOT NULL, priority INTEGER NOT NULL, failures INTEGER NOT NULL,
  looked_us INTEGER NOT NULL, begun_us INTEGER NOT NULL, dropped INTEGER NOT NULL, why TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (dropped, at_us);
""",
)
_COLUMNS = "site, at_us, every, priority, failures, looked_us, begun_us, dropped, why"


class File(Protocol):
    """What this part needs of fingerprints.stores.sqlite.SqliteStore."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Whole or not at all; joins one that is under way."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query."""

    def ensure_schema(self, part: str, version: int, scripts: Sequence[str]) -> None:
        """Makes or migrates the part's tables."""


class DueTable:
    """Who is due when."""

    def __init__(self, file: File) -> None:
        """Makes the table where it is missing.

        Raises:
            StoreError: the file cannot be written, or is of a newer version.
        """
        self._file = file
        file.ensure_schema("due", len(_SCRIPTS), _SCRIPTS)

    def plan(self, sites: Iterable[str], now: datetime, why: str) -> None:
        """Sites that are not on the list are due now."""
        rows = [(key(site), micros(now), why) for site in sites]
        with self._file.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO due VALUES (?, ?, 0, 0, 0, 0, 0, 0, ?)", rows)

    def begin(self, sites: Iterable[str], now: datetime) -> None:
        """Visits begin; one that began before and was broken off goes on."""
        self.plan(sites, now, "asked for")
        with self._file.transaction() as connection:
            rows = [(micros(now), key(site)) for site in sites]
            connection.executemany("UPDATE due SET begun_us = ? WHERE site = ? AND begun_us = 0", rows)

    def put(self, due: Due) -> None:
        """Replaces a site's row."""
        looked, begun = (micros(at) if at else 0 for at in (due.looked, due.begun))
        row = (
            key(due.site),
            micros(due.at),
            due.every,
            due.priority,
            due.failures,
            looked,
            begun,
            int(due.dropped),
            due.why[:500],
        )
        with self._file.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO due VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def of(self, site: str) -> Due | None:
        """One site's row, or None when it is not on the list."""
        return next(map(_due, self._file.rows(f"SELECT {_COLUMNS} FROM due WHERE site = ?", (key(site),))), None)  # noqa: S608

    def due(self, now: datetime) -> list[str]:
        """Sites whose time has come: the most important first, then the longest due."""
        sql = "SELECT site FROM due WHERE dropped = 0 AND at_us <= ? ORDER BY priority DESC, at_us, site"
        return [site for (site,) in self._file.rows(sql, (micros(now),))]

    def all(self) -> Iterator[Due]:
        """The whole list, the next one first, those taken off it last."""
        return map(_due, self._file.rows(f"SELECT {_COLUMNS} FROM due ORDER BY dropped, at_us, site"))  # noqa: S608

    def edit(
        self, site: str, *, priority: int | None = None, at: datetime | None = None, dropped: bool | None = None, why: str = ""
    ) -> Due | None:
        """Changes what a person may change.

        Returns:
            The row as it is now; None when the site is not on the list.
        """
        with self._file.transaction():
            due = self.of(site)
            if due is None:
                return None
            if priority is not None:
                due = replace(due, priority=max(LOWEST, min(HIGHEST, priority)))
            if dropped is not None:
                due = replace(due, dropped=dropped)
            due = replace(due, at=at or due.at, why=why or due.why)
            self.put(due)
            return due


def _due(row: tuple[Any, ...]) -> Due:
    site, at, every, priority, failures, looked, begun, dropped, why = row
    then, since = (moment(value) if value else None for value in (looked, begun))
    return Due(site, moment(at), every, priority, failures, then, since, bool(dropped), why)
