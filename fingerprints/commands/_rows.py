"""What a site carries, as a row for machines: the fixed shape of `samehand observations`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fingerprints.commands._options import Format
from fingerprints.model import SharedValue
from fingerprints.stores.base import Carried
from fingerprints.terminal import iso, write_csv, write_json

COLUMNS = ("site", "kind", "value", "state", "page_url", "first_seen", "last_seen", "where", "excerpt")


def row(carried: Carried) -> dict[str, str]:
    """One carried value; times in ISO 8601, UTC."""
    return {
        "site": carried.site,
        "kind": carried.kind,
        "value": carried.value,
        "state": carried.state.value,
        "page_url": carried.page_url,
        "first_seen": iso(carried.first_seen),
        "last_seen": iso(carried.last_seen),
        "where": carried.where,
        "excerpt": carried.excerpt,
    }


def shared_row(one: SharedValue) -> dict[str, Any]:
    """A value of a link, with what it is worth and why."""
    return {
        "kind": one.kind,
        "value": one.value,
        "sites": one.sites,
        "bits": round(one.bits, 3),
        "family": one.family,
        "why": one.why,
        "background": one.background if one.background >= 0 else None,
    }


def write(carried: Iterable[Carried], form: Format) -> None:
    """Writes the rows to stdout as they come."""
    if form is Format.CSV:
        write_csv(COLUMNS, (tuple(row(one).values()) for one in carried))
    else:
        write_json(map(row, carried))
