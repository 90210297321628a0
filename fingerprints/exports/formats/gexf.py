"""Sites, values and links as a graph in GEXF 1.2 (https://gexf.net/), for Gephi."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from fingerprints.exports.dossier import Dossier
from fingerprints.exports.formats._graph import EDGE_FACTS, NODE_FACTS, edges, nodes
from fingerprints.terminal import safe

_TYPES = {"int": "integer"}
"""What GEXF calls a type otherwise than GraphML."""


def write(dossier: Dossier) -> str:
    """One static undirected graph; an edge's weight is its bits of evidence."""
    return "\n".join(_lines(dossier)) + "\n"


def _lines(dossier: Dossier) -> Iterator[str]:
    told = " ".join(filter(None, (dossier.sharing.tlp.label, dossier.sharing.case)))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    yield f'<meta lastmodifieddate="{dossier.at:%Y-%m-%d}"><creator>Samehand</creator>'
    yield f"<description>{_text(told)}</description></meta>"
    yield '<graph defaultedgetype="undirected" mode="static">'
    yield from _declared("node", NODE_FACTS)
    yield from _declared("edge", EDGE_FACTS)
    yield "<nodes>"
    for node in nodes(dossier):
        yield f"<node id={_quoted(node.name)} label={_quoted(node.label)}>{_facts(node.facts)}</node>"
    yield "</nodes>"
    yield "<edges>"
    for number, edge in enumerate(edges(dossier)):
        ends = f"source={_quoted(edge.source)} target={_quoted(edge.target)}"
        yield f'<edge id="{number}" {ends} weight="{edge.bits}">{_facts(edge.facts)}</edge>'
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _declared(of: str, facts: Mapping[str, str]) -> Iterator[str]:
    yield f'<attributes class="{of}">'
    for name, form in facts.items():
        yield f'<attribute id="{name}" title="{name}" type="{_TYPES.get(form, form)}"/>'
    yield "</attributes>"


def _facts(facts: Mapping[str, str]) -> str:
    inside = "".join(f'<attvalue for="{name}" value={_quoted(text)}/>' for name, text in facts.items())
    return f"<attvalues>{inside}</attvalues>"


def _quoted(text: str) -> str:
    return quoteattr(safe(text))


def _text(text: str) -> str:
    return escape(safe(text))
