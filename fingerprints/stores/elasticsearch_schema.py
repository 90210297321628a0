"""The indices as config/elasticsearch/mappings.toml describes them, in the words of Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fingerprints import config

FILE = "elasticsearch/mappings.toml"
_TYPES: dict[str, dict[str, Any]] = {
    "keyword": {"type": "keyword"},
    "date": {"type": "date"},
    "long": {"type": "long"},
    "byte": {"type": "byte"},
    "ip": {"type": "ip"},
    "double": {"type": "double"},
    # Given back as it came, and not searched: a keyword without limits, since nothing is indexed of it.
    "stored": {"type": "keyword", "index": False, "doc_values": False},
}


@dataclass(frozen=True, slots=True)
class Index:
    """One index and its fields."""

    name: str
    """Without the prefix of the store."""
    fields: dict[str, str]
    """Dotted name → type."""
    clustered: bool
    """Whether each clustering writes it anew."""


@dataclass(frozen=True, slots=True)
class Schema:
    """All indices."""

    version: int
    settings: dict[str, Any]
    indices: dict[str, Index]
    personal_days: int


@cache
def load() -> Schema:
    """The schema.

    Raises:
        ConfigError: the file names a type that there is not.
    """
    read = config.toml(FILE)
    indices: dict[str, Index] = {}
    for name, table in read["indices"].items():
        fields = {field: kind for field, kind in table.items() if field not in ("like", "clustered")}
        if "like" in table:
            fields = {**indices[table["like"]].fields, **fields}
        if unknown := sorted(set(fields.values()) - _TYPES.keys()):
            raise config.ConfigError(f"{FILE}, index {name}: {unknown[0]} is no type. Use one of {', '.join(_TYPES)}.")
        indices[name] = Index(name, fields, bool(table.get("clustered", False)))
    return Schema(int(read["version"]), dict(read["settings"]), indices, int(read["retention"]["personal_days"]))


def body(index: Index, schema: Schema) -> dict[str, Any]:
    """What makes the index: its settings and its strict mapping."""
    mappings: dict[str, Any] = {"dynamic": "strict", "_meta": {"samehand": {"index": index.name, "version": schema.version}}}
    mappings["properties"] = {}
    for field, kind in index.fields.items():
        *path, last = field.split(".")
        place = mappings["properties"]
        for part in path:
            place = place.setdefault(part, {"properties": {}})["properties"]
        place[last] = _TYPES[kind]
    return {"settings": {"index": dict(schema.settings)}, "mappings": mappings}


def nest(flat: dict[str, Any]) -> dict[str, Any]:
    """{"a.b": 1} as {"a": {"b": 1}}."""
    nested: dict[str, Any] = {}
    for field, value in flat.items():
        *path, last = field.split(".")
        place = nested
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return nested


def flatten(nested: dict[str, Any], before: str = "") -> dict[str, Any]:
    """The opposite of nest()."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{before}{name}.")
        else:
            flat[before + name] = value
    return flat
