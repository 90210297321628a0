"""Fingerprints that are near each other → values that sites share, so that near templates and texts count as evidence.

For each kind of simhash, and of perceptual hashes of pictures, the near pairs are found and chained into groups, closely and
loosely: a group is a value that its sites share, and two sites whose fingerprints differ in few bits share several. How far apart
fingerprints may be depends on how many there are: as far as chance alone would bring together less than half a pair of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fingerprints.hamming import BITS, distance, is_compared_by_distance
from fingerprints.near import groups, near_pairs
from fingerprints.stores.base import Matrix

PART = "-part"
"""What the names of kinds end in that are parts of templates: compared exactly, and doubted like fingerprints."""
_MOST_ALIKE = 3
"""Parts that are told of the same sites; sites of one publishing system share more, and the family's ceiling is reached."""
_CLOSE = (0, 3, 8)
"""Distances at which templates form groups beside the loosest one: equal, near-duplicates as Manku and others count them, and
what no two strangers' templates reached on real pages (tests/bench/templates.py)."""
_AT_ONE_DISTANCE = frozenset({"text-simhash", "logo-phash", "portrait-phash", "favicon-phash"})
"""A text or a picture is the same or it is not: its likeness counts once."""
_CHANCE_PAIRS = 0.5
_FARTHEST = {"text-simhash": 6, "boilerplate-simhash": 12, "logo-phash": 4, "portrait-phash": 4, "favicon-phash": 2}
"""Where fingerprints are like for another reason before they are by chance: texts about one event, menus of one language,
pictures of few shapes."""
_FARTHEST_OF_ALL = 13
"""Templates that are farther apart are strangers' as often as not (measured on real pages: tests/bench/templates.py)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fingerprints near each other that two sites or more carry."""

    kind: str
    value: str
    """The least fingerprint of the group and how far apart neighbours may be: inner-05c6e3fe9bd8a53f~3. A part: itself and ~."""
    distance: int
    carriers: tuple[int, ...]
    """Entries (positions in the arrays that were given) of all fingerprints of the group."""


def stands_for_groups(kind: str) -> bool:
    """Whether not the values of this kind count, and the groups that are made of them do."""
    return is_compared_by_distance(kind) or kind.endswith(PART)


def near_groups(matrix: Matrix, site: NDArray[np.int32], value: NDArray[np.int32]) -> Iterator[Group]:
    """The groups among these entries, by kind, part of the site and distance.

    Args:
        matrix: names the values.
        site, value: the entries that count.
    """
    yield from _parts(matrix, site, value)
    of_kind: dict[tuple[str, str], list[int]] = {}
    for kind, span in matrix.kinds().items():
        for index in span if is_compared_by_distance(kind) else ():
            of_kind.setdefault((kind, matrix.values[index][1].rpartition("-")[0]), []).append(index)
    known: set[tuple[str, int, bytes]] = set()
    for (kind, place), indexes in sorted(of_kind.items()):
        entries = np.flatnonzero(np.isin(value, indexes))
        prints = np.array([int(matrix.values[index][1].rpartition("-")[2], 16) for index in indexes], dtype=np.uint64)
        mine = prints[np.searchsorted(indexes, value[entries])]
        for apart, members in _by_distance(kind, mine):
            at = entries[members]
            sites = np.unique(site[at])
            # Sites with several like templates, as for sections, would share each: the first says it all.
            alike = (kind, apart, sites.tobytes())
            if len(sites) > 1 and (kind in _AT_ONE_DISTANCE or alike not in known):
                known.add(alike)
                least = f"{int(mine[members].min()):016x}"
                yield Group(kind, f"{place}-{least}~{apart}" if place else f"{least}~{apart}", apart, tuple(at.tolist()))


def _parts(matrix: Matrix, site: NDArray[np.int32], value: NDArray[np.int32]) -> Iterator[Group]:
    """The parts of templates that two sites or more share, few for the same sites."""
    for kind, span in matrix.kinds().items():
        if not kind.endswith(PART) or not span:
            continue
        begins = np.searchsorted(value, np.arange(span.start, span.stop + 1))
        known: dict[bytes, int] = {}
        for index in np.flatnonzero(np.diff(begins) > 1).tolist():
            at = range(int(begins[index]), int(begins[index + 1]))
            sites = site[at.start : at.stop].tobytes()
            known[sites] = known.get(sites, 0) + 1
            if known[sites] <= _MOST_ALIKE:
                yield Group(kind, f"{matrix.values[span.start + index][1]}~", 0, tuple(at))


def nearest(group: str, fingerprints: Collection[str]) -> str | None:
    """Of a site's fingerprints of a kind the one by which it is in a group: the nearest to the fingerprint that names the group.

    Args:
        group: the group's value.
        fingerprints: of the group's kind; those of another part of the site are passed over.
    """
    if group.endswith("~"):
        return group[:-1] if group[:-1] in fingerprints else None
    place, _, digits = group.rpartition("~")[0].rpartition("-")
    named = int(digits, 16)
    mine = [
        (distance(int(value.rpartition("-")[2], 16), named), value) for value in fingerprints if value.rpartition("-")[0] == place
    ]
    return min(mine)[1] if mine else None


def farthest(count: int, kind: str = "") -> int:
    """The distance at which `count` random fingerprints have less than half a pair so near; bounded by what was measured."""
    pairs = count * (count - 1) / 2
    most = min(_FARTHEST_OF_ALL, _FARTHEST.get(kind, BITS))
    return max((k for k in range(most + 1) if pairs * _by_chance(k) < _CHANCE_PAIRS), default=0)


@cache
def _by_chance(distance: int) -> float:
    """How often two random fingerprints are so near."""
    return float(sum(comb(BITS, bits) for bits in range(distance + 1)) / 2**BITS)


def _by_distance(kind: str, prints: NDArray[np.uint64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """(distance, positions) of each group of two or more, loosest first."""
    distinct, number = groups(prints)
    most = farthest(len(distinct), kind)
    pieces = list(near_pairs(distinct, most))
    one = np.concatenate([piece.one for piece in pieces]) if pieces else np.empty(0, dtype=np.int64)
    other = np.concatenate([piece.other for piece in pieces]) if pieces else np.empty(0, dtype=np.int64)
    apart = np.concatenate([piece.distance for piece in pieces]) if pieces else np.empty(0, dtype=np.uint8)
    closer = {close for close in _CLOSE if close < most and kind not in _AT_ONE_DISTANCE}
    for limit in sorted({*closer, most}, reverse=True):
        close = apart <= limit
        graph = sparse.coo_matrix((np.ones(int(close.sum())), (one[close], other[close])), (len(distinct), len(distinct)))
        component = csgraph.connected_components(graph, directed=False)[1][number]
        order = np.argsort(component, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
            if len(part) > 1:
                yield limit, part
