"""Questions and answers of DNS as bytes: what is asked, and what an answer says. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

_PAYLOAD = 1232
"""Bytes of an answer over UDP that pass without fragments: https://www.dnsflagday.net/2020/"""
_MOST_CHAIN = 20
_MOST_RECORDS = 200


class DnsFault(Exception):  # noqa: N818  (a fact about a name, told to people)
    """A question that got no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the resolver said."""

    rcode: str
    """NOERROR, NXDOMAIN."""
    records: tuple[str, ...] = ()
    """In presentation form, sorted."""
    ttl: int = 0
    """Seconds, the least of the answer; 0 without records."""
    chain: tuple[str, ...] = ()
    """The names that CNAME records led through, without the one asked for."""
    over_tcp: bool = False


def query_for(name: str, kind: str) -> bytes:
    """A question with recursion desired and EDNS; its id is set when it is sent."""
    try:
        target = dns.name.from_text(name).to_wire()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise DnsFault(f"{name[:100]} is no name that can be asked for: {type(error).__name__}.") from None
    assert target is not None
    option = struct.pack(">BHHIH", 0, dns.rdatatype.OPT, _PAYLOAD, 0, 0)
    return struct.pack(">6H", 0, 0x0100, 1, 0, 0, 1) + target + struct.pack(">HH", dns.rdatatype.from_text(kind), 1) + option


def question_of(message: bytes) -> bytes:
    """The question of a message without compression, in lower case; empty when it has none."""
    at = 12
    while at < len(message) and message[at]:
        at += message[at] + 1
    return message[12 : at + 5].lower() if len(message) >= at + 5 else b""


def answer_of(data: bytes, kind: str, *, over_tcp: bool = False) -> Answer:
    """What a message says about records of one type.

    Raises:
        DnsFault: the name server fails, refuses, or knows nothing of the zone.
        DNSException, ValueError: it is no message of DNS.
    """
    return nothing_in(data, over_tcp) or parsed(data, kind, over_tcp)


def nothing_in(data: bytes, over_tcp: bool) -> Answer | None:
    """The answer that there are no such records, or no such name, which two of three questions get; None for any other.

    Its sections are walked over and not parsed: that takes a tenth of the time.
    """
    try:
        questions, answers, authorities, others = struct.unpack_from(">4H", data, 4)
        code, kinds, at = data[3] & 0x0F, set(), 12
        if answers or questions != 1 or code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return None
        at = _behind_name(data, at) + 4
        for number in range(authorities + others):
            at = _behind_name(data, at)
            kind, _, ttl, size = struct.unpack_from(">HHIH", data, at)
            at += 10 + size
            if number < authorities:
                kinds.add(kind)
            elif kind == dns.rdatatype.OPT and ttl >> 24:  # the upper bits of the code (RFC 6891, 6.1.3)
                return None
    except (struct.error, IndexError):
        return None
    if at > len(data) or (dns.rdatatype.NS in kinds and dns.rdatatype.SOA not in kinds):
        return None
    return Answer("NOERROR" if code == dns.rcode.NOERROR else "NXDOMAIN", over_tcp=over_tcp)


def _behind_name(data: bytes, at: int) -> int:
    """Where a name ends that may be compressed (RFC 1035, 4.1.4)."""
    while data[at]:
        if data[at] >= 0xC0:
            return at + 2
        at += data[at] + 1
    return at + 1


def parsed(data: bytes, kind: str, over_tcp: bool) -> Answer:
    """As answer_of, for any answer."""
    message = dns.message.from_wire(data, ignore_trailing=True)
    rcode = dns.rcode.to_text(message.rcode())
    if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise DnsFault(f"The name server answered {rcode}{_reason(message)}.")
    chain, found = _followed(message, dns.rdatatype.from_text(kind))
    if not found and not chain and _is_referral(message):
        raise DnsFault("Lame delegation: the name server knows nothing of the zone and names others.")
    if found is None:
        return Answer(rcode, chain=chain, over_tcp=over_tcp)
    records = sorted(record.to_text() for record in found)[:_MOST_RECORDS]
    return Answer(rcode, tuple(records), found.ttl, chain, over_tcp)


def _followed(message: dns.message.Message, kind: dns.rdatatype.RdataType) -> tuple[tuple[str, ...], dns.rrset.RRset | None]:
    """The names that the answer leads through, and the records at its end."""
    name = message.question[0].name
    chain: list[str] = []
    sets = {(one.name, one.rdtype): one for one in message.answer if one.rdclass == dns.rdataclass.IN}
    for _ in range(_MOST_CHAIN):
        if (name, kind) in sets:
            return tuple(chain), sets[name, kind]
        alias = sets.get((name, dns.rdatatype.CNAME))
        if alias is None:
            break
        name = alias[0].target
        chain.append(name.to_text().lower())
    return tuple(chain), None


def _is_referral(message: dns.message.Message) -> bool:
    """Whether a server that is not the zone's sends on to others, in place of an answer (RFC 8499: lame delegation)."""
    kinds = {one.rdtype for one in message.authority}
    return dns.rdatatype.NS in kinds and dns.rdatatype.SOA not in kinds and not message.flags & (dns.flags.AA | dns.flags.RA)


def _reason(message: dns.message.Message) -> str:
    """What an extended error (RFC 8914) adds: why a resolver failed, such as a lame delegation."""
    for option in message.options:
        if isinstance(option, dns.edns.EDEOption):
            text = dns.edns.EDECode(option.code).name if option.code in iter(dns.edns.EDECode) else str(option.code)
            return f" ({text.replace('_', ' ').lower()}{': ' + option.text[:100] if option.text else ''})"
    return ""
