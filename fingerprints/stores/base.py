"""What every store does. One contract test suite (tests/fingerprints/stores/) runs on all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, Self

from fingerprints.model import Capture, Coverage, Evidence, Failure, Network, Observation, Role, Run, State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class StoreError(Exception):
    """A store that cannot be used; the message says which, what is wrong and what to do. Nothing stored was lost."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together or not at all. Writing it again changes nothing."""

    observations: tuple[Observation, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """That a site carries a value: all its sightings in one row.

    The example (page_url to capture) is the sighting with the least Observation.strength, whatever was stored first; of
    several at the same place of the same page it is the earliest.
    """

    site: str
    kind: str
    value: str
    state: State
    first_seen: datetime
    last_seen: datetime
    page_url: str
    role: Role
    where: str
    offset: int
    excerpt: str
    copied_from: str
    capture: Capture | None


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """A site and what was done about it."""

    site: str
    first_seen: datetime
    """The earliest and the latest time of anything stored about it."""
    last_seen: datetime
    documents: dict[str, int]
    """Number of documents by outcome (see model.Outcome); outcomes that did not occur are left out."""
    values: int
    """Number of different (kind, value) that it carries in any state."""
    failures: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which sites carry which values, as integers, for clustering a million sites without a million objects."""

    sites: tuple[str, ...]
    """Sorted; row numbers of `site`. Every site that was looked at is here, also one that carries nothing."""
    values: tuple[tuple[str, str], ...]
    """(kind, value), sorted; numbers of `value`."""
    site: NDArray[np.int32]
    """One entry a carried value, sorted by value and then by site."""
    value: NDArray[np.int32]
    state: NDArray[np.int8]
    """State.rank of the strongest sighting: 0 seen, 1 commented, 2 copied."""
    first: NDArray[np.int64]
    """First and last seen, in seconds since 1970 (UTC)."""
    last: NDArray[np.int64]

    def kinds(self) -> dict[str, range]:
        """For each kind, in order, the numbers of its values: found by halving, not by looking at millions of values."""
        spans: dict[str, range] = {}
        at = 0
        while at < len(self.values):
            kind = self.values[at][0]
            end = bisect_left(self.values, (kind + "\0",), at)
            spans[kind] = range(at, end)
            at = end
        return spans

    def number(self, kind: str, value: str) -> int | None:
        """The number of a value, or None when no site carries it."""
        at = bisect_left(self.values, (kind, value))
        return at if at < len(self.values) and self.values[at] == (kind, value) else None


class Store(Protocol):
    """Observations, what was looked at, failures, and the networks found. Readers may be open while one process writes."""

    def begin(self, run: Run) -> None:
        """Notes that a run has begun. Noting one again changes nothing."""

    def write(self, batch: Batch) -> None:
        """Stores a batch, whole or not at all. Idempotent, and the order of batches does not matter.

        Longer texts than a store holds are cut: values and addresses so that different ones stay different.

        Raises:
            StoreError: it could not be stored (a full disk, a store that is gone); what was stored before is untouched.
        """

    def runs(self) -> Iterator[Run]:
        """All runs, oldest first."""

    def sites(self) -> Iterator[SiteSummary]:
        """All sites that were looked at, sorted by name."""

    def site(self, site: str) -> SiteSummary | None:
        """One site, or None if it was never looked at."""

    def carried(self, *, site: str | None = None, kind: str | None = None, value: str | None = None) -> Iterator[Carried]:
        """What sites carry, sorted by (site, kind, value); each argument narrows."""

    def coverage(self, site: str | None = None) -> Iterator[Coverage]:
        """The latest look at each document, sorted by (site, role, url).

        Of two looks at one time, as when a capture is read again, the one that could read it stands, then the one with the
        catalogue of the later run.
        """

    def failures(self, site: str | None = None) -> Iterator[Failure]:
        """What could not be read, sorted by (site, kind, page_url, error), each once with its latest time."""

    def matrix(self) -> Matrix:
        """All sites and values as arrays."""

    def save_networks(self, networks: Iterable[Network]) -> None:
        """Replaces the networks by a newer result, whole or not at all."""

    def networks(self) -> Iterator[Network]:
        """The networks of the last clustering: largest first, then by id."""

    def links(self, site: str) -> Iterator[Evidence]:
        """The links of the last clustering that one site has, strongest first."""

    def close(self) -> None:
        """Gives back files and connections."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def is_address(location: str) -> bool:
    """Whether --store names an Elasticsearch and not a file."""
    return location.startswith(("http://", "https://", "cloud:"))


def open_store(location: str, *, create: bool = True) -> Store:
    """The store at a path (SQLite) or an http(s) address (Elasticsearch), or at an address of another file of this folder.

    A file here with a function `open_at(location, *, create)` is a store: duckdb://… would be opened by that of duckdb.py.

    Args:
        location: what --store names.
        create: whether a store that does not exist yet is made; a command that only reads says False.

    Raises:
        StoreError: no such store, a newer version, not a store, no connection.
    """
    opened: Store = _opener(location)(location, create=create)
    return opened


_SERVED = dict.fromkeys(("http", "https", "cloud"), "elasticsearch")


def _opener(location: str) -> Callable[..., Store]:
    """Only the one store's libraries are loaded."""
    scheme, separator, rest = location.partition(":")
    name = _SERVED.get(scheme) or (scheme if separator and rest.startswith("//") else "sqlite")
    if name.isidentifier() and find_spec(f"{__package__}.{name}"):
        opener: Callable[..., Store] | None = getattr(import_module(f"{__package__}.{name}"), "open_at", None)
        if opener:
            return opener
    raise StoreError(f"{location} names a kind of store that there is not. Give a path, or the address of an Elasticsearch.")
