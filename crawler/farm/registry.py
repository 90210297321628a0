"""The farm's registries: RDAP answers (RFC 9083) under host names of their own, WHOIS over TCP, and the files that name them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

from crawler.farm.documents import Document
from crawler.farm.estate import THIN_SUFFIXES, WHOIS_SUFFIXES, Registered, registered
from crawler.farm.plan import Plan

_LONGEST_QUESTION = 300
_TYPE = "application/rdap+json"


class Registry:
    """All registered domains of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._domains = {site.domain: registered(site, plan) for site in plan.sites if not site.platform}
        suffixes = sorted({domain.rpartition(".")[2] for domain in self._domains})
        self.rdap = {suffix: f"rdap.nic-{suffix}.net" for suffix in suffixes if suffix not in WHOIS_SUFFIXES}
        self.whois = {suffix: f"whois.nic-{suffix}.net" for suffix in suffixes if suffix in WHOIS_SUFFIXES}
        self._registrars = {f"rdap.registrar-{one.registrar_id}.net" for one in self._domains.values()}

    @property
    def hosts(self) -> frozenset[str]:
        """The names of all servers."""
        return frozenset({*self.rdap.values(), *self.whois.values(), *self._registrars})

    def write(self, folder: Path) -> None:
        """Leaves the files that --hosting-data names."""
        services = [[[suffix], [f"https://{host}/"]] for suffix, host in self.rdap.items()]
        file = {"description": "The farm's registries", "publication": "2024-05-13T00:00:00Z", "services": services}
        (folder / "rdap_bootstrap.json").write_text(json.dumps(file), "utf-8")
        lines = [f"{suffix}\t{host}\tthe farm\n" for suffix, host in self.whois.items()]
        (folder / "whois_servers.tsv").write_text("".join(lines), "utf-8")

    def document(self, host: str, path: str) -> Document:
        """What an RDAP server answers."""
        kind, _, domain = path.strip("/").partition("/")
        known = self._domains.get(domain.lower())
        if kind != "domain" or known is None:
            return Document(_json({"errorCode": 404, "title": "Not Found"}), _TYPE, 404)
        thin = host in self.rdap.values() and domain.rpartition(".")[2] in THIN_SUFFIXES
        return Document(_json(_rdap(known, thin)), _TYPE)

    def text(self, question: str) -> bytes:
        """What a WHOIS server answers."""
        known = self._domains.get(question.strip().lower())
        if known is None:
            return b"% No entries found.\r\n"
        lines = [
            "% Pretended registry. Terms of use apply.",
            f"Domain Name: {known.domain}",
            f"Registrar: {known.registrar}",
            f"Registrar IANA ID: {known.registrar_id}",
            f"Creation Date: {known.created.isoformat()}T08:00:00Z",
            "Domain Status: clientTransferProhibited",
            f"Registrant Organization: {known.organisation}",
            f"Registrant Email: {known.email}",
            *(f"Name Server: {name}" for name in known.name_servers),
        ]
        return ("\r\n".join(lines) + "\r\n").encode()


class WhoisProtocol(asyncio.Protocol):
    """One question and its answer (RFC 3912)."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._waiting += data
        if b"\n" in self._waiting:
            question = self._waiting.split(b"\n", 1)[0].decode("ascii", "replace")
            self._transport.write(self._registry.text(question))
            self._transport.close()
        elif len(self._waiting) > _LONGEST_QUESTION:
            self._transport.abort()


def _rdap(known: Registered, thin: bool) -> dict[str, Any]:
    registrar = {
        "objectClassName": "entity",
        "roles": ["registrar"],
        "publicIds": [{"type": "IANA Registrar ID", "identifier": known.registrar_id}],
        "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", known.registrar]]],
    }
    registrant = {
        "objectClassName": "entity",
        "roles": ["registrant"],
        "vcardArray": [
            "vcard",
            [
                ["version", {}, "text", "4.0"],
                ["fn", {}, "text", ""],
                ["org", {}, "text", known.organisation],
                ["email", {}, "text", known.email],
            ],
        ],
    }
    related = f"https://rdap.registrar-{known.registrar_id}.net/domain/{known.domain}"
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "domain",
        "ldhName": known.domain,
        "status": ["client transfer prohibited"],
        "events": [
            {"eventAction": "registration", "eventDate": f"{known.created.isoformat()}T08:00:00Z"},
            {"eventAction": "expiration", "eventDate": f"{known.created.replace(day=1).isoformat()[:4]}-12-31T08:00:00Z"},
        ],
        "entities": [registrar] if thin else [registrar, registrant],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": name} for name in known.name_servers],
        "links": [{"rel": "related", "href": related, "type": _TYPE}] if thin else [],
    }


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode()
