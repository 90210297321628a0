"""Sites, values and links as nodes and edges, for the formats that are graphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fingerprints.exports.dossier import Dossier
from fingerprints.model import Network

NODE_FACTS = {"type": "string", "network": "string", "role": "string", "kind": "string", "sites": "int"}
"""Facts of a node and their types, as GraphML calls them."""
EDGE_FACTS = {"relation": "string", "bits": "double", "evidence": "string", "page": "string"}


@dataclass(frozen=True, slots=True)
class Node:
    """A site (its name is the domain) or a value (kind:value)."""

    name: str
    label: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two sites, or that a site carries a value."""

    source: str
    target: str
    bits: float
    facts: dict[str, str]


def nodes(dossier: Dossier) -> Iterator[Node]:
    """The members of all networks, then the values that two members or more carry."""
    for network in dossier.networks:
        for site in network.sites:
            role = "core" if site in network.core else "associated"
            yield Node(site, site, {"type": "site", "network": network.id, "role": role})
    values = {key for network in dossier.networks for key in dossier.shared_values(network)}
    for kind, value in sorted(values):
        yield Node(f"{kind}:{value}", value, {"type": "value", "kind": kind, "sites": str(dossier.count(kind, value))})


def edges(dossier: Dossier) -> Iterator[Edge]:
    """The links, then which site carries which value."""
    for network in dossier.networks:
        for link in network.links:
            facts = {"relation": "link", "bits": f"{link.bits}", "evidence": link.sentence}
            yield Edge(link.a, link.b, link.bits, facts)
    for network in dossier.networks:
        yield from _carries(dossier, network)


def _carries(dossier: Dossier, network: Network) -> Iterator[Edge]:
    for (kind, value), (shared, sites) in dossier.shared_values(network).items():
        for site in sites:
            page = dossier.sighting[site, kind, value].page_url
            facts = {"relation": "carries", "bits": f"{shared.bits}", "page": page}
            yield Edge(site, f"{kind}:{value}", shared.bits, facts)
