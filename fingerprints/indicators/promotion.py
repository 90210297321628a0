"""Accounts that spread a site's articles, from lists of shares that `samehand import shares` reads into records.

A record's facts, one JSON object a line after the head: {"account", "shares", "first", "last", "url"} for an account, and
{"accounts": [two], "urls", "within", "first", "last", "url"} for two that shared the same addresses within minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.model import Role
from fingerprints.probe_records import facts_of
from fingerprints.scan import Scan

SHARED_BY = Kind(
    name="shared-by",
    family="promotion",
    title="Account that spreads the site's articles",
    example="x/harborfan",
    source="A list of shares: posts of a network with the address that they link to (CrowdTangle's and others' exports).",
    m=0.3,
    cap=2.5,
    personal=True,
    traps="Readers, aggregators and bots share whom they like: an account says little, and one that shares hundreds of sites nothing.",
)
SHARED_TOGETHER = Kind(
    name="shared-together",
    family="promotion",
    title="Two accounts that spread the same articles of the site within minutes of each other",
    example="facebook-page/harborfan + x/harborfan",
    source="Giglietto and others, https://doi.org/10.1080/1369118X.2020.1739732: coordinated link sharing",
    m=0.3,
    cap=4.0,
    personal=True,
    traps="Two followers of one wire service; accounts of one newsroom that post by a tool; alerts on breaking news.",
)
_LONGEST = 200


def pair(one: str, other: str) -> str:
    """The value of two accounts."""
    return " + ".join(sorted((one, other)))


def _read(scan: Scan) -> Iterator[Found]:
    for line in facts_of(scan.body):
        fact = line.fact
        if _is_text(fact.get("account")):
            yield Found(SHARED_BY, fact["account"], line.start, line.end, f"{_number(fact, 'shares')} shares of its addresses")
        elif _are_two(fact.get("accounts")):
            told = f"{_number(fact, 'urls')} addresses within {_number(fact, 'within')} minutes"
            yield Found(SHARED_TOGETHER, pair(*fact["accounts"]), line.start, line.end, told)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def _are_two(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value)) and value[0] != value[1]


def _number(fact: dict[str, Any], name: str) -> int:
    value = fact.get(name)
    return value if isinstance(value, int) else 0


KINDS = (SHARED_BY, SHARED_TOGETHER)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.ARCHIVES})),)
