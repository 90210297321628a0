"""The bench of calibration measures what it says, on probabilities of which the error is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.calibration import Pairs, curve, error, fitted, gathered, held_out, interval


def made(count: int, prior: float, slope: float) -> Pairs:
    """Pairs of many owners whose probabilities are known."""
    chance = np.random.default_rng(7)
    bits = chance.uniform(0, 30, count)
    same = chance.random(count) < 1 / (1 + 2 ** (slope * (prior - bits)))
    owners = chance.integers(0, 40, (count, 2))
    owners[same, 1] = owners[same, 0]
    return Pairs(bits, same, owners)


def test_the_error_is_the_distance_between_what_is_shown_and_what_is_true() -> None:
    same = np.arange(1000) % 2 == 0
    assert error(np.full(1000, 0.5), same) == pytest.approx(0, abs=1e-9)
    assert error(np.full(1000, 0.9), same) == pytest.approx(0.4)


def test_bins_are_of_equal_mass_and_equal_probabilities_share_one() -> None:
    shown = np.concatenate((np.full(500, 0.1), np.linspace(0.5, 0.9, 500)))
    sizes = [count for count, _, _ in curve(shown, shown > 0.4)]
    assert sizes[0] == 500
    assert all(90 <= size <= 110 for size in sizes[1:])


def test_numbers_that_are_fitted_to_other_owners_are_those_that_made_the_pairs() -> None:
    pairs = made(4000, 9.0, 0.6)
    prior, slope = fitted(pairs)
    assert (prior, slope) == (pytest.approx(9.0, abs=0.6), pytest.approx(0.6, abs=0.1))
    shown, judged = held_out(pairs)
    assert error(shown, judged.same) < 0.04
    assert len(shown) > 3000


def test_the_interval_holds_the_error_and_is_wider_than_nothing() -> None:
    pairs = made(800, 9.0, 0.6)
    shown = np.full(len(pairs.bits), 0.8)
    low, high = interval(shown, pairs, draws=100)
    assert low < error(shown, pairs.same) < high


def test_owners_are_told_apart() -> None:
    pairs = gathered([(12.0, "Mara", "Mara"), (6.0, "Mara", "Jonas")])
    assert pairs.same.tolist() == [True, False]
