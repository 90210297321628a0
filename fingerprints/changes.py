"""What changed on sites and in networks, from a store's history. A block page, an outage or an error is not a change.

A value came when it was looked for before and not there, and went when it was there before, was looked for and not found. One of
a kind that went while another of it came, at one visit, is a swap.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from fingerprints import config
from fingerprints.model import Evidence, Network, Outcome, SharedValue
from fingerprints.stores.history import NetworkEvent, Past, Presence, Visit, group_of

_MOST_BITS = 12.0
"""What the same change on several sites is worth at the most: it is one indicator beside others."""
_UNSEEN = frozenset({Outcome.FAILED, Outcome.ABSENT})
"""What an outage gives. Walls and refusals are none: the site was there all the time."""


def quiet_kinds() -> frozenset[str]:
    """Kinds whose coming and going is no change (schedule.toml, [changes])."""
    return frozenset(map(str, config.toml("schedule.toml")["changes"]["quiet_kinds"]))


class What(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    BACK = "back"
    """Added, and the site had carried it before."""
    DROPPED = "dropped"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed on one site, between two looks."""

    site: str
    what: What
    group: str
    """id, account, contact, host, certificate, template, redirect, text: what sort of thing it is about."""
    kind: str
    old: str
    new: str
    after: datetime
    """The last look at which it was as before."""
    at: datetime
    """The look at which it was found changed."""
    page_url: str


@dataclass(frozen=True, slots=True)
class Together:
    """The same change on several sites, so near in time that it may have been made at once."""

    what: What
    kind: str
    old: str
    new: str
    """Empty where each site has its own."""
    at: datetime
    sites: tuple[str, ...]
    strangers: int
    """How many of them belong to no network with another of them: a plug-in's update, a tracker's end."""
    looked: int
    """Sites that were looked at in that time."""
    bits: float
    """What it is worth for two of the sites: log2 of how rare the change was among the sites that are no kin of theirs."""


@dataclass(frozen=True, slots=True)
class Return:
    """A site that gave no page for a while and gives one again."""

    site: str
    gone: datetime
    """The first visit that got no page."""
    at: datetime
    visits: int
    """How many visits got none."""


def changes(
    store: Past, *, site: str | None = None, since: datetime | None = None, quiet: Collection[str] = ()
) -> Iterator[Change]:
    """What changed at or after `since`, by site and then by time.

    Args:
        store: that keeps history.
        site: the one site that is asked about; None for all.
        since: the earliest time at which it was found; None for all.
        quiet: kinds to pass over.
    """
    for name, rows in groupby(store.presences(site, since=since), key=lambda row: row.site):
        found = [row for row in rows if row.kind not in quiet]
        yield from sorted(_of_site(store, name, found, since), key=lambda one: (one.at, one.kind, one.old, one.new))


def _of_site(store: Past, site: str, rows: Sequence[Presence], since: datetime | None) -> Iterator[Change]:
    came: dict[tuple[str, datetime], list[Presence]] = defaultdict(list)
    went: dict[tuple[str, datetime], list[Presence]] = defaultdict(list)
    for row in rows:
        if row.missing_at is not None and (since is None or row.since >= since):
            came[row.kind, row.since].append(row)
        if row.gone is not None and (since is None or row.gone >= since):
            went[row.kind, row.gone].append(row)
    former = _former(store, site) if came else {}
    for (kind, at), new in came.items():
        old = went.get((kind, at), [])
        # Which went for which is only certain for one of each; of several, as many as pair up in their order are swaps.
        for one, other in zip(old, new, strict=False):
            yield Change(site, What.SWAPPED, group_of(kind), kind, one.value, other.value, one.seen, at, other.page_url)
        for row in new[len(old) :]:
            what = What.BACK if former.get((kind, row.value), at) < at else What.ADDED
            yield Change(site, what, group_of(kind), kind, "", row.value, row.missing_at or at, at, row.page_url)
    for (kind, at), old in went.items():
        for row in old[len(came.get((kind, at), [])) :]:
            yield Change(site, What.DROPPED, group_of(kind), kind, row.value, "", row.seen, at, row.page_url)


def _former(store: Past, site: str) -> dict[tuple[str, str], datetime]:
    """Each value's first interval."""
    first: dict[tuple[str, str], datetime] = {}
    for row in store.presences(site):
        first.setdefault((row.kind, row.value), row.since)
    return first


def together(
    found: Iterable[Change], visits: Iterable[Visit], kin: dict[str, str], *, hours: float = 24, fewest: int = 2
) -> list[Together]:
    """Changes that are the same and may have been made within so many hours, the strongest first.

    A change was made at some time between two looks. Several belong together when one such time fits all, give or take the hours.

    Args:
        found: changes of many sites.
        visits: looks at sites in the same time.
        kin: the network of each site that is in one.
        hours: that lie between the first and the last at the most.
        fewest: sites that it takes.
    """
    looks = sorted((visit.ended, visit.site) for visit in visits)
    alike: dict[tuple[What, str, str, str], list[Change]] = defaultdict(list)
    for one in found:
        alike[one.what, one.kind, one.old, one.new].append(one)
        if one.what is What.SWAPPED:  # ids of one's own, changed on one day
            alike[one.what, one.kind, "", ""].append(one)
    result = []
    for (what, kind, old, new), several in alike.items():
        for part in _runs(several, timedelta(hours=hours)):
            sites = tuple(sorted({one.site for one in part}))
            if len(sites) >= fewest:
                start, end = min(one.after for one in part), max(one.at for one in part)
                looked = len({site for at, site in looks if start <= at <= end} | set(sites))
                strangers = _strangers(sites, kin)
                bits = min(_MOST_BITS, math.log2((looked + 1) / (strangers + 1)))
                result.append(Together(what, kind, old, new, end, sites, strangers, looked, round(bits, 2)))
    own = {(one.kind, one.sites) for one in result if one.old or one.new}
    kept = (one for one in result if one.old or one.new or (one.kind, one.sites) not in own)
    return sorted(kept, key=lambda one: (-one.bits, -len(one.sites), one.kind, one.old, one.new, one.at))


def _runs(several: list[Change], span: timedelta) -> Iterator[list[Change]]:
    part: list[Change] = []
    latest = earliest = datetime.min
    for one in sorted(several, key=lambda one: (one.at, one.site)):
        if part and max(latest, one.after) > min(earliest, one.at) + span:
            yield part
            part = []
        latest, earliest = (max(latest, one.after), min(earliest, one.at)) if part else (one.after, one.at)
        part.append(one)
    if part:
        yield part


def _strangers(sites: Sequence[str], kin: dict[str, str]) -> int:
    counts: dict[str, int] = defaultdict(int)
    for site in sites:
        if site in kin:
            counts[kin[site]] += 1
    return len(sites) - max(counts.values(), default=0) if max(counts.values(), default=0) > 1 else len(sites)


def returns(store: Past, *, since: datetime | None = None) -> Iterator[Return]:
    """Sites that answer again, by site."""
    for site, rows in groupby(store.visits(), key=lambda visit: visit.site):
        lost: list[Visit] = []
        seen = False
        for visit in rows:
            if visit.outcome in _UNSEEN:
                lost.append(visit)
            elif visit.outcome is Outcome.READ:
                if lost and seen and (since is None or visit.ended >= since):
                    yield Return(site, lost[0].started, visit.ended, len(lost))
                lost, seen = [], True


@dataclass(frozen=True, slots=True)
class Apart:
    """A network whose members do not share now what once tied them: links of the past hold, those of today fall into parts."""

    network: str
    at: datetime
    """When the last value was found gone that held the parts together."""
    parts: tuple[tuple[str, ...], ...]
    """Two or more groups of two or more sites that still share something, the largest first."""


def came_apart(networks: Iterable[Network], store: Past, *, since: datetime | None = None) -> Iterator[Apart]:
    """Networks that fall into parts when only values count that both sites of a link carry today.

    Clustering counts what two sites carried at one time, also when they dropped it since: who ran both then ran both. That a
    network parts its ids shows here. What is left of a link has to reach the bits of a candidate, or it is hosting and habits.
    """
    from fingerprints import evidence_settings  # its checks take long to build, and what changed on one site needs none

    least = evidence_settings.load().links.candidate_bits
    for network in networks:
        gone, last = _gone(network.sites, store)
        if last is None or (since is not None and last < since):
            continue
        links = [link for link in network.links if _bits_now(link, gone) >= least]
        # A site without any link of today says nothing: it may have dropped its ids, or hidden them.
        parts = sorted((part for part in _parts(links) if len(part) > 1), key=lambda part: (-len(part), part))
        if len(parts) > 1:
            yield Apart(network.id, last, tuple(parts))


def _gone(sites: Iterable[str], store: Past) -> tuple[set[tuple[str, str, str]], datetime | None]:
    """(site, kind, value) that are not there any more, and when the last of them was found gone."""
    gone: dict[tuple[str, str, str], datetime] = {}
    for site in sites:
        for row in store.presences(site):
            if row.gone is None:
                gone.pop((row.site, row.kind, row.value), None)
            else:
                gone[row.site, row.kind, row.value] = row.gone
    return set(gone), max(gone.values(), default=None)


def _bits_now(link: Evidence, gone: Collection[tuple[str, str, str]]) -> float:
    best: dict[str, float] = defaultdict(float)
    for one in link.shared:
        best[one.kind] = max(best[one.kind], one.bits)
    # A further value of a family adds less to a link; where the first one of its kind is gone it stands in that one's place.
    held = {one.kind for one in link.shared if one.bits > 0 and not _is_gone(one, link, gone)}
    return sum(best[kind] for kind in held)


def _is_gone(one: SharedValue, link: Evidence, gone: Collection[tuple[str, str, str]]) -> bool:
    return any((site, one.kind, one.value) in gone for site in (link.a, link.b))


def _parts(links: Iterable[Evidence]) -> list[tuple[str, ...]]:
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for link in links:
        parent[root(link.a)] = root(link.b)
    parts: dict[str, list[str]] = defaultdict(list)
    for name in sorted(parent):
        parts[root(name)].append(name)
    return [tuple(part) for part in parts.values()]


def network_events(store: Past, *, since: datetime | None = None) -> list[NetworkEvent]:
    """What became of networks at or after `since`."""
    return list(store.network_events(since=since))
