"""The farm's name server, over UDP and TCP: it knows the world's names and answers NXDOMAIN to every other."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterable
from functools import cache
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from crawler.farm.estate import mail_key, mailbox, name_servers, pool_names
from crawler.farm.plan import Hosting, Plan, Site
from crawler.farm.world import Fault

_TTL = 300
_PLAIN_PAYLOAD = 512
"""Bytes of an answer over UDP to a question without EDNS (RFC 1035, 4.2.1)."""
_MOST_PAYLOAD = 1232
Records = dict[str, list[str]]
"""Texts of records by their type."""


class Zones:
    """All names of a plan and their records."""

    def __init__(self, plan: Plan, reachable: Callable[[str], str], ipv6: bool, others: Iterable[tuple[str, str]] = ()) -> None:
        """`reachable` gives the address under which the farm really serves a planned one; `others` are names and addresses."""
        self._reachable = reachable
        self._ipv6 = ipv6
        self.records: dict[str, Records] = {}
        for site in plan.sites:
            if site.fault is not Fault.UNKNOWN_DOMAIN:
                self._add_site(site)
            self._add_hosting(site.hosting)
        for name, address in others:
            self.records[name] = {"A": [address]}

    def _addresses(self, hosting: Hosting) -> Records:
        records = {"A": list(dict.fromkeys(self._reachable(address) for address in hosting.addresses))}
        if hosting.ipv6 and self._ipv6:
            records["AAAA"] = ["::1"]
        return records

    def _authority(self, domain: str, servers: tuple[str, ...], contact: str, addresses: Records) -> Records:
        return {
            "NS": [f"{server}." for server in servers],
            "SOA": [f"{servers[0]}. {_as_name(contact)} 2024051301 7200 3600 1209600 300"],
            "MX": [f"10 mail.{domain}."],
            "TXT": [f'"v=spf1 a mx ip4:{addresses["A"][0]} -all"'],
            "CAA": ['0 issue "farm-ca.net"'],
        }

    def _add_site(self, site: Site) -> None:
        addresses = self._addresses(site.hosting)
        if site.platform:  # the zone is the platform's
            self.records[site.domain] = addresses
            return
        zone = self._authority(site.domain, name_servers(site), mailbox(site), addresses)
        self.records[site.domain] = {**addresses, **zone}
        self.records[f"mail.{site.domain}"] = addresses
        self.records[f"_dmarc.{site.domain}"] = {"TXT": [f'"v=DMARC1; p=none; rua=mailto:dmarc@{site.domain}"']}
        key = mail_key(site.domain)
        self.records[f"default._domainkey.{site.domain}"] = {"TXT": [f'"v=DKIM1; k=rsa; p={key[:180]}" "{key[180:]}"']}
        if site.hosting.kind == "cdn":
            edge = f"{site.domain}.cdn.{site.hosting.domain}"
            self.records[f"www.{site.domain}"] = {"CNAME": [f"{edge}."]}
            self.records[edge] = addresses
        else:
            self.records[f"www.{site.domain}"] = addresses

    def _add_hosting(self, hosting: Hosting) -> None:
        addresses = self._addresses(hosting)
        servers = (f"ns1.{hosting.domain}", f"ns2.{hosting.domain}")
        zone = self._authority(hosting.domain, servers, f"hostmaster@{hosting.domain}", addresses)
        self.records[hosting.domain] = {**addresses, **zone}
        for name in (*servers, f"mail.{hosting.domain}", *(pool_names(hosting) if hosting.kind == "cdn" else ())):
            self.records[name] = addresses

    def _without_records(self, query: bytes) -> bytes | None:
        """The answer that there are none, or no such name, which most questions get; None where there are some."""
        asked = _question(query)
        if asked is None:
            return None
        name, kind, end = asked
        records = self.records.get(name)
        if records is not None and (kind in records or "CNAME" in records):
            return None
        code = dns.rcode.NXDOMAIN if records is None else dns.rcode.NOERROR
        return _header(query, code) + query[12:end]

    def answer(self, query: bytes, *, tcp: bool = False) -> bytes | None:
        """The answer in wire format; None for what is no query. What does not fit over UDP is marked as truncated."""
        plain = self._without_records(query)
        if plain is not None:
            return plain
        try:
            message = dns.message.from_wire(query)
        except (dns.exception.DNSException, ValueError, struct.error):
            return None
        if not message.question or message.flags & dns.flags.QR:
            return None
        response = dns.message.make_response(message)
        response.flags |= dns.flags.AA
        question = message.question[0]
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        records = self.records.get(name.to_text(omit_final_dot=True).lower())
        if records is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
            return response.to_wire()
        if "CNAME" in records and kind != "CNAME":
            response.answer.append(_set(name, "CNAME", records["CNAME"]))
            name = dns.name.from_text(records["CNAME"][0])
            records = self.records.get(records["CNAME"][0].rstrip("."), {})
        if texts := records.get(kind, []):
            response.answer.append(_set(name, kind, texts))
        return _wire(response, 65535 if tcp else max(_PLAIN_PAYLOAD, min(message.payload, _MOST_PAYLOAD)))


def _header(query: bytes, code: int) -> bytes:
    """That of an authoritative answer with the question alone."""
    return query[:2] + bytes((0x84 | query[2] & 0x01, code)) + b"\0\1\0\0\0\0\0\0"


def _set(name: dns.name.Name, kind: str, texts: list[str]) -> dns.rrset.RRset:
    return dns.rrset.from_text_list(name, _TTL, dns.rdataclass.IN, dns.rdatatype.from_text(kind), texts)


def _wire(response: dns.message.Message, most: int) -> bytes:
    try:
        return response.to_wire(max_size=most)
    except dns.exception.TooBig:
        response.answer.clear()
        response.flags |= dns.flags.TC
        return response.to_wire()


def _as_name(address: str) -> str:
    """A mailbox as SOA records write it: dots before the @ are escaped (RFC 1035, 8)."""
    local, _, domain = address.partition("@")
    return f"{local.replace('.', chr(92) + '.')}.{domain}."


def _question(query: bytes) -> tuple[str, str, int] | None:
    """(name, type, where the question ends) of a query with one question; None for any other message."""
    if len(query) < 17 or query[2] & 0x80 or query[4:8] != b"\0\1\0\0":
        return None
    at, labels = 12, []
    while at < len(query) and 0 < query[at] < 64:
        labels.append(query[at + 1 : at + 1 + query[at]])
        at += 1 + query[at]
    if len(query) < at + 5 or query[at]:
        return None
    kind = _kind(int.from_bytes(query[at + 1 : at + 3], "big"))
    return b".".join(labels).decode("ascii", "replace").lower(), kind, at + 5


@cache
def _kind(number: int) -> str:
    return dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))


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
            answer = self._zones.answer(query, tcp=True)
            if answer is None:
                self._transport.abort()
                return
            self._transport.write(struct.pack(">H", len(answer)) + answer)
