"""One network taken apart: who belongs to it and why, which values hold it together, where it would break, and how it grew.

Everything is told from the links that the last clustering stored: all of a network of up to twenty sites, and of a larger one
those that hold it together and each site's strongest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fingerprints import evidence_settings
from fingerprints.evidence_settings import Settings
from fingerprints.model import Evidence, Network, Pointer, SharedValue
from fingerprints.overlaps import Overlap, overlaps_of
from fingerprints.stores.base import Store
from fingerprints.stores.history import NetworkEvent, Past
from fingerprints.stores.neighbours import Neighbours, neighbours

_MOST_COUNTED = 10_000
"""Sites of a value that are counted; of a value on more it is said that there are more."""
_MOST_TRIED = 100
"""Values that are taken away one by one to see what breaks, those that give most first."""


@dataclass(frozen=True, slots=True)
class Pillar:
    """A value that ties members."""

    value: SharedValue
    """Its bits are the most that it gives to a link."""
    inside: int
    """Members that carry it."""
    outside: int
    """Sites of the store that carry it and are no members."""
    links: int
    """Links that it is part of."""
    given: float
    """Bits that it gives to all links together."""
    first_seen: datetime | None
    """On any member; None for a likeness, which is no value of a page."""
    pieces: tuple[tuple[str, ...], ...]
    """What the network falls into without it, the largest first; empty when it holds."""


@dataclass(frozen=True, slots=True)
class Member:
    """A site of the network, or a candidate."""

    site: str
    role: str
    """core, associated or candidate."""
    strongest: Evidence | None
    """Its strongest link inside; None for a candidate, which has none."""
    links: int
    first_seen: datetime | None
    """When one of the values that tie it was first seen on it; of a candidate, when anything was."""
    last_seen: datetime | None
    pointer: Pointer | None = None
    """Of a candidate, why it is one."""
    elsewhere: str = ""
    """Of a candidate, the network that it is a member of; empty for none."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A network, taken apart."""

    network: Network
    members: tuple[Member, ...]
    """By role, then by the time at which they were first seen; candidates those of no network first, the strongest first."""
    pillars: tuple[Pillar, ...]
    """Those that give most first."""
    weakest: Evidence | None
    """The weakest of the links that are needed to hold it together (of a maximum spanning tree)."""
    cut: tuple[str, ...]
    """The sites that fall off without the weakest link: the smaller side."""
    events: tuple[NetworkEvent, ...]
    """What became of it between clusterings, oldest first."""
    overlaps: tuple[Overlap, ...]
    """Members that belong to another network as well, and other networks' members that belong here."""

    @property
    def timeline(self) -> tuple[Member, ...]:
        """The core and associated members, the first seen first."""
        known = [one for one in self.members if one.role != "candidate" and one.first_seen]
        return tuple(sorted(known, key=lambda one: (str(one.first_seen), one.site)))


def anatomy(store: Store, identity: str) -> Anatomy | None:
    """A stored network taken apart; None when the last clustering has none of this id.

    Args:
        store: what was seen, and clustered.
        identity: a network's id.
    """
    near = neighbours(store)
    network = near.network_called(identity)
    if network is None:
        return None
    settings = evidence_settings.load()
    seen = _Sightings(near, network)
    forest = _forest(network.sites, network.links)
    weakest = min(forest, key=lambda link: link.bits, default=None)
    pieces = _components(network.sites, [link for link in forest if link is not weakest])
    return Anatomy(
        network=network,
        members=tuple(_members(store, network, seen)),
        pillars=tuple(_pillars(network, seen, settings)),
        weakest=weakest,
        cut=pieces[-1] if len(pieces) > 1 else (),
        events=tuple(_events(store, identity)),
        overlaps=tuple(_overlaps(near, network)),
    )


def fate_of(store: Store, identity: str) -> NetworkEvent | None:
    """The last thing that is known of a network's id: that it was merged into another, or died."""
    return next(reversed(list(_events(store, identity))), None)


def _overlaps(near: Neighbours, network: Network) -> list[Overlap]:
    found = ((site, near.network(site)) for site in network.candidates)
    return overlaps_of(network, {site: other for site, other in found if other})


def _events(store: Store, identity: str) -> Iterator[NetworkEvent]:
    if isinstance(store, Past):
        yield from (event for event in store.network_events() if identity in (event.network, event.other))


class _Sightings:
    """Who carries the values that tie members, asked of the store once a value."""

    def __init__(self, near: Neighbours, network: Network) -> None:
        self.outside: dict[tuple[str, str], int] = {}
        self.on: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        """For each value the members that carry it, with the first and the last time (seconds since 1970)."""
        numbers = {near.site(site): site for site in network.sites}
        ends: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        sites: dict[tuple[str, str], int] = {}
        for link in network.links:
            for one in link.shared:
                ends[one.kind, one.value] |= {link.a, link.b}
                sites[one.kind, one.value] = one.sites
        for (kind, text), joined in ends.items():
            holders = [holder for value, _ in near.values(text, {kind}) for holder in near.holders(value, _MOST_COUNTED)]
            inside = {numbers[one.site]: (one.first, one.last) for one in holders if one.site in numbers}
            self.on[kind, text] = inside
            # A group of like templates is no value of the store: its sites were counted when it was compared.
            self.outside[kind, text] = len(holders) - len(inside) if holders else max(0, sites[kind, text] - len(joined))
        self.inside = {key: found or ends[key] for key, found in self.on.items()}

    def span(self, site: str, values: Iterable[tuple[str, str]]) -> tuple[datetime | None, datetime | None]:
        """When these values were first and last seen on a site."""
        times = [self.on[key][site] for key in values if site in self.on.get(key, {})]
        if not times:
            return None, None
        return _moment(min(first for first, _ in times)), _moment(max(last for _, last in times))


def _members(store: Store, network: Network, seen: _Sightings) -> Iterator[Member]:
    links: defaultdict[str, list[Evidence]] = defaultdict(list)
    for link in network.links:
        links[link.a].append(link)
        links[link.b].append(link)
    for role, sites in (("core", network.core), ("associated", network.associated)):
        found = []
        for site in sites:
            mine = links[site]
            first, last = seen.span(site, {(one.kind, one.value) for link in mine for one in link.shared})
            strongest = max(mine, key=lambda link: link.bits, default=None)
            found.append(Member(site, role, strongest, len(mine), first, last))
        yield from sorted(found, key=lambda one: (str(one.first_seen), one.site))
    pointers = {one.site: one for one in network.pointers}
    near = []
    for site in network.candidates:
        summary, other = store.site(site), neighbours(store).network(site)
        first, last = (summary.first_seen, summary.last_seen) if summary else (None, None)
        near.append(Member(site, "candidate", None, 0, first, last, pointers.get(site), other.id if other else ""))
    yield from sorted(near, key=lambda one: one.elsewhere != "")


def _pillars(network: Network, seen: _Sightings, settings: Settings) -> Iterator[Pillar]:
    most: dict[tuple[str, str], SharedValue] = {}
    links: defaultdict[tuple[str, str], int] = defaultdict(int)
    given: defaultdict[tuple[str, str], float] = defaultdict(float)
    for link in network.links:
        for one in link.shared:
            key = (one.kind, one.value)
            links[key] += 1
            given[key] += one.bits
            if key not in most or one.bits > most[key].bits:
                most[key] = one
    ranked = sorted((key for key in most if given[key] > 0), key=lambda key: (-given[key], key))
    for rank, key in enumerate(ranked):
        times = [first for first, _ in seen.on[key].values()]
        yield Pillar(
            value=most[key],
            inside=len(seen.inside[key]),
            outside=seen.outside[key],
            links=links[key],
            given=round(given[key], 2),
            first_seen=_moment(min(times)) if times else None,
            pieces=_without(network, key, settings) if rank < _MOST_TRIED else (),
        )


def _without(network: Network, key: tuple[str, str], settings: Settings) -> tuple[tuple[str, ...], ...]:
    """What is left when a value counts for nothing: the groups that the other values still link."""
    lost = {id(link): sum(one.bits for one in link.shared if (one.kind, one.value) == key) for link in network.links}
    links = [link for link in network.links if link.bits - lost[id(link)] >= settings.links.bits]
    pieces = _components(network.sites, links)
    return pieces if len(pieces) > 1 else ()


def _forest(sites: Iterable[str], links: Iterable[Evidence]) -> list[Evidence]:
    """A maximum spanning tree: the links that hold the sites together with the strongest evidence."""
    parent = {site: site for site in sites}
    chosen = []
    for link in sorted(links, key=lambda link: (-link.bits, link.a, link.b)):
        one, other = _root(parent, link.a), _root(parent, link.b)
        if one != other:
            parent[one] = other
            chosen.append(link)
    return chosen


def _components(sites: Iterable[str], links: Iterable[Evidence]) -> tuple[tuple[str, ...], ...]:
    """Sorted by size, the largest first."""
    parent = {site: site for site in sites}
    for link in links:
        parent[_root(parent, link.a)] = _root(parent, link.b)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for site in sorted(parent):
        groups[_root(parent, site)].append(site)
    return tuple(sorted((tuple(group) for group in groups.values()), key=lambda group: (-len(group), group)))


def _root(parent: dict[str, str], site: str) -> str:
    while parent[site] != site:
        parent[site] = parent[parent[site]]
        site = parent[site]
    return site


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
