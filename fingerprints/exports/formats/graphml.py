"""Sites, values and links as a graph in GraphML (http://graphml.graphdrawing.org/), for igraph, networkx and yEd."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._graph import EDGE_FACTS, NODE_FACTS, Edge, Node, edges, nodes
from fingerprints.terminal import safe


def write(dossier: Dossier) -> str:
    """One undirected graph: sites joined by links, and by the values that they carry."""
    return "\n".join(_lines(dossier)) + "\n"


def _lines(dossier: Dossier) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield '<key id="tlp" for="graph" attr.name="tlp" attr.type="string"/>'
    yield '<key id="case" for="graph" attr.name="case" attr.type="string"/>'
    for name, form in {"label": "string", **NODE_FACTS}.items():
        yield f'<key id="{name}" for="node" attr.name="{name}" attr.type="{form}"/>'
    for name, form in EDGE_FACTS.items():
        yield f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{form}"/>'
    yield '<graph id="networks" edgedefault="undirected">'
    yield _facts({"tlp": dossier.sharing.tlp.label, "case": dossier.sharing.case})
    yield from map(_node, nodes(dossier))
    yield from map(_edge, edges(dossier))
    yield "</graph>"
    yield "</graphml>"


def _node(node: Node) -> str:
    return f"<node id={quoteattr(safe(node.name))}>{_facts({'label': node.label, **node.facts})}</node>"


def _edge(edge: Edge) -> str:
    return f"<edge source={quoteattr(safe(edge.source))} target={quoteattr(safe(edge.target))}>{_facts(edge.facts)}</edge>"


def _facts(facts: dict[str, str]) -> str:
    return "".join(f'<data key="{key}">{escape(safe(text))}</data>' for key, text in facts.items())
