"""Saved objects as Kibana 8.19 and 9 import them: data views, searches, dashboards, and the references between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fingerprints import config
from fingerprints.kibana import graph, lens
from fingerprints.stores import elasticsearch_schema as schemas

SOURCE, FILE = "kibana/dashboards.toml", "kibana/samehand.ndjson"
GRAPH = "samehand-graph"
# Versions of each type's shape that 8.19 accepts and later ones migrate; an object without one is taken for ancient.
_VERSIONS = {"index-pattern": "8.0.0", "search": "10.5.0", "visualization": "8.5.0", "dashboard": "10.2.0"}
_WIDTH, _HEIGHT, _TALL = 24, 14, 20
"""Of a panel, in the dashboard's grid of 48 columns."""


def text() -> str:
    """The file that `samehand kibana import` sends: one object a line."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in objects())


def objects() -> Iterator[dict[str, Any]]:
    """All objects; none refers to one that comes later."""
    source = config.toml(SOURCE)
    for view, facts in source["views"].items():
        yield _view(view, facts, source["leads"])
    yield _graph()
    for name, facts in source["searches"].items():
        yield _search(name, facts)
    for name, facts in source["dashboards"].items():
        yield _dashboard(name, facts | {"panels": [*facts["panels"], *source["always"]]})


def _object(kind: str, name: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": kind,
        "id": name,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": _VERSIONS[kind],
        "managed": False,
    }


def _view(name: str, facts: dict[str, Any], leads: dict[str, str]) -> dict[str, Any]:
    fields = schemas.load().indices[name.removeprefix("samehand-")].fields
    formats = {field: _lead(field, target) for field, target in leads.items() if field in fields}
    attributes = {"title": name, "name": facts["name"], "allowHidden": False, "fieldFormatMap": _json(formats)}
    attributes |= {"fields": "[]", "sourceFilters": "[]", "typeMeta": "{}", "fieldAttrs": "{}", "runtimeFieldMap": "{}"}
    if "time" in facts:
        attributes["timeFieldName"] = facts["time"]
    return _object("index-pattern", name, attributes, [])


def _lead(field: str, target: str) -> dict[str, Any]:
    """A link that stays within Kibana's space: only one that begins so gets its path in front (url.ts of its field formats)."""
    dashboard, _, wanted = target.partition(" ")
    query = f"{wanted or field}:%22{{{{value}}}}%22"
    template = f"../app/dashboards#/view/{dashboard}?_a=(query:(language:kuery,query:'{query}'))"
    params = {"type": "a", "urlTemplate": template, "labelTemplate": "{{value}}", "openLinkInCurrentTab": True}
    return {"id": "url", "params": params}


def _graph() -> dict[str, Any]:
    title = "Samehand: graph of a network"
    state = {"title": title, "type": "vega", "aggs": [], "params": {"spec": json.dumps(graph.spec(), indent=1)}}
    attributes = {"title": title, "description": "", "version": 1, "uiStateJSON": "{}", "visState": _json(state)}
    return _object("visualization", GRAPH, {**attributes, **_meta({})}, [])


def _search(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    place = "kibanaSavedObjectMeta.searchSourceJSON.index"
    attributes = {
        "title": facts["title"],
        "description": "",
        "columns": facts["columns"],
        "sort": [[facts["sort"], "desc"]],
        "grid": {},
        "hideChart": True,
        "isTextBasedQuery": False,
        "timeRestore": False,
        **_meta({"indexRefName": place}),
    }
    return _object("search", name, attributes, [{"type": "index-pattern", "id": facts["view"], "name": place}])


def _dashboard(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    panels, references = _lens_panels(facts["panels"])
    bottom = max(panel["gridData"]["y"] + panel["gridData"]["h"] for panel in panels)
    below = [("search", one) for one in facts.get("searches", ())]
    below += [("visualization", GRAPH)] if facts.get("graph") else []
    for number, (kind, target) in enumerate(below):
        index = f"s{number}"
        grid = {"x": 0, "y": bottom + number * _TALL, "w": 48, "h": _TALL, "i": index}
        panels.append(
            {"type": kind, "panelIndex": index, "gridData": grid, "embeddableConfig": {}, "panelRefName": f"panel_{index}"}
        )
        references.append({"type": kind, "id": target, "name": f"{index}:panel_{index}"})
    attributes = {
        "title": facts["title"],
        "description": "",
        **_times(facts),
        "optionsJSON": _json({"useMargins": True, "syncColors": False, "syncCursor": True, "hidePanelTitles": False}),
        "panelsJSON": _json(panels),
        "version": 1,
        **_meta({}),
    }
    if "controls" in facts:
        attributes["controlGroupInput"] = _controls(facts["controls"], references)
    return _object("dashboard", name, attributes, references)


def _times(facts: dict[str, Any]) -> dict[str, Any]:
    """The span that a dashboard opens with: Kibana's own, fifteen minutes, would show nothing of what changed."""
    return {"timeRestore": True, "timeFrom": facts["from"], "timeTo": "now"} if "from" in facts else {"timeRestore": False}


def _lens_panels(given: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    dates = frozenset(
        field for index in schemas.load().indices.values() for field, kind in index.fields.items() if kind == "date"
    )
    panels, references = [], []
    for number, panel in enumerate(given):
        index = f"p{number}"
        attributes = lens.attributes(panel, dates)
        grid = {"x": number % 2 * _WIDTH, "y": number // 2 * _HEIGHT, "w": _WIDTH, "h": _HEIGHT, "i": index}
        panels.append(
            {
                "type": "lens",
                "panelIndex": index,
                "gridData": grid,
                "embeddableConfig": {"attributes": attributes, "enhancements": {}},
            }
        )
        references += [{**one, "name": f"{index}:{one['name']}"} for one in attributes["references"]]
    return panels, references


def _controls(given: list[str], references: list[dict[str, str]]) -> dict[str, Any]:
    panels = {}
    for number, entry in enumerate(given):
        view, field = entry.split()
        name = f"c{number}"
        explicit = {"id": name, "fieldName": field, "title": field, "selectedOptions": [], "enhancements": {}}
        panels[name] = {"type": "optionsListControl", "order": number, "width": "large", "grow": True, "explicitInput": explicit}
        references.append({"type": "index-pattern", "id": view, "name": f"controlGroup_{name}:optionsListDataView"})
    ignore = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
    return {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "ignoreParentSettingsJSON": _json(ignore),
        "panelsJSON": _json(panels),
    }


def _meta(more: dict[str, str]) -> dict[str, Any]:
    source = {"query": {"query": "", "language": "kuery"}, "filter": [], **more}
    return {"kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)}}


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
