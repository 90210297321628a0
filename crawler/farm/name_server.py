"""The farm's name server, over UDP and TCP: it knows the world's names and answers NXDOMAIN to every other."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from crawler.farm.plan import Hosting, Plan, Site
from crawler.farm.world import Fault

_TTL = 300
Records = dict[str, list[str]]
"""Texts of records by their type."""


class Zones:
    """All names of a plan and their records."""

    def __init__(self, plan: Plan, reachable: Callable[[str], str], ipv6: bool) -> None:
        """`reachable` gives the address under which the farm really serves a planned one."""
        self._reachable = reachable
        self._ipv6 = ipv6
        self.records: dict[str, Records] = {}
        for site in plan.sites:
            if site.fault is not Fault.UNKNOWN_DOMAIN:
                self._add_site(site)
            self._add_hosting(site.hosting)

    def _addresses(self, hosting: Hosting) -> Records:
        records = {"A": list(dict.fromkeys(self._reachable(address) for address in hosting.addresses))}
        if hosting.ipv6 and self._ipv6:
            records["AAAA"] = ["::1"]
        return records

    def _authority(self, domain: str, hosting: Hosting) -> Records:
        return {
            "NS": [f"ns1.{hosting.domain}.", f"ns2.{hosting.domain}."],
            "SOA": [f"ns1.{hosting.domain}. hostmaster.{hosting.domain}. 2024051301 7200 3600 1209600 300"],
            "MX": [f"10 mail.{domain}."],
            "TXT": ['"v=spf1 a mx -all"'],
        }

    def _add_site(self, site: Site) -> None:
        addresses = self._addresses(site.hosting)
        self.records[site.domain] = {**addresses, **self._authority(site.domain, site.hosting)}
        self.records[f"mail.{site.domain}"] = addresses
        if not site.platform:
            self.records[f"www.{site.domain}"] = addresses

    def _add_hosting(self, hosting: Hosting) -> None:
        addresses = self._addresses(hosting)
        self.records[hosting.domain] = {**addresses, **self._authority(hosting.domain, hosting)}
        for name in ("ns1", "ns2", "mail"):
            self.records[f"{name}.{hosting.domain}"] = addresses

    def answer(self, query: bytes) -> bytes | None:
        """The answer in wire format; None for what is no query."""
        try:
            message = dns.message.from_wire(query)
        except (dns.exception.DNSException, ValueError, struct.error):
            return None
        if not message.question or message.flags & dns.flags.QR:
            return None
        response = dns.message.make_response(message)
        response.flags |= dns.flags.AA
        question = message.question[0]
        records = self.records.get(question.name.to_text(omit_final_dot=True).lower())
        if records is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
            return response.to_wire()
        texts = records.get(dns.rdatatype.to_text(question.rdtype), [])
        if texts:
            response.answer.append(dns.rrset.from_text_list(question.name, _TTL, dns.rdataclass.IN, question.rdtype, texts))
        return response.to_wire()


class UdpProtocol(asyncio.DatagramProtocol):
    """Queries in datagrams."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Called by asyncio."""
        answer = self._zones.answer(data)
        if answer is not None:
            self._transport.sendto(answer, addr)


class TcpProtocol(asyncio.Protocol):
    """Queries with two bytes of length before them (RFC 1035, 4.2.2)."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._waiting += data
        while len(self._waiting) > 2:
            size = struct.unpack(">H", self._waiting[:2])[0]
            if len(self._waiting) < size + 2:
                return
            query, self._waiting = self._waiting[2 : size + 2], self._waiting[size + 2 :]
            answer = self._zones.answer(query)
            if answer is None:
                self._transport.abort()
                return
            self._transport.write(struct.pack(">H", len(answer)) + answer)
