"""Evidence → networks: groups of linked sites, their core and their candidates, with ids that stay over re-clustering."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprints import agencies, evidence_settings
from fingerprints.blocks import linchpins, one_site_joins
from fingerprints.communities import communities
from fingerprints.evidence import PairTable, Teller, compare, sampled
from fingerprints.evidence_settings import Settings
from fingerprints.grouping import Groups, entries_of, grouped, keystones
from fingerprints.likeness import with_likeness
from fingerprints.model import Evidence, Network, Pointer
from fingerprints.stores.base import Matrix, Store
from fingerprints.stores.neighbours import neighbours
from fingerprints.verdicts import Answer, Subject, Verdicts
from fingerprints.weights import Weights, weigh

_ALL_LINKS_UP_TO = 20
"""Networks up to this many sites show all their links; larger ones a spanning tree and each site's strongest ones."""
_STRONGEST_OF_A_SITE = 3
_MOST_LEFT_OUT = 10
_FEWEST_TIES = 2
_SHARE_OF_TIES = 0.5
"""A site belongs to another network as well when it is linked to so many of its members, and to this share of what a member is
linked to: one value between two networks is a bridge and no overlap."""
LEFT_OUT = "Left out: "
"""How a note about a value begins that links nobody."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """All that one clustering works on, so that `explain` can ask again without clustering anew."""

    matrix: Matrix
    weights: Weights
    settings: Settings
    pairs: PairTable
    linked: NDArray[np.bool_]
    verdicts: Verdicts


def cluster(store: Store, verdicts: Verdicts | None = None) -> Clustering:
    """Reads the store and compares its sites.

    Args:
        store: what was seen.
        verdicts: what people decided, which stands above what is computed.
    """
    verdicts = verdicts or Verdicts()
    settings = evidence_settings.load()
    matrix = store.matrix()
    matrix, weights = with_likeness(matrix, weigh(matrix, settings, verdicts), settings)
    pairs = compare(matrix, weights, settings)
    linked = pairs.linked(settings)
    for pair, answer in _judged(matrix, pairs, verdicts):
        linked[pair] = answer
    return Clustering(matrix, weights, settings, pairs, linked, verdicts)


def _judged(matrix: Matrix, pairs: PairTable, verdicts: Verdicts) -> Iterator[tuple[int, bool]]:
    """Pairs on which people have decided; of sites that share nothing at all there is nothing to link."""
    key = pairs.a * len(matrix.sites) + pairs.b
    for one in verdicts.all(Subject.LINK):
        a, b = (bisect_left(matrix.sites, name) for name in one.about)
        at = int(np.searchsorted(key, a * len(matrix.sites) + b))
        if at < len(key) and (matrix.sites[int(pairs.a[at])], matrix.sites[int(pairs.b[at])]) == one.about:
            yield at, one.answer is Answer.YES


def find_networks(store: Store, verdicts: Verdicts | None = None) -> list[Network]:
    """The networks of a store, largest first. Nothing is written; the same store gives the same answer.

    A network keeps the id of the stored network with which it shares most sites.
    """
    return list(find(store, verdicts).networks)


@dataclass(frozen=True, slots=True)
class Found:
    """A clustering and the networks that it gave."""

    work: Clustering
    groups: Groups
    networks: tuple[Network, ...]
    """Largest first."""
    numbers: tuple[int, ...]
    """The number of each network in the groups."""


def find(store: Store, verdicts: Verdicts | None = None) -> Found:
    """As find_networks, with all that it was made of."""
    work = cluster(store, verdicts)
    group = _groups(work)
    groups = grouped(work.pairs, work.linked, group, work.weights, work.settings)
    pillars = keystones(work.pairs, groups, work.settings)
    teller = Teller(work.matrix, work.weights, work.pairs)
    ties = _ties(work, groups)
    found = [_network(work, teller, groups, number, pillars.get(number, []), ties) for number in groups.pairs]
    named = _with_ids(found, neighbours(store).memberships())
    order = sorted(range(len(named)), key=lambda place: (-len(named[place].sites), named[place].id))
    numbers = list(groups.pairs)
    return Found(work, groups, tuple(named[place] for place in order), tuple(numbers[place] for place in order))


def _groups(work: Clustering) -> NDArray[np.int64]:
    """The group of each site, by its number."""
    sites = len(work.matrix.sites)
    links = np.flatnonzero(work.linked)
    a, b, bits = work.pairs.a[links], work.pairs.b[links], work.pairs.bits[links]
    held = ~one_site_joins(sites, a, b, bits, work.settings.communities.bridge_bits)
    few = sampled(work.matrix, work.weights, work.settings)
    return communities(sites, a[held], b[held], bits[held], work.settings, few)


def _ties(work: Clustering, groups: Groups) -> Mapping[tuple[int, int], int]:
    """For each network and site outside how many members the site is linked to; none are left out."""
    pairs, of = work.pairs, groups.of
    across = np.flatnonzero(work.linked & (of[pairs.a] != of[pairs.b]))
    sites = np.concatenate((pairs.a[across], pairs.b[across]))
    near = of[np.concatenate((pairs.b[across], pairs.a[across]))]
    keys, count = np.unique(near * len(of) + sites, return_counts=True)
    return {divmod(key, len(of)): links for key, links in zip(keys.tolist(), count.tolist(), strict=True)}


def _network(
    work: Clustering, teller: Teller, groups: Groups, number: int, pillars: list[int], ties: Mapping[tuple[int, int], int]
) -> Network:
    pairs = groups.pairs[number]
    members = np.unique(np.concatenate((work.pairs.a[pairs], work.pairs.b[pairs]))).tolist()
    names = work.matrix.sites
    usual = 2 * len(pairs) / len(members)
    pointers = tuple(_pointer(work, teller, groups, number, pair, ties, usual) for pair in groups.candidates.get(number, ()))
    return Network(
        id="",
        core=tuple(names[site] for site in members if groups.core[site]),
        associated=tuple(names[site] for site in members if not groups.core[site]),
        candidates=tuple(one.site for one in pointers),
        confidence=round(work.settings.probability(groups.weakest[number]), 4),
        links=_shown(work, teller, pairs.tolist(), groups.forest[number], len(members)),
        notes=tuple(_notes(work, teller, groups, number, pillars)),
        pointers=pointers,
    )


def _pointer(
    work: Clustering, teller: Teller, groups: Groups, number: int, pair: int, ties: Mapping[tuple[int, int], int], usual: float
) -> Pointer:
    """Why a site is a candidate; `usual` is how many others a member is linked to."""
    ends = int(work.pairs.a[pair]), int(work.pairs.b[pair])
    member, site = ends if groups.of[ends[0]] == number else ends[::-1]
    names = work.matrix.sites
    links = ties.get((number, site), 0)
    belongs = int(groups.of[site]) in groups.pairs and links >= max(_FEWEST_TIES, _SHARE_OF_TIES * usual)
    return Pointer(names[site], names[member], round(float(work.pairs.bits[pair]), 2), teller.strongest(pair), links, belongs)


def _shown(work: Clustering, teller: Teller, pairs: list[int], forest: list[int], sites: int) -> tuple[Evidence, ...]:
    """The links that are told: all of a small network; of a large one enough to hold it and each site's strongest."""
    chosen: Iterable[int] = pairs
    if sites > _ALL_LINKS_UP_TO:
        keep = set(forest)
        count: Counter[int] = Counter()
        ordered = np.array(pairs)[np.argsort(-work.pairs.bits[pairs], kind="stable")]
        ends = zip(ordered.tolist(), work.pairs.a[ordered].tolist(), work.pairs.b[ordered].tolist(), strict=True)
        for pair, one, other in ends:
            if count[one] < _STRONGEST_OF_A_SITE or count[other] < _STRONGEST_OF_A_SITE:
                keep.add(pair)
                count[one] += 1
                count[other] += 1
        chosen = keep
    told = (teller.evidence(pair) for pair in chosen)
    return tuple(sorted(told, key=lambda link: (-link.bits, link.a, link.b)))


def _notes(work: Clustering, teller: Teller, groups: Groups, number: int, pillars: list[int]) -> Iterable[str]:
    for value in pillars:
        kind, text = work.matrix.values[value]
        yield f"Falls apart without {kind} {text}, which {int(work.weights.carriers[value])} sites carry."
    inside = groups.pairs[number]
    for site, pieces in linchpins(work.pairs.a[inside], work.pairs.b[inside]):
        left = f"{', '.join(map(str, pieces[:-1]))} and {pieces[-1]} sites"
        yield f"Falls apart without the site {work.matrix.sites[site]}: {left} are left that nothing else joins."
    for pair in groups.across.get(number, ()):
        link = teller.evidence(pair)
        ends = int(groups.of[work.pairs.a[pair]]), int(groups.of[work.pairs.b[pair]])
        if groups.pairs.keys() >= set(ends):
            yield f"Linked to another network and kept apart, since only this joins them: {link.sentence}"
        else:
            outside = link.b if ends[0] == number else link.a
            yield f"{outside} is no more than a candidate, since it hangs on one member alone: {link.sentence}"
    for value in _perhaps_an_agencys(work, inside)[:_MOST_LEFT_OUT]:
        kind, text = work.matrix.values[value]
        yield f"Counts little: {kind} {text} ({work.weights.why[value]})."
    for value in sorted(groups.left_out.get(number, ()), key=lambda value: work.matrix.values[value])[:_MOST_LEFT_OUT]:
        kind, text = work.matrix.values[value]
        yield f"{LEFT_OUT}{kind} {text} ({work.weights.why[value]})."


def _perhaps_an_agencys(work: Clustering, links: NDArray[np.int64]) -> list[int]:
    """The values that these links share and that an agency may have brought."""
    weights = work.weights
    values = work.pairs.value[entries_of(work.pairs, links)[1]]
    theirs = np.unique(values[weights.family[values] == weights.families.index(agencies.FAMILY)])
    return sorted(theirs.tolist(), key=lambda value: work.matrix.values[value])


def _with_ids(found: Iterable[Network], before: Mapping[str, str]) -> list[Network]:
    """Gives each network the id of the stored one that it continues, else a new one from its sites.

    Args:
        found: the networks, without ids.
        before: for each member of a stored network its id.
    """
    networks = list(found)
    claims: list[tuple[int, int, str]] = []
    for index, network in enumerate(networks):
        overlap = Counter(before[site] for site in network.sites if site in before)
        claims.extend((-count, index, old) for old, count in overlap.items())
    taken: dict[int, str] = {}
    given: set[str] = set()
    for _, index, old in sorted(claims):
        if index not in taken and old not in given:
            taken[index] = old
            given.add(old)
    return [replace(network, id=taken.get(index) or _new_id(network.sites)) for index, network in enumerate(networks)]


def _new_id(sites: Iterable[str]) -> str:
    return "n-" + hashlib.sha256("\n".join(sites).encode()).hexdigest()[:10]
