"""Evidence → networks: groups of linked sites, their core and their candidates, with ids that stay over re-clustering."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprints import evidence_settings
from fingerprints.communities import communities
from fingerprints.evidence import PairTable, compare, evidence
from fingerprints.evidence_settings import Settings
from fingerprints.model import Evidence, Network
from fingerprints.robustness import bottleneck, keystones, spanning
from fingerprints.stores.base import Matrix, Store
from fingerprints.weights import Weights, weigh

_ALL_LINKS_UP_TO = 40
"""Networks up to this many sites show all their links; larger ones a spanning tree and each site's strongest ones."""
_STRONGEST_OF_A_SITE = 3
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Clustering:
    """All that one clustering works on, so that `explain` can ask again without clustering anew."""

    matrix: Matrix
    weights: Weights
    settings: Settings
    pairs: PairTable
    linked: NDArray[np.bool_]


def cluster(store: Store) -> Clustering:
    """Reads the store and compares its sites."""
    settings = evidence_settings.load()
    matrix = store.matrix()
    weights = weigh(matrix, settings)
    pairs = compare(matrix, weights, settings)
    return Clustering(matrix, weights, settings, pairs, pairs.linked(settings))


def find_networks(store: Store) -> list[Network]:
    """The networks of a store, largest first. Nothing is written; the same store gives the same answer.

    A network keeps the id of the stored network with which it shares most sites.
    """
    work = cluster(store)
    group = communities(
        len(work.matrix.sites),
        work.pairs.a[work.linked],
        work.pairs.b[work.linked],
        work.pairs.bits[work.linked],
        work.settings,
    )
    inside = _pairs_by_group(work, group)
    found = [_network(work, group, number, pairs) for number, pairs in inside.items()]
    named = _with_ids(found, store.networks())
    return sorted(named, key=lambda network: (-len(network.sites), network.id))


def _pairs_by_group(work: Clustering, group: NDArray[np.int64]) -> dict[int, list[int]]:
    together: dict[int, list[int]] = defaultdict(list)
    within = work.linked & (group[work.pairs.a] == group[work.pairs.b])
    for pair in np.flatnonzero(within).tolist():
        together[int(group[work.pairs.a[pair]])].append(pair)
    return dict(together)


def _network(work: Clustering, group: NDArray[np.int64], number: int, pairs: list[int]) -> Network:
    a, b, bits = work.pairs.a[pairs], work.pairs.b[pairs], work.pairs.bits[pairs]
    members = np.unique(np.concatenate((a, b)))
    core = _core(work, pairs)
    weakest = bottleneck(a, b, bits)
    return Network(
        id="",
        core=tuple(work.matrix.sites[site] for site in members.tolist() if site in core),
        associated=tuple(work.matrix.sites[site] for site in members.tolist() if site not in core),
        candidates=_candidates(work, group, number),
        confidence=round(work.settings.probability(weakest), 4),
        links=_shown(work, pairs),
        notes=tuple(_notes(work, group, number, pairs)),
    )


def _core(work: Clustering, pairs: Iterable[int]) -> set[int]:
    """Sites that two independent families, or a proof of control, tie to the others."""
    given: dict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    core: set[int] = set()
    enough = work.settings.links.second_family_bits
    for pair in pairs:
        ends = (int(work.pairs.a[pair]), int(work.pairs.b[pair]))
        by_family: defaultdict[int, float] = defaultdict(float)
        for value, bits in work.pairs.entries(pair):
            by_family[int(work.weights.family[value])] += bits
            if work.weights.control[value] and bits >= enough:
                core.update(ends)
        for end in ends:
            for family, bits in by_family.items():
                given[end][family] = max(given[end][family], bits)
    core.update(site for site, families in given.items() if sum(bits >= enough for bits in families.values()) >= 2)
    return core


def _candidates(work: Clustering, group: NDArray[np.int64], number: int) -> tuple[str, ...]:
    """Sites outside that weak evidence points to, strongest first."""
    rule = work.settings.links
    a_in, b_in = group[work.pairs.a] == number, group[work.pairs.b] == number
    near = (work.pairs.bits >= rule.candidate_bits) & (a_in != b_in)
    best: dict[int, float] = {}
    for pair in np.flatnonzero(near).tolist():
        outside = int(work.pairs.b[pair] if a_in[pair] else work.pairs.a[pair])
        best[outside] = max(best.get(outside, 0.0), float(work.pairs.bits[pair]))
    ranked = sorted(best, key=lambda site: (-best[site], work.matrix.sites[site]))[:_MOST_CANDIDATES]
    return tuple(work.matrix.sites[site] for site in ranked)


def _shown(work: Clustering, pairs: list[int]) -> tuple[Evidence, ...]:
    """The links that are told: all of a small network; of a large one enough to hold it and each site's strongest."""
    chosen: Iterable[int] = pairs
    a, b, bits = work.pairs.a[pairs], work.pairs.b[pairs], work.pairs.bits[pairs]
    if len(np.unique(np.concatenate((a, b)))) > _ALL_LINKS_UP_TO:
        keep = {pairs[index] for index in spanning(a, b, bits)}
        count: Counter[int] = Counter()
        for pair in sorted(pairs, key=lambda pair: (-work.pairs.bits[pair], pair)):
            ends = (int(work.pairs.a[pair]), int(work.pairs.b[pair]))
            if any(count[end] < _STRONGEST_OF_A_SITE for end in ends):
                keep.add(pair)
                count.update(ends)
        chosen = keep
    told = (evidence(work.matrix, work.weights, work.pairs, pair) for pair in chosen)
    return tuple(sorted(told, key=lambda link: (-link.bits, link.a, link.b)))


def _notes(work: Clustering, group: NDArray[np.int64], number: int, pairs: list[int]) -> Iterable[str]:
    for value in keystones(work.pairs, pairs, work.settings):
        kind, text = work.matrix.values[value]
        carriers = int(work.weights.carriers[value])
        yield f"Falls apart without {kind} {text}, which {carriers} sites carry."
    across = work.linked & ((group[work.pairs.a] == number) != (group[work.pairs.b] == number))
    for pair in np.flatnonzero(across).tolist():
        link = evidence(work.matrix, work.weights, work.pairs, pair)
        yield f"Linked to another network and kept apart, since only this joins them: {link.sentence}"
    left_out = Counter(
        work.matrix.values[value] for value in _excluded_values(work, group, number) if work.weights.bits[value] == 0
    )
    for kind, text in sorted(left_out)[:10]:
        index = _value_number(work.matrix, kind, text)
        yield f"Left out: {kind} {text} ({work.weights.why[index]})."


def _excluded_values(work: Clustering, group: NDArray[np.int64], number: int) -> list[int]:
    """Values that two members or more share and that count for nothing though their kind can link."""
    mine = group[work.weights.site] == number
    counts = np.bincount(work.weights.value[mine], minlength=len(work.weights.bits))
    shared = np.flatnonzero((counts >= 2) & (work.weights.bits == 0)).tolist()
    return [value for value in shared if work.weights.why.get(value, "a fact") not in ("a fact", "a fact, not a tie")]


def _value_number(matrix: Matrix, kind: str, value: str) -> int:
    return bisect_left(matrix.values, (kind, value))


def _with_ids(found: Iterable[Network], stored: Iterable[Network]) -> list[Network]:
    """Gives each network the id of the stored one that it continues, else a new one from its sites."""
    before: Mapping[str, str] = {site: network.id for network in stored for site in network.sites}
    networks = list(found)
    claims: list[tuple[int, int, str]] = []
    for index, network in enumerate(networks):
        overlap = Counter(before[site] for site in network.sites if site in before)
        claims.extend((-count, index, old) for old, count in overlap.items())
    taken: dict[int, str] = {}
    for _, index, old in sorted(claims):
        if index not in taken and old not in taken.values():
            taken[index] = old
    return [replace(network, id=taken.get(index) or _new_id(network.sites)) for index, network in enumerate(networks)]


def _new_id(sites: Iterable[str]) -> str:
    return "n-" + hashlib.sha256("\n".join(sites).encode()).hexdigest()[:10]
