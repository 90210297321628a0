"""All pairs of a million 64-bit fingerprints within a Hamming distance: time, memory, and that none is missing.

usage: python tests/bench/near.py [--count 1000000] [--sample 20000] [--seed 1]

The fingerprints are random but for a hundredth of them, which are others with one to eight bits turned over, so that there is
something to find at every distance. On a sample the result has to equal what numpy finds by comparing all pairs; the time
that this would take for all is given beside it. Exits with 1 when a pair is missing or wrong.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray

from fingerprints.near import groups, near_pairs

Bits = NDArray[np.uint64]


def main() -> int:
    """Prints one line a question."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = np.random.default_rng(options.seed)
    values = groups(fingerprints(options.count, chance)).distinct
    wrong = 0
    for distance in (3, 6):
        wrong += check(chance.permutation(values)[: options.sample], distance)
        wrong += check(crowded(options.sample, chance), distance)
        measure(values, distance)
    identical(values)
    print(f"most memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")
    return 1 if wrong else 0


def fingerprints(count: int, chance: np.random.Generator) -> Bits:
    """Random ones, and near copies of some of them in their midst."""
    values = chance.integers(0, 2**64, count, dtype=np.uint64)
    copies = count // 100
    turned = np.zeros(copies, dtype=np.uint64)
    for number in range(8):
        of_these = chance.integers(1, 9, copies) > number
        turned[of_these] ^= np.uint64(1) << chance.integers(0, 64, int(of_these.sum())).astype(np.uint64)
    values[-copies:] = values[:copies] ^ turned
    return chance.permutation(values)


def crowded(count: int, chance: np.random.Generator) -> Bits:
    """Fingerprints that agree in most of their upper half, as those of like pages do."""
    few = chance.integers(0, 2**32, 8, dtype=np.uint64) << np.uint64(32)
    return groups(few[chance.integers(0, 8, count)] | chance.integers(0, 2**32, count, dtype=np.uint64)).distinct


def found(values: Bits, distance: int) -> NDArray[np.int64]:
    """The pairs as sorted rows."""
    pieces = [np.sort(np.stack((piece.one, piece.other), axis=1), axis=1) for piece in near_pairs(values, distance)]
    rows = np.concatenate(pieces) if pieces else np.empty((0, 2), dtype=np.int64)
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]


def brute_force(values: Bits, distance: int) -> NDArray[np.int64]:
    """The same by comparing all pairs."""
    rows = []
    for at in range(len(values) - 1):
        close = np.flatnonzero(np.bitwise_count(values[at + 1 :] ^ values[at]) <= distance) + at + 1
        rows.append(np.stack((np.full(len(close), at), close), axis=1))
    return np.concatenate(rows)


def check(values: Bits, distance: int) -> int:
    """Compares both ways on a sample; 1 when they differ."""
    start = time.process_time()
    expected = brute_force(values, distance)
    slow = time.process_time() - start
    start = time.process_time()
    same = np.array_equal(found(values, distance), expected)
    quick = time.process_time() - start
    print(
        f"k={distance}, sample of {len(values):,}: {len(expected):,} pairs, {'equal to' if same else 'DIFFERENT FROM'} brute force; "
        f"{quick:.2f} s against {slow:.2f} s"
    )
    return 0 if same else 1


def measure(values: Bits, distance: int) -> None:
    """Time for all of them, and what comparing all pairs would take, from the time of one row in a thousand."""
    start, wall = time.process_time(), time.perf_counter()
    count = sum(len(piece.one) for piece in near_pairs(values, distance))
    spent, wall = time.process_time() - start, time.perf_counter() - wall
    rows = range(0, len(values), 10_000)
    start = time.process_time()
    for at in rows:
        np.flatnonzero(np.bitwise_count(values[at + 1 :] ^ values[at]) <= distance)
    brute = (time.process_time() - start) / len(rows) * len(values)
    print(
        f"k={distance}, {len(values):,} fingerprints: {count:,} pairs in {spent:.1f} s of processor time "
        f"({wall:.1f} s by the clock); all pairs by numpy would take {brute:,.0f} s"
    )


def identical(values: Bits) -> None:
    """A hundred thousand equal ones among the rest."""
    mixed = np.concatenate((values[: len(values) // 2], np.full(100_000, values[0])))
    start = time.process_time()
    grouped = groups(mixed)
    largest = int(np.bincount(grouped.group).max())
    pairs = sum(len(piece.one) for piece in near_pairs(grouped.distinct, 3))
    print(
        f"100,000 identical ones among {len(values) // 2:,}: one group of {largest:,} and {pairs:,} near pairs "
        f"in {time.process_time() - start:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
