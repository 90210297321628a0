"""A web server of a few lines that answers with the bytes it is told, right or wrong, on a real socket."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]
"""Bytes to send; or a function that does with the connection what it likes."""


@dataclass
class Web:
    """What is served: by "host/path", else by "/path"."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """host/path of all requests, in their order."""
    heads: list[bytes] = field(default_factory=list)
    port: int = 0
    connections: int = 0

    def page(self, where: str, body: str, kind: str = "text/html", status: str = "200 OK", **headers: str) -> None:
        """Serves a document in an orderly way."""
        data = body.encode()
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers[where] = "\r\n".join(lines).encode() + b"\r\n\r\n" + data

    def move(self, where: str, target: str, status: str = "301 Moved") -> None:
        """Serves a redirect."""
        self.page(where, "", status=status, Location=target)


MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nnone"


@contextmanager
def serving(tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> Iterator[Web]:
    """Serves until the block is left."""
    web = Web()
    listener = socket.create_server((address, 0))
    web.port = listener.getsockname()[1]
    thread = threading.Thread(target=_accept, args=(listener, web, tls), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def silent(connection: socket.socket) -> None:
    """Says nothing until the other side has had enough."""
    with suppress(OSError):
        connection.settimeout(20)
        connection.recv(1)


def drip(connection: socket.socket) -> None:
    """Sends a head, and then a byte now and then for ever."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html>")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)


def _accept(listener: socket.socket, web: Web, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        web.connections += 1
        threading.Thread(target=_serve, args=(connection, web, tls), daemon=True).start()


def _serve(connection: socket.socket, web: Web, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            while (head := _head(connection)) is not None:
                where = _where(head)
                web.asked.append(where)
                web.heads.append(head)
                answer = web.answers.get(where) or web.answers.get("/" + where.partition("/")[2]) or MISSING
                if callable(answer):
                    answer(connection)
                    return
                connection.sendall(answer)
                if b"\r\nContent-Length:" not in answer and b"chunked" not in answer:
                    return


def _head(connection: socket.socket) -> bytes | None:
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        if not data:
            return None
        received += data
    return received


def _where(head: bytes) -> str:
    lines = head.decode("latin-1").split("\r\n")
    host = next(line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("host:"))
    return host.split(":")[0] + lines[0].split(" ")[1]
