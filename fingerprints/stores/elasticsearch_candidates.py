"""The candidates of networks, as Kibana lists them: what each shares with members, so that a person knows where to begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from fingerprints.entries import BySite
from fingerprints.model import Network, State
from fingerprints.stores.base import Matrix
from fingerprints.stores.elasticsearch_documents import Document, family, identity
from fingerprints.stores.elasticsearch_networks import shown_key

_MOST_KEYS = 20
_COMMON = 1000
"""What more sites carry than this says nothing of a candidate."""


def candidates(networks: Iterable[Network], matrix: Matrix, reviewed: Collection[str], now: str) -> Iterator[Document]:
    """One document for each candidate of each network.

    Args:
        networks: the result of a clustering.
        matrix: what it was made of.
        reviewed: sites on which a verdict holds.
        now: time of the clustering.
    """
    seen = matrix.state == State.SEEN.rank
    site, value = matrix.site[seen], matrix.value[seen]
    carriers = np.bincount(value, minlength=len(matrix.values))
    by_site = BySite(site, len(matrix.sites))
    numbers = {name: number for number, name in enumerate(matrix.sites)}

    def held(name: str) -> set[int]:
        number = numbers.get(name)
        return set() if number is None else set(value[by_site.of(number)].tolist())

    for network in networks:
        if not network.candidates:
            continue
        ours = set().union(*(held(name) for name in network.sites))
        bits = _bits(network)
        for name in network.candidates:
            shared = [one for one in held(name) & ours if carriers[one] <= _COMMON]
            shared.sort(key=lambda one: (-bits.get(matrix.values[one], 0.0), carriers[one], matrix.values[one]))
            best: defaultdict[str, float] = defaultdict(float)
            for one in shared:
                kind = matrix.values[one][0]
                best[family(kind)] = max(best[family(kind)], bits.get(matrix.values[one], 0.0))
            source = {
                "@timestamp": now,
                "url.domain": name,
                "samehand.network.id": network.id,
                "samehand.network.size": len(network.sites),
                "samehand.bits": round(sum(best.values()), 2),
                "samehand.values": len(shared),
                "samehand.rarest": min((int(carriers[one]) for one in shared), default=0),
                "samehand.key": [shown_key(*matrix.values[one]) for one in shared[:_MOST_KEYS]],
                "samehand.reviewed": "yes" if name in reviewed else "no",
            }
            yield Document("candidates", identity(network.id, name), source)


def _bits(network: Network) -> dict[tuple[str, str], float]:
    best: defaultdict[tuple[str, str], float] = defaultdict(float)
    for link in network.links:
        for one in link.shared:
            best[one.kind, one.value] = max(best[one.kind, one.value], one.bits)
    return best
