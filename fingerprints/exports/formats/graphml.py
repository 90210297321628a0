"""Sites, values and links as a graph in GraphML (http://graphml.graphdrawing.org/), for Gephi, igraph, networkx and yEd."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from fingerprints.exports.dossier import Dossier
from fingerprints.terminal import safe

_KEYS = (
    ("label", "node", "string"),
    ("type", "node", "string"),
    ("network", "node", "string"),
    ("role", "node", "string"),
    ("kind", "node", "string"),
    ("sites", "node", "int"),
    ("relation", "edge", "string"),
    ("bits", "edge", "double"),
    ("evidence", "edge", "string"),
    ("page", "edge", "string"),
)


def write(dossier: Dossier) -> str:
    """One undirected graph: sites joined by links, and by the values that they carry."""
    return "\n".join(_lines(dossier)) + "\n"


def _lines(dossier: Dossier) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for name, of, form in _KEYS:
        yield f'<key id="{name}" for="{of}" attr.name="{name}" attr.type="{form}"/>'
    yield f'<graph id={quoteattr(safe(dossier.sharing.tlp.label))} edgedefault="undirected">'
    values: set[tuple[str, str]] = set()
    carries: list[tuple[str, tuple[str, str], float]] = []
    for network in dossier.networks:
        for site in network.sites:
            role = "core" if site in network.core else "associated"
            yield _node(site, {"label": site, "type": "site", "network": network.id, "role": role})
        for key, (shared, sites) in dossier.shared_values(network).items():
            values.add(key)
            carries.extend((site, key, shared.bits) for site in sites)
    for kind, value in sorted(values):
        sites_of = str(dossier.count(kind, value))
        yield _node(f"{kind}:{value}", {"label": value, "type": "value", "kind": kind, "sites": sites_of})
    for network in dossier.networks:
        for link in network.links:
            yield _edge(link.a, link.b, {"relation": "link", "bits": f"{link.bits}", "evidence": link.sentence})
    for site, (kind, value), bits in carries:
        page = dossier.sighting[site, kind, value].page_url
        yield _edge(site, f"{kind}:{value}", {"relation": "carries", "bits": f"{bits}", "page": page})
    yield "</graph>"
    yield "</graphml>"


def _node(name: str, facts: dict[str, str]) -> str:
    return f"<node id={quoteattr(safe(name))}>{_facts(facts)}</node>"


def _edge(one: str, other: str, facts: dict[str, str]) -> str:
    return f"<edge source={quoteattr(safe(one))} target={quoteattr(safe(other))}>{_facts(facts)}</edge>"


def _facts(facts: dict[str, str]) -> str:
    return "".join(f'<data key="{key}">{escape(safe(text))}</data>' for key, text in facts.items())
