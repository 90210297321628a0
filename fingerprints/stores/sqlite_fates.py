"""What became of networks between two clusterings, told apart by their members."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from fingerprints.model import Evidence, Network
from fingerprints.stores.history import NetworkEvent, NetworkFate
from fingerprints.stores.sqlite_networks import OF_NETWORK, evidence
from fingerprints.stores.sqlite_rows import moment

EVENTS = "SELECT at_us, fate, network, other, sites, cause FROM network_event WHERE at_us >= ? ORDER BY number"
Fate = tuple[NetworkFate, str, str, tuple[str, ...]]
_WHOLE = (NetworkFate.BORN, NetworkFate.DIED)


def members(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """The networks that are stored now, with their core and associated sites."""
    rows = connection.execute("SELECT id, core, associated FROM network").fetchall()
    return {identity: frozenset((*json.loads(core), *json.loads(associated))) for identity, core, associated in rows}


def note(connection: sqlite3.Connection, after: Sequence[Network]) -> None:
    """Writes what happens when these networks take the place of those that are stored still.

    The first clustering of a store is no event: nothing was known before.
    """
    before = members(connection)
    if not before:
        return
    (at,) = connection.execute("SELECT coalesce(max(last_us), 0) FROM site").fetchone()
    told = with_causes(before, after, lambda network: map(evidence, connection.execute(OF_NETWORK, (network,))))
    rows = [
        (at, fate.value, network, other, json.dumps(sites), cause.sentence if cause else "")
        for (fate, network, other, sites), cause in told
    ]
    connection.executemany(
        "INSERT INTO network_event (at_us, fate, network, other, sites, cause) VALUES (?, ?, ?, ?, ?, ?)", rows
    )


def with_causes(
    before: Mapping[str, Set[str]], after: Sequence[Network], links_before: Callable[[str], Iterable[Evidence]]
) -> Iterator[tuple[Fate, Evidence | None]]:
    """What became of networks, each with the link that is its cause, if there is one (see NetworkEvent).

    Args:
        before: the members of each network of the former clustering.
        after: the networks of the new one.
        links_before: the links that a network of the former clustering had.
    """
    now = {network.id: network for network in after}
    for fate in fates(before, {network.id: frozenset(network.sites) for network in after}):
        what, network, other, sites = fate
        gainer = other if what is NetworkFate.MERGED else network
        links = links_before(network) if what.is_loss else now[gainer].links
        yield fate, _cause(links, frozenset(sites), whole=what in _WHOLE)


def _cause(links: Iterable[Evidence], sites: Set[str], *, whole: bool) -> Evidence | None:
    """The strongest of the links that these sites have with the rest; with `whole`, with each other."""
    ties = (link for link in links if (link.a in sites and link.b in sites if whole else (link.a in sites) != (link.b in sites)))
    return max(ties, key=lambda link: link.bits, default=None)


def fates(before: Mapping[str, Set[str]], after: Mapping[str, Set[str]]) -> Iterator[Fate]:
    """Pure. Ids are those that clustering carried over by overlap of members."""
    was = {site: network for network, sites in before.items() for site in sites}
    now = {site: network for network, sites in after.items() for site in sites}
    moved: set[str] = set()
    for network in sorted(after.keys() - before.keys()):
        source, count = _most(was, after[network])
        moved |= after[network] & before.get(source, frozenset()) if count > 1 else set()
        if count > 1 and source in after:
            yield NetworkFate.SPLIT, source, network, tuple(sorted(after[network]))
        else:
            yield NetworkFate.BORN, network, source if count > 1 else "", tuple(sorted(after[network]))
    for network in sorted(before.keys() - after.keys()):
        target, count = _most(now, before[network])
        if count > 1 and target in before:
            moved |= before[network] & after[target]
            yield NetworkFate.MERGED, network, target, tuple(sorted(before[network]))
        elif not count > 1:
            yield NetworkFate.DIED, network, "", tuple(sorted(before[network]))
    for network in sorted(before.keys() & after.keys()):
        joined = tuple(sorted(after[network] - before[network] - moved))
        left = tuple(sorted(before[network] - after[network] - moved))
        if joined:
            yield NetworkFate.JOINED, network, "", joined
        if left:
            yield NetworkFate.LEFT, network, "", left


def _most(of: Mapping[str, str], sites: Set[str]) -> tuple[str, int]:
    counts = Counter(of[site] for site in sites if site in of)
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))


def events(rows: Iterator[tuple[Any, ...]]) -> Iterator[NetworkEvent]:
    """The rows of EVENTS."""
    for at, fate, network, other, sites, cause in rows:
        yield NetworkEvent(moment(at), NetworkFate(fate), network, other, tuple(json.loads(sites)), cause)
