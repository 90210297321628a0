"""A STIX 2.1 bundle: domains, addresses, indicators' patterns, opinions, and Samehand's own evidence on relationships."""

from __future__ import annotations

import re
from typing import Any

from fingerprints.exports.tips._raw import Raw, Said, Seen, dicts, text

# STIX 2.1, section 9: a comparison of an object's property with a literal.
_IN_PATTERN = re.compile(r"(?:domain-name|url):value\s{0,9}=\s{0,9}'([^'\\]{1,2000})'")
_ANSWERS = {"strongly-agree": True, "agree": True, "disagree": False, "strongly-disagree": False}
"""STIX 2.1's opinion-enum; "neutral" decides nothing."""


def read(bundle: dict[str, Any]) -> Raw:
    """All that a bundle tells of sites and values."""
    raw = Raw()
    objects = list(dicts(bundle.get("objects")))
    names = {text(one.get("id")): text(one.get("value")) for one in objects if one.get("type") == "domain-name"}
    for one in objects:
        if one.get("type") in ("domain-name", "url"):
            raw.sites.append(text(one.get("value")))
        elif one.get("type") == "indicator":
            raw.sites += _IN_PATTERN.findall(text(one.get("pattern")))
        elif one.get("type") == "opinion":
            _opinion(raw, one, names)
        extensions = one.get("extensions")
        if isinstance(extensions, dict):
            raw.evidence += filter(_is_evidence, extensions.values())
    for link in raw.evidence:
        _evidence(raw, link)
    return raw


def _opinion(raw: Raw, opinion: dict[str, Any], names: dict[str, str]) -> None:
    answer = _ANSWERS.get(text(opinion.get("opinion")))
    about = opinion.get("object_refs")
    if answer is None or not isinstance(about, list):
        return
    authors = opinion.get("authors")
    by = ", ".join(map(text, authors)) if isinstance(authors, list) else ""
    for ref in about:
        if isinstance(ref, str) and names.get(ref):
            raw.verdicts.append(Said("site", (names[ref],), answer, by, text(opinion.get("explanation"))))


def _is_evidence(extension: Any) -> bool:
    return isinstance(extension, dict) and isinstance(extension.get("shared"), list) and "bits" in extension


def _evidence(raw: Raw, link: dict[str, Any]) -> None:
    for one in dicts(link["shared"]):
        kind, value = text(one.get("kind")), text(one.get("value"))
        raw.values.append((kind, value))
        for seen in dicts(one.get("seen")):
            raw.seen.append(Seen(kind, value, text(seen.get("page_url")), text(seen.get("excerpt"))))
