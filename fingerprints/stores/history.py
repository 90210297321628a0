"""What a store knows beyond the present: visits, intervals of presence, looks at documents, and what became of networks.

Kept small: an interval a value, not a row a sighting. A store that keeps history does what History says; SQLite's does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from fingerprints.indicators import catalogue
from fingerprints.model import Outcome, Role

_GROUPS = {"accounts": "account", "contact": "contact", "hosting": "host", "template": "template", "text": "text"}


def group_of(kind: str) -> str:
    """What sort of thing a kind is about, for people who filter."""
    if kind == "redirect":
        return "redirect"
    if kind.startswith("tls-"):
        return "certificate"
    known = catalogue.kinds().get(kind)
    family = known.family if known else ""
    return "template" if family in ("software", "favicon") else _GROUPS.get(family, "id")


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a site, from its first request to its last."""

    site: str
    started: datetime
    ended: datetime
    outcome: Outcome
    """Of its front page: READ, NOT_LOOKED_AT when it sends visitors to another site, or why it was not read."""
    catalogue: str
    appeared: int
    """Values that were looked for before and not there."""
    gone: int
    """Values that were there before, were looked for and not found."""


@dataclass(frozen=True, slots=True)
class Presence:
    """An interval in which a site carried a value, by visits."""

    site: str
    kind: str
    value: str
    role: Role
    """Where its example stands."""
    page_url: str
    since: datetime
    """The visit that found it first."""
    missing_at: datetime | None
    """The last look before, at which it was not there; None when nobody had looked, so that its coming is no change."""
    seen: datetime
    """The last time it was seen."""
    gone: datetime | None
    """The visit that looked for it in vain; None while it is there, or nobody looked."""


@dataclass(frozen=True, slots=True)
class Look:
    """An interval in which looking at a document came to the same."""

    site: str
    role: Role
    url: str
    outcome: Outcome
    first: datetime
    last: datetime


class NetworkFate(StrEnum):
    """What became of a network between two clusterings."""

    BORN = "born"
    JOINED = "joined"
    LEFT = "left"
    SPLIT = "split"
    MERGED = "merged"
    DIED = "died"

    @property
    def is_loss(self) -> bool:
        """Whether its cause is a link that is no more."""
        return self in (NetworkFate.SPLIT, NetworkFate.LEFT, NetworkFate.DIED)


@dataclass(frozen=True, slots=True)
class NetworkEvent:
    """One thing that happened to a network."""

    at: datetime
    """The time of the newest observation that the clustering knew."""
    fate: NetworkFate
    network: str
    other: str
    """split: the new network that broke off; merged: the one that took it in; empty otherwise."""
    sites: tuple[str, ...]
    """Who joined, left, broke off or was taken in; all members of one that was born or died."""
    cause: str = ""
    """The strongest link by which it was born, they joined or it was merged; the strongest of those that held it together before,
    when they left, broke off or it died. Empty when none was told."""


@runtime_checkable
class Past(Protocol):
    """What is asked of a store about what changed."""

    def visits(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Visit]:
        """Visits that ended at or after `since`, sorted by (site, started)."""

    def presences(self, site: str | None = None, *, since: datetime | None = None) -> Iterator[Presence]:
        """Intervals, sorted by (site, kind, value, since); with `since` those that began or ended then or later.

        Elasticsearch has only those whose beginning or end was noticed, which are all that tell of a change.
        """

    def network_events(self, *, since: datetime | None = None) -> Iterator[NetworkEvent]:
        """What became of networks, oldest first."""


@runtime_checkable
class History(Past, Protocol):
    """What the schedule and the alerts ask of a store besides, and by what crawls write it."""

    def end_visit(self, site: str, started: datetime, ended: datetime, *, quiet: Collection[str] = ()) -> Visit:
        """Closes a visit: what was stored of the site since `started` is compared with what was known. Repeatable.

        Args:
            site: whose visit it was.
            started: of its first request, or before it.
            ended: of its last.
            quiet: kinds that are kept in the history and not counted as a change.
        """

    def past(self, spans: Iterable[Presence]) -> None:
        """Adds intervals of the time before the first that is known of their values, as archives tell them. Repeatable."""

    def looks(self, site: str) -> Iterator[Look]:
        """What became of each document of a site, sorted by (role, url, first)."""
