"""How well a network holds together: its weakest necessary link, and the values without which it falls apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fingerprints.evidence import PairTable
from fingerprints.evidence_settings import Settings

_MOST_VALUES = 200
"""Values tried one by one for whether a network falls apart without them, the most shared first."""


def spanning(a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64]) -> list[int]:
    """Numbers of the links that hold the sites together with the strongest evidence (a maximum spanning tree)."""
    nodes, inverse = np.unique(np.concatenate((a, b)), return_inverse=True)
    one, other = inverse[: len(a)], inverse[len(a) :]
    # The library finds minimum trees and takes 0 for no edge: strong evidence becomes a small positive cost.
    cost = float(bits.max()) + 1.0 - bits
    tree = csgraph.minimum_spanning_tree(sparse.csr_matrix((cost, (one, other)), shape=(len(nodes), len(nodes)))).tocoo()
    place = {(int(x), int(y)): index for index, (x, y) in enumerate(zip(one, other, strict=True))}
    return sorted(place[int(x), int(y)] for x, y in zip(tree.row, tree.col, strict=True))


def bottleneck(a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64]) -> float:
    """Bits of the weakest link that the network needs to hold together."""
    return float(bits[spanning(a, b, bits)].min())


def keystones(table: PairTable, pairs: list[int], settings: Settings) -> list[int]:
    """Values without any one of which the links no longer hold all sites together, the most shared first."""
    nodes, inverse = np.unique(np.concatenate((table.a[pairs], table.b[pairs])), return_inverse=True)
    one, other = inverse[: len(pairs)], inverse[len(pairs) :]
    gives: dict[int, list[tuple[int, float]]] = {}
    for index, pair in enumerate(pairs):
        for value, bits in table.entries(pair):
            if bits > 0:
                gives.setdefault(value, []).append((index, bits))
    total = table.bits[pairs]
    ranked = sorted(gives, key=lambda value: (-len(gives[value]), value))[:_MOST_VALUES]
    return [value for value in ranked if _falls_apart(len(nodes), one, other, total, gives[value], settings)]


def _falls_apart(
    nodes: int,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    total: NDArray[np.float64],
    lost: list[tuple[int, float]],
    settings: Settings,
) -> bool:
    left = total.copy()
    for index, bits in lost:
        left[index] -= bits
    keep = left >= settings.links.bits
    graph = sparse.csr_matrix((np.ones(int(keep.sum())), (one[keep], other[keep])), shape=(nodes, nodes))
    return int(csgraph.connected_components(graph, directed=False)[0]) > 1
