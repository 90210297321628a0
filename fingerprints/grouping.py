"""What each network is told by, made for all networks at once: its links, its core, what is near it and what was left out.

A store of a million sites has tens of thousands of networks, so nothing here looks through the whole store once a network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fingerprints.evidence import PairTable
from fingerprints.evidence_settings import Settings
from fingerprints.weights import NO_TIES, Weights

_MOST_CANDIDATES = 50
_MOST_ACROSS = 10

Lists = dict[int, list[int]]
"""Numbers (of pairs, sites or values) by the number of the network."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Each entry is by the network's number, which is that of its first site."""

    of: NDArray[np.int64]
    """The network of each site, by its number."""
    pairs: dict[int, NDArray[np.int64]]
    """The links inside, in the order of the table."""
    forest: Lists
    """Of these the ones that hold the network together with the strongest evidence (a maximum spanning tree)."""
    weakest: dict[int, float]
    """Bits of the weakest link that the network needs to hold together."""
    core: NDArray[np.bool_]
    """By site: whether two independent families, or a proof of control, tie it to the others."""
    candidates: Lists
    """Pairs of a member and a site outside to which weak evidence points, one a site, strongest first."""
    across: Lists
    """Links to other networks, and to sites that are no members since one member alone ties them."""
    left_out: Lists
    """Values that two members or more share, and that count for nothing though their kind can link."""


def grouped(
    pairs: PairTable, linked: NDArray[np.bool_], group: NDArray[np.int64], weights: Weights, settings: Settings
) -> Groups:
    """All that is said of the networks.

    Args:
        pairs, linked: the compared pairs, and which of them are links.
        group: the network of each site, by number.
    """
    of_a, of_b = group[pairs.a], group[pairs.b]
    inside = np.flatnonzero(linked & (of_a == of_b))
    by_network = _split(of_a[inside], inside)
    forest, weakest = _forest(pairs, inside, of_a)
    is_network = np.zeros(len(group), dtype=bool)
    is_network[list(by_network)] = True
    return Groups(
        of=group,
        pairs=by_network,
        forest=forest,
        weakest=weakest,
        core=_core(pairs, inside, len(group), weights, settings),
        candidates=_candidates(pairs, of_a, of_b, is_network, settings),
        across=_across(np.flatnonzero(linked & (of_a != of_b)), pairs.bits, of_a, of_b),
        left_out=_left_out(group, is_network, weights),
    )


def _split(number: NDArray[np.int64], values: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    order = np.argsort(number, kind="stable")
    numbers, start = np.unique(number[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(values[order], start[1:]), strict=True)) if len(numbers) else {}


def _forest(pairs: PairTable, inside: NDArray[np.int64], of_a: NDArray[np.int64]) -> tuple[Lists, dict[int, float]]:
    if not len(inside):
        return {}, {}
    nodes, inverse = np.unique(np.concatenate((pairs.a[inside], pairs.b[inside])), return_inverse=True)
    one, other = inverse[: len(inside)], inverse[len(inside) :]
    bits = pairs.bits[inside]
    # The library finds minimum trees and takes 0 for no edge: strong evidence becomes a small positive cost.
    cost = float(bits.max()) + 1.0 - bits
    tree = csgraph.minimum_spanning_tree(sparse.csr_matrix((cost, (one, other)), shape=(len(nodes), len(nodes)))).tocoo()
    places = np.searchsorted(one * len(nodes) + other, tree.row.astype(np.int64) * len(nodes) + tree.col)
    chosen = np.sort(inside[places])
    number = of_a[chosen]
    lists = {network: found.tolist() for network, found in _split(number, chosen).items()}
    return lists, {network: float(pairs.bits[found].min()) for network, found in lists.items()}


def _core(pairs: PairTable, inside: NDArray[np.int64], sites: int, weights: Weights, settings: Settings) -> NDArray[np.bool_]:
    """Sites that two independent families tie to other members, of one link or of several, or a proof of control."""
    pair, entry = entries_of(pairs, inside)
    value, given = pairs.value[entry], pairs.given[entry]
    enough = settings.links.second_family_bits
    core = np.zeros(sites, dtype=bool)
    proved = pair[weights.control[value] & (given >= enough)]
    core[pairs.a[proved]] = core[pairs.b[proved]] = True
    families = max(1, len(weights.families))
    # The values of a pair lie together, so that its sums are counted without sorting.
    begins = np.diff(pair, prepend=-1) != 0
    of_pair = (np.cumsum(begins) - 1) * families + weights.family[value]
    held = np.flatnonzero(np.bincount(of_pair, weights=given) >= enough)
    which, family = pair[begins][held // families], _origins(weights.families, settings)[held % families]
    tied = np.unique(np.concatenate((pairs.a[which], pairs.b[which])) * (families + 1) + np.tile(family, 2))
    count = np.bincount(tied // (families + 1), minlength=sites)
    return core | (count >= 2)


def _origins(families: tuple[str, ...], settings: Settings) -> NDArray[np.int64]:
    """The number of each family; those that one host or builder brings have one number."""
    return np.array(
        [len(families) if name in settings.links.one_origin else number for number, name in enumerate(families)] or [0]
    )


def entries_of(pairs: PairTable, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(pair, position in PairTable.value and given) of every value that the chosen pairs share."""
    size = pairs.start[chosen + 1] - pairs.start[chosen]
    pair = np.repeat(chosen, size)
    begins = np.cumsum(size) - size
    return pair, np.arange(len(pair)) - np.repeat(begins, size) + np.repeat(pairs.start[chosen], size)


def _candidates(
    pairs: PairTable,
    of_a: NDArray[np.int64],
    of_b: NDArray[np.int64],
    is_network: NDArray[np.bool_],
    settings: Settings,
) -> Lists:
    near = np.flatnonzero((pairs.bits >= settings.links.candidate_bits) & (of_a != of_b))
    number = np.concatenate((of_a[near], of_b[near]))
    outside = np.concatenate((pairs.b[near], pairs.a[near]))
    pair = np.tile(near, 2)
    keep = is_network[number]
    number, outside, pair = number[keep], outside[keep], pair[keep]
    order = np.lexsort((pair, outside, -pairs.bits[pair], number))
    lists: Lists = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for network, site, by in zip(number[order].tolist(), outside[order].tolist(), pair[order].tolist(), strict=True):
        if len(lists[network]) < _MOST_CANDIDATES and (network, site) not in seen:
            seen.add((network, site))
            lists[network].append(by)
    return dict(lists)


def _across(pairs: NDArray[np.int64], bits: NDArray[np.float64], of_a: NDArray[np.int64], of_b: NDArray[np.int64]) -> Lists:
    """Of the links between two groups the strongest, the strongest first; some of each group's are told."""
    pair = np.tile(pairs, 2)
    mine, other = np.concatenate((of_a[pairs], of_b[pairs])), np.concatenate((of_b[pairs], of_a[pairs]))
    order = np.lexsort((pair, -bits[pair], other, mine))
    pair, mine, other = pair[order], mine[order], other[order]
    first = (np.diff(mine, prepend=-1) != 0) | (np.diff(other, prepend=-1) != 0)
    pair, mine = pair[first], mine[first]
    order = np.lexsort((pair, -bits[pair], mine))
    return {number: found[:_MOST_ACROSS].tolist() for number, found in _split(mine[order], pair[order]).items()}


def _left_out(group: NDArray[np.int64], is_network: NDArray[np.bool_], weights: Weights) -> Lists:
    silent = np.zeros(len(weights.bits), dtype=bool)
    silent[[value for value, why in weights.why.items() if why not in NO_TIES]] = True
    silent &= (weights.bits == 0) & (weights.carriers >= 2)
    number = group[weights.site]
    keep = silent[weights.value] & is_network[number]
    keys, count = np.unique(number[keep] * len(silent) + weights.value[keep], return_counts=True)
    shared = keys[count >= 2]
    return {network: found.tolist() for network, found in _split(shared // len(silent), shared % len(silent)).items()}


def keystones(pairs: PairTable, groups: Groups, settings: Settings) -> Lists:
    """For each network the values without any one of which it falls apart, the most shared first."""
    found: Lists = {}
    for network, links in groups.pairs.items():
        values = list(_keystones(pairs, links, settings))
        if values:
            found[network] = values
    return found


_MOST_VALUES = 200
"""Values of a network tried one by one for whether it falls apart without them, the most shared first."""


def _keystones(pairs: PairTable, links: NDArray[np.int64], settings: Settings) -> Iterator[int]:
    pair, entry = entries_of(pairs, links)
    value, given = pairs.value[entry], pairs.given[entry]
    shared = given > 0
    breaks = shared & (pairs.bits[pair] - given < settings.links.bits)
    if not breaks.any():
        return
    tried, count = np.unique(value[shared], return_counts=True)
    often = dict(zip(tried.tolist(), count.tolist(), strict=True))
    broken: dict[int, set[int]] = defaultdict(set)
    for one, lost in zip(value[breaks].tolist(), pair[breaks].tolist(), strict=True):
        broken[one].add(lost)
    _, ends = np.unique(np.concatenate((pairs.a[links], pairs.b[links])), return_inverse=True)
    edges = dict(zip(links.tolist(), zip(*np.split(ends, 2), strict=True), strict=True))
    for one in sorted(broken, key=lambda number: (-often[number], number))[:_MOST_VALUES]:
        if _falls_apart(int(ends.max()) + 1, edges, broken[one]):
            yield one


def _falls_apart(sites: int, edges: dict[int, tuple[int, int]], lost: set[int]) -> bool:
    """Whether the sites are in more than one piece without these links. Most are a handful: arrays would take longer."""
    pieces = sites
    if len(edges) - len(lost) < pieces - 1:
        return True
    parent = list(range(sites))
    for pair, (one, other) in edges.items():
        if pair in lost:
            continue
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        while parent[other] != other:
            parent[other] = other = parent[parent[other]]
        if one != other:
            parent[one] = other
            pieces -= 1
            if pieces == 1:
                return False
    return pieces > 1
