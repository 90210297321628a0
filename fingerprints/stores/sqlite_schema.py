"""The tables of a store's file.

SCRIPTS[n] takes the part "store" from version n to n + 1; a script that was released never changes.

Times are whole microseconds since 1970 in UTC (…_us). An empty text stands for "none", so that every column can be compared:
SQL's NULL compares with nothing.
"""

from __future__ import annotations

from fingerprints.model import Role, State

PART = "store"

APPLICATION_ID = 0x53616D65
"""Bytes 68 to 71 of the file: "Same" in ASCII. It tells a store from another application's database.
https://www.sqlite.org/pragma.html#pragma_application_id
"""

ROLES = tuple(Role)
"""example.role is the position in this tuple, which is the rank that Observation.strength gives it. Add roles at the end only."""

STATES = tuple(sorted(State, key=lambda state: state.rank))
"""carried.state and example.state are positions in this tuple: State.rank."""

# `carried` is small and in the order of matrix(), which reads it whole; `example` holds the texts, in the order of a site's page.
# example's columns from state to place are Observation.strength, one column an element, in its order: SQL compares them as one
# row value, (state, role, page_url, byte, place, …) < (…), as Python compares the tuple. The columns after them break ties: of
# sightings at one place the earliest is kept, so that a crawl that finds nothing new rewrites no example.
_VERSION_1 = """
CREATE TABLE run (
  id TEXT PRIMARY KEY, started_us INTEGER NOT NULL, command TEXT NOT NULL, catalogue TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX run_catalogue ON run (catalogue, started_us);

CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL);
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE value (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES kind, value TEXT NOT NULL, UNIQUE (kind, value)
);

CREATE TABLE carried (
  value INTEGER NOT NULL REFERENCES value, site INTEGER NOT NULL REFERENCES site, state INTEGER NOT NULL,
  first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, PRIMARY KEY (value, site)
) WITHOUT ROWID;
CREATE INDEX carried_site ON carried (site);
CREATE TABLE example (
  site INTEGER NOT NULL, value INTEGER NOT NULL,
  state INTEGER NOT NULL, role INTEGER NOT NULL, page_url TEXT NOT NULL, byte INTEGER NOT NULL, place TEXT NOT NULL,
  seen_us INTEGER NOT NULL, excerpt TEXT NOT NULL, copied_from TEXT NOT NULL,
  capture_file TEXT NOT NULL, capture_offset INTEGER NOT NULL, capture_sha256 TEXT NOT NULL,
  PRIMARY KEY (site, value)
) WITHOUT ROWID;

CREATE TABLE coverage (
  site INTEGER NOT NULL REFERENCES site, role TEXT NOT NULL, url TEXT NOT NULL,
  at_us INTEGER NOT NULL, outcome TEXT NOT NULL, catalogue TEXT NOT NULL, detail TEXT NOT NULL, status INTEGER NOT NULL,
  capture_file TEXT NOT NULL, capture_offset INTEGER NOT NULL, capture_sha256 TEXT NOT NULL,
  PRIMARY KEY (site, role, url)
) WITHOUT ROWID;
CREATE TABLE failure (
  site INTEGER NOT NULL REFERENCES site, kind TEXT NOT NULL, page_url TEXT NOT NULL, error TEXT NOT NULL, at_us INTEGER NOT NULL,
  PRIMARY KEY (site, kind, page_url, error)
) WITHOUT ROWID;

CREATE TABLE network (
  id TEXT PRIMARY KEY, size INTEGER NOT NULL, confidence REAL NOT NULL,
  core TEXT NOT NULL, associated TEXT NOT NULL, candidates TEXT NOT NULL, notes TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX network_size ON network (size DESC, id);
CREATE TABLE link (
  network TEXT NOT NULL REFERENCES network, position INTEGER NOT NULL,
  a TEXT NOT NULL, b TEXT NOT NULL, bits REAL NOT NULL, sentence TEXT NOT NULL, shared TEXT NOT NULL,
  PRIMARY KEY (network, position)
) WITHOUT ROWID;
CREATE INDEX link_a ON link (a);
CREATE INDEX link_b ON link (b);
"""

# History: an interval a value and a document, not a row a sighting. 0 stands for "no such time".
_VERSION_2 = """
CREATE TABLE visit (
  site INTEGER NOT NULL REFERENCES site, started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL,
  outcome TEXT NOT NULL, catalogue TEXT NOT NULL, appeared INTEGER NOT NULL, gone INTEGER NOT NULL,
  PRIMARY KEY (site, started_us)
) WITHOUT ROWID;
CREATE TABLE presence (
  site INTEGER NOT NULL REFERENCES site, value INTEGER NOT NULL REFERENCES value,
  from_us INTEGER NOT NULL, missing_us INTEGER NOT NULL, seen_us INTEGER NOT NULL, gone_us INTEGER NOT NULL,
  PRIMARY KEY (site, value, from_us)
) WITHOUT ROWID;
CREATE TABLE look (
  site INTEGER NOT NULL REFERENCES site, role TEXT NOT NULL, url TEXT NOT NULL, first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (site, role, url, first_us)
) WITHOUT ROWID;
CREATE TABLE network_event (
  number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, fate TEXT NOT NULL, network TEXT NOT NULL, other TEXT NOT NULL,
  sites TEXT NOT NULL
);
"""

# Why each candidate of a network is one.
_VERSION_3 = "ALTER TABLE network ADD COLUMN pointers TEXT NOT NULL DEFAULT '[]';"

# Why a network changed.
_VERSION_4 = "ALTER TABLE network_event ADD COLUMN cause TEXT NOT NULL DEFAULT '';"

SCRIPTS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
