"""All sites and values as arrays, read in the order in which they lie in the file."""

from __future__ import annotations

import sqlite3
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.base import Matrix
from fingerprints.stores.sqlite_aside import Aside, entries

_ROWS = 2000
"""Rows that are Python objects at once. With more of them the garbage collector looks at all again and again: twice the time."""
_SITE = 0x3FFFFFFF
_SPAN = 0x7FFFFFFF


def read(connection: sqlite3.Connection, aside: Aside | None = None) -> Matrix:
    """The matrix of one moment.

    Args:
        connection: in a transaction.
        aside: another process that reads the entries of the same moment.
    """
    site_ids, sites = _named(connection.execute("SELECT id, name FROM site ORDER BY name"))
    value_ids, values = _values(connection)
    ids, site, state, first, last = _columns(_entries(connection, aside), _ranks(site_ids))
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


def _entries(connection: sqlite3.Connection, aside: Aside | None) -> NDArray[np.int64]:
    if aside is None:
        return entries(connection)
    mine, theirs = entries(connection, 0, aside.begin), aside.entries()
    return np.concatenate((mine, entries(connection, aside.begin) if theirs is None else theirs))


def _columns(
    found: NDArray[np.int64], sites: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]:
    """The ids of the values, and the other columns of the matrix, by the value's id."""
    who, when = found[:, 0], found[:, 1]
    first = when >> 31
    return who >> 32, sites[who >> 2 & _SITE], (who & 3).astype(np.int8), first, first + (when & _SPAN)
