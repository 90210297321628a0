"""Where nodes stand in a drawing: computed once and the same every time, so that a report opens at once and two prints agree.

Forces as in Fruchterman and Reingold's "Graph Drawing by Force-directed Placement" (1991). In large graphs a node is pushed by a
sample of the others, as in Gove's "A Random Sampling O(n) Force-calculation Algorithm for Graph Layouts" (2019).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ALL_PAIRS_UP_TO = 600
_SAMPLE = 128
_ROUNDS = 220
_ROUNDS_LARGE = 90
_GRAVITY = 0.06
_WITHIN_RING = 0.74
_ROOM = 0.42
"""Least distance of two nodes, as a part of what each of them would have if all were spread evenly."""
_ROUNDS_APART = 60
_EASE = 0.5
"""Part of an overlap that one round takes away: more of it and crowds tremble."""
Points = NDArray[np.float64]


def place(nodes: int, edges: NDArray[np.int64], weights: NDArray[np.float64]) -> Points:
    """Positions within -1 to 1, a row a node.

    Args:
        nodes: how many.
        edges: a row an edge, two numbers of nodes.
        weights: how strongly each edge pulls, 0 to 1.
    """
    if not len(edges):
        return np.zeros((1, 2)) if nodes == 1 else _ring(nodes)
    linked = np.unique(edges)
    if len(linked) == nodes:
        return _by_forces(nodes, edges, weights)
    # Nodes of no edge would be pushed to the rim and squeeze the rest: they stand on a ring around it, in their own order.
    number = np.zeros(nodes, dtype=np.int64)
    number[linked] = np.arange(len(linked))
    points = np.zeros((nodes, 2))
    points[linked] = _by_forces(len(linked), number[edges], weights) * _WITHIN_RING
    loose = np.setdiff1d(np.arange(nodes), linked)
    points[loose] = _ring(len(loose))
    return points


def _ring(nodes: int) -> Points:
    angle = np.arange(nodes) * (2 * np.pi / nodes) - np.pi / 2
    return np.column_stack((np.cos(angle), np.sin(angle)))


def _by_forces(nodes: int, edges: NDArray[np.int64], weights: NDArray[np.float64]) -> Points:
    random = np.random.default_rng(nodes * 7919 + len(edges))
    points = _spiral(nodes)
    length = 1.0 / np.sqrt(nodes)
    small = nodes <= _ALL_PAIRS_UP_TO
    rounds = _ROUNDS if small else _ROUNDS_LARGE
    for step in range(rounds):
        push = _push_all(points, length) if small else _push_sampled(points, length, random)
        move = push + _pull(points, edges, weights, length) - points * _GRAVITY
        size = np.linalg.norm(move, axis=1, keepdims=True)
        heat = 0.12 * (1 - step / rounds) + 0.002
        points = points + move / np.maximum(size, 1e-9) * np.minimum(size, heat)
    points = _fitted(points)
    return _fitted(apart(points, _ROOM / np.sqrt(nodes))) if small else points


def apart(points: Points, least: float, fixed: Points | None = None) -> Points:
    """The points, moved away from each other, and from fixed ones, until few are nearer than `least`."""
    still = np.zeros((0, 2)) if fixed is None else fixed
    spread = around(np.zeros(2), len(points), least / 100)  # two on one spot have to part in some direction
    points = points + spread
    for _ in range(_ROUNDS_APART):
        move = _out_of_reach(points, points, least) / 2 + _out_of_reach(points, still, least)
        points = points + move
    return points


def _out_of_reach(points: Points, others: Points, least: float) -> Points:
    between = points[:, None, :] - others[None, :, :]
    distance = np.sqrt((between**2).sum(axis=2))
    lacking = np.where((distance > 0) & (distance < least), (least - distance) / np.maximum(distance, 1e-9), 0.0)
    return np.asarray((between * lacking[:, :, None]).sum(axis=1) * _EASE)


def around(centre: Points, count: int, radius: float) -> Points:
    """`count` points around one, spread evenly as seeds in a sunflower; the first is not at the centre itself."""
    index = np.arange(1, count + 1)
    angle = index * np.pi * (3 - np.sqrt(5))
    reach = radius * np.sqrt(index / max(count, 1))
    return np.asarray(centre + np.column_stack((reach * np.cos(angle), reach * np.sin(angle))))


def _spiral(nodes: int) -> Points:
    return around(np.zeros(2), nodes, 1.0)


def _push_all(points: Points, length: float) -> Points:
    apart = points[:, None, :] - points[None, :, :]
    square = np.maximum((apart**2).sum(axis=2), 1e-6)
    return np.asarray((apart * (length**2 / square)[:, :, None]).sum(axis=1))


def _push_sampled(points: Points, length: float, random: np.random.Generator) -> Points:
    others = points[random.integers(0, len(points), _SAMPLE)]
    apart = points[:, None, :] - others[None, :, :]
    square = np.maximum((apart**2).sum(axis=2), length**2 / 16)
    return np.asarray((apart * (length**2 / square)[:, :, None]).sum(axis=1) * (len(points) / _SAMPLE))


def _pull(points: Points, edges: NDArray[np.int64], weights: NDArray[np.float64], length: float) -> Points:
    force = np.zeros_like(points)
    if not len(edges):
        return force
    apart = points[edges[:, 1]] - points[edges[:, 0]]
    distance = np.linalg.norm(apart, axis=1, keepdims=True)
    degree = np.bincount(edges.ravel(), minlength=len(points))
    # A node of many edges is not torn apart: each pulls by its share.
    share = weights[:, None] / np.sqrt(np.maximum(1, np.minimum(degree[edges[:, 0]], degree[edges[:, 1]])))[:, None]
    pull = apart * distance / length * share * 0.5
    np.add.at(force, edges[:, 0], pull)
    np.add.at(force, edges[:, 1], -pull)
    return force


def _fitted(points: Points) -> Points:
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    points = points - middle
    return np.asarray(points / max(float(np.abs(points).max()), 1e-9))
