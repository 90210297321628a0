"""Which events were told, and what is still to be sent, as a part of a store's file: repeated runs are quiet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from fingerprints.stores.sqlite_rows import cut, micros, moment

_SCRIPTS = (
    """
CREATE TABLE alert_start (at_us INTEGER PRIMARY KEY) STRICT;
CREATE TABLE alert (
  id TEXT NOT NULL, channel TEXT NOT NULL, rule TEXT NOT NULL, at_us INTEGER NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  sent_us INTEGER NOT NULL, tries INTEGER NOT NULL, next_us INTEGER NOT NULL, error TEXT NOT NULL, PRIMARY KEY (id, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_waiting ON alert (sent_us, next_us);
""",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One event for one channel."""

    id: str
    channel: str
    rule: str
    at: datetime
    title: str
    body: str
    sent: datetime | None = None
    tries: int = 0
    error: str = ""
    """What the last try came to; empty before it and after it went well."""


class File(Protocol):
    """What this part needs of fingerprints.stores.sqlite.SqliteStore."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Whole or not at all."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query."""

    def ensure_schema(self, part: str, version: int, scripts: Sequence[str]) -> None:
        """Makes or migrates the part's tables."""


class Ledger:
    """What was told to whom."""

    def __init__(self, file: File) -> None:
        """Makes the tables where they are missing.

        Raises:
            StoreError: the file cannot be written, or is of a newer version.
        """
        self._file = file
        file.ensure_schema("alerts", len(_SCRIPTS), _SCRIPTS)

    def begin(self, at: datetime) -> datetime:
        """Since when events are told: the time of the first call, so that a first run does not tell of years."""
        with self._file.transaction() as connection:
            connection.execute("INSERT INTO alert_start SELECT ? WHERE NOT EXISTS (SELECT 1 FROM alert_start)", (micros(at),))
            (start,) = connection.execute("SELECT min(at_us) FROM alert_start").fetchone()
        return moment(start)

    def add(self, messages: Iterable[Message]) -> int:
        """Notes what is to be sent; what is known already stays as it is.

        Returns:
            How many were new.
        """
        rows = [(one.id, one.channel, one.rule, micros(one.at), cut(one.title), cut(one.body)) for one in messages]
        with self._file.transaction() as connection:
            before = connection.total_changes
            connection.executemany("INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, '')", rows)
            return connection.total_changes - before

    def waiting(self, now: datetime, tries: int) -> list[Message]:
        """What is to be sent now, oldest first: not sent yet, and tried fewer times than that."""
        where = "sent_us = 0 AND next_us <= ? AND tries < ?"
        return list(self._read(where, (micros(now), tries)))

    def all(self) -> list[Message]:
        """Everything that was sent or is to be, oldest first."""
        return list(self._read("1", ()))

    def _read(self, where: str, parameters: Sequence[object]) -> Iterator[Message]:
        sql = f"SELECT id, channel, rule, at_us, title, body, sent_us, tries, error FROM alert WHERE {where} ORDER BY at_us, id"  # noqa: S608
        for identity, channel, rule, at, title, body, sent, tries, error in self._file.rows(sql, parameters):
            yield Message(identity, channel, rule, moment(at), title, body, moment(sent) if sent else None, tries, error)

    def told(self, one: Message, now: datetime) -> None:
        """Notes that it was sent."""
        self._set("sent_us = ?, tries = tries + 1, error = ''", (micros(now),), one)

    def failed(self, one: Message, error: str, now: datetime, wait: timedelta) -> None:
        """Notes that it could not be sent, and when it is tried again."""
        at = micros(now + wait * 2 ** min(one.tries, 20))
        self._set("tries = tries + 1, next_us = ?, error = ?", (at, cut(error)), one)

    def _set(self, what: str, values: Sequence[object], one: Message) -> None:
        with self._file.transaction() as connection:
            connection.execute(f"UPDATE alert SET {what} WHERE id = ? AND channel = ?", (*values, one.id, one.channel))  # noqa: S608
