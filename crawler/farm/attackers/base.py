"""What an attack is."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

Answer = bytes | Callable[[socket.socket], None]
"""A whole answer; or a function that does with the connection what it likes."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile site."""

    name: str
    """Of the attack, and the beginning of its domain."""
    title: str
    """What it does, for a person."""
    answer: Callable[[str], Answer | None]
    """Path → answer; None is a 404."""
    told: str = ""
    """What a look at one of its documents or a failure has to say; empty where nothing is wrong with what is read."""
    seconds: float = 20.0
    """Longest that it may hold its site up, with a time-out of four seconds for a request."""

    @property
    def site(self) -> str:
        """Its host, which is a registrable domain of its own."""
        return f"{self.name}-attack.org"


def page(body: bytes | str, kind: str = "text/html", status: str = "200 OK", *headers: str) -> bytes:
    """An orderly answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def front(answer: Answer) -> Callable[[str], Answer | None]:
    """Only the front page attacks."""
    return lambda path: answer if path == "/" else None


def moved(target: str) -> bytes:
    """A redirect."""
    return page("", "text/html", "302 Found", f"Location: {target}")
