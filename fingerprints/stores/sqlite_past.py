"""Writes what archives tell of a site's past before what crawls saw of it, so that one line of time comes of both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from fingerprints.stores.history import Presence
from fingerprints.stores.sqlite_rows import key, micros

_NUMBER = """
SELECT s.id, v.id FROM site s, value v JOIN kind k ON k.id = v.kind WHERE s.name = ? AND k.name = ? AND v.value = ?"""
_KNOWN = """
SELECT from_us, missing_us, seen_us, gone_us FROM presence WHERE site = ? AND value = ? ORDER BY from_us LIMIT 1"""
_NEXT_VISIT = "SELECT min(started_us) FROM visit WHERE site = ? AND started_us > ? AND outcome = 'read'"
_INSERT = "INSERT OR REPLACE INTO presence (site, value, from_us, missing_us, seen_us, gone_us) VALUES (?, ?, ?, ?, ?, ?)"


def note(connection: sqlite3.Connection, spans: Iterable[Presence]) -> None:
    """Adds the intervals that end before the earliest that is known of their value; the caller has begun a transaction.

    An interval after which nobody looked in vain goes on in the one that is known; without one, it ends at the first visit that
    read the site and did not see the value. Noting the same again changes nothing.
    """
    for one in spans:
        numbers = connection.execute(_NUMBER, (key(one.site), key(one.kind), key(one.value))).fetchone()
        if numbers is not None:
            _add(connection, numbers[0], numbers[1], one)


def _add(connection: sqlite3.Connection, site: int, value: int, one: Presence) -> None:
    since, seen = micros(one.since), micros(one.seen)
    missing = micros(one.missing_at) if one.missing_at else 0
    gone = micros(one.gone) if one.gone else 0
    known = connection.execute(_KNOWN, (site, value)).fetchone()
    if known is not None and since >= known[0]:
        return
    if known is not None and (seen >= known[0] or (not gone and not known[1])):
        connection.execute("DELETE FROM presence WHERE site = ? AND value = ? AND from_us = ?", (site, value, known[0]))
        connection.execute(_INSERT, (site, value, since, missing, max(seen, known[2]), known[3]))
        return
    if not gone:
        gone = known[1] if known is not None else connection.execute(_NEXT_VISIT, (site, seen)).fetchone()[0] or 0
    connection.execute(_INSERT, (site, value, since, missing, seen, gone))
