"""A store as tables with names in place of numbers: what Datasette shows, and what any tool that reads SQLite can be given.

It is a copy of one moment: a crawl may go on, and nothing that is done with the copy reaches the store.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import chain
from pathlib import Path

from fingerprints.exports.dossier import family_of
from fingerprints.model import Network
from fingerprints.networks import find_networks
from fingerprints.stores.base import Store
from fingerprints.terminal import iso
from fingerprints.verdicts import Subject, Verdicts

_SCHEMA = """
CREATE TABLE network (name TEXT PRIMARY KEY, sites INTEGER, confidence REAL, bits REAL, notes TEXT);
CREATE TABLE site (
  name TEXT PRIMARY KEY, network TEXT REFERENCES network (name), role TEXT, verdict TEXT, tags TEXT,
  "values" INTEGER, failures INTEGER, first_seen TEXT, last_seen TEXT
);
CREATE TABLE value (name TEXT PRIMARY KEY, kind TEXT, value TEXT, family TEXT, sites INTEGER);
CREATE TABLE sighting (
  site TEXT REFERENCES site (name), value TEXT REFERENCES value (name), kind TEXT, state TEXT, first_seen TEXT, last_seen TEXT,
  page_url TEXT, place TEXT, excerpt TEXT, copied_from TEXT, sha256 TEXT, warc TEXT, warc_offset INTEGER,
  PRIMARY KEY (site, value)
);
CREATE TABLE link (
  name TEXT PRIMARY KEY, network TEXT REFERENCES network (name), a TEXT REFERENCES site (name), b TEXT REFERENCES site (name),
  bits REAL, sentence TEXT
);
CREATE TABLE evidence (
  link TEXT REFERENCES link (name), value TEXT REFERENCES value (name), bits REAL, why TEXT, PRIMARY KEY (link, value)
);
CREATE TABLE candidate (
  network TEXT REFERENCES network (name), site TEXT REFERENCES site (name), PRIMARY KEY (network, site)
);
CREATE TABLE look (site TEXT REFERENCES site (name), role TEXT, url TEXT, outcome TEXT, at TEXT, detail TEXT);
CREATE TABLE failure (site TEXT REFERENCES site (name), kind TEXT, page_url TEXT, error TEXT, at TEXT);
CREATE TABLE verdict ("on" TEXT, about TEXT, answer TEXT, "by" TEXT, at TEXT, note TEXT);
"""
_INDEXES = """
CREATE INDEX site_network ON site (network);
CREATE INDEX value_kind ON value (kind);
CREATE INDEX sighting_value ON sighting (value);
CREATE INDEX sighting_kind ON sighting (kind);
CREATE INDEX link_network ON link (network);
CREATE INDEX link_a ON link (a);
CREATE INDEX link_b ON link (b);
CREATE INDEX evidence_value ON evidence (value);
CREATE INDEX candidate_site ON candidate (site);
CREATE INDEX look_site ON look (site);
CREATE INDEX failure_site ON failure (site);
"""


def write(store: Store, verdicts: Verdicts, path: Path, tags: Mapping[str, list[str]] | None = None) -> None:
    """Fills a new SQLite file with what the store holds and the networks found in it now.

    Raises:
        sqlite3.OperationalError: the file cannot be written, or has tables already.
    """
    networks = find_networks(store, verdicts)
    with closing(sqlite3.connect(path)) as target:
        target.executescript(_SCHEMA)
        with target:
            _networks(target, networks)
            _sites(target, store, networks, verdicts, tags or {})
            _seen(target, store)
            _put(
                target, "look", ((one.site, one.role, one.url, one.outcome, iso(one.at), one.detail) for one in store.coverage())
            )
            _put(target, "failure", ((one.site, one.kind, one.page_url, one.error, iso(one.at)) for one in store.failures()))
            said = ((one.on, " ".join(one.about), one.answer, one.by, iso(one.at), one.note) for one in verdicts.all())
            _put(target, "verdict", said)
            target.execute('UPDATE site SET "values" = (SELECT count(*) FROM sighting WHERE site = site.name)')
        target.executescript(_INDEXES)
        target.execute("ANALYZE")


def _networks(target: sqlite3.Connection, networks: list[Network]) -> None:
    heads = ((one.id, len(one.sites), one.confidence, _strength(one), "\n".join(one.notes)) for one in networks)
    _put(target, "network", heads)
    for network in networks:
        _put(target, "candidate", ((network.id, site) for site in network.candidates))
        for link in network.links:
            name = f"{link.a} {link.b}"
            _put(target, "link", [(name, network.id, link.a, link.b, link.bits, link.sentence)])
            _put(target, "evidence", ((name, f"{one.kind}:{one.value}", one.bits, one.why) for one in link.shared))


def _strength(network: Network) -> float:
    return round(sum(link.bits for link in network.links), 1)


def _sites(
    target: sqlite3.Connection, store: Store, networks: list[Network], verdicts: Verdicts, tags: Mapping[str, list[str]]
) -> None:
    role = {site: (one.id, "core") for one in networks for site in one.core}
    role |= {site: (one.id, "associated") for one in networks for site in one.associated}
    said = {one.about[0]: one.answer.value for one in verdicts.all(Subject.SITE)}
    rows = (
        (
            one.site,
            *role.get(one.site, (None, None)),
            said.get(one.site),
            json.dumps(tags[one.site]) if one.site in tags else None,
            one.values,
            one.failures,
            iso(one.first_seen),
            iso(one.last_seen),
        )
        for one in store.sites()
    )
    _put(target, "site", rows)


def _seen(target: sqlite3.Connection, store: Store) -> None:
    target.execute("PRAGMA defer_foreign_keys = ON")
    rows = (
        (
            row.site,
            f"{row.kind}:{row.value}",
            row.kind,
            row.state,
            iso(row.first_seen),
            iso(row.last_seen),
            row.page_url,
            row.where,
            row.excerpt,
            row.copied_from,
            *((row.capture.sha256, row.capture.file, row.capture.offset) if row.capture else (None, None, None)),
        )
        for row in store.carried()
    )
    _put(target, "sighting", rows)
    counted = target.execute("SELECT value, kind, count(*) FILTER (WHERE state = 'seen') FROM sighting GROUP BY value").fetchall()
    computed = target.execute("SELECT DISTINCT value FROM evidence WHERE value NOT IN (SELECT value FROM sighting)")
    more = [(name, name.partition(":")[0], 0) for (name,) in computed]
    _put(target, "value", _values(chain(counted, more)))


def _values(counted: Iterable[tuple[str, str, int]]) -> Iterator[tuple[object, ...]]:
    for name, kind, sites in counted:
        yield (name, kind, name[len(kind) + 1 :], family_of(kind), sites)


def _put(target: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        target.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  (our own names)
