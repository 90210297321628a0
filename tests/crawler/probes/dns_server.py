"""A name server that does what it is told: answers, fails, refers elsewhere, says nothing, cuts short. UDP and TCP, real sockets."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Behaviour = Callable[[dns.message.Message], dns.message.Message | bytes | None]


@dataclass
class Server:
    """What is known: records by (name, type), and behaviours by name (or * for all) that go before them."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    behaves: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, type, udp or tcp) of all questions."""
    port: int = 0

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def site(self, name: str, address: str, **more: list[str]) -> None:
        """An ordinary zone."""
        for host in (name, f"www.{name}"):
            self.records[host, "A"] = [address]
        for kind, texts in more.items():
            self.records[name, kind] = texts

    def answer(self, data: bytes, over: str) -> bytes | None:
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append((name, kind, over))
        behaviour = self.behaves.get(name) or self.behaves.get("*")
        given = behaviour(query) if behaviour else self._known(query, name, kind)
        if given is None or isinstance(given, bytes):
            return given
        wire = given.to_wire(max_size=65535)
        if over == "udp" and len(wire) > query.payload:
            given.answer.clear()
            given.flags |= dns.flags.TC
            wire = given.to_wire()
        return wire

    def _known(self, query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        answer = dns.message.make_response(query, recursion_available=True)
        texts = self.records.get((name, kind))
        if texts:
            answer.answer.append(dns.rrset.from_text_list(query.question[0].name, 300, "IN", kind, texts))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


def fails(query: dns.message.Message) -> dns.message.Message:
    """SERVFAIL with an extended error, as resolvers tell of a lame delegation."""
    answer = dns.message.make_response(query, recursion_available=True)
    answer.set_rcode(dns.rcode.SERVFAIL)
    answer.use_edns(0, options=[dns.edns.EDEOption(22, "at delegation harbour-news.com")])
    return answer


def refers(query: dns.message.Message) -> dns.message.Message:
    """A referral by a server that is not the zone's: a lame delegation."""
    answer = dns.message.make_response(query)
    answer.authority.append(dns.rrset.from_text("com.", 300, "IN", "NS", "a.gtld-servers.net."))
    return answer


def says_nothing(query: dns.message.Message) -> None:
    """No answer at all."""


def forges(query: dns.message.Message) -> bytes:
    """An answer to another question under the right number."""
    other = dns.message.make_query("evil.com", "A")
    other.id = query.id
    answer = dns.message.make_response(other)
    answer.answer.append(dns.rrset.from_text("evil.com.", 300, "IN", "A", "192.0.2.66"))
    return answer.to_wire()


@contextmanager
def serving() -> Iterator[Server]:
    """Answers until the block is left."""
    server, stop = Server(), threading.Event()
    tcp = socket.create_server(("127.0.0.1", 0))
    server.port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(server.address)
    for one in (tcp, udp):
        one.settimeout(0.05)
    threads = [threading.Thread(target=work, args=(one, server, stop), daemon=True) for work, one in ((_udp, udp), (_tcp, tcp))]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)
        tcp.close()
        udp.close()


def _udp(sock: socket.socket, server: Server, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(TimeoutError, OSError):
            data, peer = sock.recvfrom(4096)
            wire = server.answer(data, "udp")
            if wire is not None:
                sock.sendto(wire, peer)


def _tcp(sock: socket.socket, server: Server, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(TimeoutError, OSError):
            connection, _ = sock.accept()
            with connection:
                connection.settimeout(5)
                (size,) = struct.unpack(">H", connection.recv(2))
                wire = server.answer(connection.recv(size), "tcp")
                if wire is not None:
                    connection.sendall(struct.pack(">H", len(wire)) + wire)
