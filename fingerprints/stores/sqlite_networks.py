"""The networks of the last clustering: a row a network, a row a link, lists as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from fingerprints.model import Evidence, Network, Pointer, SharedValue

ALL = """
SELECT n.id, n.confidence, n.core, n.associated, n.candidates, n.notes, n.pointers, l.a, l.b, l.bits, l.sentence, l.shared
FROM network n LEFT JOIN link l ON l.network = n.id ORDER BY n.size DESC, n.id, l.position"""

ONE = """
SELECT n.id, n.confidence, n.core, n.associated, n.candidates, n.notes, n.pointers, l.a, l.b, l.bits, l.sentence, l.shared
FROM network n LEFT JOIN link l ON l.network = n.id WHERE n.id = ? ORDER BY l.position"""

OF_SITE = """
SELECT a, b, bits, sentence, shared FROM link WHERE a = ?1
UNION ALL SELECT a, b, bits, sentence, shared FROM link WHERE b = ?1 AND a <> ?1
ORDER BY bits DESC, a, b"""

OF_NETWORK = "SELECT a, b, bits, sentence, shared FROM link WHERE network = ? ORDER BY position"

_NETWORK_COLUMNS = 7
_CACHE_KB = 65_536
"""Links are indexed by both sites: with SQLite's own two megabytes pages of the indexes would be read again and again."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_INSERT = "INSERT INTO network VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def replace(connection: sqlite3.Connection, networks: Iterable[Network]) -> None:
    """Writes these in place of those that are there; the caller has begun a transaction."""
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    connection.execute("DELETE FROM link")
    connection.execute("DELETE FROM network")
    written: dict[int, tuple[SharedValue, str]] = {}
    # In the order of the table, so that each row is put behind the last one and not somewhere into the file.
    for network in sorted(networks, key=attrgetter("id")):
        lists = (_json(part) for part in (network.core, network.associated, network.candidates, network.notes))
        pointers = _json(
            (one.site, one.member, one.bits, _row(one.strongest), one.links, one.belongs) for one in network.pointers
        )
        size = len(network.core) + len(network.associated)
        connection.execute(_INSERT, (network.id, size, network.confidence, *lists, pointers))
        rows = ((network.id, position, *_link(link, written)) for position, link in enumerate(network.links))
        connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def networks(rows: Iterator[tuple[Any, ...]]) -> Iterator[Network]:
    """The rows of ALL as networks."""
    for (identity, confidence, *lists), group in groupby(rows, key=lambda row: row[:_NETWORK_COLUMNS]):
        core, associated, candidates, notes, pointers = (tuple(json.loads(text)) for text in lists)
        links = tuple(evidence(row[_NETWORK_COLUMNS:]) for row in group if row[_NETWORK_COLUMNS] is not None)
        yield Network(identity, core, associated, candidates, confidence, links, notes, tuple(map(_pointer, pointers)))


def evidence(row: tuple[Any, ...]) -> Evidence:
    """A row of OF_SITE as evidence."""
    a, b, bits, sentence, shared = row
    return Evidence(a, b, tuple(SharedValue(*one) for one in json.loads(shared)), bits, sentence)


def _pointer(row: list[Any]) -> Pointer:
    site, member, bits, strongest, *links = row  # an older version wrote no links
    return Pointer(site, member, bits, SharedValue(*strongest), *links)


def _link(link: Evidence, written: dict[int, tuple[SharedValue, str]]) -> tuple[object, ...]:
    """Its row. What many links share is one object and is written once; it is kept, so that its id is nobody else's."""
    texts = []
    for one in link.shared:
        if id(one) not in written:
            written[id(one)] = (one, _json(_row(one)))
        texts.append(written[id(one)][1])
    return (link.a, link.b, link.bits, link.sentence, f"[{','.join(texts)}]")


def _row(one: SharedValue) -> tuple[object, ...]:
    """Its fields in their order, as dataclasses.astuple gives them in ten times the time."""
    return (one.kind, one.value, one.sites, one.bits, one.family, one.why, one.background)


def _json(parts: Iterable[object]) -> str:
    return _ENCODER.encode(list(parts))
