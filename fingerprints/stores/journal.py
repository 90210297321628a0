"""A local journal before an Elasticsearch: what a crawl finds is on this machine's disk first and is sent from there.

It is a store in one SQLite file, with the crawler's frontier and the history of visits in it, and besides the documents that are
still to be sent and those that were rejected, with the reason. A document, the tasks that follow from it and its place in the
outbox are one transaction, so that a kill at any moment loses nothing and sends nothing twice that matters.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fingerprints.model import Run
from fingerprints.stores import elasticsearch_documents as documents
from fingerprints.stores.base import Batch, StoreError
from fingerprints.stores.elasticsearch import ElasticsearchStore
from fingerprints.stores.elasticsearch_connection import UnavailableError, address
from fingerprints.stores.elasticsearch_documents import Document
from fingerprints.stores.elasticsearch_history import changed, of_visit
from fingerprints.stores.elasticsearch_write import Rejected
from fingerprints.stores.history import Visit
from fingerprints.stores.sqlite import SqliteStore

PART = "outbox"
_SCRIPTS = (
    """
CREATE TABLE outbox_target (location TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, count INTEGER NOT NULL, documents BLOB NOT NULL) STRICT;
CREATE TABLE outbox_rejected (
  store_index TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (store_index, id)
) STRICT, WITHOUT ROWID;
""",
)
_TOGETHER = 10
"""Entries that are sent at once; one holds at most what one transaction of the crawl does."""
_PAUSES = (0.5, 15.0)
"""Seconds between two tries, the first and the longest."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a journal still holds."""

    documents: int
    rejected: tuple[Rejected, ...]


class JournalFile(SqliteStore):
    """The file."""

    def __init__(self, path: Path, location: str = "", *, create: bool = True) -> None:
        """Opens the journal, or makes one.

        Raises:
            StoreError: it cannot be used, or belongs to another Elasticsearch.
        """
        super().__init__(path, create=create)
        try:
            self.ensure_schema(PART, len(_SCRIPTS), _SCRIPTS)
            self._belongs_to(str(address(location)) if location else "")
        except BaseException:
            self.close()
            raise

    @property
    def location(self) -> str:
        """The Elasticsearch for which it is."""
        return "".join(location for (location,) in self.rows("SELECT location FROM outbox_target"))

    def begin(self, run: Run) -> None:
        """Notes that a run has begun."""
        with self.transaction():
            super().begin(run)
            self.append([documents.of_run(run)])

    def write(self, batch: Batch) -> None:
        """Stores a batch here and lines it up to be sent, whole or not at all."""
        with self.transaction():
            super().write(batch)
            self.append(documents.of_batch(batch))

    def end_visit(self, site: str, started: datetime, ended: datetime, *, quiet: Collection[str] = ()) -> Visit:
        """Closes a visit here, and lines up to be sent that it was and what it noticed to have changed."""
        with self.transaction():
            visit = super().end_visit(site, started, ended, quiet=quiet)
            self.append([of_visit(visit), *changed(self.presences(site), started)])
        return visit

    def append(self, made: list[Document]) -> None:
        """Takes documents."""
        if not made:
            return
        packed = zlib.compress(json.dumps([(one.index, one.id, one.source) for one in made]).encode(), 1)
        with self.transaction() as connection:
            connection.execute("INSERT INTO outbox (count, documents) VALUES (?, ?)", (len(made), packed))

    def entries(self) -> list[tuple[int, list[Document]]]:
        """The oldest entries."""
        rows = self.rows("SELECT number, documents FROM outbox ORDER BY number LIMIT ?", (_TOGETHER,))
        return [(number, [Document(*one) for one in json.loads(zlib.decompress(packed))]) for number, packed in rows]

    def sent(self, numbers: list[int], rejected: list[Rejected]) -> None:
        """Takes out what Elasticsearch has, and keeps what it rejected."""
        rows = [(one.document.index, one.document.id, json.dumps(one.document.source), one.reason) for one in rejected]
        with self.transaction() as connection:
            connection.executemany("DELETE FROM outbox WHERE number = ?", [(number,) for number in numbers])
            connection.executemany("INSERT OR REPLACE INTO outbox_rejected VALUES (?, ?, ?, ?)", rows)

    def retry_rejected(self) -> None:
        """Lines up again what was rejected."""
        with self.transaction() as connection:
            self.append([one.document for one in self._rejected()])
            connection.execute("DELETE FROM outbox_rejected")

    def waiting(self) -> Waiting:
        """What is not in Elasticsearch."""
        return Waiting(self._left(), tuple(self._rejected()))

    def _left(self) -> int:
        ((count,),) = self.rows("SELECT coalesce(sum(count), 0) FROM outbox")
        return int(count)

    def _rejected(self) -> Iterator[Rejected]:
        sql = "SELECT store_index, id, source, reason FROM outbox_rejected ORDER BY store_index, id"
        for index, name, source, reason in list(self.rows(sql)):
            yield Rejected(Document(index, name, json.loads(source)), reason)

    def _belongs_to(self, location: str) -> None:
        known = self.location
        if location and known and known != location:
            raise StoreError(f"{self.path} is the journal of {known}, not of {location}. Name another journal.")
        if location and not known:
            with self.transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO outbox_target VALUES (?)", (location,))


def ship(
    file: JournalFile, location: str, stop: Callable[[], bool], told: Callable[[str], None], hurry: Callable[[], bool]
) -> None:
    """Sends what the journal holds until it is empty or stop() says so; waits where Elasticsearch is not available.

    Args:
        file: the journal.
        location: of Elasticsearch.
        stop: whether to stop at once.
        told: takes a sentence about what is in the way, and an empty text when nothing is any more.
        hurry: whether somebody waits for the end, so that pauses are short.

    Raises:
        StoreError: Elasticsearch refuses us.
    """
    pause = _PAUSES[0]
    while not stop():
        try:
            with ElasticsearchStore(location, patience=5.0) as store:
                _empty(file, store)
        except UnavailableError as error:
            told(str(error))
        else:
            told("")
            return
        began = time.monotonic()
        while time.monotonic() < began + (_PAUSES[0] if hurry() else pause) and not stop():
            time.sleep(0.05)
        pause = min(pause * 2, _PAUSES[1])


def _empty(file: JournalFile, store: ElasticsearchStore) -> None:
    while entries := file.entries():
        rejected = store.put(document for _, part in entries for document in part)
        file.sent([number for number, _ in entries], rejected)


class JournalStore(JournalFile):
    """What a crawl writes into: the journal, from which a thread sends all the while."""

    def __init__(self, path: Path, location: str) -> None:
        super().__init__(path, location)
        self._target = location
        self._halt, self._end = threading.Event(), threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._ship, name="journal", daemon=True)
        self._thread.start()

    def finish(self, seconds: float = 10.0) -> str:
        """Sends what is left, as long as it gets on: after so many seconds without a document sent it gives up.

        Returns:
            A sentence about what is not in Elasticsearch, and why; empty when all is there.
        """
        self._end.set()
        before = -1
        while self._thread.is_alive() and (count := self._left()) != before:
            before = count
            self._thread.join(seconds)
        self._halt.set()
        self._thread.join(seconds)
        left = self.waiting()
        if left.documents:
            return (
                f"{left.documents} documents wait in {self.path}: {self._trouble or 'there was no time to send them.'} "
                f"samehand elastic push --journal {self.path} sends them."
            )
        if left.rejected:
            return f"Elasticsearch rejected {len(left.rejected)} documents; samehand elastic push --journal {self.path} says why."
        return ""

    def close(self) -> None:
        """Stops sending and gives back the file; what was not sent stays in it."""
        self._halt.set()
        self._thread.join()
        super().close()

    def _ship(self) -> None:
        try:
            with JournalFile(self.path) as file:
                while not self._halt.is_set():
                    ending = self._end.is_set()
                    ship(file, self._target, self._halt.is_set, self._note, self._end.is_set)
                    if ending:
                        return
                    self._end.wait(0.3)
        except StoreError as error:
            self._note(str(error))

    def _note(self, trouble: str) -> None:
        self._trouble = trouble


def send(file: JournalFile) -> None:
    """Sends all that waits, what was rejected too, once and without long waiting.

    Raises:
        UnavailableError: Elasticsearch is not available; what was not sent stays in the journal.
        StoreError: it refuses us.
    """
    file.retry_rejected()
    with ElasticsearchStore(file.location, patience=10.0) as store:
        _empty(file, store)
