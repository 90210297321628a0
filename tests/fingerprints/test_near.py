"""The near search finds exactly the pairs that comparing all pairs finds, whatever the fingerprints are like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprints import near
from fingerprints.near import groups, near_pairs

Bits = NDArray[np.uint64]


def _found(values: Bits, distance: int) -> list[tuple[int, int, int]]:
    pieces = list(near_pairs(values, distance))
    rows = [
        row for piece in pieces for row in zip(piece.one.tolist(), piece.other.tolist(), piece.distance.tolist(), strict=True)
    ]
    return sorted((min(one, other), max(one, other), apart) for one, other, apart in rows)


def _all(values: Bits, distance: int) -> list[tuple[int, int, int]]:
    apart = np.bitwise_count(values[:, None] ^ values[None, :])
    one, other = np.nonzero(np.triu(apart <= distance, 1))
    return [(a, b, int(apart[a, b])) for a, b in zip(one.tolist(), other.tolist(), strict=True)]


def _close(count: int, seed: int) -> Bits:
    """Fingerprints of which many differ in a few bits, half of them in their lower bits alone."""
    chance = np.random.default_rng(seed)
    few = chance.integers(0, 2**64, 12, dtype=np.uint64)
    values = few[chance.integers(0, 12, count)]
    for top in (64, 64, 64, 20, 20):
        values = values ^ (np.uint64(1) << chance.integers(0, top, count).astype(np.uint64))
    return groups(values).distinct


@pytest.mark.parametrize("distance", [1, 3, 6])
@pytest.mark.parametrize("seed", [1, 2])
def test_equals_comparing_all_pairs(monkeypatch: pytest.MonkeyPatch, distance: int, seed: int) -> None:
    monkeypatch.setattr(near, "_LARGE_BUCKET", 40)  # so that blocks are used, and large ones parted again
    values = np.random.default_rng(seed).permutation(_close(1500, seed))
    assert _found(values, distance) == _all(values, distance)


@given(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 300), min_size=0, max_size=60), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_any_fingerprints(chosen: set[int], distance: int) -> None:
    values = np.array(sorted(chosen), dtype=np.uint64)
    assert _found(values, distance) == (_all(values, distance) if distance else [])


def test_each_pair_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "_LARGE_BUCKET", 30)
    found = _found(_close(800, 3), 4)
    assert len(found) == len({(one, other) for one, other, _ in found}) > 100


def test_equal_ones_are_one_group() -> None:
    values = np.concatenate((np.full(100_000, 7, dtype=np.uint64), np.arange(3, dtype=np.uint64)))
    found = groups(values)
    assert found.distinct.tolist() == [0, 1, 2, 7]
    assert np.bincount(found.group).tolist() == [1, 1, 1, 100_000]


def test_equal_ones_are_refused_as_pairs() -> None:
    with pytest.raises(ValueError, match="more than once"):
        list(near_pairs(np.array([5, 5], dtype=np.uint64), 3))


@pytest.mark.parametrize("distance", [-1, 17])
def test_distances_out_of_range_are_refused(distance: int) -> None:
    with pytest.raises(ValueError, match="0 to 16"):
        list(near_pairs(np.array([1, 2], dtype=np.uint64), distance))
