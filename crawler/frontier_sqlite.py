"""The frontier in the store's own SQLite file, so that a document and the tasks that follow from it are one transaction."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from crawler import clock
from crawler.conditions import Kept
from crawler.discover import Links
from crawler.frontier import Added, Change, Counts, Leased
from crawler.plan import Task
from crawler.robots import Rules
from crawler.seeds import Seed
from fingerprints import changes, due
from fingerprints.model import Outcome, Role
from fingerprints.stores.base import StoreError
from fingerprints.stores.history import Visit
from fingerprints.stores.sqlite_due import DueTable

LEASE = 120.0
"""Seconds after its last sign of life until a worker on another machine counts as dead."""
RULES_KEPT = 86_400
"""Seconds for which a robots.txt is used (RFC 9309, 2.4)."""
_PART = "frontier"
_WAITING, _DONE = 0, 1
_SCRIPTS = (
    """
CREATE TABLE frontier_worker (id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, seen REAL NOT NULL) STRICT;
CREATE TABLE frontier_site (
  site TEXT PRIMARY KEY, position INTEGER NOT NULL, state INTEGER NOT NULL, seeds TEXT NOT NULL, worker TEXT, note TEXT NOT NULL
) STRICT;
CREATE INDEX frontier_site_position ON frontier_site (state, position);
CREATE TABLE frontier_task (
  site TEXT NOT NULL, number INTEGER NOT NULL, stage INTEGER NOT NULL, role TEXT NOT NULL, url TEXT NOT NULL,
  depth INTEGER NOT NULL, outcome TEXT, answered INTEGER NOT NULL, no_name INTEGER NOT NULL, final_url TEXT NOT NULL,
  links TEXT NOT NULL, PRIMARY KEY (site, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE frontier_origin (
  origin TEXT PRIMARY KEY, site TEXT NOT NULL, rules TEXT NOT NULL, closed TEXT NOT NULL, read_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE frontier_file (name TEXT PRIMARY KEY, worker TEXT NOT NULL, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE frontier_pass (sites TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
""",
    """
CREATE TABLE frontier_kept (
  url TEXT PRIMARY KEY, site TEXT NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, file TEXT NOT NULL, place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE frontier_lock (name TEXT PRIMARY KEY, worker TEXT NOT NULL) STRICT, WITHOUT ROWID;
""",
)


class File(Protocol):
    """What the frontier needs of fingerprints.stores.sqlite.SqliteStore."""

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection."""

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Whole or not at all; joins one that is under way."""

    def errors(self) -> AbstractContextManager[None]:
        """Turns SQLite's errors into a StoreError."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query; SQLite's errors as a StoreError."""

    def end_visit(self, site: str, started: datetime, ended: datetime, *, quiet: Collection[str] = ()) -> Visit:
        """See fingerprints.stores.history.History."""

    def ensure_schema(self, part: str, version: int, scripts: Sequence[str]) -> None:
        """Makes or migrates the part's tables."""


class SqliteFrontier:
    """Does what crawler.frontier.Frontier says."""

    def __init__(self, file: File) -> None:
        """Makes the tables where they are missing and registers this worker.

        Raises:
            StoreError: the file cannot be written, or is of a newer version.
        """
        self.worker = uuid4().hex
        self._file = file
        file.ensure_schema(_PART, len(_SCRIPTS), _SCRIPTS)
        self._due = DueTable(file)
        self._policy = due.policy()
        self._quiet = changes.quiet_kinds()
        with file.transaction() as connection:
            connection.execute("CREATE TEMP TABLE wanted (site TEXT PRIMARY KEY) WITHOUT ROWID")
            connection.execute(
                "INSERT INTO frontier_worker VALUES (?, ?, ?, ?)", (self.worker, socket.gethostname(), os.getpid(), time.time())
            )

    def transaction(self) -> AbstractContextManager[object]:
        """The store's: what happens inside is stored whole or not at all."""
        return self._file.transaction()

    def add(self, sites: Mapping[str, Sequence[Seed]], *, again: bool) -> Added:
        """See Frontier."""
        with self._file.transaction() as connection:
            if not sites:
                connection.execute("INSERT INTO wanted SELECT site FROM frontier_site WHERE state = ?", (_WAITING,))
                return Added(0, self.counts().sites, 0)
            known = self._states(sites)
            if again and self._new_pass(sites):
                self._begin_again([site for site, state in known.items() if state == _DONE])
                known = dict.fromkeys(known, _WAITING)
            connection.executemany("INSERT INTO wanted VALUES (?)", [(site,) for site in sites])
            self._due.plan(sites, clock.now(), "new: it was not looked at yet")
            (last,) = connection.execute("SELECT coalesce(max(position), 0) FROM frontier_site").fetchone()
            for position, (site, seeds) in enumerate(sites.items(), last + 1):
                self._add(connection, site, position, seeds, known.get(site))
            done = sum(1 for state in known.values() if state == _DONE)
            return Added(len(sites) - len(known), len(known) - done, done)

    def add_due(self, *, most: int | None = None) -> int:
        """See Frontier."""
        with self._file.transaction() as connection:
            self._lock(connection, "recrawl")
            known = self._file.rows("SELECT site FROM frontier_site")
            self._due.plan([site for (site,) in known], clock.now(), "from before the list was kept")
            states = self._states(self._due.due(clock.now())[:most])
            self._begin_again([site for site, state in states.items() if state == _DONE])
            connection.executemany("INSERT INTO wanted VALUES (?)", [(site,) for site in states])
            order = [(number, site) for number, site in enumerate(states)]
            connection.executemany("UPDATE frontier_site SET position = ? WHERE site = ?", order)
            return len(states)

    def _lock(self, connection: sqlite3.Connection, name: str) -> None:
        """Takes a lock that lives as long as its worker does."""
        row = connection.execute(
            "SELECT w.id, w.host, w.pid, w.seen FROM frontier_lock l JOIN frontier_worker w ON w.id = l.worker WHERE l.name = ?",
            (name,),
        ).fetchone()
        if row is not None and row[0] != self.worker and is_alive(*row[1:]):
            raise StoreError(
                f"Another re-crawl of this store is under way (process {row[2]} on {row[1]}). Wait until it has ended."
            )
        connection.execute("INSERT OR REPLACE INTO frontier_lock VALUES (?, ?)", (name, self.worker))

    def _add(self, connection: sqlite3.Connection, site: str, position: int, seeds: Sequence[Seed], state: int | None) -> None:
        text = json.dumps([asdict(seed) for seed in seeds])
        if state is None:
            connection.execute("INSERT INTO frontier_site VALUES (?, ?, ?, ?, NULL, '')", (site, position, _WAITING, text))
        elif state == _WAITING and not self._has_tasks(site):
            connection.execute("UPDATE frontier_site SET seeds = ? WHERE site = ?", (text, site))

    def _has_tasks(self, site: str) -> bool:
        return any(True for _ in self._file.rows("SELECT 1 FROM frontier_task WHERE site = ? LIMIT 1", (site,)))

    def _states(self, sites: Iterable[str]) -> dict[str, int]:
        known = {}
        for site in sites:
            for (state,) in self._file.rows("SELECT state FROM frontier_site WHERE site = ?", (site,)):
                known[site] = int(state)
        return known

    def _new_pass(self, sites: Iterable[str]) -> bool:
        """Whether --again means a new pass; a pass over the same sites that was interrupted is gone on with."""
        text = "\n".join(sorted(sites))
        connection = self._file.connection
        if connection.execute("SELECT 1 FROM frontier_pass WHERE sites = ?", (text,)).fetchone():
            return False
        connection.execute("INSERT INTO frontier_pass VALUES (?)", (text,))
        return True

    def _begin_again(self, sites: Iterable[str]) -> None:
        rows = [(site,) for site in sites]
        connection = self._file.connection
        connection.executemany("DELETE FROM frontier_task WHERE site = ?", rows)
        connection.executemany("DELETE FROM frontier_origin WHERE site = ?", rows)
        connection.executemany("UPDATE frontier_site SET state = 0, worker = NULL, note = '' WHERE site = ?", rows)

    def recover(self) -> dict[str, dict[str, int]]:
        """See Frontier."""
        files: dict[str, dict[str, int]] = {}
        with self._file.transaction() as connection:
            for worker, host, pid, seen in connection.execute("SELECT id, host, pid, seen FROM frontier_worker").fetchall():
                if worker == self.worker or is_alive(host, pid, seen):
                    continue
                rows = connection.execute("SELECT name, size FROM frontier_file WHERE worker = ?", (worker,)).fetchall()
                files[worker] = dict(rows)
                self._forget(connection, worker)
        return files

    def _forget(self, connection: sqlite3.Connection, worker: str) -> None:
        connection.execute("UPDATE frontier_site SET worker = NULL WHERE worker = ?", (worker,))
        connection.execute("DELETE FROM frontier_file WHERE worker = ?", (worker,))
        connection.execute("DELETE FROM frontier_lock WHERE worker = ?", (worker,))
        connection.execute("DELETE FROM frontier_worker WHERE id = ?", (worker,))

    def lease(self, most: int) -> list[Leased]:
        """See Frontier."""
        if most <= 0:
            return []
        with self._file.transaction() as connection:
            rows = connection.execute(
                "SELECT site, seeds FROM frontier_site "
                "WHERE state = 0 AND worker IS NULL AND site IN wanted ORDER BY position LIMIT ?",
                (most,),
            ).fetchall()
            connection.executemany(
                "UPDATE frontier_site SET worker = ? WHERE site = ?", [(self.worker, site) for site, _ in rows]
            )
            self.begin([site for site, _ in rows])
            return [Leased(site, seeds_of(seeds), tuple(self._tasks(site))) for site, seeds in rows]

    def begin(self, sites: Iterable[str]) -> None:
        """Notes that visits of these sites begin, if they have not begun."""
        self._due.begin(list(sites), clock.now())

    def _tasks(self, site: str) -> Iterable[Task]:
        rows = self._file.rows(
            "SELECT number, stage, role, url, depth, outcome, answered, no_name, final_url, links FROM frontier_task "
            "WHERE site = ? ORDER BY number",
            (site,),
        )
        for number, stage, role, url, depth, outcome, answered, no_name, final_url, links in rows:
            yield Task(
                number,
                stage,
                Role(role),
                url,
                depth,
                Outcome(outcome) if outcome else None,
                bool(answered),
                bool(no_name),
                final_url,
                Links.of_dict(json.loads(links)),
            )

    def renew(self) -> None:
        """See Frontier."""
        with self._file.transaction() as connection:
            connection.execute("UPDATE frontier_worker SET seen = ? WHERE id = ?", (time.time(), self.worker))

    def save(self, change: Change) -> None:
        """See Frontier."""
        with self._file.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO frontier_task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_task_row(site, task) for (site, _), task in change.tasks.items()],
            )
            connection.executemany(
                "UPDATE frontier_site SET state = 1, worker = NULL, note = ? WHERE site = ?",
                [(note, site) for site, note in change.finished.items()],
            )
            for site in change.finished:
                self._visited(site)
            connection.executemany(
                "INSERT OR REPLACE INTO frontier_kept VALUES (?, ?, ?, ?, ?, ?)",
                [(url, site, kept.etag, kept.modified, kept.file, kept.offset) for url, (site, kept) in change.kept.items()],
            )
            now = time.time()
            connection.executemany(
                "INSERT OR REPLACE INTO frontier_origin VALUES (?, ?, ?, ?, ?)",
                [(origin, site, rules.text, rules.closed, now) for origin, (site, rules) in change.rules.items()],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO frontier_file VALUES (?, ?, ?)",
                [(name, self.worker, size) for name, size in change.files.items()],
            )
            connection.execute("UPDATE frontier_worker SET seen = ? WHERE id = ?", (now, self.worker))

    def share(self, change: Change) -> None:
        """See Frontier. The others read the same file."""

    def claim(self, site: str, longest: float, rest: float) -> float:  # noqa: ARG002
        """See Frontier. Crawls that share a file keep to leases alone: what a redirect leads to is not reserved."""
        return 0.0

    def free(self, site: str, rest: float) -> None:
        """See Frontier: nothing was reserved."""

    def _visited(self, site: str) -> None:
        """Closes the visit in the transaction that ends the site: what changed, and when it is looked at again."""
        now = clock.now()
        before = self._due.of(site) or due.Due(site, now, 0.0)
        visit = self._file.end_visit(site, before.begun or now, now, quiet=self._quiet)
        self._due.put(due.after(before, visit, self._policy))

    def kept(self, url: str) -> Kept | None:
        """See Frontier."""
        with self._file.errors():
            row = self._file.connection.execute(
                "SELECT etag, modified, file, place FROM frontier_kept WHERE url = ?", (url,)
            ).fetchone()
        return Kept(*row) if row else None

    def rules(self, origin: str) -> Rules | None:
        """See Frontier."""
        with self._file.errors():
            row = self._file.connection.execute(
                "SELECT rules, closed FROM frontier_origin WHERE origin = ? AND read_at > ?", (origin, time.time() - RULES_KEPT)
            ).fetchone()
        return Rules(*row) if row else None

    def release(self, sites: Iterable[str]) -> None:
        """See Frontier."""
        with self._file.transaction() as connection:
            connection.executemany(
                "UPDATE frontier_site SET worker = NULL WHERE site = ? AND worker = ?", [(site, self.worker) for site in sites]
            )

    def counts(self) -> Counts:
        """See Frontier."""
        with self._file.errors():
            row = self._file.connection.execute(
                "SELECT count(*), coalesce(sum(state = 1), 0), coalesce(sum(state = 0 AND worker != ?), 0) "
                "FROM frontier_site WHERE site IN wanted",
                (self.worker,),
            ).fetchone()
        return Counts(*row)

    def close(self) -> None:
        """Ends this worker: its leases are free, and a pass that is complete is over."""
        with self._file.transaction() as connection:
            counts = self.counts()
            if counts.sites == counts.done:
                text = "\n".join(site for (site,) in connection.execute("SELECT site FROM wanted ORDER BY site"))
                connection.execute("DELETE FROM frontier_pass WHERE sites = ?", (text,))
            self._forget(connection, self.worker)


def is_alive(host: str, pid: int, seen: float) -> bool:
    """Whether a worker of this host and process, heard of at this time, can still be at work."""
    if host != socket.gethostname():
        return time.time() - seen < LEASE
    if pid == os.getpid():
        return False  # containers number their processes from 1: an earlier worker had our number
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return time.time() - seen < LEASE


def seeds_of(text: str) -> tuple[Seed, ...]:
    """A site's seeds as they were written."""
    values: list[dict[str, str]] = json.loads(text)
    return tuple(Seed(**value) for value in values)


def _task_row(site: str, task: Task) -> tuple[Any, ...]:
    links = task.links.as_dict()
    return (
        site,
        task.number,
        task.stage,
        task.role.value,
        task.url,
        task.depth,
        task.outcome.value if task.outcome else None,
        int(task.answered),
        int(task.no_name),
        task.final_url,
        json.dumps(links, ensure_ascii=False, separators=(",", ":")) if links else "{}",
    )
