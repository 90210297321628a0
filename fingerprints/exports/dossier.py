"""All that a report or an export tells, gathered from a store once: networks, their sites, each value with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain

import numpy as np

from fingerprints.exports.sharing import Redactor, Sharing
from fingerprints.indicators import catalogue
from fingerprints.indicators.base import Kind
from fingerprints.model import Coverage, Evidence, Failure, Network, SharedValue, State
from fingerprints.networks import find_networks
from fingerprints.rarity import shared_values
from fingerprints.stores.base import Carried, SiteSummary, Store
from fingerprints.verdicts import Subject, Verdict, Verdicts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownNetworkError(LookupError):
    """No network has this id and no network's member is this site."""


@dataclass(frozen=True)
class Dossier:
    """What is told, already redacted if it has to be."""

    sharing: Sharing
    networks: tuple[Network, ...]
    summaries: Mapping[str, SiteSummary]
    """The sites that are told of, by name."""
    carried: Mapping[str, tuple[Carried, ...]]
    """By site: all that it carries."""
    counts: Mapping[tuple[str, str], int]
    """(kind, value) → sites of the whole store that carry it (State.SEEN)."""
    looks: Mapping[str, tuple[Coverage, ...]]
    failures: Mapping[str, tuple[Failure, ...]]
    verdicts: Mapping[str, Verdict]
    """By site: what a person decided about it."""
    all_sites: int
    """How many sites the store has looked at."""

    @cached_property
    def at(self) -> datetime:
        """The latest time of anything told: exports are dated by what they hold, so that the same store gives the same file."""
        return max((summary.last_seen for summary in self.summaries.values()), default=EPOCH)

    @cached_property
    def network_of(self) -> Mapping[str, Network]:
        """Member site → its network."""
        return {site: network for network in self.networks for site in network.sites}

    @cached_property
    def links_of(self) -> Mapping[str, tuple[Evidence, ...]]:
        """Site → its links in the networks told of, strongest first within each."""
        found: dict[str, list[Evidence]] = {}
        for link in chain.from_iterable(network.links for network in self.networks):
            found.setdefault(link.a, []).append(link)
            found.setdefault(link.b, []).append(link)
        return {site: tuple(links) for site, links in found.items()}

    @cached_property
    def sighting(self) -> Mapping[tuple[str, str, str], Carried]:
        """(site, kind, value) → where it stands."""
        return {(row.site, row.kind, row.value): row for rows in self.carried.values() for row in rows}

    def count(self, kind: str, value: str) -> int:
        """On how many sites of the store the value stands."""
        return self.counts.get((kind, value), 0)

    def shared_values(self, network: Network) -> dict[tuple[str, str], tuple[SharedValue, tuple[str, ...]]]:
        """The values that two members or more carry: with the strongest form in which a link counts them, and the members."""
        best: dict[tuple[str, str], SharedValue] = {}
        for one in chain.from_iterable(link.shared for link in network.links):
            key = (one.kind, one.value)
            if key not in best or one.bits > best[key].bits:
                best[key] = one
        carriers: dict[tuple[str, str], list[str]] = {}
        for site in network.sites:
            for row in self.carried.get(site, ()):
                if row.state is State.SEEN:
                    carriers.setdefault((row.kind, row.value), []).append(site)
        found = {}
        for key, sites in carriers.items():
            if len(sites) > 1:
                found[key] = (best.get(key) or self._uncounted(*key), tuple(sites))
        ranked = sorted(found, key=lambda key: (-found[key][0].bits, -len(found[key][1]), key))
        return {key: found[key] for key in ranked}

    def _uncounted(self, kind: str, value: str) -> SharedValue:
        known = kind_of(kind)
        fact = "a fact, not a tie" if known and not known.links else "counts for nothing between these sites"
        return SharedValue(kind, value, self.count(kind, value), 0.0, family_of(kind), shared_values().get((kind, value), fact))


def kind_of(name: str) -> Kind | None:
    """The catalogue's entry."""
    return catalogue.kinds().get(name)


def family_of(name: str) -> str:
    """The family of a kind; of one that this catalogue does not know, "unknown"."""
    known = kind_of(name)
    return known.family if known else "unknown"


def gather(
    store: Store,
    sharing: Sharing,
    wanted: Iterable[str] = (),
    verdicts: Verdicts | None = None,
    *,
    everything: bool = False,
) -> Dossier:
    """Clusters a store and gathers what is to be told. Nothing is written.

    Args:
        store: open for reading.
        sharing: what is redacted.
        wanted: ids of networks, or sites whose networks are meant; none means all networks.
        verdicts: what people have decided.
        everything: also tell of sites that are in no network.

    Raises:
        UnknownNetworkError: one of `wanted` names nothing.
    """
    networks = _chosen(find_networks(store, verdicts), list(wanted))
    members = {site for network in networks for site in (*network.sites, *network.candidates)}
    summaries = {one.site: one for one in store.sites() if everything or one.site in members}
    carried = {site: tuple(store.carried(site=site)) for site in summaries}
    counts = _counts(store)
    if not sharing.personal:
        redactor = Redactor(counts)
        networks = [redactor.network(network) for network in networks]
        carried = {site: tuple(map(redactor.carried, rows)) for site, rows in carried.items()}
        counts = {(kind, redactor.value(kind, value)): count for (kind, value), count in counts.items()}
    return Dossier(
        sharing=sharing,
        networks=tuple(networks),
        summaries=summaries,
        carried=carried,
        counts=counts,
        looks={site: tuple(store.coverage(site)) for site in summaries},
        failures={site: tuple(store.failures(site)) for site in summaries},
        verdicts={one.about[0]: one for one in (verdicts or Verdicts()).all(Subject.SITE) if one.about[0] in summaries},
        all_sites=sum(1 for _ in store.sites()),
    )


def _counts(store: Store) -> dict[tuple[str, str], int]:
    matrix = store.matrix()
    seen = matrix.value[matrix.state == State.SEEN.rank]
    return dict(zip(matrix.values, np.bincount(seen, minlength=len(matrix.values)).tolist(), strict=True))


def _chosen(networks: list[Network], wanted: list[str]) -> list[Network]:
    if not wanted:
        return networks
    by_name = {site: network.id for network in networks for site in network.sites} | {one.id: one.id for one in networks}
    ids = {_id(by_name, name) for name in wanted}
    return [network for network in networks if network.id in ids]


def _id(by_name: Mapping[str, str], name: str) -> str:
    if name not in by_name:
        raise UnknownNetworkError(f"{name} is no network's id and no network's member. samehand networks lists them.")
    return by_name[name]


def evidence_rows(dossier: Dossier) -> Iterator[dict[str, object]]:
    """One row for each value of each link, with where it stands on either side: for CSV, Parquet and JSON lines."""
    for network in dossier.networks:
        for link in network.links:
            for one in link.shared:
                yield {
                    "network": network.id,
                    "a": link.a,
                    "b": link.b,
                    "link_bits": link.bits,
                    "kind": one.kind,
                    "value": one.value,
                    "family": one.family,
                    "bits": one.bits,
                    "sites": one.sites,
                    "why": one.why,
                    **_side(dossier, "a", link.a, one),
                    **_side(dossier, "b", link.b, one),
                }


def _side(dossier: Dossier, side: str, site: str, one: SharedValue) -> dict[str, object]:
    row = dossier.sighting.get((site, one.kind, one.value))
    capture = row.capture if row else None
    return {
        f"{side}_page_url": row.page_url if row else "",
        f"{side}_first_seen": row.first_seen if row else None,
        f"{side}_last_seen": row.last_seen if row else None,
        f"{side}_where": row.where if row else "",
        f"{side}_excerpt": row.excerpt if row else "",
        f"{side}_sha256": capture.sha256 if capture else "",
        f"{side}_warc": capture.file if capture else "",
        f"{side}_warc_offset": capture.offset if capture else None,
    }
