"""Values shared by two sites → bits of evidence that one hand administers both.

Candidate pairs come from the values (never all pairs of sites). Values of one family come together, so each further one adds
less and a family has a ceiling: see config/evidence.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fingerprints import background
from fingerprints.evidence_settings import Settings
from fingerprints.model import Evidence, SharedValue
from fingerprints.stores.base import Matrix
from fingerprints.weights import Weights

_DAY = 86_400
_MOST_TOLD = 3
"""Values that a sentence names."""


@dataclass(frozen=True, slots=True)
class PairTable:
    """Pairs of sites that share something, and what each shared value contributes."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    """Numbers of the sites, a < b; sorted by (a, b)."""
    bits: NDArray[np.float64]
    """Total of each pair."""
    strongest: NDArray[np.float64]
    """The most bits that one value of the pair is worth by itself."""
    families: NDArray[np.int64]
    """How many families give enough to count as independent."""
    start: NDArray[np.int64]
    """Where each pair's entries begin; one more entry at the end."""
    value: NDArray[np.int64]
    given: NDArray[np.float64]
    """What each entry's value adds to the total, after the family's ceiling."""

    def entries(self, pair: int) -> Iterator[tuple[int, float]]:
        """(value, bits given) of one pair."""
        span = slice(int(self.start[pair]), int(self.start[pair + 1]))
        yield from zip(self.value[span].tolist(), self.given[span].tolist(), strict=True)

    def linked(self, settings: Settings) -> NDArray[np.bool_]:
        """Which pairs are links: enough bits, and either one strong value or two families."""
        return (self.bits >= settings.links.bits) & self.independent(settings)

    def independent(self, settings: Settings) -> NDArray[np.bool_]:
        """Behind which pairs one strong value or two families stand, so that no single weak cause explains them."""
        return np.asarray((self.strongest >= settings.links.strong_value_bits) | (self.families >= 2))


def compare(matrix: Matrix, weights: Weights, settings: Settings) -> PairTable:
    """All pairs of sites that share a value of any worth."""
    key, value = _candidates(matrix, weights, settings)
    return _table(key, value, len(matrix.sites), weights, settings)


def compare_two(matrix: Matrix, weights: Weights, settings: Settings, a: int, b: int) -> PairTable:
    """The table of one pair; empty when they share nothing of worth."""
    low, high = min(a, b), max(a, b)
    shared = np.intersect1d(weights.value[weights.site == low], weights.value[weights.site == high])
    shared = shared[weights.bits[shared] > 0].astype(np.int64)
    key = np.full(len(shared), low * len(matrix.sites) + high, dtype=np.int64)
    keep = _dates_meet(key, shared, len(matrix.sites), weights, settings)
    return _table(key[keep], shared[keep], len(matrix.sites), weights, settings)


def sampled(matrix: Matrix, weights: Weights, settings: Settings) -> NDArray[np.bool_]:
    """Sites that carry a value of so many that not all its pairs were compared: they can have more links than they show."""
    large = (weights.bits > 0) & (np.bincount(weights.value, minlength=len(matrix.values)) > settings.pairs.all_pairs_up_to)
    found = np.zeros(len(matrix.sites), dtype=bool)
    found[weights.site[large[weights.value]]] = True
    return found


def compare_groups(
    pairs: PairTable, chosen: NDArray[np.int64], of: NDArray[np.int64], weights: Weights, settings: Settings
) -> PairTable:
    """Groups of sites compared as if each were one site: what pairs between them share, each value once.

    Args:
        pairs: of sites.
        chosen: those of them whose ends are in two groups.
        of: the group of each site, by number.
    """
    size = pairs.start[chosen + 1] - pairs.start[chosen]
    entry = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(pairs.start[chosen], size)
    one, other = of[pairs.a[chosen]], of[pairs.b[chosen]]
    groups = np.repeat(np.minimum(one, other) * len(of) + np.maximum(one, other), size)
    both = np.unique(np.stack((groups, pairs.value[entry])), axis=1)
    return _table(both[0], both[1], len(of), weights, settings)


class _Told(NamedTuple):
    """A shared value, in the order in which they are told: the most bits first."""

    minus_bits: float
    kind: str
    value: str
    text: str
    """What a sentence says of it."""
    shared: SharedValue


class Teller:
    """Tells pairs of a table with names and sentences. What a value gives is told once, however many pairs share it."""

    def __init__(self, matrix: Matrix, weights: Weights, table: PairTable) -> None:
        self._matrix, self._weights, self._table = matrix, weights, table
        self._known = background.load()
        self._told: dict[tuple[int, float], _Told] = {}
        """By (value, bits given)."""

    def evidence(self, pair: int) -> Evidence:
        """One pair of the table."""
        table, names = self._table, self._matrix.sites
        told = sorted(map(self._tell, table.entries(pair)))
        a, b = Evidence.pair(names[int(table.a[pair])], names[int(table.b[pair])])
        shared = tuple(one.shared for one in told)
        return Evidence(a, b, shared, round(float(table.bits[pair]), 2), _sentence(a, b, told))

    def strongest(self, pair: int) -> SharedValue:
        """Of what one pair of the table shares the value that says most."""
        return min(map(self._tell, self._table.entries(pair))).shared

    def _tell(self, entry: tuple[int, float]) -> _Told:
        told = self._told.get(entry)
        if told is None:
            one = self._made(entry[0], round(entry[1], 2))
            told = _Told(-one.bits, one.kind, one.value, f"{one.kind} {one.value} (on {one.sites} sites)", one)
            self._told[entry] = told
        return told

    def _made(self, value: int, given: float) -> SharedValue:
        weights = self._weights
        kind, text = self._matrix.values[value]
        why = weights.why.get(value, "")
        if given < weights.bits[value] - 0.05:
            reason = f"of {weights.bits[value]:.1f} bits, since it comes together with others of its family"
            why = f"{why}; {reason}" if why else reason
        return SharedValue(
            kind=kind,
            value=text,
            sites=int(weights.carriers[value]),
            bits=given,
            family=weights.families[weights.family[value]],
            why=why,
            background=self._known.count(kind, text),
        )


def _sentence(a: str, b: str, told: list[_Told]) -> str:
    counted = [one.text for one in told if one.minus_bits < 0]
    more = len(counted) - _MOST_TOLD
    rest = f" and {more} more" if more > 0 else ""
    return f"{a} and {b} share {', '.join(counted[:_MOST_TOLD])}{rest}."


def _candidates(matrix: Matrix, weights: Weights, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    sites = len(matrix.sites)
    start = np.searchsorted(weights.value, np.arange(len(matrix.values) + 1))
    size = np.diff(start)
    worth = (weights.bits > 0) & (size >= 2)
    limit = settings.pairs.all_pairs_up_to
    keys: list[NDArray[np.int64]] = []
    values: list[NDArray[np.int64]] = []
    for count in np.unique(size[worth & (size <= limit)]).tolist():
        of_size = np.flatnonzero(worth & (size == count))
        members = weights.site[start[of_size][:, None] + np.arange(count)].astype(np.int64)
        low, high = np.triu_indices(count, 1)
        keys.append((members[:, low] * sites + members[:, high]).ravel())
        values.append(np.repeat(of_size, len(low)))
    large = np.flatnonzero(worth & (size > limit)).tolist()
    for index in large:
        key = _ring(weights.site[start[index] : start[index + 1]].astype(np.int64), sites, settings.pairs.neighbours)
        keys.append(key)
        values.append(np.full(len(key), index, dtype=np.int64))
    if not keys:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    key, value = np.concatenate(keys), np.concatenate(values)
    if large:
        key, value = _add_large(key, value, large, start, sites, weights)
    keep = _dates_meet(key, value, sites, weights, settings)
    return key[keep], value[keep]


def _ring(members: NDArray[np.int64], sites: int, neighbours: int) -> NDArray[np.int64]:
    """Pairs that hold many sites together without listing all: each with those a few fixed strides on, around a ring.

    The strides are drawn (the same for the same number of sites): with near neighbours alone the ring would fall into arcs.
    """
    count = len(members)
    strides = np.random.default_rng(count).choice(np.arange(2, count // 2), neighbours - 1, replace=False)
    keys = []
    for stride in (1, *strides.tolist()):
        other = np.roll(members, stride)
        keys.append(np.minimum(members, other) * sites + np.maximum(members, other))
    return np.unique(np.concatenate(keys))


def _add_large(
    key: NDArray[np.int64],
    value: NDArray[np.int64],
    large: list[int],
    start: NDArray[np.int64],
    sites: int,
    weights: Weights,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs found through other values also share the large ones, whose own pairs were not all listed."""
    of_large = np.zeros(len(start) - 1, dtype=bool)
    of_large[large] = True
    is_large = of_large[value]
    column = np.repeat(np.arange(len(large)), start[np.add(large, 1)] - start[large])
    carrier = weights.site[of_large[weights.value]]
    carries = sparse.csr_matrix((np.ones(len(carrier), dtype=np.int8), (carrier, column)), shape=(sites, len(large)))
    some = np.diff(carries.indptr) > 0
    pairs = _distinct(key)
    pairs = pairs[some[pairs // sites] & some[pairs % sites]]
    both = carries[pairs // sites].multiply(carries[pairs % sites]).tocoo()
    return np.concatenate((key[~is_large], pairs[both.row])), np.concatenate((value[~is_large], np.array(large)[both.col]))


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each once, in order. numpy.unique looks them up in a table, which takes longer than to sort millions."""
    ordered = np.sort(numbers)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _dates_meet(
    key: NDArray[np.int64], value: NDArray[np.int64], sites: int, weights: Weights, settings: Settings
) -> NDArray[np.bool_]:
    """Whether the two sites carried the value near enough in time: a domain that was dropped or sold keeps old ids."""
    if not len(key):
        return np.empty(0, dtype=bool)
    asked = np.zeros(len(weights.bits), dtype=bool)
    asked[value] = True
    entries = np.flatnonzero(asked[weights.value])
    entry_key = weights.value[entries].astype(np.int64) * sites + weights.site[entries]
    one = entries[np.searchsorted(entry_key, value * sites + key // sites)]
    other = entries[np.searchsorted(entry_key, value * sites + key % sites)]
    gap = np.maximum(weights.first[one] - weights.last[other], weights.first[other] - weights.last[one])
    return np.asarray(gap <= settings.dates.longest_gap_days * _DAY)


def _table(key: NDArray[np.int64], value: NDArray[np.int64], sites: int, weights: Weights, settings: Settings) -> PairTable:
    worth, family = weights.bits[value], weights.family[value].astype(np.int64)
    order = np.lexsort((value, -worth, family, key))
    key, value, worth, family = key[order], value[order], worth[order], family[order]
    ceiling = _ceilings(key, worth, family, weights.families, settings)
    given = _after_ceiling(_group_starts(key, family), worth, ceiling, settings.combination.decay)
    start = np.flatnonzero(np.diff(key, prepend=-1))
    pairs = key[start]
    ends = np.append(start, len(key)).astype(np.int64)
    total = np.add.reduceat(given, start) if len(pairs) else np.empty(0)
    strongest = np.maximum.reduceat(worth, start) if len(pairs) else np.empty(0)
    groups = np.flatnonzero(_group_starts(key, family))
    per_family = np.add.reduceat(given, groups) if len(groups) else np.empty(0)
    families = _independent(pairs, key[groups], family[groups], per_family, weights.families, settings)
    return PairTable(pairs // sites, pairs % sites, total, strongest, families, ends, value, given)


def _independent(
    pairs: NDArray[np.int64],
    key: NDArray[np.int64],
    family: NDArray[np.int64],
    bits: NDArray[np.float64],
    names: tuple[str, ...],
    settings: Settings,
) -> NDArray[np.int64]:
    """How many families of each pair give enough to count; those that one host or builder brings count as one."""
    rule = settings.links
    of_one = np.array([name in rule.one_origin for name in names] or [False])[family]
    enough = bits >= rule.second_family_bits
    where = np.searchsorted(pairs, key)
    own = np.bincount(where[enough & ~of_one], minlength=len(pairs))
    together = np.bincount(where[enough & of_one], minlength=len(pairs)) > 0
    return np.asarray(own + together, dtype=np.int64)


def _group_starts(key: NDArray[np.int64], family: NDArray[np.int64]) -> NDArray[np.bool_]:
    begins = np.ones(len(key), dtype=bool)
    begins[1:] = (key[1:] != key[:-1]) | (family[1:] != family[:-1])
    return begins


def _ceilings(
    key: NDArray[np.int64],
    worth: NDArray[np.float64],
    family: NDArray[np.int64],
    families: tuple[str, ...],
    settings: Settings,
) -> NDArray[np.float64]:
    """The most that the family of each entry may give; more for a declaration that the two sites confirm by naming each other."""
    ceiling = np.array([settings.families[name] for name in families] or [0.0])[family]
    rule = settings.confirmed
    if rule.by in families and rule.family in families:
        declares, telling = family == families.index(rule.family), worth >= settings.links.second_family_bits
        confirms = (family == families.index(rule.by)) & telling
        confirmed = declares & np.isin(key, key[confirms]) & np.isin(key, key[declares & telling])
        ceiling[confirmed] = rule.bits
    return np.asarray(ceiling, dtype=np.float64)


def _after_ceiling(
    begins: NDArray[np.bool_], worth: NDArray[np.float64], ceiling: NDArray[np.float64], decay: float
) -> NDArray[np.float64]:
    if not len(worth):
        return worth
    positions = np.arange(len(worth))
    first = np.maximum.accumulate(np.where(begins, positions, 0))
    faded = worth * decay ** (positions - first)
    running = np.cumsum(faded)
    within = running - (running - faded)[first]
    return np.asarray(np.maximum(0.0, np.minimum(within, ceiling) - np.minimum(within - faded, ceiling)))
