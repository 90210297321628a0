"""A weighted graph of links → groups. Two dense groups that one thin link joins stay two."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fingerprints.evidence_settings import Settings

_SEED = 1
_SMALLEST_TO_SPLIT = 6
"""A component below twice the smallest side cannot fall into two groups."""


def communities(
    nodes: int, a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], settings: Settings
) -> NDArray[np.int64]:
    """The group of each node, numbered by the group's smallest node; a node without links is a group of its own.

    Args:
        nodes: how many there are.
        a, b: the links' ends.
        bits: the links' weights.
        settings: when two groups stay apart.
    """
    graph = sparse.csr_matrix((bits, (a, b)), shape=(nodes, nodes))
    _, component = csgraph.connected_components(graph, directed=False)
    sizes = np.bincount(component, minlength=nodes)
    large = sizes[component[a]] >= max(_SMALLEST_TO_SPLIT, 2 * settings.communities.smallest_side)
    group = component.astype(np.int64)
    if large.any():
        group = _split(group, a[large], b[large], bits[large], settings)
    return _numbered(group)


def _split(
    group: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], settings: Settings
) -> NDArray[np.int64]:
    inside, inverse = np.unique(np.concatenate((a, b)), return_inverse=True)
    one, other = inverse[: len(a)], inverse[len(a) :]
    part = _finer(len(inside), one, other, bits, settings)
    part = _join_thinly_parted(part, one, other, bits, settings)
    result = group.copy()
    result[inside] = part + len(group)
    return result


def _finer(
    nodes: int, a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], settings: Settings
) -> NDArray[np.int64]:
    """Parts that are dense, or that cannot be parted further.

    The more links a graph has, the larger the groups that modularity joins for a single link between them (its resolution limit:
    https://arxiv.org/abs/physics/0607100). So each part that is not dense is parted again by itself.
    """
    _, part = np.unique(leiden(nodes, a, b, bits), return_inverse=True)
    size = np.bincount(part)
    if len(size) == 1:
        return part
    links = np.flatnonzero(part[a] == part[b])
    inner = _density(np.bincount(part[a[links]], minlength=len(size)), size, settings)
    rule = settings.communities
    loose = (size >= 2 * rule.smallest_side) & (inner < rule.inner_density)
    links = links[loose[part[a[links]]]]
    links = links[np.argsort(part[a[links]], kind="stable")]
    free = len(size)
    for mine in np.split(links, np.flatnonzero(np.diff(part[a[links]])) + 1) if len(links) else ():
        inside, inverse = np.unique(np.concatenate((a[mine], b[mine])), return_inverse=True)
        within = _finer(len(inside), inverse[: len(mine)], inverse[len(mine) :], bits[mine], settings)
        part[inside] = free + within
        free += int(within.max()) + 1
    return part


def _density(links: NDArray[Any], size: NDArray[np.int64], settings: Settings) -> NDArray[np.float64]:
    """Of large values only each site's neighbours are compared, so links a site are counted against what can be there."""
    possible = size * np.minimum(size - 1, 2 * settings.pairs.neighbours)
    return np.asarray(2 * links / np.maximum(possible, 1), dtype=np.float64)


def leiden(nodes: int, a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64]) -> NDArray[np.int64]:
    """The parts of most modularity, before any is joined again: Traag, Waltman and van Eck, https://arxiv.org/abs/1810.08473."""
    import networkit  # 0.6 s to load, and most stores have no component large enough to need it

    networkit.setNumberOfThreads(1)  # one thread and one seed: the same links give the same groups
    networkit.setSeed(_SEED, False)
    graph = networkit.GraphFromCoo((bits, (a, b)), n=nodes, weighted=True, directed=False)
    leiden = networkit.community.ParallelLeiden(graph, randomize=False, iterations=10)
    leiden.run()
    return np.asarray(leiden.getPartition().getVector(), dtype=np.int64)


def _join_thinly_parted(
    part: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], settings: Settings
) -> NDArray[np.int64]:
    """Joins again what modularity parted without being two groups: long chains, loose ends, pairs, and what more than one
    value joins.
    """
    rule = settings.communities
    firm = np.flatnonzero(bits >= rule.bridge_bits)
    parts = int(part.max()) + 1
    bridges = sparse.coo_matrix((np.ones(len(firm)), (part[a[firm]], part[b[firm]])), (parts, parts))
    part = csgraph.connected_components(bridges, directed=False)[1][part]
    while True:
        _, part = np.unique(part, return_inverse=True)
        count = int(part.max()) + 1
        size = np.bincount(part, minlength=count)
        links = sparse.coo_matrix(
            (np.ones(len(a)), (np.minimum(part[a], part[b]), np.maximum(part[a], part[b]))), (count, count)
        ).tocsr()
        inner = _density(links.diagonal(), size, settings)
        across = sparse.triu(links, 1).tocoo()
        solid = (size >= rule.smallest_side) & (inner >= rule.inner_density)
        smaller, larger = np.minimum(size[across.row], size[across.col]), np.maximum(size[across.row], size[across.col])
        density = across.data / (smaller * np.minimum(larger, 2 * settings.pairs.neighbours))
        apart = solid[across.row] & solid[across.col] & (density <= rule.cross_density)
        if apart.all():
            return part
        best = np.flatnonzero(~apart)[np.argmax(density[~apart])]
        part[part == across.col[best]] = across.row[best]


def _numbered(group: NDArray[np.int64]) -> NDArray[np.int64]:
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)
