"""Merges a batch into the tables. Every statement gives the same rows whatever the order and repetition of batches."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import chain, count, groupby, islice
from operator import attrgetter
from typing import Any

from fingerprints.model import Coverage, Failure
from fingerprints.stores.base import Batch
from fingerprints.stores.sqlite_rows import cut, from_capture, key, micros
from fingerprints.stores.sqlite_schema import ROLES

_ROLE = {role: number for number, role in enumerate(ROLES)}

_SITE = """
INSERT INTO site (name, first_us, last_us) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
SET first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)
WHERE excluded.first_us < first_us OR excluded.last_us > last_us"""

_CARRIED = """
INSERT INTO carried (value, site, state, first_us, last_us) VALUES (?, ?, ?, ?, ?) ON CONFLICT (value, site) DO UPDATE
SET state = min(state, excluded.state), first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)
WHERE excluded.state < state OR excluded.first_us < first_us OR excluded.last_us > last_us"""

_CAPTURE = ("capture_file", "capture_offset", "capture_sha256")
_COMPARED = ("state", "role", "page_url", "byte", "place", "seen_us", "excerpt", "copied_from", *_CAPTURE)
_EXAMPLE = f"""
INSERT INTO example (site, value, {", ".join(_COMPARED)}) VALUES (?, ?{", ?" * len(_COMPARED)})
ON CONFLICT (site, value) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COMPARED)}
WHERE ({", ".join(f"excluded.{name}" for name in _COMPARED)}) < ({", ".join(_COMPARED)})"""  # noqa: S608  (our own names)

# The latest look stands. Of two at one time (a capture that is read again) it is the one that could be read, then the one whose
# indicators were used by the later run; the other columns only make the choice the same for every order.
_SINCE = "coalesce((SELECT max(started_us) FROM run WHERE run.catalogue = {}.catalogue), 0)"
_LOOK = ("at_us", "outcome", "catalogue", "detail", "status", *_CAPTURE)


def _look(table: str) -> str:
    rest = ", ".join(f"{table}.{name}" for name in _LOOK[1:])
    return f"({table}.at_us, {table}.outcome = 'read', {_SINCE.format(table)}, {rest})"


_COVERAGE = f"""
INSERT INTO coverage (site, role, url, {", ".join(_LOOK)}) VALUES (?, ?, ?{", ?" * len(_LOOK)})
ON CONFLICT (site, role, url) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _LOOK)}
WHERE {_look("excluded")} > {_look("coverage")}"""  # noqa: S608  (our own names)

_FAILURE = """
INSERT INTO failure (site, kind, page_url, error, at_us) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (site, kind, page_url, error) DO UPDATE SET at_us = excluded.at_us WHERE excluded.at_us > at_us"""


_FIND = """
SELECT v.kind, v.value, v.id FROM (VALUES {}) AS asked
CROSS JOIN value v ON v.kind = asked.column1 AND v.value = asked.column2"""
_ASKED = 400
"""Values of one query: SQLite before 3.32 takes up to 999 parameters (https://www.sqlite.org/limits.html)."""

_PAGE = attrgetter("site", "page_url", "role", "seen_at", "copied_from", "capture")
"""What the observations of one page, which follow one another, have in common."""


def merge(connection: sqlite3.Connection, batch: Batch) -> None:
    """Writes the batch; the caller has begun a transaction."""
    sites = _sites(connection, batch)
    kinds = _kinds(connection, {one.kind for one in batch.observations})
    pairs = [(kinds[one.kind], key(one.value)) for one in batch.observations]
    values = _values(connection, set(pairs))
    # The pages of a site say much the same. What they say is brought together here, by the comparisons of the statements above,
    # so that SQLite merges a value of a site once and not once a page.
    carried: dict[tuple[int, int], tuple[int, int, int]] = {}
    examples: dict[tuple[int, int], tuple[Any, ...]] = {}
    of_all = iter(pairs)
    for (site, page_url, role, seen_at, original, capture), of_page in groupby(batch.observations, _PAGE):
        number, seen = sites[key(site)], micros(seen_at)
        page, origin = (_ROLE[role], key(page_url)), (key(original), *from_capture(capture))
        for one, pair in zip(of_page, of_all, strict=False):  # of_page is asked first: no pair is passed over
            place, state = (number, values[pair]), one.state.rank
            known = carried.get(place)
            carried[place] = (min(known[0], state), min(known[1], seen), max(known[2], seen)) if known else (state, seen, seen)
            # In the order of _COMPARED. Python orders rows as SQLite does: UTF-8 keeps the order of code points.
            example = (state, *page, one.offset, cut(one.where), seen, cut(one.excerpt), *origin)
            if place not in examples or example < examples[place]:
                examples[place] = example
    connection.executemany(_CARRIED, ((value, site, *row) for (site, value), row in carried.items()))
    connection.executemany(_EXAMPLE, ((*place, *row) for place, row in examples.items()))
    connection.executemany(_COVERAGE, ((sites[key(one.site)], *_coverage(one)) for one in batch.coverage))
    connection.executemany(_FAILURE, ((sites[key(one.site)], *_failure(one)) for one in batch.failures))


def _coverage(one: Coverage) -> tuple[object, ...]:
    look = (micros(one.at), one.outcome.value, key(one.catalogue), cut(one.detail), one.status)
    return (one.role.value, key(one.url), *look, *from_capture(one.capture))


def _failure(one: Failure) -> tuple[object, ...]:
    return (key(one.kind), key(one.page_url), cut(one.error), micros(one.at))


def _sites(connection: sqlite3.Connection, batch: Batch) -> dict[str, int]:
    times: dict[str, list[datetime]] = {}
    for observation in batch.observations:
        times.setdefault(key(observation.site), []).append(observation.seen_at)
    for look in batch.coverage:
        times.setdefault(key(look.site), []).append(look.at)
    for failure in batch.failures:
        times.setdefault(key(failure.site), []).append(failure.at)
    connection.executemany(_SITE, ((site, micros(min(seen)), micros(max(seen))) for site, seen in times.items()))
    return {site: _id(connection, "SELECT id FROM site WHERE name = ?", site) for site in times}


def _kinds(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, int]:
    names = {kind: key(kind) for kind in wanted}
    connection.executemany("INSERT OR IGNORE INTO kind (name) VALUES (?)", zip(sorted(names.values())))
    return {kind: _id(connection, "SELECT id FROM kind WHERE name = ?", name) for kind, name in names.items()}


def _values(connection: sqlite3.Connection, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The number of each value, given with its kind's. New ones get the next numbers: nobody else writes in a transaction."""
    values: dict[tuple[int, str], int] = {}
    asked = chain.from_iterable(wanted)
    while some := list(islice(asked, 2 * _ASKED)):  # one statement for each takes ten times as long
        found = connection.execute(_FIND.format(", ".join(["(?, ?)"] * (len(some) // 2))), some)
        values.update(((kind, value), number) for kind, value, number in found)
    first = 1 + _id(connection, "SELECT coalesce(max(id), 0) FROM value")
    new = list(zip(count(first), sorted(wanted - values.keys()), strict=False))
    connection.executemany("INSERT INTO value (id, kind, value) VALUES (?, ?, ?)", ((number, *pair) for number, pair in new))
    values.update((pair, number) for number, pair in new)
    return values


def _id(connection: sqlite3.Connection, sql: str, *parameters: object) -> int:
    (number,) = connection.execute(sql, parameters).fetchone()
    return int(number)
