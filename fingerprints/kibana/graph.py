"""The links of the network that is chosen, as a Vega graph: sites are points, the stronger the link the thicker the line."""

from __future__ import annotations

from typing import Any

MOST_LINKS = 500
_FIELDS = {"source": "source.domain", "target": "destination.domain", "bits": "samehand.bits"}


def spec() -> dict[str, Any]:
    """The specification; Kibana replaces "%context%" by the dashboard's filters."""
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "padding": 0,
        "autosize": {"type": "fit", "contains": "padding"},
        "signals": [{"name": "cx", "update": "width / 2"}, {"name": "cy", "update": "height / 2"}],
        "data": [_links(), _nodes()],
        "marks": [_lines(), _points(), _names()],
    }


def _links() -> dict[str, Any]:
    body = {
        "size": MOST_LINKS,
        "_source": False,
        "fields": list(_FIELDS.values()),
        "sort": [{"samehand.bits": "desc"}],
    }
    # A document may be stored with nested or with dotted names; "fields" answers the same for both, each as a list.
    formulas = [{"type": "formula", "as": name, "expr": f"datum.fields['{field}'][0]"} for name, field in _FIELDS.items()]
    url = {"%context%": True, "index": "samehand-links", "body": body}
    return {"name": "links", "url": url, "format": {"property": "hits.hits"}, "transform": formulas}


def _nodes() -> dict[str, Any]:
    fold = {"type": "fold", "fields": ["source", "target"], "as": ["side", "id"]}
    return {"name": "nodes", "source": "links", "transform": [fold, {"type": "aggregate", "groupby": ["id"]}]}


def _points() -> dict[str, Any]:
    forces = [
        {"force": "center", "x": {"signal": "cx"}, "y": {"signal": "cy"}},
        {"force": "collide", "radius": 12},
        {"force": "nbody", "strength": -60},
        {"force": "link", "links": "links", "id": "datum.id", "distance": 60},
    ]
    return {
        "name": "points",
        "type": "symbol",
        "zindex": 1,
        "from": {"data": "nodes"},
        "encode": {"enter": {"size": {"value": 90}, "fill": {"value": "#0077cc"}, "tooltip": {"field": "id"}}},
        "transform": [{"type": "force", "iterations": 200, "static": True, "signal": "force", "forces": forces}],
    }


def _lines() -> dict[str, Any]:
    path = {
        "type": "linkpath",
        "require": {"signal": "force"},
        "shape": "line",
        "sourceX": "datum.source.x",
        "sourceY": "datum.source.y",
        "targetX": "datum.target.x",
        "targetY": "datum.target.y",
    }
    stroke = {"stroke": {"value": "#98a2b3"}, "strokeWidth": {"signal": "min(6, datum.bits / 5)"}}
    return {"type": "path", "from": {"data": "links"}, "interactive": False, "encode": {"update": stroke}, "transform": [path]}


def _names() -> dict[str, Any]:
    place = {"x": {"field": "x", "offset": 8}, "y": {"field": "y"}, "text": {"field": "datum.id"}, "fontSize": {"value": 10}}
    return {"type": "text", "zindex": 2, "from": {"data": "points"}, "encode": {"update": place}}
