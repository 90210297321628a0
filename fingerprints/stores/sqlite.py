"""The default store: one SQLite file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fingerprints.model import Coverage, Evidence, Failure, Network, Outcome, Role, Run
from fingerprints.stores import sqlite_fates, sqlite_history, sqlite_networks, sqlite_past, sqlite_write
from fingerprints.stores.base import Batch, Carried, Matrix, SiteSummary
from fingerprints.stores.history import Look, NetworkEvent, Presence, Visit
from fingerprints.stores.sqlite_file import TIMEOUT, SqliteFile
from fingerprints.stores.sqlite_rows import key, micros, moment, to_capture
from fingerprints.stores.sqlite_schema import PART, ROLES, SCRIPTS, STATES

if TYPE_CHECKING:
    from fingerprints.stores.sqlite_neighbours import SqliteNeighbours

_SITES = """
SELECT s.name, s.first_us, s.last_us,
  (SELECT json_group_object(outcome, n) FROM
    (SELECT outcome, count(*) n FROM coverage WHERE site = s.id GROUP BY outcome ORDER BY outcome)),
  (SELECT count(*) FROM carried WHERE site = s.id), (SELECT count(*) FROM failure WHERE site = s.id)
FROM site s"""

_CARRIED = """
SELECT s.name, k.name, v.value, e.state, c.first_us, c.last_us, e.page_url, e.role, e.place, e.byte, e.excerpt, e.copied_from,
  e.capture_file, e.capture_offset, e.capture_sha256 FROM """
# CROSS JOIN fixes the order of the loops (https://www.sqlite.org/lang_select.html): by site, only one site's rows are sorted.
_BY_SITE = """site s CROSS JOIN example e ON e.site = s.id CROSS JOIN carried c ON c.value = e.value AND c.site = e.site
CROSS JOIN value v ON v.id = e.value CROSS JOIN kind k ON k.id = v.kind"""
_BY_VALUE = """kind k CROSS JOIN value v ON v.kind = k.id CROSS JOIN carried c ON c.value = v.id
CROSS JOIN example e ON e.site = c.site AND e.value = c.value CROSS JOIN site s ON s.id = c.site"""

_COVERAGE = """
SELECT s.name, role, url, outcome, at_us, catalogue, detail, status, capture_file, capture_offset, capture_sha256
FROM site s CROSS JOIN coverage ON site = s.id {} ORDER BY s.name, role, url"""

_FAILURES = """
SELECT s.name, kind, page_url, error, at_us
FROM site s CROSS JOIN failure ON site = s.id {} ORDER BY s.name, kind, page_url, error"""


class SqliteStore(SqliteFile):
    """Does what stores.base.Store says. While one process writes, readers in this and other processes see whole batches only."""

    def __init__(self, location: str | Path, *, create: bool = True, timeout: float = TIMEOUT) -> None:
        """Opens a store, or makes one; one of an older version is migrated.

        Args:
            location: a path.
            create: whether a store that does not exist is made.
            timeout: seconds to wait for another process that writes.

        Raises:
            StoreError: there is none and create is False, it is no store, a newer one, damaged, or not to be read.
        """
        super().__init__(location, create=create, timeout=timeout)
        try:
            self.ensure_schema(PART, len(SCRIPTS), SCRIPTS)
        except BaseException:
            self.close()
            raise

    def neighbours(self) -> SqliteNeighbours:
        """The store, asked from one site or one value outward."""
        from fingerprints.stores.sqlite_neighbours import SqliteNeighbours

        return SqliteNeighbours(self)

    def begin(self, run: Run) -> None:
        """Notes that a run has begun."""
        row = (key(run.id), micros(run.started_at), key(run.command), key(run.catalogue))
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO run (id, started_us, command, catalogue) VALUES (?, ?, ?, ?)", row)

    def write(self, batch: Batch) -> None:
        """Stores a batch, whole or not at all."""
        with self.transaction() as connection:
            sqlite_write.merge(connection, batch)

    def runs(self) -> Iterator[Run]:
        """All runs, oldest first."""
        for identity, started, command, catalogue in self.rows(
            "SELECT id, started_us, command, catalogue FROM run ORDER BY started_us, id"
        ):
            yield Run(identity, moment(started), command, catalogue)

    def sites(self) -> Iterator[SiteSummary]:
        """All sites that were looked at, sorted by name."""
        return map(_summary, self.rows(_SITES + " ORDER BY s.name"))

    def site(self, site: str) -> SiteSummary | None:
        """One site, or None if it was never looked at."""
        return next(map(_summary, self.rows(_SITES + " WHERE s.name = ?", (key(site),))), None)

    def carried(self, *, site: str | None = None, kind: str | None = None, value: str | None = None) -> Iterator[Carried]:
        """What sites carry, sorted by (site, kind, value); each argument narrows."""
        wanted = {"s.name": site, "k.name": kind, "v.value": value}
        given = {column: key(text) for column, text in wanted.items() if text is not None}
        tables = _BY_VALUE if given and site is None else _BY_SITE
        where = " WHERE " + " AND ".join(f"{column} = ?" for column in given) if given else ""
        sql = f"{_CARRIED}{tables}{where} ORDER BY s.name, k.name, v.value"
        return map(_carried, self.rows(sql, tuple(given.values())))

    def coverage(self, site: str | None = None) -> Iterator[Coverage]:
        """The latest look at each document, sorted by (site, role, url)."""
        return map(_coverage, self._of_site(_COVERAGE, site))

    def failures(self, site: str | None = None) -> Iterator[Failure]:
        """What could not be read, sorted by (site, kind, page_url)."""
        for name, kind, page_url, error, at in self._of_site(_FAILURES, site):
            yield Failure(name, kind, page_url, error, moment(at))

    def matrix(self) -> Matrix:
        """All sites and values as arrays, of one moment."""
        from fingerprints.stores import sqlite_aside, sqlite_matrix  # numpy: most commands need no arrays

        with self.errors():
            if self._connection.in_transaction:
                return sqlite_matrix.read(self._connection)
            with sqlite_aside.begun(self.path, self._connection) as aside, self.snapshot() as connection:
                return sqlite_matrix.read(connection, aside)

    def save_networks(self, networks: Iterable[Network]) -> None:
        """Replaces the networks by a newer result, whole or not at all."""
        with self.transaction() as connection:
            found = list(networks)
            sqlite_fates.note(connection, found)
            sqlite_networks.replace(connection, found)

    def networks(self) -> Iterator[Network]:
        """The networks of the last clustering: largest first, then by id."""
        return sqlite_networks.networks(self.rows(sqlite_networks.ALL))

    def links(self, site: str) -> Iterator[Evidence]:
        """The links of the last clustering that one site has, strongest first."""
        return map(sqlite_networks.evidence, self.rows(sqlite_networks.OF_SITE, (site,)))

    def end_visit(self, site: str, started: datetime, ended: datetime, *, quiet: Collection[str] = ()) -> Visit:
        """See stores.history.History, as for the methods that follow."""
        with self.transaction() as connection:
            return sqlite_history.end_visit(connection, site, started, ended, quiet)

    def past(self, spans: Iterable[Presence]) -> None:
        """Adds what archives tell."""
        with self.transaction() as connection:
            sqlite_past.note(connection, spans)

    def visits(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Visit]:
        """Visits that ended at or after `since`, sorted by (site, started)."""
        return sqlite_history.visits(self._since(sqlite_history.VISITS, site, since))

    def presences(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Presence]:
        """Intervals in which sites carried values."""
        return sqlite_history.presences(self._since(sqlite_history.PRESENCES, site, since))

    def looks(self, site: str) -> Iterator[Look]:
        """What became of each document of a site."""
        return sqlite_history.looks(self.rows(sqlite_history.LOOKS, (key(site),)))

    def network_events(self, *, since: datetime | None = None) -> Iterator[NetworkEvent]:
        """What became of networks, oldest first."""
        return sqlite_fates.events(self.rows(sqlite_fates.EVENTS, (_since(since),)))

    def _since(self, sql: str, site: str | None, since: datetime | None) -> Iterator[tuple[Any, ...]]:
        """One condition for both cases, "?1 = '' OR name = ?1", would have all sites looked at for one."""
        return self.rows(sql.format("s.name = ?1" if site else "?1 = ''"), (key(site or ""), _since(since)))

    def _of_site(self, sql: str, site: str | None) -> Iterator[tuple[Any, ...]]:
        if site is None:
            return self.rows(sql.format(""))
        return self.rows(sql.format("WHERE s.name = ?"), (key(site),))


def open_at(location: str, *, create: bool) -> SqliteStore:
    """As stores.base.open_store asks."""
    return SqliteStore(location, create=create)


def _since(moment: datetime | None) -> int:
    return micros(moment) if moment else 0


def _summary(row: tuple[Any, ...]) -> SiteSummary:
    name, first, last, documents, values, failures = row
    return SiteSummary(name, moment(first), moment(last), json.loads(documents), values, failures)


def _carried(row: tuple[Any, ...]) -> Carried:
    site, kind, value, state, first, last, page_url, role, where, offset, excerpt, copied_from, *capture = row
    return Carried(
        site=site,
        kind=kind,
        value=value,
        state=STATES[state],
        first_seen=moment(first),
        last_seen=moment(last),
        page_url=page_url,
        role=ROLES[role],
        where=where,
        offset=offset,
        excerpt=excerpt,
        copied_from=copied_from,
        capture=to_capture(*capture),
    )


def _coverage(row: tuple[Any, ...]) -> Coverage:
    site, role, url, outcome, at, catalogue, detail, status, *capture = row
    return Coverage(site, Role(role), url, Outcome(outcome), moment(at), catalogue, detail, status, to_capture(*capture))
