"""The DNS probe: which questions are put about a site, and the record of what was answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from crawler.probes.as_table import AsTable
from crawler.probes.dns_client import DnsClient
from crawler.probes.dns_message import Answer, DnsFault
from fingerprints.model import Outcome
from fingerprints.probe_records import encode

_OF_ZONE = ("AAAA", "NS", "SOA", "MX", "TXT", "CAA")
SELECTORS = ("default", "dkim", "google", "k1", "k2", "mail", "s1", "s2", "selector1", "selector2")
"""DKIM selectors that mail systems set up by themselves: Google, Microsoft (selector1, 2), Mailchimp (k1, k2), SendGrid (s1, s2),
OpenDKIM's and cPanel's documentation (default, mail, dkim)."""
_MOST_HOSTS = 3
Fact = dict[str, Any]


async def look_up(client: DnsClient, site: str, hosts: Sequence[str], table: AsTable) -> bytes:
    """All questions about a site.

    Args:
        client: asks.
        site: its registrable domain.
        hosts: further names of it, such as www.
        table: gives an address its AS.

    Returns:
        The record's body.
    """
    first = await _question(client, site, "A")
    if first.get("rcode") == "NXDOMAIN":
        return encode("dns", Outcome.ABSENT, f"The domain {site} does not exist (NXDOMAIN).", [first])
    others = [host for host in dict.fromkeys(hosts) if host != site][:_MOST_HOSTS]
    asked = [(site, kind) for kind in _OF_ZONE]
    asked += [(host, kind) for host in others for kind in ("A", "AAAA")]
    asked += [(f"_dmarc.{site}", "TXT"), (f"{_no_such_label(site)}.{site}", "A")]
    facts = [first, *await asyncio.gather(*(_question(client, name, kind) for name, kind in asked))]
    if any(fact["type"] == "MX" and fact.get("answers") for fact in facts):
        keys = [(f"{selector}._domainkey.{site}", "TXT") for selector in SELECTORS]
        facts += await asyncio.gather(*(_question(client, name, kind) for name, kind in keys))
    faults = [fact for fact in facts if "error" in fact]
    if len(faults) == len(facts):
        return encode("dns", Outcome.FAILED, str(first["error"]), facts)
    return encode("dns", Outcome.READ, _told(faults), [*facts, *_addresses(facts, table)])


async def _question(client: DnsClient, name: str, kind: str) -> Fact:
    try:
        answer = await client.ask(name, kind)
    except DnsFault as fault:
        return {"asked": name, "type": kind, "error": str(fault)}
    return _fact(name, kind, answer)


def _fact(name: str, kind: str, answer: Answer) -> Fact:
    fact: Fact = {"asked": name, "type": kind, "rcode": answer.rcode}
    if answer.chain:
        fact["chain"] = list(answer.chain)
    if answer.records:
        fact |= {"ttl": answer.ttl, "answers": list(answer.records)}
    if answer.over_tcp:
        fact["tcp"] = True
    return fact


def _no_such_label(site: str) -> str:
    """A name that nobody sets up: if it has an address, all names of the zone have. The same for each look at one site."""
    return "nx-" + hashlib.sha256(site.encode()).hexdigest()[:12]


def _told(faults: Sequence[Fact]) -> str:
    if not faults:
        return ""
    asked = ", ".join(f"{fact['asked']} {fact['type']}" for fact in faults[:5])
    more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
    return f"Not answered: {asked}{more}. {faults[0]['error']}"


def _addresses(facts: Sequence[Fact], table: AsTable) -> list[Fact]:
    """What the table knows of each address of the site's hosts."""
    found = {text: None for fact in facts if fact["type"] in ("A", "AAAA") for text in fact.get("answers", ())}
    known = [(text, table.of(text)) for text in found]
    return [
        {"address": text, "asn": place.number, "as_name": place.name, "country": place.country, "table": table.made}
        for text, place in known
        if place is not None
    ]
