"""What others send: a MISP event, a STIX bundle or a CSV, as sites to look at and values to look for; nothing is believed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fingerprints.exports.sharing import refang
from fingerprints.sites import NotASiteError, site_of, site_of_host

_MISP_SITES = frozenset({"domain", "hostname", "url", "uri", "domain|ip"})
_DEEPEST = 12


class TipsError(ValueError):
    """A file from which no tip can be read; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Tips:
    """What a file told."""

    sites: tuple[str, ...]
    """Sorted, each once."""
    values: tuple[tuple[str, str], ...]
    """(kind, value), sorted; the kind is what the sender called it."""
    evidence: tuple[dict[str, Any], ...] = ()
    """Links with their evidence, where the file has them in Samehand's own extension of STIX."""


def read(text: str) -> Tips:
    """Tells the format from the content.

    Raises:
        TipsError: it is none of them, or has no site in it.
    """
    start = text.lstrip("\ufeff \r\n\t")
    tips = _json(start) if start.startswith(("{", "[")) else _table(start)
    if not tips.sites:
        raise TipsError(
            "There is no domain in it. Give a MISP event or a STIX bundle in JSON, or a CSV with a column of domains."
        )
    return tips


def _json(text: str) -> Tips:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TipsError(f"It begins like JSON and is none: {error}.") from error
    if isinstance(data, dict) and data.get("type") == "bundle":
        return _stix(_dicts(data.get("objects")))
    event = data.get("Event", data.get("response", data)) if isinstance(data, dict) else data
    return _misp(event)


def _stix(objects: Iterable[dict[str, Any]]) -> Tips:
    sites: list[str] = []
    evidence: list[dict[str, Any]] = []
    for one in objects:
        if one.get("type") in ("domain-name", "url"):
            sites.append(str(one.get("value", "")))
        extensions = one.get("extensions")
        if isinstance(extensions, dict):
            evidence.extend(filter(_is_evidence, extensions.values()))
    pairs = ((one.get("kind"), one.get("value")) for link in evidence for one in _dicts(link["shared"]))
    return Tips(_sites(sites), _pairs(pairs), tuple(evidence))


def _is_evidence(extension: Any) -> bool:
    return isinstance(extension, dict) and isinstance(extension.get("shared"), list) and "bits" in extension


def _misp(event: Any) -> Tips:
    sites: list[str] = []
    pairs: list[tuple[Any, Any]] = []
    for holder in _holders(event, 0):
        attributes = list(_dicts(holder.get("Attribute")))
        sites += [str(one.get("value", "")).split("|")[0] for one in attributes if one.get("type") in _MISP_SITES]
        if holder.get("name") == "tracking-id":
            fields = {one.get("object_relation"): one.get("value") for one in attributes}
            pairs.append((fields.get("tracker", "unknown"), fields.get("id")))
    return Tips(_sites(sites), _pairs(pairs))


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


def _table(text: str) -> Tips:
    rows = csv.reader(io.StringIO(text.replace("\0", "")))
    try:
        return Tips(_sites(cell.lstrip("'") for row in rows for cell in row), ())
    except csv.Error as error:
        raise TipsError(f"It is no CSV: {error}.") from error


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(str(kind), str(value)) for kind, value in pairs if kind and value}))


def _sites(texts: Iterable[str]) -> tuple[str, ...]:
    found = set()
    for text in texts:
        plain = refang(text)
        if "." not in plain or " " in plain:
            continue
        try:
            found.add(site_of(plain) if "://" in plain else site_of_host(plain.split("/", 1)[0]))
        except NotASiteError:
            continue
    return tuple(sorted(found))
