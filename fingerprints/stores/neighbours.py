"""A store asked from one site or one value outward: who carries what, a few rows at a time, never the whole.

Sites and values are numbers here, which hold as long as the store is open. The stores of one file answer out of their indexes
(see sqlite_neighbours); of any other store the same is asked through its common methods.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import NamedTuple, Protocol

from fingerprints.model import Network, State
from fingerprints.stores.base import Store


class Held(NamedTuple):
    """A value that a site carries in state SEEN; times in seconds since 1970 (UTC)."""

    value: int
    kind: str
    text: str
    first: int
    last: int


class Holder(NamedTuple):
    """A site that carries a value in state SEEN; times in seconds since 1970 (UTC)."""

    site: int
    first: int
    last: int


class Neighbours(Protocol):
    """What `pivot` and `site` ask."""

    def sites(self) -> int:
        """How many sites there are, at least about."""

    def site(self, name: str) -> int | None:
        """The number of a site, or None when it was never looked at."""

    def name(self, site: int) -> str:
        """The name of a site."""

    def values(self, text: str, kinds: Collection[str]) -> list[tuple[int, str]]:
        """(number, kind) of the values of these kinds that are equal to the text."""

    def beginning(self, kind: str, prefix: str, most: int) -> list[str]:
        """Up to `most` values of a kind that begin so, sorted."""

    def held(self, site: int) -> list[Held]:
        """What a site carries."""

    def count(self, value: int, most: int, *, in_any_state: bool = False) -> int:
        """How many sites carry a value in state SEEN, or copied and in comments too, counted up to `most`."""

    def holders(self, value: int, most: int) -> list[Holder]:
        """Up to `most` of the sites that carry a value."""

    def network(self, site: str) -> Network | None:
        """The network of the last clustering that a site is a member of, without its links."""

    def memberships(self) -> dict[str, str]:
        """For each member of a network of the last clustering the network's id."""

    def network_called(self, identity: str) -> Network | None:
        """A network of the last clustering, with the links that are stored of it."""


def neighbours(store: Store) -> Neighbours:
    """The store, asked so."""
    from fingerprints.stores.sqlite import SqliteStore

    if isinstance(store, SqliteStore):
        from fingerprints.stores.sqlite_neighbours import SqliteNeighbours

        return SqliteNeighbours(store)
    return _Plain(store)


class _Plain:
    """By the methods that every store has."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sites: list[str] = []
        self._site_numbers: dict[str, int] = {}
        self._values: list[tuple[str, str]] = []
        self._value_numbers: dict[tuple[str, str], int] = {}
        self._networks: dict[str, Network] | None = None
        self._count: int | None = None

    def sites(self) -> int:
        if self._count is None:
            self._count = sum(1 for _ in self._store.sites())
        return self._count

    def site(self, name: str) -> int | None:
        return self._number(name) if self._store.site(name) else None

    def name(self, site: int) -> str:
        return self._sites[site]

    def values(self, text: str, kinds: Collection[str]) -> list[tuple[int, str]]:
        found = sorted({row.kind for row in self._store.carried(value=text)} & set(kinds))
        return [(self._value(kind, text), kind) for kind in found]

    def beginning(self, kind: str, prefix: str, most: int) -> list[str]:
        found = {row.value for row in self._store.carried(kind=kind) if row.value.startswith(prefix)}
        return sorted(found)[:most]

    def held(self, site: int) -> list[Held]:
        rows = (row for row in self._store.carried(site=self._sites[site]) if row.state is State.SEEN)
        return [
            Held(
                self._value(row.kind, row.value),
                row.kind,
                row.value,
                int(row.first_seen.timestamp()),
                int(row.last_seen.timestamp()),
            )
            for row in rows
        ]

    def count(self, value: int, most: int, *, in_any_state: bool = False) -> int:
        kind, text = self._values[value]
        rows = self._store.carried(kind=kind, value=text)
        return sum(1 for _ in islice((row for row in rows if in_any_state or row.state is State.SEEN), most))

    def holders(self, value: int, most: int) -> list[Holder]:
        kind, text = self._values[value]
        rows = (row for row in self._store.carried(kind=kind, value=text) if row.state is State.SEEN)
        return [
            Holder(self._number(row.site), int(row.first_seen.timestamp()), int(row.last_seen.timestamp()))
            for row in islice(rows, most)
        ]

    def network(self, site: str) -> Network | None:
        if self._networks is None:
            self._networks = {name: network for network in self._store.networks() for name in network.sites}
        return self._networks.get(site)

    def memberships(self) -> dict[str, str]:
        return {site: network.id for network in self._store.networks() for site in network.sites}

    def network_called(self, identity: str) -> Network | None:
        return next((network for network in self._store.networks() if network.id == identity), None)

    def _number(self, name: str) -> int:
        if name not in self._site_numbers:
            self._site_numbers[name] = len(self._sites)
            self._sites.append(name)
        return self._site_numbers[name]

    def _value(self, kind: str, text: str) -> int:
        if (kind, text) not in self._value_numbers:
            self._value_numbers[kind, text] = len(self._values)
            self._values.append((kind, text))
        return self._value_numbers[kind, text]
