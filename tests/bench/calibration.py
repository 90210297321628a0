"""Whether the probabilities that Samehand shows are right: reliability curve and expected calibration error on candidate pairs.

python -m tests.bench.calibration --store FILE --owners CSV [--store FILE --owners CSV ...]: each store's sites are compared; of the
pairs whose evidence makes them a candidate at least (see config/evidence.toml, links.candidate_bits) and whose owners are known
(CSV with the columns domain and owner), the probability that users are shown is held against whether the owner is one. Printed are
the curve in bins of equal mass, the expected calibration error of those bins (weighted mean of |shown - true share|) and its
bootstrap interval, in which owners are drawn and not pairs, since the pairs of one owner stand or fall together. With --strangers
a site without a row counts as one that stands alone, as far as is known: many more pairs of weak evidence are judged.

Nothing is fitted to the pairs that are judged: with --fit, the two numbers of [prior] are estimated from the owners of some parts
and judged on the pairs of the others (five parts; for each pair the parts of both its owners are left out of the estimate).
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from shutil import copy
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from fingerprints.evidence_settings import Settings, load
from fingerprints.networks import cluster
from fingerprints.stores.base import open_store

_BINS = 10
_DRAWS = 1000
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs whose owners are known."""

    bits: NDArray[np.float64]
    """After the doubt about what comes from one origin (prior.one_origin_bits)."""
    same: NDArray[np.bool_]
    owners: NDArray[np.int64]
    """Two columns: the owners of either site, as numbers."""

    def of(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Some of them."""
        return Pairs(self.bits[chosen], self.same[chosen], self.owners[chosen])


def pairs_of(store: Path, owners: Path, settings: Settings, *, strangers: bool = False) -> Iterator[tuple[float, str, str]]:
    """(bits after doubt, owner, other owner) of each candidate pair of a store."""
    with owners.open(encoding="utf-8-sig", newline="") as file:
        known = {row["domain"]: row["owner"] for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as folder, open_store(str(copy(store, folder))) as opened:
        work = cluster(opened)
    names = work.matrix.sites
    if strangers:
        known = {name: known.get(name, name) for name in names}
    doubt = np.where(work.pairs.independent(settings), 0.0, settings.prior.one_origin_bits)
    for a, b, bits, less in zip(*(part.tolist() for part in (work.pairs.a, work.pairs.b, work.pairs.bits, doubt)), strict=True):
        if bits >= settings.links.candidate_bits and names[a] in known and names[b] in known:
            yield bits - less, known[names[a]], known[names[b]]


def gathered(rows: list[tuple[float, str, str]]) -> Pairs:
    """The rows as arrays."""
    number = {owner: at for at, owner in enumerate(sorted({owner for _, one, other in rows for owner in (one, other)}))}
    owners = np.array([(number[one], number[other]) for _, one, other in rows], dtype=np.int64).reshape(-1, 2)
    return Pairs(np.array([bits for bits, _, _ in rows]), owners[:, 0] == owners[:, 1], owners)


def curve(shown: NDArray[np.float64], same: NDArray[np.bool_], bins: int = _BINS) -> list[tuple[int, float, float]]:
    """(pairs, mean probability shown, share of one owner) of each bin of equal mass; equal probabilities share a bin."""
    order = np.argsort(shown, kind="stable")
    edges = np.searchsorted(shown[order], shown[order][[len(order) * at // bins for at in range(1, bins)]])
    parts = (part for part in np.split(order, np.unique(edges)) if len(part))
    return [(len(part), float(shown[part].mean()), float(same[part].mean())) for part in parts]


def error(shown: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """The expected calibration error, 0 to 1."""
    return sum(count * abs(mean - share) for count, mean, share in curve(shown, same)) / max(1, len(shown))


def interval(shown: NDArray[np.float64], pairs: Pairs, draws: int = _DRAWS) -> tuple[float, float]:
    """The middle 95 % of the error when owners are drawn with replacement; a pair counts as often as both its owners are drawn."""
    chance = np.random.default_rng(1)
    owners = int(pairs.owners.max()) + 1
    found = []
    for _ in range(draws):
        drawn = np.bincount(chance.integers(0, owners, owners), minlength=owners)
        times = np.where(pairs.same, drawn[pairs.owners[:, 0]], drawn[pairs.owners[:, 0]] * drawn[pairs.owners[:, 1]])
        chosen = np.repeat(np.arange(len(times)), times)
        if len(chosen):
            found.append(error(shown[chosen], pairs.same[chosen]))
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def fitted(pairs: Pairs) -> tuple[float, float]:
    """(prior bits, slope) under which the pairs are likeliest; one pair of either sort is added, so that no slope is endless."""
    bits = np.concatenate((pairs.bits, [0.0, 60.0]))
    same = np.concatenate((pairs.same, [True, False]))

    def loss(numbers: NDArray[np.float64]) -> float:
        odds = (bits - numbers[0]) * np.exp(numbers[1]) * np.log(2)
        return float(np.logaddexp(0, np.where(same, -odds, odds)).sum())

    prior, slope = minimize(loss, np.array([7.0, 0.0]), method="Nelder-Mead").x
    return float(prior), float(np.exp(slope))


def held_out(pairs: Pairs) -> tuple[NDArray[np.float64], Pairs]:
    """Probabilities by numbers that were fitted to other owners' pairs, and the pairs that they are of."""
    part = np.array([crc32(str(owner).encode()) % _PARTS for owner in range(int(pairs.owners.max()) + 1)])[pairs.owners]
    shown, kept = np.full(len(pairs.bits), np.nan), np.zeros(len(pairs.bits), dtype=bool)
    low, high = part.min(axis=1), part.max(axis=1)
    for one, other in combinations_with_replacement(range(_PARTS), 2):
        test, train = (low == one) & (high == other), ~np.isin(part, (one, other)).any(axis=1)
        if test.any() and train.any():
            prior, slope = fitted(pairs.of(train))
            shown[test] = 1 / (1 + 2 ** (slope * (prior - pairs.bits[test])))
            kept |= test
    return shown[kept], pairs.of(kept)


def tell(title: str, shown: NDArray[np.float64], pairs: Pairs) -> None:
    """Prints the curve, the error and its interval."""
    low, high = interval(shown, pairs)
    print(f"{title}: {len(shown)} candidate pairs, {int(pairs.same.sum())} of one owner")
    for count, mean, share in curve(shown, pairs.same):
        print(f"  {count:6} pairs  shown {mean:5.3f}  true {share:5.3f}  {'#' * round(40 * share)}")
    print(f"  ECE {error(shown, pairs.same):.3f}, 95 % interval {low:.3f} to {high:.3f}")


def main() -> None:
    """Prints one curve, or with --fit three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, action="append", required=True)
    parser.add_argument("--owners", type=Path, action="append", required=True)
    parser.add_argument("--fit", action="store_true", help="estimate the prior and the slope as well, on other owners")
    parser.add_argument("--strangers", action="store_true", help="take sites without a row for sites that stand alone")
    chosen = parser.parse_args()
    settings = load()
    given = zip(chosen.store, chosen.owners, strict=True)
    rows = [row for store, owners in given for row in pairs_of(store, owners, settings, strangers=chosen.strangers)]
    if not rows:
        raise SystemExit("No candidate pair has two known owners.")
    pairs = gathered(rows)
    tell("as shown to users", np.array([settings.probability(bits) for bits in pairs.bits.tolist()]), pairs)
    if chosen.fit:
        tell("fitted to other owners", *held_out(pairs))
        prior, slope = fitted(pairs)
        print(f"fitted to all of them: prior {prior:.2f} bits, slope {slope:.3f}")


if __name__ == "__main__":
    main()
