"""Questions to a resolver over few sockets, many at once: UDP, then TCP for what does not fit (RFC 7766)."""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset

_PAYLOAD = 1232
"""Bytes of an answer over UDP that pass without fragments: https://www.dnsflagday.net/2020/"""
_MOST_CHAIN = 20
_MOST_RECORDS = 200
_SOCKETS = 8
"""Each with a port of its own, so that an answer is hard to forge."""


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


class DnsClient:
    """Asks; retries with the next server after a silence."""

    def __init__(
        self, servers: Sequence[tuple[str, int]], *, timeout: float, tries: int = 2, most: int = 200, kept: int = 20_000
    ) -> None:
        """
        Args:
            servers: IP address and port of each.
            timeout: seconds for one try.
            tries: how often a question is put.
            most: questions under way at once.
            kept: answers that are kept for later.
        """
        self._servers = servers
        self._timeout = timeout
        self._tries = tries
        self._slots = asyncio.Semaphore(most)
        self._sockets: dict[tuple[str, int], list[_Socket]] = {}
        self._opening = asyncio.Lock()
        self._kept: dict[tuple[str, str], Answer] = {}
        self._most_kept = kept
        self.asked = 0
        """Questions put, repeats included."""

    @property
    def has_servers(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self._servers)

    @property
    def sockets(self) -> int:
        """Sockets for UDP that are open."""
        return sum(map(len, self._sockets.values()))

    async def ask(self, name: str, kind: str) -> Answer:
        """The records of one type.

        Raises:
            DnsFault: no answer, or one that says that the name server fails.
        """
        key = (name.lower(), kind)
        known = self._kept.get(key)
        if known is not None:
            return known
        async with self._slots:
            answer = await self._ask(name, kind)
        if len(self._kept) >= self._most_kept:
            self._kept.clear()
        self._kept[key] = answer
        return answer

    async def _ask(self, name: str, kind: str) -> Answer:
        query = _query(name, kind)
        fault = DnsFault("There is no name server to ask.")
        for number in range(self._tries * len(self._servers)):
            server = self._servers[number % len(self._servers)]
            try:
                return await self._try(server, query, kind)
            except TimeoutError:
                fault = DnsFault(f"The name server did not answer within {self._timeout:g} s.")
            except OSError as error:
                fault = DnsFault(f"The name server cannot be reached: {error.strerror or error}.")
            except (dns.exception.DNSException, struct.error, ValueError) as error:
                fault = DnsFault(f"The name server's answer cannot be read: {type(error).__name__}.")
        raise fault

    async def _try(self, server: tuple[str, int], query: bytes, kind: str) -> Answer:
        self.asked += 1
        async with asyncio.timeout(self._timeout):
            data = await (await self._socket(server)).ask(query)
        if data[2] & 0x02:  # TC: the rest did not fit
            async with asyncio.timeout(self._timeout):
                data = await _over_tcp(server, query)
            return _answer(data, kind, over_tcp=True)
        return _answer(data, kind)

    async def _socket(self, server: tuple[str, int]) -> _Socket:
        pool = self._sockets.setdefault(server, [])
        if len(pool) < _SOCKETS:
            async with self._opening:
                if len(pool) < _SOCKETS:
                    loop = asyncio.get_running_loop()
                    _, opened = await loop.create_datagram_endpoint(_Socket, remote_addr=server)
                    pool.append(opened)
        return random.choice(pool)  # noqa: S311  (spreads load; the ids are drawn elsewhere)

    def close(self) -> None:
        """Closes the sockets."""
        for pool in self._sockets.values():
            for one in pool:
                one.close()
        self._sockets.clear()


class _Socket(asyncio.DatagramProtocol):
    """One port; answers find their question by its id and by what was asked."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[bytes, asyncio.Future[bytes]]] = {}
        self._ids = random.SystemRandom()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    async def ask(self, query: bytes) -> bytes:
        """The datagram that answers."""
        number = self._ids.randrange(1 << 16)
        while number in self._waiting:
            number = self._ids.randrange(1 << 16)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (_question(query), future)
        try:
            self._transport.sendto(struct.pack(">H", number) + query[2:])
            return await future
        finally:
            del self._waiting[number]

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002  asyncio's signature
        if len(data) < 12:
            return
        question, future = self._waiting.get(int.from_bytes(data[:2], "big"), (b"", None))
        if future is not None and not future.done() and data[2] & 0x80 and _question(data) == question:
            future.set_result(data)

    def error_received(self, exc: Exception) -> None:
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(OSError(getattr(exc, "errno", 0) or 0, str(exc)))

    def close(self) -> None:
        """Gives the port back."""
        self._transport.close()


def system_servers() -> list[tuple[str, int]]:
    """The name servers that this machine asks.

    Raises:
        DnsFault: it names none.
    """
    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        raise DnsFault("This machine names no DNS resolver. Name one with --dns.") from None
    return [(server, 53) for server in resolver.nameservers if isinstance(server, str)][:3]


def _query(name: str, kind: str) -> bytes:
    """A question with recursion desired and EDNS; its id is set when it is sent."""
    try:
        target = dns.name.from_text(name).to_wire()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise DnsFault(f"{name[:100]} is no name that can be asked for: {type(error).__name__}.") from None
    assert target is not None
    option = struct.pack(">BHHIH", 0, dns.rdatatype.OPT, _PAYLOAD, 0, 0)
    return struct.pack(">6H", 0, 0x0100, 1, 0, 0, 1) + target + struct.pack(">HH", dns.rdatatype.from_text(kind), 1) + option


def _question(message: bytes) -> bytes:
    """The question of a message without compression, in lower case; empty when it has none."""
    at = 12
    while at < len(message) and message[at]:
        at += message[at] + 1
    return message[12 : at + 5].lower() if len(message) >= at + 5 else b""


async def _over_tcp(server: tuple[str, int], query: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*server)
    try:
        number = random.SystemRandom().randrange(1 << 16).to_bytes(2, "big")
        writer.write(struct.pack(">H", len(query)) + number + query[2:])
        (size,) = struct.unpack(">H", await reader.readexactly(2))
        data = await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        raise OSError(0, "it broke the connection off") from None
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    if data[:2] != number or _question(data) != _question(query):
        raise ValueError("another question's answer")
    return data


def _answer(data: bytes, kind: str, *, over_tcp: bool = False) -> Answer:
    return _nothing(data, over_tcp) or _read(data, kind, over_tcp)


def _nothing(data: bytes, over_tcp: bool) -> Answer | None:
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


def _read(data: bytes, kind: str, over_tcp: bool) -> Answer:
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
