"""Whose network an address lies in: the autonomous system, by the table that the crawl looked it up in."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints.indicators._probe import found, usable
from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.probe_records import facts_of
from fingerprints.scan import Scan

SYSTEM = Kind("ip-asn", "hosting", "Autonomous system of an address", "AS64500", "https://iptoasn.com/", links=False)
COUNTRY = Kind("ip-country", "hosting", "Country that an address is registered in", "DE", "https://iptoasn.com/", links=False)


def _read(scan: Scan) -> Iterator[Found]:
    for line in facts_of(scan.body):
        address, number = line.fact.get("address"), line.fact.get("asn")
        if not isinstance(address, str) or not isinstance(number, int) or not 0 < number < 1 << 32:
            continue
        name = str(line.fact.get("as_name") or "")[:80]
        where = f"{address}, {name}" if name and name.isprintable() else address
        yield found(scan, SYSTEM, f"AS{number}", line, where, shown=str(number))
        country = str(line.fact.get("country") or "").upper()
        if len(country) == 2 and usable(country):
            yield found(scan, COUNTRY, country, line, address)


KINDS = (SYSTEM, COUNTRY)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.DNS})),)
