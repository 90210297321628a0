"""Several stores as one: what they saw, what they looked at, what failed, and the history of sites that one of them watched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from fingerprints.model import Observation
from fingerprints.stores.base import Batch, Carried, Store
from fingerprints.stores.history import History
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_rows import key, micros

_BATCH = 2000
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Added:
    """What came from one store."""

    sites: int
    carried: int
    histories: int
    """Sites whose visits were taken over."""
    other_histories: int
    """Sites that both stores watched: the history of the one that came first stands, since intervals of two do not add up."""


def add(source: Store, target: Store) -> Added:
    """Writes all that one store holds into another; writing it again changes nothing. Networks are left to the next clustering.

    Raises:
        StoreError: a store cannot be read or written.
    """
    for run in source.runs():
        target.begin(run)
    watched = {visit.site for visit in target.visits()} if isinstance(target, History) else set()
    carried = 0
    for rows in _batches(source.carried()):
        carried += len(rows)
        target.write(Batch(observations=tuple(one for row in rows for one in _sightings(row))))
    for looks in _batches(source.coverage()):
        target.write(Batch(coverage=tuple(looks)))
    for failures in _batches(source.failures()):
        target.write(Batch(failures=tuple(failures)))
    copied, both = _histories(source, target, watched)
    return Added(sum(1 for _ in source.sites()), carried, copied, both)


def _sightings(row: Carried) -> Iterator[Observation]:
    """The example at the first and at the last time: what a store keeps of all sightings."""
    for seen_at in sorted({row.first_seen, row.last_seen}):
        yield Observation(
            kind=row.kind,
            value=row.value,
            site=row.site,
            page_url=row.page_url,
            role=row.role,
            seen_at=seen_at,
            where=row.where,
            offset=row.offset,
            excerpt=row.excerpt,
            state=row.state,
            copied_from=row.copied_from,
            capture=row.capture,
        )


def _histories(source: Store, target: Store, watched: set[str]) -> tuple[int, int]:
    """Visits, presences and looks of sites that the target has not watched itself; of two SQLite files only."""
    if not (isinstance(source, History) and isinstance(target, SqliteStore)):
        return 0, 0
    sites = {visit.site for visit in source.visits()}
    with target.transaction() as connection:
        for site in sorted(sites - watched):
            _history(connection, source, site)
    return len(sites - watched), len(sites & watched)


def _history(connection: sqlite3.Connection, source: History, site: str) -> None:
    (number,) = connection.execute("SELECT id FROM site WHERE name = ?", (key(site),)).fetchone()
    visits = (
        (number, micros(one.started), micros(one.ended), one.outcome.value, one.catalogue, one.appeared, one.gone)
        for one in source.visits(site)
    )
    connection.executemany("INSERT OR IGNORE INTO visit VALUES (?, ?, ?, ?, ?, ?, ?)", visits)
    looks = (
        (number, one.role.value, key(one.url), micros(one.first), micros(one.last), one.outcome.value)
        for one in source.looks(site)
    )
    connection.executemany("INSERT OR IGNORE INTO look VALUES (?, ?, ?, ?, ?, ?)", looks)
    presences = (
        (
            number,
            micros(one.since),
            micros(one.missing_at) if one.missing_at else 0,
            micros(one.seen),
            micros(one.gone) if one.gone else 0,
            key(one.kind),
            key(one.value),
        )
        for one in source.presences(site)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO presence (site, value, from_us, missing_us, seen_us, gone_us) "
        "SELECT ?, v.id, ?, ?, ?, ? FROM value v JOIN kind k ON k.id = v.kind WHERE k.name = ? AND v.value = ?",
        presences,
    )


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
