"""One panel as a Lens visualization. Only what a basic licence has: no last_value, no terms over several fields."""

from __future__ import annotations

from typing import Any

_LAYER = "layer1"
_METRICS = {"unique": "unique_count", "max": "max", "min": "min"}


def attributes(panel: dict[str, Any], dates: frozenset[str]) -> dict[str, Any]:
    """The attributes of a Lens panel.

    Args:
        panel: title, view, metrics, and as wanted: over, by, filter.
        dates: names of fields that hold times.
    """
    columns = _columns(panel, dates)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}, "sampling": 1}
    return {
        "title": panel["title"],
        "description": "",
        "visualizationType": _type(panel),
        "type": "lens",
        "references": [{"type": "index-pattern", "id": panel["view"], "name": f"indexpattern-datasource-layer-{_LAYER}"}],
        "state": {
            "visualization": _visualization(panel, columns),
            "query": {"query": panel.get("filter", ""), "language": "kuery"},
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {_LAYER: layer}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _type(panel: dict[str, Any]) -> str:
    if "over" in panel:
        return "lnsXY"
    return "lnsDatatable" if "by" in panel or len(panel["metrics"]) > 1 else "lnsMetric"


def _columns(panel: dict[str, Any], dates: frozenset[str]) -> dict[str, Any]:
    metrics = {f"m{number}": _metric(label, what, dates) for number, (label, what) in enumerate(panel["metrics"].items())}
    first = next(iter(metrics))
    # Of times the latest stands first; the earliest says nothing, so tables of it are in the order of their keys.
    ranked = metrics[first]["dataType"] == "number" or metrics[first]["operationType"] == "max"
    columns: dict[str, Any] = {}
    if "over" in panel:
        params = {"interval": "1d", "includeEmptyRows": True, "dropPartials": False}
        columns["t"] = _column(panel["over"], "date", "date_histogram", panel["over"], "interval", params, bucket=True)
    for number, entry in enumerate(panel.get("by", ())):
        field, size = entry.split()
        order = {"type": "column", "columnId": first} if ranked else {"type": "alphabetical", "fallback": False}
        params = {
            "size": int(size),
            "orderBy": order,
            "orderDirection": "desc" if ranked else "asc",
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        }
        kind = "number" if field.endswith(("status_code", "as.number")) else "ip" if field == "server.ip" else "string"
        columns[f"b{number}"] = _column(_label(field), kind, "terms", field, "ordinal", params, bucket=True)
    return columns | metrics


def _metric(label: str, what: str, dates: frozenset[str]) -> dict[str, Any]:
    operation, _, field = what.partition(" ")
    if operation == "count":
        return _column(label, "number", "count", "___records___", "ratio", {"emptyAsNull": True})
    kind = "date" if field in dates else "number"
    return _column(label, kind, _METRICS[operation], field, "ratio", {"emptyAsNull": True})


def _column(
    label: str, kind: str, operation: str, field: str, scale: str, params: dict[str, Any], *, bucket: bool = False
) -> dict[str, Any]:
    return {
        "label": label,
        "customLabel": True,
        "dataType": kind,
        "operationType": operation,
        "isBucketed": bucket,
        "scale": scale,
        "sourceField": field,
        "params": params,
    }


def _label(field: str) -> str:
    return field.rpartition(".")[2].replace("_", " ").capitalize()


def _visualization(panel: dict[str, Any], columns: dict[str, Any]) -> dict[str, Any]:
    common = {"layerId": _LAYER, "layerType": "data"}
    metrics = [name for name, column in columns.items() if not column["isBucketed"]]
    if "over" in panel:
        layer = {**common, "seriesType": "bar_stacked", "xAccessor": "t", "accessors": metrics, "position": "top"}
        legend = {"isVisible": True, "position": "right"}
        return {"legend": legend, "valueLabels": "hide", "preferredSeriesType": "bar_stacked", "layers": [layer]}
    if _type(panel) == "lnsDatatable":
        return {**common, "columns": [{"columnId": name} for name in columns]}
    return {**common, "metricAccessor": metrics[0]}
