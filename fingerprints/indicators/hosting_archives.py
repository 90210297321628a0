"""What certificate transparency logs tell: other sites on one certificate with this one, as crt.sh and Cert Spotter list them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sites import NotASiteError, site_of_host

LOGGED = Kind("ct-names", "hosting", "Other site on a logged certificate", "harbour-times.com", "https://crt.sh/", links=False)
_MOST_CERTIFICATES = 5_000
_MOST_NAMES = 200
_MOST_STRANGERS = 25
"""Other sites on one certificate from which on it is a host's, whose customers say nothing of each other."""


def _read(scan: Scan) -> Iterator[Found]:
    try:
        entries: Any = json.loads(scan.body)
    except (ValueError, RecursionError):
        return
    for entry in entries[:_MOST_CERTIFICATES] if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            day = str(entry.get("not_before") or "")[:10]
            where = f"certificate of {day}" if day.isprintable() and day else "logged certificate"
            others = sorted({site for name in _names(entry) if (site := _site(name)) and site != scan.page.site})
            for site in others if len(others) <= _MOST_STRANGERS else ():
                at = scan.body.find(site.encode("ascii"))
                yield Found(LOGGED, site, at, at + len(site) if at >= 0 else -1, where)


def _names(entry: dict[str, Any]) -> list[str]:
    """crt.sh lists names as lines of one text, Cert Spotter as a list."""
    listed = entry.get("dns_names")
    names = listed if isinstance(listed, list) else str(entry.get("name_value") or "").split("\n")
    return [name for name in names[:_MOST_NAMES] if isinstance(name, str)]


def _site(name: str) -> str | None:
    try:
        return site_of_host(name.removeprefix("*."))
    except NotASiteError:
        return None


KINDS = (LOGGED,)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.ARCHIVES})),)
