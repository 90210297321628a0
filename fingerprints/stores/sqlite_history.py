"""Visits and intervals in SQLite. A visit is closed from what the tables hold already, so that nothing is stored twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from fingerprints.model import Outcome, Role
from fingerprints.stores.history import Look, Presence, Visit
from fingerprints.stores.sqlite_rows import key, micros, moment
from fingerprints.stores.sqlite_schema import ROLES

_RANKED = (Outcome.READ, Outcome.NOT_LOOKED_AT, Outcome.BLOCKED, Outcome.REFUSED, Outcome.FAILED, Outcome.ABSENT)
"""Of several front pages (https, http, www) the best answer is the visit's."""
_FEWEST_LOST = 2
"""Values of a front page that have to go all together to be doubted. A single one is an ordinary change."""
_DOUBTED_US = 8 * 86_400 * 1_000_000
"""Walls, maintenance and legal notices stand for days; a site that was made anew still shows its new values a week later."""
_LOOKED = "('read', 'absent')"
"""Outcomes from which absence follows."""
_BY_PAGE = tuple(role for role in ROLES if role in (Role.ABOUT, Role.ARTICLE, Role.OTHER, Role.RENDERED, Role.REQUESTS))
"""Roles with many documents: a value is gone when its own page was read without it, not when another page was."""

# A value that a store of an older version, or a run of samehand read, brought: since when is known, not what was before.
_ADOPT = """
INSERT INTO presence (site, value, from_us, missing_us, seen_us, gone_us)
SELECT site, value, first_us, 0, last_us, 0 FROM carried c WHERE site = ?1 AND state = 0 AND first_us < ?2
AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.site = c.site AND p.value = c.value)
AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.site = c.site)"""
_SEEN = """
UPDATE presence SET seen_us = max(seen_us, (SELECT last_us FROM carried c WHERE c.value = presence.value AND c.site = ?1))
WHERE site = ?1 AND gone_us = 0"""
_NEW = """
SELECT c.value, e.role, k.name FROM carried c JOIN example e ON e.site = c.site AND e.value = c.value
JOIN value v ON v.id = c.value JOIN kind k ON k.id = v.kind
WHERE c.site = ?1 AND c.state = 0 AND c.last_us >= ?2
AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.site = ?1 AND p.value = c.value AND p.gone_us = 0)"""
_BEFORE = f"SELECT role, max(last_us) FROM look WHERE site = ? AND last_us < ? AND outcome IN {_LOOKED} GROUP BY role"  # noqa: S608
_UNSEEN = """
SELECT p.value, p.from_us, e.role, e.page_url, k.name FROM presence p JOIN example e ON e.site = p.site AND e.value = p.value
JOIN value v ON v.id = p.value JOIN kind k ON k.id = v.kind
WHERE p.site = ?1 AND p.gone_us = 0 AND p.seen_us < ?2"""
_OPEN = """
SELECT p.seen_us, e.role, k.name FROM presence p JOIN example e ON e.site = p.site AND e.value = p.value
JOIN value v ON v.id = p.value JOIN kind k ON k.id = v.kind WHERE p.site = ? AND p.gone_us = 0"""
_NOW = f"SELECT role, url, outcome, at_us FROM coverage WHERE site = ? AND at_us >= ? AND outcome IN {_LOOKED}"  # noqa: S608
_LAST = "SELECT outcome, first_us FROM look WHERE site = ? AND role = ? AND url = ? ORDER BY first_us DESC LIMIT 1"


def end_visit(
    connection: sqlite3.Connection, site: str, started: datetime, ended: datetime, quiet: Collection[str] = ()
) -> Visit:
    """See History; the caller has begun a transaction."""
    number, begin = _number(connection, site, started), micros(started)
    outcome, catalogue = _outcome(connection, number, begin)
    known = _catalogue_before(connection, number, begin)
    same = known in ("", catalogue) or not catalogue
    connection.execute(_ADOPT, (number, begin))
    connection.execute(_SEEN, (number,))
    if outcome is Outcome.READ and _is_doubtful(connection, number, begin, quiet):
        _note_looks(connection, number, begin)
        return _close(connection, number, Visit(site, started, ended, Outcome.BLOCKED, known, 0, 0))
    appeared = _appear(connection, number, begin, quiet, compare=same)
    gone = _vanish(connection, number, begin, quiet) if same else 0
    _note_looks(connection, number, begin)
    return _close(connection, number, Visit(site, started, ended, outcome, catalogue or known, appeared, gone))


def _close(connection: sqlite3.Connection, number: int, visit: Visit) -> Visit:
    begin = micros(visit.started)
    old = connection.execute("SELECT appeared, gone FROM visit WHERE site = ? AND started_us = ?", (number, begin)).fetchone()
    if old is not None:  # closed before: what it changed was counted then
        return replace(visit, appeared=old[0], gone=old[1])
    row = (number, begin, micros(visit.ended), visit.outcome.value, visit.catalogue, visit.appeared, visit.gone)
    connection.execute("INSERT INTO visit VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return visit


def _is_doubtful(connection: sqlite3.Connection, site: int, begin: int, quiet: Collection[str]) -> bool:
    """Whether the front page has lost all that it had: a wall or a notice that no rule knows looks like that.

    It is believed when the site has been so for long; until then it is looked at again as often as one behind a wall.
    """
    rows = connection.execute(_OPEN, (site,)).fetchall()
    front = [seen for seen, rank, kind in rows if ROLES[rank] is Role.FRONT and kind not in quiet]
    return len(front) >= _FEWEST_LOST and max(front) < begin and begin - max(front) < _DOUBTED_US


def _number(connection: sqlite3.Connection, site: str, started: datetime) -> int:
    at = micros(started)
    connection.execute("INSERT OR IGNORE INTO site (name, first_us, last_us) VALUES (?, ?, ?)", (key(site), at, at))
    (number,) = connection.execute("SELECT id FROM site WHERE name = ?", (key(site),)).fetchone()
    return int(number)


def _outcome(connection: sqlite3.Connection, site: int, begin: int) -> tuple[Outcome, str]:
    rows = connection.execute(
        "SELECT role, outcome, catalogue FROM coverage WHERE site = ? AND at_us >= ?", (site, begin)
    ).fetchall()
    fronts = {Outcome(outcome) for role, outcome, _ in rows if role == Role.FRONT.value}
    return next((one for one in _RANKED if one in fronts), Outcome.FAILED), max((row[2] for row in rows), default="")


def _catalogue_before(connection: sqlite3.Connection, site: int, begin: int) -> str:
    row = connection.execute(
        "SELECT catalogue FROM visit WHERE site = ? AND started_us < ? ORDER BY started_us DESC LIMIT 1", (site, begin)
    ).fetchone()
    return str(row[0]) if row else ""


def _appear(connection: sqlite3.Connection, site: int, begin: int, quiet: Collection[str], *, compare: bool) -> int:
    """New intervals; how many of them are changes: the place where they stand was looked at before, with the same indicators."""
    before = dict(connection.execute(_BEFORE, (site, begin)).fetchall()) if compare else {}
    found = connection.execute(_NEW, (site, begin)).fetchall()
    rows = [(site, value, begin, before.get(ROLES[rank].value, 0)) for value, rank, _ in found]
    connection.executemany("INSERT INTO presence VALUES (?1, ?2, ?3, ?4, ?3, 0)", rows)
    return sum(1 for row, (_, _, kind) in zip(rows, found, strict=True) if row[3] and kind not in quiet)


def _vanish(connection: sqlite3.Connection, site: int, begin: int, quiet: Collection[str]) -> int:
    looked = connection.execute(_NOW, (site, begin)).fetchall()
    if _front_failed(connection, site, begin):
        # What stands before the front page answers for the other documents as well: only what probes saw is the site's.
        looked = [row for row in looked if Role(row[0]).is_probe]
    pages = {(role, url) for role, url, _, _ in looked}
    # A front page that is missing is an outage, not a site that dropped all it had.
    roles = {role for role, _, outcome, _ in looked if role != Role.FRONT.value or outcome == Outcome.READ.value}
    gone = [
        (value, since, kind)
        for value, since, rank, url, kind in connection.execute(_UNSEEN, (site, begin)).fetchall()
        if ((ROLES[rank].value, url) in pages if ROLES[rank] in _BY_PAGE else ROLES[rank].value in roles)
    ]
    rows = [(begin, site, value, since) for value, since, _ in gone]
    connection.executemany("UPDATE presence SET gone_us = ? WHERE site = ? AND value = ? AND from_us = ?", rows)
    return sum(1 for _, _, kind in gone if kind not in quiet)


def _front_failed(connection: sqlite3.Connection, site: int, begin: int) -> bool:
    sql = "SELECT outcome FROM coverage WHERE site = ? AND at_us >= ? AND role = 'front'"
    fronts = {outcome for (outcome,) in connection.execute(sql, (site, begin))}
    return bool(fronts) and Outcome.READ.value not in fronts


def _note_looks(connection: sqlite3.Connection, site: int, begin: int) -> None:
    rows = connection.execute(
        "SELECT role, url, outcome, at_us FROM coverage WHERE site = ? AND at_us >= ?", (site, begin)
    ).fetchall()
    for role, url, outcome, at in rows:
        last = connection.execute(_LAST, (site, role, url)).fetchone()
        if last is not None and last[0] == outcome:
            connection.execute(
                "UPDATE look SET last_us = max(last_us, ?) WHERE site = ? AND role = ? AND url = ? AND first_us = ?",
                (at, site, role, url, last[1]),
            )
        else:
            connection.execute("INSERT OR REPLACE INTO look VALUES (?, ?, ?, ?, ?, ?)", (site, role, url, at, at, outcome))


VISITS = """
SELECT s.name, started_us, ended_us, outcome, catalogue, appeared, gone FROM site s CROSS JOIN visit v ON v.site = s.id
WHERE {} AND ended_us >= ?2 ORDER BY s.name, started_us"""
PRESENCES = """
SELECT s.name, k.name, v.value, e.role, e.page_url, p.from_us, p.missing_us, p.seen_us, p.gone_us
FROM site s CROSS JOIN presence p ON p.site = s.id JOIN value v ON v.id = p.value JOIN kind k ON k.id = v.kind
JOIN example e ON e.site = p.site AND e.value = p.value
WHERE {} AND (p.from_us >= ?2 OR p.gone_us >= ?2) ORDER BY s.name, k.name, v.value, p.from_us"""
LOOKS = """
SELECT s.name, role, url, outcome, l.first_us, l.last_us FROM site s JOIN look l ON l.site = s.id
WHERE s.name = ? ORDER BY role, url, l.first_us"""


def visits(rows: Iterator[tuple[Any, ...]]) -> Iterator[Visit]:
    """The rows of VISITS."""
    for site, started, ended, outcome, catalogue, appeared, gone in rows:
        yield Visit(site, moment(started), moment(ended), Outcome(outcome), catalogue, appeared, gone)


def presences(rows: Iterator[tuple[Any, ...]]) -> Iterator[Presence]:
    """The rows of PRESENCES."""
    for site, kind, value, role, url, since, missing, seen, gone in rows:
        before, end = (moment(missing) if missing else None), (moment(gone) if gone else None)
        yield Presence(site, kind, value, ROLES[role], url, moment(since), before, moment(seen), end)


def looks(rows: Iterator[tuple[Any, ...]]) -> Iterator[Look]:
    """The rows of LOOKS."""
    for site, role, url, outcome, first, last in rows:
        yield Look(site, Role(role), url, Outcome(outcome), moment(first), moment(last))
