"""One file's answers from one site or value outward, each out of an index: see stores.neighbours.Neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from fingerprints.hamming import within
from fingerprints.model import Network
from fingerprints.stores import sqlite_fates, sqlite_networks
from fingerprints.stores.neighbours import Held, Holder
from fingerprints.stores.sqlite_file import SqliteFile
from fingerprints.stores.sqlite_rows import key
from fingerprints.stores.sqlite_schema import STATES

# CROSS JOIN fixes the order of the loops (https://www.sqlite.org/lang_select.html): from the site to its values.
_HELD = """
SELECT c.value, v.kind, v.value, c.first_us / 1000000, c.last_us / 1000000
FROM carried c CROSS JOIN value v ON v.id = c.value WHERE c.site = ? AND c.state = 0"""

_COUNT = "SELECT count(*) FROM (SELECT 1 FROM carried WHERE value = ? AND state <= ? LIMIT ?)"
_HOLDERS = "SELECT site, first_us / 1000000, last_us / 1000000 FROM carried WHERE value = ? AND state = 0 LIMIT ?"

_NETWORK = """
SELECT id, confidence, core, associated, candidates, notes, pointers, NULL, NULL, NULL, NULL, NULL FROM network WHERE id =
coalesce((SELECT network FROM link WHERE a = ?1 LIMIT 1), (SELECT network FROM link WHERE b = ?1 LIMIT 1))"""


class SqliteNeighbours:
    """Every method takes time by the size of its answer, not by that of the store."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._names: dict[int, str] = {}
        self._networks: dict[str, Network | None] = {}

    def sites(self) -> int:
        """The highest number that a site has been given: sites are numbered from 1 and none is removed."""
        return int(next(self._file.rows("SELECT coalesce(max(id), 0) FROM site"))[0])

    def site(self, name: str) -> int | None:
        """See Neighbours, as for the methods that follow."""
        row = next(self._file.rows("SELECT id FROM site WHERE name = ?", (key(name),)), None)
        return None if row is None else int(row[0])

    def name(self, site: int) -> str:
        """Each is asked for once."""
        if site not in self._names:
            self._names[site] = str(next(self._file.rows("SELECT name FROM site WHERE id = ?", (site,)))[0])
        return self._names[site]

    def values(self, text: str, kinds: Collection[str]) -> list[tuple[int, str]]:
        """An index begins with the kind, so the text is looked for in each."""
        found = []
        for number, kind in self._kinds.items():
            if kind in kinds:
                sql = "SELECT id FROM value WHERE kind = ? AND value = ?"
                found += [(int(row[0]), kind) for row in self._file.rows(sql, (number, key(text)))]
        return found

    def beginning(self, kind: str, prefix: str, most: int) -> list[str]:
        """A range of the index."""
        number = next((number for number, name in self._kinds.items() if name == kind), None)
        sql = "SELECT value FROM value WHERE kind = ? AND value >= ? AND value < ? ORDER BY value LIMIT ?"
        return [str(row[0]) for row in self._file.rows(sql, (number, prefix, prefix + "\U0010ffff", most))]

    def matching(self, part: str) -> list[tuple[str, str]]:
        """By a look at all values: SQLite's own search knows capital letters of ASCII alone."""
        small = part.lower()
        return [pair for pair in self.of_kinds(self._kinds.values()) if small in pair[1].lower()]

    def of_kinds(self, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        """Out of the index, kind by kind."""
        for number, kind in self._kinds.items():
            if kind in kinds:
                for (value,) in self._file.rows("SELECT value FROM value WHERE kind = ? ORDER BY value", (number,)):
                    yield kind, str(value)

    def near(self, kind: str, fingerprint: str, most: int) -> list[tuple[int, str]]:
        """By a look at all of the kind: a hundred thousand take a tenth of a second."""
        return within(fingerprint, (value for _, value in self.of_kinds([kind])), most)

    def held(self, site: int) -> list[Held]:
        """Sorted by the numbers of the values."""
        kinds = self._kinds
        return [
            Held(value, kinds[kind], text, first, last) for value, kind, text, first, last in self._file.fetched(_HELD, (site,))
        ]

    def count(self, value: int, most: int, *, in_any_state: bool = False) -> int:
        """Without a row of it becoming an object."""
        return int(next(self._file.rows(_COUNT, (value, len(STATES) if in_any_state else 0, most)))[0])

    def holders(self, value: int, most: int) -> list[Holder]:
        """Those with the lowest numbers."""
        return list(map(Holder._make, self._file.fetched(_HOLDERS, (value, most))))

    def network(self, site: str) -> Network | None:
        """By its links: each member has one that is stored."""
        if site not in self._networks:
            found = next(sqlite_networks.networks(self._file.rows(_NETWORK, (site,))), None)
            self._networks |= dict.fromkeys((*(found.sites if found else ()), site), found)
        return self._networks[site]

    def memberships(self) -> dict[str, str]:
        """Without a look at the links."""
        with self._file.snapshot() as connection:
            return {site: identity for identity, sites in sqlite_fates.members(connection).items() for site in sites}

    def network_called(self, identity: str) -> Network | None:
        """One row of the table and its links."""
        return next(sqlite_networks.networks(self._file.rows(sqlite_networks.ONE, (identity,))), None)

    @cached_property
    def _kinds(self) -> dict[int, str]:
        return {int(number): str(name) for number, name in self._file.rows("SELECT id, name FROM kind ORDER BY name")}
