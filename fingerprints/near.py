"""All pairs of 64-bit fingerprints within a Hamming distance, exactly, without comparing all pairs.

The bits are parted into more blocks than may differ: two near fingerprints then agree in some of the blocks, so that it is
enough to sort by each choice of blocks and to compare what stands together (Manku, Jain, Das Sarma: Detecting near-duplicates
for web crawling, WWW 2007). Each pair is given by one choice alone, so none has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fingerprints.hamming import BITS, FARTHEST

_LARGE_BUCKET = 8192
"""Fingerprints that agree in one choice of blocks and are still parted by their other bits before all are compared."""
_CHUNK = 1 << 20
"""Comparisons made at a time: what bounds memory."""

Bits = NDArray[np.uint64]


class Pairs(NamedTuple):
    """Some of the pairs, by position in the array that was asked about."""

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    distance: NDArray[np.uint8]


class Groups(NamedTuple):
    """Equal fingerprints taken together."""

    distinct: Bits
    """Sorted, each once."""
    group: NDArray[np.int64]
    """For each fingerprint that was given, its place in `distinct`."""


def groups(fingerprints: Bits) -> Groups:
    """Equal fingerprints as groups: a hundred thousand equal ones are one group, and not five thousand million pairs."""
    distinct, group = np.unique(fingerprints, return_inverse=True)
    return Groups(distinct, group.astype(np.int64).reshape(-1))


def near_pairs(fingerprints: Bits, distance: int) -> Iterator[Pairs]:
    """All pairs that differ in at most `distance` bits, each once, in pieces of bounded size.

    Args:
        fingerprints: each value once (see `groups`).
        distance: 0 to 16 bits.

    Raises:
        ValueError: a value that stands there twice, or a distance out of range.
    """
    if not 0 <= distance <= FARTHEST:
        raise ValueError(f"A distance of {distance} bits cannot be searched for; 0 to {FARTHEST} can.")
    values = np.ascontiguousarray(fingerprints, dtype=np.uint64)
    if len(np.unique(values)) != len(values):
        raise ValueError("Some fingerprints stand there more than once. Take equal ones together first: near.groups().")
    if distance and len(values) > 1:
        yield from _search(values, np.arange(len(values)), tuple(range(BITS)), distance)


def _search(values: Bits, places: NDArray[np.int64], bits: tuple[int, ...], most: int) -> Iterator[Pairs]:
    """Pairs among `values[places]`, which agree in all bits but these."""
    count = _block_count(len(places), len(bits), most)
    if not count:
        yield from _compared(values, places, np.zeros(len(places), dtype=np.int64), None, most)
        return
    blocks = _masks(bits, count)
    here = values[places]
    for choice in combinations(range(len(blocks)), len(blocks) - most):
        mask = np.bitwise_or.reduce(blocks[list(choice)])
        key = here & mask
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.append(True, np.diff(key[order]) != 0))
        sizes = np.diff(np.append(starts, len(order)))
        small = np.repeat((sizes > 1) & (sizes <= _LARGE_BUCKET), sizes)
        number = np.repeat(np.arange(len(starts)), sizes)
        mine = _Choice(blocks, choice)
        yield from _compared(values, places[order[small]], number[small], mine, most)
        rest = tuple(bit for bit in bits if not int(mask) >> bit & 1)
        for bucket in np.flatnonzero(sizes > _LARGE_BUCKET).tolist():
            inside = order[starts[bucket] : starts[bucket] + sizes[bucket]]
            for found in _search(values, places[np.sort(inside)], rest, most):
                yield _only(found, mine.first_for(values[found.one] ^ values[found.other]))


class _Choice:
    """The blocks that one pass sorts by."""

    def __init__(self, blocks: Bits, choice: tuple[int, ...]) -> None:
        self._blocks = blocks
        self._choice = choice

    def first_for(self, differing: Bits) -> NDArray[np.bool_]:
        """Whether these are the first blocks in which the pairs agree: later passes that meet a pair pass it over."""
        agree = np.ones(len(differing), dtype=bool)
        for block in range(self._choice[-1] + 1):
            equal = (differing & self._blocks[block]) == 0
            agree &= equal if block in self._choice else ~equal
        return agree


def _compared(
    values: Bits, places: NDArray[np.int64], bucket: NDArray[np.int64], choice: _Choice | None, most: int
) -> Iterator[Pairs]:
    """Compares each fingerprint with those behind it in its bucket; places are sorted by bucket."""
    here = values[places]
    last = np.searchsorted(bucket, bucket, side="right") - 1
    for low in range(0, len(places), _CHUNK):
        active = np.arange(low, min(low + _CHUNK, len(places)))
        step = 1
        while len(active := active[last[active] - active >= step]):
            differing = here[active] ^ here[active + step]
            count = np.bitwise_count(differing)
            close = count <= most
            if close.any():
                found = Pairs(places[active[close]], places[active[close] + step], count[close])
                yield found if choice is None else _only(found, choice.first_for(differing[close]))
            step += 1


def _only(pairs: Pairs, keep: NDArray[np.bool_]) -> Pairs:
    return Pairs(pairs.one[keep], pairs.other[keep], pairs.distance[keep])


def _block_count(size: int, bits: int, most: int) -> int:
    """Blocks that make the fewest steps: more of them give more passes over the fingerprints, and fewer comparisons in each.

    0 when comparing all is as quick: there are few, or the distance is long.
    """
    if size <= _LARGE_BUCKET or bits <= most + 1:
        return 0

    def steps(count: int) -> float:
        passes = comb(count, most)
        shared = bits * (count - most) / count
        return float(passes * size * (_SORTING + size / 2.0**shared))

    best = min(range(most + 1, min(most + 5, bits) + 1), key=steps)
    return best if steps(best) < size * size / 2.0 else 0


_SORTING = 20.0
"""What sorting costs for each fingerprint, counted in comparisons (measured)."""


def _masks(bits: tuple[int, ...], count: int) -> Bits:
    """The bits parted into blocks of nearly equal size."""
    parts = np.array_split(np.array(bits, dtype=np.uint64), count)
    return np.array([np.bitwise_or.reduce(np.uint64(1) << part) for part in parts], dtype=np.uint64)
