"""How often two sites of one hand share a value of a kind that both carry: m, estimated from owners that are known.

Each owner counts once, however many sites he has, and what the catalogue declares counts as one owner more: a single large group
settles nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from fingerprints.evidence_settings import Settings
from fingerprints.indicators import catalogue
from fingerprints.model import State
from fingerprints.stores.base import Matrix, Store

_MOST_SITES = 40
"""Sites of one owner whose pairs are counted, the first by name: a group of a thousand has half a million."""
_HIGHEST = 0.99


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is known of one kind."""

    kind: str
    owners: int
    """Owners of whose sites two or more carry the kind."""
    pairs: int
    """Pairs of these sites."""
    m: float
    """Estimated, 0 to 1."""


def estimate(store: Store, owners: Mapping[str, str], settings: Settings) -> Iterator[Agreement]:
    """The kinds that link and that two sites or more of a known owner carry, by name.

    Args:
        store: where the sites were read into.
        owners: site → owner; every owner with one site alone is passed over.
        settings: m as declared.
    """
    matrix = store.matrix()
    of_owner: dict[str, list[str]] = defaultdict(list)
    for site, owner in sorted(owners.items()):
        if len(of_owner[owner]) < _MOST_SITES:
            of_owner[owner].append(site)
    carried = _carried(matrix, {site for sites in of_owner.values() for site in sites})
    for name, kind in sorted(catalogue.kinds().items()):
        rule = settings.of_kind(kind)
        if not rule.links or rule.m is None:
            continue
        shares, pairs = [], 0
        for sites in of_owner.values():
            held = [values for site in sites if (values := carried.get((site, name)))]
            agree = [bool(one & other) for one, other in combinations(held, 2)]
            if agree:
                shares.append(sum(agree) / len(agree))
                pairs += len(agree)
        if shares:
            yield Agreement(name, len(shares), pairs, min(_HIGHEST, (sum(shares) + rule.m) / (len(shares) + 1)))


def _carried(matrix: Matrix, sites: set[str]) -> dict[tuple[str, str], set[int]]:
    """(site, kind) → numbers of the values that the site itself carries."""
    carried: dict[tuple[str, str], set[int]] = defaultdict(set)
    for site, value, state in zip(matrix.site.tolist(), matrix.value.tolist(), matrix.state.tolist(), strict=True):
        if state == State.SEEN.rank and matrix.sites[site] in sites:
            carried[matrix.sites[site], matrix.values[value][0]].add(value)
    return carried
