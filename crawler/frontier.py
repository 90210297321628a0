"""What is to be fetched, and by whom: a frontier with leases. Restarts, re-crawls and several machines rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from crawler.conditions import Kept
from crawler.plan import Task
from crawler.robots import Rules
from crawler.seeds import Seed


@dataclass(frozen=True, slots=True)
class Leased:
    """A site that this worker alone may ask, and what was planned for it before."""

    site: str
    seeds: tuple[Seed, ...]
    tasks: tuple[Task, ...]


@dataclass(slots=True)
class Change:
    """What is written together with the documents that brought it about."""

    tasks: dict[tuple[str, int], Task] = field(default_factory=dict)
    """New or finished tasks by site and number."""
    finished: dict[str, str] = field(default_factory=dict)
    """Sites that are done, with a note (why it ended early, or nothing)."""
    rules: dict[str, tuple[str, Rules]] = field(default_factory=dict)
    """Origin → (site, what its robots.txt allows)."""
    kept: dict[str, tuple[str, Kept]] = field(default_factory=dict)
    """Address → (site, by what its server tells whether it changed)."""
    files: dict[str, int] = field(default_factory=dict)
    """WARC files of this worker and their sizes up to which all is told."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the seeds."""

    new: int
    """Sites that the store did not know."""
    unfinished: int
    """Sites that an earlier crawl began or planned."""
    done: int
    """Sites that are done and are left alone."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the wanted sites are."""

    sites: int
    done: int
    elsewhere: int
    """Sites that another worker has."""


class Frontier(Protocol):
    """Leases are by site, since a site gets one request at a time, however many workers there are."""

    def transaction(self) -> AbstractContextManager[object]:
        """Whole or not at all: what is written inside, to the store and here."""

    def add(self, sites: Mapping[str, Sequence[Seed]], *, again: bool) -> Added:
        """Makes these the sites that are wanted, and plans those that are new; `again` also those that are done.

        No sites at all want whatever is unfinished.
        """

    def add_due(self, *, most: int | None = None) -> int:
        """Makes the sites wanted whose time has come by the list of what is due, and begins anew those that are done.

        Returns:
            How many they are.

        Raises:
            StoreError: another run does the same on this store.
        """

    def recover(self) -> dict[str, dict[str, int]]:
        """Takes the leases from workers that are dead.

        Returns:
            For each of them its WARC files, with the sizes up to which all is told.
        """

    def lease(self, most: int) -> list[Leased]:
        """Takes up to so many wanted sites that nobody works on, in the order in which they were added."""

    def renew(self) -> None:
        """Says that this worker is alive."""

    def save(self, change: Change) -> None:
        """Writes a change. The caller's transaction holds it together with the documents."""

    def share(self, change: Change) -> None:
        """Tells the other workers of a change whose transaction is over. Repeatable."""

    def claim(self, site: str, longest: float, rest: float) -> float:
        """Reserves the next request to a site, which may be another worker's: a redirect leads there.

        Args:
            site: what politeness counts by.
            longest: seconds after which the request is over, whatever becomes of this worker.
            rest: seconds for which the site is left alone if this worker dies meanwhile.

        Returns:
            0.0 when it may be asked now, by this worker; otherwise seconds until it is worth trying again.
        """

    def free(self, site: str, rest: float) -> None:
        """Ends a request: nobody asks the site for so many seconds."""

    def rules(self, origin: str) -> Rules | None:
        """What an origin's robots.txt allows, if it was read within the last day (RFC 9309, 2.4)."""

    def kept(self, url: str) -> Kept | None:
        """By what a server tells whether the document at this address changed since it was read, where it says so."""

    def release(self, sites: Iterable[str]) -> None:
        """Gives sites back unfinished."""

    def counts(self) -> Counts:
        """How far the wanted sites are."""
