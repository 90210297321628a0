"""Groups that hang together by one site alone, taken apart there: by a chain A, B, C alone C is no member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

_SMALLEST = 5
"""Nodes of a group that can fall into two pairs when one is taken out."""
_MOST_PINS = 20


def one_site_joins(
    nodes: int, a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], firm: float
) -> NDArray[np.bool_]:
    """Which links lead from one group into another that hangs on it by a single site, so that they are no reason to be one.

    A site that joins two groups joins them when its evidence on both sides is firm. Otherwise it stays with the one that holds it
    firmly, or by more bits, and the other group stands for itself; a site left alone is in no group.

    Args:
        nodes: how many there are.
        a, b, bits: the links.
        firm: bits from which on a link is more than one value.
    """
    piece = components(nodes, a, b)
    size = np.bincount(piece, minlength=nodes)
    links = np.bincount(piece[a], minlength=nodes)
    # Nobody joins two groups where everybody is linked with everybody, and of two nodes there is nothing to part.
    open_ = (size >= 3) & (links < size * (size - 1) // 2)
    inside = np.flatnonzero(open_[piece[a]])
    parting = np.zeros(len(a), dtype=bool)
    if len(inside):
        some, ends = np.unique(np.concatenate((a[inside], b[inside])), return_inverse=True)
        one, other = ends[: len(inside)], ends[len(inside) :]
        part = _assigned(len(some), one, other, bits[inside], firm)
        parting[inside] = part[one] != part[other]
    return parting


def linchpins(a: NDArray[np.int64], b: NDArray[np.int64]) -> Iterator[tuple[int, list[int]]]:
    """The nodes without which a group falls into several of two nodes and more, each with the sizes of those, largest first.

    Such a site may be what shows that one hand runs both, or may carry the ids of both to make it look so.
    """
    some, ends = np.unique(np.concatenate((a, b)), return_inverse=True)
    nodes, one, other = len(some), ends[: len(a)], ends[len(a) :]
    if nodes < _SMALLEST or len(a) >= nodes * (nodes - 1) // 2:
        return
    node, _ = np.unique(np.stack((ends, np.tile(_blocks(nodes, one, other), 2))), axis=1)
    for pin in np.flatnonzero(np.bincount(node, minlength=nodes) > 1)[:_MOST_PINS].tolist():
        kept = (one != pin) & (other != pin)
        sizes = np.bincount(np.delete(components(nodes, one[kept], other[kept]), pin))
        pieces = sorted(sizes[sizes >= 2].tolist(), reverse=True)
        if len(pieces) > 1:
            yield int(some[pin]), pieces


def components(nodes: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """The connected component of each node."""
    graph = sparse.csr_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(nodes, nodes))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _assigned(
    nodes: int, a: NDArray[np.int64], b: NDArray[np.int64], bits: NDArray[np.float64], firm: float
) -> NDArray[np.int64]:
    """The block of each node, those that firm evidence joins being one."""
    block = _blocks(nodes, a, b)
    count = int(block.max()) + 1
    # (node, block) of every end of every link, with the bits that tie the node to the block.
    node, of = np.concatenate((a, b)), np.tile(block, 2)
    key, place = np.unique(node * count + of, return_inverse=True)
    tie = np.bincount(place, weights=np.tile(bits, 2))
    is_firm = np.bincount(place, weights=np.tile(bits >= firm, 2)) > 0
    node, of = key // count, key % count
    held = np.flatnonzero(is_firm)
    joint = held[:-1][node[held[:-1]] == node[held[1:]]], held[1:][node[held[:-1]] == node[held[1:]]]
    whole = components(count, of[joint[0]], of[joint[1]])[of]
    key, place = np.unique(node * count + whole, return_inverse=True)
    sums = np.bincount(place, weights=tie).astype(np.float64)
    return _claimed(nodes, key // count, key % count, sums, np.bincount(place, weights=is_firm) > 0)


def _claimed(
    nodes: int, node: NDArray[np.int64], whole: NDArray[np.int64], tie: NDArray[np.float64], is_firm: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Each node's block: the one that holds it firmly; of others the strongest takes its nodes first, if it then has two or more.

    A node that no block takes has a number of its own.
    """
    strength = np.bincount(whole, weights=tie)
    smallest = np.full(len(strength), nodes)
    np.minimum.at(smallest, whole, node)
    order = np.lexsort((node, whole, smallest[whole], -strength[whole]))
    node, whole, is_firm = node[order], whole[order], is_firm[order]
    part = np.arange(nodes) + len(strength)
    part[node[is_firm]] = whole[is_firm]  # firm blocks of one node are one: nobody else claims it
    free = part >= len(strength)
    starts = np.flatnonzero(np.diff(whole, prepend=-1))
    for number, mine in zip(whole[starts].tolist(), np.split(node, starts[1:]), strict=True):
        left = mine[free[mine]]
        if len(left) and np.count_nonzero(part[mine] == number) + len(left) >= 2:
            free[left] = False
            part[left] = number
    return part


def _blocks(nodes: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """The biconnected component of each link: Hopcroft and Tarjan, https://doi.org/10.1145/362248.362272."""
    import networkit  # 0.6 s to load, and where everybody is linked with everybody nothing is parted

    graph = networkit.GraphFromCoo((np.ones(len(a)), (a, b)), n=nodes, weighted=False, directed=False)
    found = networkit.components.BiconnectedComponents(graph)
    found.run()
    members = [np.array(block, dtype=np.int64) for block in found.getComponents()]
    node = np.concatenate(members)
    block = np.repeat(np.arange(len(members)), [len(one) for one in members])
    any_of = np.empty(nodes, dtype=np.int64)
    any_of[node] = block
    often = np.bincount(node, minlength=nodes) > 1
    result = np.where(often[a], any_of[b], any_of[a])
    # A link between two sites that both stand in several blocks is in the one that they have in common.
    of: defaultdict[int, set[int]] = defaultdict(set)
    for one, number in zip(node[often[node]].tolist(), block[often[node]].tolist(), strict=True):
        of[one].add(number)
    for link in np.flatnonzero(often[a] & often[b]).tolist():
        (result[link],) = of[int(a[link])] & of[int(b[link])]
    return result
