"""All sites and values as arrays, read in the order in which they lie in the file."""

from __future__ import annotations

import sqlite3
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.base import Matrix

_ROWS = 2000
"""Rows that are Python objects at once. With more of them the garbage collector looks at all again and again: twice the time."""
_COLUMNS = 2
# Each number of a row becomes a Python object, which takes longer than to read it: so two hold all five. Seconds have 32 bits
# until the year 2106, and what is seen for longer than 2^31 seconds has been seen for 68 years.
_ENTRIES = """
SELECT (value << 32) | (site << 2) | state, (first_us / 1000000 << 31) | min(last_us / 1000000 - first_us / 1000000, 0x7FFFFFFF)
  FROM carried ORDER BY value, site"""
_SITE = 0x3FFFFFFF
_SPAN = 0x7FFFFFFF


def read(connection: sqlite3.Connection) -> Matrix:
    """The matrix of one moment; the caller has begun a transaction."""
    site_ids, sites = _named(connection.execute("SELECT id, name FROM site ORDER BY name"))
    value_ids, values = _values(connection)
    ids, site, state, first, last = _entries(connection, _ranks(site_ids))
    value, order = _ordered(ids, site, np.array(value_ids, dtype=np.int64))
    return Matrix(
        tuple(sites), tuple(values), site=site[order], value=value, state=state[order], first=first[order], last=last[order]
    )


def _ordered(
    ids: NDArray[np.int64], site: NDArray[np.int32], value_ids: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The numbers of the values in their order, and the order of the entries: by value and then by site.

    The entries of one value lie together, so that nothing is sorted but what sites have come in another order than their names.

    Args:
        ids: the value's id of each entry, ascending.
        site: the site's number of each entry.
        value_ids: the ids in the order of the values.
    """
    # By counting: to look five million ids up in ten million takes ten times as long.
    counted = np.bincount(ids, minlength=int(value_ids.max(initial=0)) + 1)
    size = counted[value_ids]
    start = (np.cumsum(counted) - counted)[value_ids]
    begins = np.cumsum(size) - size
    value = np.repeat(np.arange(len(value_ids), dtype=np.int32), size)
    order = np.arange(len(ids)) + np.repeat(start - begins, size)
    wrong = (np.diff(site[order]) < 0) & (np.diff(value) == 0)
    if wrong.any():
        mixed = np.zeros(len(value_ids), dtype=bool)
        mixed[value[1:][wrong]] = True
        places = np.flatnonzero(mixed[value])
        order[places] = order[places[np.lexsort((site[order[places]], value[places]))]]
    return value, order


def _named(cursor: sqlite3.Cursor) -> tuple[list[int], list[str]]:
    ids: list[int] = []
    names: list[str] = []
    while rows := cursor.fetchmany(_ROWS):
        numbers, texts = zip(*rows, strict=True)
        ids += numbers
        names += texts
    return ids, names


def _values(connection: sqlite3.Connection) -> tuple[list[int], list[tuple[str, str]]]:
    """Kind by kind: so they come out of the index in order, and nothing is sorted."""
    ids: list[int] = []
    values: list[tuple[str, str]] = []
    for kind_id, kind in connection.execute("SELECT id, name FROM kind ORDER BY name").fetchall():
        found, names = _named(connection.execute("SELECT id, value FROM value WHERE kind = ? ORDER BY value", (kind_id,)))
        ids += found
        values += zip(repeat(kind), names)
    return ids, values


def _ranks(ids: list[int]) -> NDArray[np.int32]:
    """For each id its place in the sorted order."""
    ranks = np.full(max(ids, default=0) + 1, -1, np.int32)
    ranks[ids] = np.arange(len(ids), dtype=np.int32)
    return ranks


def _entries(
    connection: sqlite3.Connection, sites: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]:
    """The ids of the values, and the other columns of the matrix, by the value's id."""
    (count,) = connection.execute("SELECT count(*) FROM carried").fetchone()
    ids, site = np.empty(count, np.int64), np.empty(count, np.int32)
    state = np.empty(count, np.int8)
    first, last = np.empty(count, np.int64), np.empty(count, np.int64)
    cursor = connection.execute(_ENTRIES)
    at = 0
    while rows := cursor.fetchmany(_ROWS):
        part = np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * _COLUMNS).reshape(-1, _COLUMNS)
        here = slice(at, at + len(rows))
        who, when = part[:, 0], part[:, 1]
        ids[here], site[here], state[here] = who >> 32, sites[who >> 2 & _SITE], who & 3
        first[here] = when >> 31
        last[here] = first[here] + (when & _SPAN)
        at += len(rows)
    return ids, site, state, first, last
