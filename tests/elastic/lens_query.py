"""A Lens panel as Kibana asks Elasticsearch for it: buckets nest in the order of the columns, metrics stand in the innermost one."""

from __future__ import annotations

import re
from typing import Any

_METRICS = {"unique_count": "cardinality", "max": "max", "min": "min"}


def body(attributes: dict[str, Any]) -> dict[str, Any]:
    """The search."""
    (layer,) = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    columns = in_order(layer)
    bucketed = [column["isBucketed"] for column in columns.values()]
    assert bucketed == sorted(bucketed, reverse=True), "buckets come before metrics"
    metrics = {name: metric for name, column in columns.items() if (metric := _metric(column))}
    inner = metrics
    for name in reversed([name for name, column in columns.items() if column["isBucketed"]]):
        nested = {"aggs": inner} if inner else {}
        ranked = columns[name]["params"].get("orderBy", {}).get("columnId") in metrics
        # A bucket that is ranked by a metric has it as a child of its own, so Kibana repeats the metrics there.
        if nested and ranked:
            nested = {"aggs": {**metrics, **inner}}
        inner = {name: {**_bucket(columns[name], columns), **nested}}
    text = attributes["state"]["query"]["query"]
    query = kql(text) if text else {"match_all": {}}
    return {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [query]}}, "aggs": inner}


def in_order(layer: dict[str, Any]) -> dict[str, Any]:
    """The columns as the panel lists them."""
    assert sorted(layer["columns"]) == sorted(layer["columnOrder"])
    return {name: layer["columns"][name] for name in layer["columnOrder"]}


def _metric(column: dict[str, Any]) -> dict[str, Any] | None:
    if column["isBucketed"] or column["operationType"] == "count":
        return None
    return {_METRICS[column["operationType"]]: {"field": column["sourceField"]}}


def _bucket(column: dict[str, Any], columns: dict[str, Any]) -> dict[str, Any]:
    params = column["params"]
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {"field": column["sourceField"], "calendar_interval": params["interval"], "time_zone": "UTC"}}
    order = params["orderBy"]
    return {
        "terms": {
            "field": column["sourceField"],
            "size": params["size"],
            "order": {_order(order, columns): params["orderDirection"]},
        }
    }


def _order(order: dict[str, Any], columns: dict[str, Any]) -> str:
    if order["type"] != "column":
        return "_key"
    return "_count" if columns[order["columnId"]]["operationType"] == "count" else str(order["columnId"])


def kql(text: str) -> dict[str, Any]:
    """What the filters of our panels use of Kibana's query language."""
    if " or " in text:
        return {"bool": {"should": [kql(part) for part in text.split(" or ")], "minimum_should_match": 1}}
    if text.startswith("not "):
        return {"bool": {"must_not": [kql(text[4:])]}}
    match = re.fullmatch(r'([\w.@]+): (?:(\*)|"([^"]*)")', text)
    assert match, text
    field, star, value = match.groups()
    return {"exists": {"field": field}} if star else {"match_phrase": {field: value}}
