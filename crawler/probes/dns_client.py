"""Questions to a resolver over few sockets, many at once: UDP, then TCP for what does not fit (RFC 7766)."""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

import dns.exception
import dns.resolver

from crawler.probes.dns_message import Answer, DnsFault, answer_of, query_for, question_of

_SOCKETS = 8
"""Each with a port of its own, so that an answer is hard to forge."""


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
        query = query_for(name, kind)
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
            return answer_of(data, kind, over_tcp=True)
        return answer_of(data, kind)

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
        self._waiting[number] = (question_of(query), future)
        try:
            self._transport.sendto(struct.pack(">H", number) + query[2:])
            return await future
        finally:
            del self._waiting[number]

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002  asyncio's signature
        if len(data) < 12:
            return
        question, future = self._waiting.get(int.from_bytes(data[:2], "big"), (b"", None))
        if future is not None and not future.done() and data[2] & 0x80 and question_of(data) == question:
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
    if data[:2] != number or question_of(data) != question_of(query):
        raise ValueError("another question's answer")
    return data
