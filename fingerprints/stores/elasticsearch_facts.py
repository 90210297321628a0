"""What is known of each site's hosting and editing, for its own document: an address, a registrar, a language, each in a field.

Observations hold the same as values with their evidence; here it is once a site, so that Kibana can count sites by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address

from fingerprints.model import State
from fingerprints.stores.base import Matrix
from fingerprints.stores.elasticsearch_documents import Source, family, is_personal

_MOST = 100
"""Values of one field of one site."""
_ACCOUNTS = "accounts"
"""The family of accounts elsewhere: profiles, channels, pages."""
_DAY = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
Value = str | int


def _address(text: str) -> Value | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _system(text: str) -> Value | None:
    number = text.removeprefix("AS")
    return int(number) if number.isdecimal() else None


def _registered(text: str) -> Value | None:
    match = _DAY.match(text)
    return match[0] if match else None


def _keyed(kind: str) -> Callable[[str], Value | None]:
    return lambda text: f"{kind} {text}"


_FIELDS: tuple[tuple[str, str, Callable[[str], Value | None]], ...] = (
    ("dns-a", "server.ip", _address),
    ("dns-a", "dns.resolved_ip", _address),
    ("dns-a", "dns.answers.data", str),
    ("dns-mx", "dns.answers.data", str),
    ("dns-ns", "dns.answers.data", str),
    ("dns-ns", "samehand.name_server", str),
    ("ip-asn", "server.as.number", _system),
    ("ip-country", "server.geo.country_iso_code", str),
    ("lookalike", "samehand.target", str),
    ("page-language", "samehand.language", str),
    ("publishing-hour", "samehand.publishing_hour", str),
    ("registrar", "samehand.registrar", str),
    ("registration-day", "samehand.registered", _registered),
    ("tls-certificate", "tls.server.hash.sha256", str),
    ("tls-issuer", "tls.server.issuer", str),
)
"""Of a kind: the field, and what of the value stands there."""


def of_sites(matrix: Matrix) -> dict[str, Source]:
    """Site → fields, each a sorted list of what readers get there, on copied pages too; what was not found is left out."""
    found: dict[str, Source] = {}
    spans = matrix.kinds()
    accounts = (kind for kind in spans if family(kind) == _ACCOUNTS and not is_personal(kind))
    for kind, field, made in (*((kind, "samehand.account", _keyed(kind)) for kind in accounts), *_FIELDS):
        span = spans.get(kind, range(0))
        begin, end = matrix.value.searchsorted([span.start, span.stop])
        for row in range(int(begin), int(end)):
            value = made(matrix.values[int(matrix.value[row])][1])
            if value is not None and matrix.state[row] != State.COMMENTED.rank:
                values = found.setdefault(matrix.sites[int(matrix.site[row])], {}).setdefault(field, [])
                if value not in values and len(values) < _MOST:
                    values.append(value)
    for source in found.values():
        for values in source.values():
            values.sort()
    return found
