"""Coarser levels: networks that are kept apart, and that one hand may run all the same.

Level 1 is the finest, what `samehand networks` finds and stores. At level 2 two networks are together when what their sites
share, each value counted once, would link two sites by two independent families. At level 3 one link between them is enough.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprints.blocks import components
from fingerprints.evidence import Teller, compare_groups
from fingerprints.model import Evidence, Network
from fingerprints.networks import Found

FINEST, COARSEST = 1, 3
_MOST_BRIDGES = 20


@dataclass(frozen=True, slots=True)
class Wider:
    """Networks of the finest level together."""

    network: Network
    """All their members and links, and the links between them; its confidence is that of its weakest part."""
    parts: tuple[str, ...]
    """The ids of the networks that it is made of, sorted; one for a network that stays by itself."""


def coarser(found: Found, level: int) -> list[Wider]:
    """The networks of a level, largest first.

    Args:
        found: the finest level.
        level: 1 to 3.
    """
    pairs, of = found.work.pairs, found.groups.of
    is_network = np.zeros(len(of), dtype=bool)
    is_network[list(found.numbers)] = True
    ends = np.stack((of[pairs.a], of[pairs.b]))
    between = np.flatnonzero((ends[0] != ends[1]) & is_network[ends[0]] & is_network[ends[1]])
    one, other = _joined(found, between, level)
    piece = components(len(of), one, other)
    bridges = _bridges(found, between, piece)
    parts: defaultdict[int, list[Network]] = defaultdict(list)
    for network, number in zip(found.networks, found.numbers, strict=True):
        parts[int(piece[number])].append(network)
    wider = [_together(networks, bridges[number]) for number, networks in parts.items()]
    return sorted(wider, key=lambda one: (-len(one.network.sites), one.network.id))


def _joined(found: Found, between: NDArray[np.int64], level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of networks that are together, pair by pair."""
    work, of = found.work, found.groups.of
    if level <= FINEST or not len(between):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if level >= COARSEST:
        links = between[work.linked[between]]
        return of[work.pairs.a[links]], of[work.pairs.b[links]]
    table = compare_groups(work.pairs, between, of, work.weights, work.settings)
    firm = table.linked(work.settings) & (table.families >= 2)
    return table.a[firm], table.b[firm]


def _bridges(found: Found, between: NDArray[np.int64], piece: NDArray[np.int64]) -> defaultdict[int, list[Evidence]]:
    """The strongest evidence between the networks that are together, by their number."""
    work, of = found.work, found.groups.of
    inside = between[piece[of[work.pairs.a[between]]] == piece[of[work.pairs.b[between]]]]
    teller = Teller(work.matrix, work.weights, work.pairs)
    told: defaultdict[int, list[Evidence]] = defaultdict(list)
    for pair in inside[np.argsort(-work.pairs.bits[inside], kind="stable")].tolist():
        number = int(piece[of[work.pairs.a[pair]]])
        if len(told[number]) < _MOST_BRIDGES:
            told[number].append(teller.evidence(pair))
    return told


def _together(networks: list[Network], bridges: list[Evidence]) -> Wider:
    ids = tuple(sorted(network.id for network in networks))
    if len(networks) == 1:
        return Wider(networks[0], ids)
    members = {site for network in networks for site in network.sites}
    outside = dict.fromkeys(site for network in networks for site in network.candidates if site not in members)
    pointers = {one.site: one for network in networks for one in sorted(network.pointers, key=lambda one: one.bits)}
    joint = replace(
        networks[0],
        id="w-" + hashlib.sha256("\n".join(ids).encode()).hexdigest()[:10],
        core=tuple(sorted(site for network in networks for site in network.core)),
        associated=tuple(sorted(site for network in networks for site in network.associated)),
        candidates=tuple(outside),
        pointers=tuple(pointers[site] for site in outside if site in pointers),
        confidence=min(network.confidence for network in networks),
        links=tuple(link for network in networks for link in network.links) + tuple(bridges),
        notes=(f"Together: {', '.join(ids)}.", *(f"Joined by: {link.sentence}" for link in bridges)),
    )
    return Wider(joint, ids)
