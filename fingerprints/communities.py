"""A weighted graph of links → groups. Two dense groups that one thin link joins stay two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fingerprints.blocks import components
from fingerprints.evidence_settings import Settings

_SEED = 1


@dataclass(frozen=True, slots=True)
class _Graph:
    """Links between nodes that are numbered without gaps."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    bits: NDArray[np.float64]
    sampled: NDArray[np.bool_]
    """By node, as for communities()."""

    def only(self, links: NDArray[np.int64]) -> tuple[NDArray[np.int64], _Graph]:
        """The graph of some of the links, and which nodes are in it."""
        some, ends = np.unique(np.concatenate((self.a[links], self.b[links])), return_inverse=True)
        return some, _Graph(ends[: len(links)], ends[len(links) :], self.bits[links], self.sampled[some])


def communities(
    nodes: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    bits: NDArray[np.float64],
    settings: Settings,
    sampled: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """The group of each node, numbered by the group's smallest node; a node without links is a group of its own.

    Args:
        nodes: how many there are.
        a, b: the links' ends.
        bits: the links' weights.
        settings: when two groups stay apart.
        sampled: nodes of which only some pairs were compared (see evidence.sampled); none without it.
    """
    piece = components(nodes, a, b)
    whole = _Graph(a, b, bits, np.zeros(nodes, dtype=bool) if sampled is None else sampled)
    links = _loose(whole, piece, settings)
    group = piece.copy()
    if len(links):
        inside, graph = whole.only(links)
        _, part = np.unique(piece[inside], return_inverse=True)
        group[inside] = _join_thinly_parted(graph, _finer(graph, part, settings), settings) + nodes
    return _numbered(group)


def _finer(graph: _Graph, part: NDArray[np.int64], settings: Settings) -> NDArray[np.int64]:
    """Parts that are dense, or that cannot be parted further.

    The more links a graph has, the larger the groups that modularity joins for a single link between them (its resolution limit:
    https://arxiv.org/abs/physics/0607100). So each part that is not dense is parted by itself, and its parts again.
    """
    links = _loose(graph, part, settings)
    links = links[np.argsort(part[graph.a[links]], kind="stable")]
    free = int(part.max()) + 1
    for mine in np.split(links, np.flatnonzero(np.diff(part[graph.a[links]])) + 1) if len(links) else ():
        some, inner = graph.only(mine)
        _, within = np.unique(leiden(len(some), inner.a, inner.b, inner.bits), return_inverse=True)
        if within.any():
            within = _finer(inner, within, settings)
        part[some] = free + within
        free += int(within.max()) + 1
    return part


def _loose(graph: _Graph, part: NDArray[np.int64], settings: Settings) -> NDArray[np.int64]:
    """The links inside parts that are large enough to be two groups, and that have fewer of them than one group has."""
    rule = settings.communities
    inside = np.flatnonzero(part[graph.a] == part[graph.b])
    of = part[graph.a[inside]]
    size = np.bincount(part)
    inner = _density(np.bincount(of, minlength=len(size)), graph, part, settings)
    return inside[((size >= 2 * rule.smallest_side) & (inner < rule.inner_density))[of]]


def _density(links: NDArray[Any], graph: _Graph, part: NDArray[np.int64], settings: Settings) -> NDArray[np.float64]:
    """Of the links that there can be in each part, the share that there is.

    A node that was compared with a few others can have no more links than with these.
    """
    size = np.bincount(part)
    sampled = np.bincount(part[graph.sampled], minlength=len(size))
    possible = sampled * np.minimum(size - 1, 2 * settings.pairs.neighbours) + (size - sampled) * (size - 1)
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


def _join_thinly_parted(graph: _Graph, part: NDArray[np.int64], settings: Settings) -> NDArray[np.int64]:
    """Joins again what modularity parted without being two groups: loose ends, pairs, and what more than one value joins."""
    rule = settings.communities
    a, b = graph.a, graph.b
    firm = np.flatnonzero(graph.bits >= rule.bridge_bits)
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
        inner = _density(links.diagonal(), graph, part, settings)
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
