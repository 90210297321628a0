"""Answers that never end, or never begin."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from crawler.farm.attackers.base import Answer, Attack, front, page

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_SECONDS = 30


def _for_ever(begin: bytes, again: bytes) -> Callable[[socket.socket], None]:
    """What begins so and goes on so without an end."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(again)

    return talk


_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_body = _for_ever(_HEAD + b"\r\n", b"x" * 65536)
_chunks = _for_ever(_CHUNKED, b"1\r\nx\r\n" * 8192)
_chunk = _for_ever(_CHUNKED + b"FFFFFFFFFFFFFFF\r\n", b"x" * 65536)
_headers = _for_ever(_HEAD, b"X-More: and more\r\n" * 1000)
_header = _for_ever(_HEAD + b"X-Long: ", b"x" * 65536)
_interim = _for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100)
_robots_text = _for_ever(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n", b"Disallow: /no\n" * 4096)


def _drip(begin: bytes, connection: socket.socket) -> None:
    end = time.monotonic() + _SECONDS
    connection.sendall(begin)
    while time.monotonic() < end:
        connection.sendall(b"x")
        time.sleep(0.05)


def _drip_body(connection: socket.socket) -> None:
    _drip(_HEAD + b"Content-Length: 1000000\r\n\r\n<html>", connection)


def _drip_head(connection: socket.socket) -> None:
    _drip(_HEAD + b"X-Slow: ", connection)


def _silent(connection: socket.socket) -> None:
    connection.settimeout(_SECONDS)
    connection.recv(1)


def _robots(path: str) -> Answer:
    return _robots_text if path == "/robots.txt" else page("<html>front</html>")


def attacks() -> tuple[Attack, ...]:
    """The attacks of this file."""
    cut = "Only its beginning was read"
    large = "is larger than"
    late = "did not answer within"
    return (
        Attack("endless-body", "a body without an end", front(_body), cut),
        Attack("endless-chunks", "chunks of one byte without an end", front(_chunks), cut),
        Attack("endless-chunk", "one chunk of an exabyte", front(_chunk), cut),
        Attack("endless-headers", "header lines without an end", front(_headers), large),
        Attack("endless-header", "one header line without an end", front(_header), large),
        Attack("endless-hints", "interim answers without an end", front(_interim), "interim answers only"),
        Attack("slow-body", "a body of twenty bytes a second", front(_drip_body), cut),
        Attack("slow-head", "a head of twenty bytes a second", front(_drip_head), late),
        Attack("silence", "a server that takes the request and says nothing", front(_silent), late),
        Attack("endless-robots", "a robots.txt without an end", _robots),
        Attack("slow-everything", "every document as slow as can be", lambda _path: _drip_head, "", 40),
    )
