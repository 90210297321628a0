"""A MISP event (https://www.misp-standard.org/rfc/misp-standard-core.html), or a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from fingerprints.exports.tips._raw import Raw, Said, Seen, dicts, text

_SITES = frozenset({"domain", "hostname", "url", "uri", "domain|ip"})
_DECIDED = frozenset({"domain", "hostname"})
_DEEPEST = 12
_ICON = "favicon-mmh3"
_FALSE_POSITIVE = "1"
"""The type of a sighting that says no."""


def read(data: Any) -> Raw:
    """Domains, tracking-id and favicon objects with the pages on which they were seen, links with their evidence, and decisions.

    An attribute that is meant for detection (to_ids) is the sender's yes; a false-positive sighting her no.
    """
    raw = Raw()
    holders = list(_holders(data, 0))
    domains = {text(one.get("uuid")): _domain(one) for one in holders}
    for holder in holders:
        attributes = list(dicts(holder.get("Attribute")))
        raw.sites += _sites(holder, attributes)
        raw.evidence += _links(holder, domains)
        if holder.get("name") == "tracking-id":
            _value(raw, attributes, "id", "url")
        elif holder.get("name") == "favicon":
            _value(raw, attributes, _ICON, "link")
        else:
            raw.verdicts += [said for one in attributes for said in _decided(one)]
    return raw


def _sites(holder: dict[str, Any], attributes: list[dict[str, Any]]) -> list[str]:
    found = [(text(one.get("type")), text(one.get("value")).split("|")[0]) for one in attributes]
    hosts = [value for form, value in found if form == "hostname"]
    if hosts and holder.get("name") == "tracking-id":
        return hosts  # its addresses can be a registry's or a tag container's, which tell of the site and are not on it
    return [value for form, value in found if form in _SITES]


def _domain(holder: dict[str, Any]) -> str:
    """The site for which an object stands; empty for other objects."""
    return next((text(one.get("value")) for one in dicts(holder.get("Attribute")) if text(one.get("type")) == "domain"), "")


def _links(holder: dict[str, Any], domains: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Samehand's own evidence on references between two sites."""
    site = domains.get(text(holder.get("uuid")), "")
    for reference in dicts(holder.get("ObjectReference")):
        other = domains.get(text(reference.get("referenced_uuid")), "")
        with suppress(ValueError, RecursionError):
            told = json.loads(text(reference.get("comment")))
            if site and other and isinstance(told, dict) and isinstance(told.get("shared"), list) and "bits" in told:
                yield {"site_a": site, "site_b": other, **told}


def _value(raw: Raw, attributes: list[dict[str, Any]], named: str, page: str) -> None:
    fields = {text(one.get("object_relation")): text(one.get("value")) for one in attributes}
    kind, value = _ICON if named == _ICON else fields.get("tracker", "unknown"), fields.get(named, "")
    raw.values.append((kind, value))
    for one in attributes:
        if one.get("object_relation") == page:
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
