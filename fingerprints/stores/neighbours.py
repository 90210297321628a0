"""A store asked from one site or one value outward: who carries what, a few rows at a time, never the whole.

Sites and values are numbers here, which hold as long as the store is open. Both stores answer out of their indexes: see
sqlite_neighbours and elasticsearch_neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from fingerprints.model import Network
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

    def matching(self, part: str) -> list[tuple[str, str]]:
        """(kind, value), sorted, of all values of which this is a part, in any case."""

    def of_kinds(self, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        """(kind, value), sorted, of all values of these kinds."""

    def near(self, kind: str, fingerprint: str, most: int) -> list[tuple[int, str]]:
        """(bits apart, value), the nearest first, of a kind's fingerprints that differ from this one in at most so many bits.

        Raises:
            ValueError: it is no fingerprint.
        """

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
    """The store, asked so.

    Raises:
        TypeError: it cannot be asked so: it has no method `neighbours`.
    """
    asked = getattr(store, "neighbours", None)
    if callable(asked):
        found: Neighbours = asked()
        return found
    raise TypeError(f"{type(store).__name__} cannot be asked outward from one site.")
