"""A MISP event (https://www.misp-standard.org/rfc/misp-standard-core.html), or a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fingerprints.exports.tips._raw import Raw, Said, Seen, dicts, text

_SITES = frozenset({"domain", "hostname", "url", "uri", "domain|ip"})
_DECIDED = frozenset({"domain", "hostname"})
_DEEPEST = 12
_FALSE_POSITIVE = "1"
"""The type of a sighting that says no."""


def read(data: Any) -> Raw:
    """Domains, tracking-id objects with the pages on which they were seen, and decisions.

    An attribute that is meant for detection (to_ids) is the sender's yes; a false-positive sighting her no.
    """
    raw = Raw()
    for holder in _holders(data, 0):
        attributes = list(dicts(holder.get("Attribute")))
        raw.sites += [text(one.get("value")).split("|")[0] for one in attributes if text(one.get("type")) in _SITES]
        if holder.get("name") == "tracking-id":
            _tracking_id(raw, attributes)
        else:
            raw.verdicts += [said for one in attributes for said in _decided(one)]
    return raw


def _tracking_id(raw: Raw, attributes: list[dict[str, Any]]) -> None:
    fields = {text(one.get("object_relation")): text(one.get("value")) for one in attributes}
    kind, value = fields.get("tracker", "unknown"), fields.get("id", "")
    raw.values.append((kind, value))
    for one in attributes:
        if one.get("object_relation") == "url":
            raw.seen.append(Seen(kind, value, text(one.get("value")), text(one.get("comment"))))


def _decided(attribute: dict[str, Any]) -> Iterator[Said]:
    if text(attribute.get("type")) not in _DECIDED:
        return
    name, note = text(attribute.get("value")), text(attribute.get("comment"))
    if any(str(one.get("type")) == _FALSE_POSITIVE for one in dicts(attribute.get("Sighting"))):
        yield Said("site", (name,), False, note=note)
    elif str(attribute.get("to_ids")).lower() in ("true", "1"):
        yield Said("site", (name,), True, note=note)


def _holders(node: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every object that has attributes, wherever it lies."""
    if depth > _DEEPEST:
        return
    if isinstance(node, dict):
        if "Attribute" in node:
            yield node
        for key in ("Event", "Object", "response"):
            yield from _holders(node.get(key), depth + 1)
    elif isinstance(node, list):
        for one in node:
            yield from _holders(one, depth + 1)
