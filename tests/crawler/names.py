"""A name server of a few lines: every name has the address that it is told, and some names do not exist."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Names:
    """What is known."""

    addresses: dict[str, list[str]] = field(default_factory=dict)
    """By name; several are given one after the other, the last one again and again."""
    default: str = "127.0.0.1"
    missing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def option(self) -> str:
        """For --dns."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def naming() -> Iterator[Names]:
    """Answers until the block is left."""
    names = Names()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    names.port = sock.getsockname()[1]
    stop = threading.Event()
    sock.settimeout(0.05)
    thread = threading.Thread(target=_serve, args=(sock, names, stop), daemon=True)
    thread.start()
    try:
        yield names
    finally:
        stop.set()
        thread.join(5)
        sock.close()


def _serve(sock: socket.socket, names: Names, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(TimeoutError, OSError):
            data, peer = sock.recvfrom(4096)
            sock.sendto(_answer(dns.message.from_wire(data), names).to_wire(), peer)


def _answer(query: dns.message.Message, names: Names) -> dns.message.Message:
    answer = dns.message.make_response(query)
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True)
    names.asked.append(name)
    if name in names.missing:
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
    given = names.addresses.get(name, [names.default])
    address = given.pop(0) if len(given) > 1 else given[0]
    kind = "AAAA" if ":" in address else "A"
    if question.rdtype == (28 if kind == "AAAA" else 1):
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, address))
    return answer
