"""Panels of the dashboards, by name."""

from __future__ import annotations

import json
from typing import Any

from fingerprints.kibana import objects


def lens(dashboard: str, title: str) -> dict[str, Any]:
    """The attributes of one Lens panel."""
    (one,) = (one for one in objects.objects() if one["type"] == "dashboard" and one["id"] == dashboard)
    panels = (panel["embeddableConfig"].get("attributes", {}) for panel in json.loads(one["attributes"]["panelsJSON"]))
    (found,) = (attributes for attributes in panels if attributes.get("title") == title)
    return dict(found)


def vega() -> dict[str, Any]:
    """The specification of the graph."""
    (one,) = (one for one in objects.objects() if one["type"] == "visualization")
    return dict(json.loads(json.loads(one["attributes"]["visState"])["params"]["spec"]))
