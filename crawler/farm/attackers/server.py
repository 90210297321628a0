"""Serves attacks: a thread a connection, since an attacker may do with a connection what it likes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from crawler.farm.attackers.base import Answer, Attack

_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone"
_HEAD_LIMIT = 65536
_SECONDS = 60
"""After which an attacker gives up a connection of its own accord."""


@contextmanager
def serve(attacks: Iterable[Attack]) -> Iterator[int]:
    """Serves until the block is left; gives the port on 127.0.0.1."""
    by_host = {attack.site: attack for attack in attacks}
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    thread = threading.Thread(target=_accept, args=(listener, by_host), daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _accept(listener: socket.socket, by_host: dict[str, Attack]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, by_host), daemon=True).start()


def _talk(connection: socket.socket, by_host: dict[str, Attack]) -> None:
    with connection, suppress(OSError):
        connection.settimeout(_SECONDS)
        while (request := _request(connection)) is not None:
            answer = _answer(*request, by_host)
            if callable(answer):
                answer(connection)
                return
            connection.sendall(answer)


def _answer(host: str, path: str, by_host: dict[str, Attack]) -> Answer:
    attack = by_host.get(host.removeprefix("www."))
    return (attack.answer(path) if attack else None) or _MISSING


def _request(connection: socket.socket) -> tuple[str, str] | None:
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        if not data or len(received) > _HEAD_LIMIT:
            return None
        received += data
    lines = received.decode("latin-1").split("\r\n")
    host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
    return host.split(":")[0].lower(), lines[0].split(" ")[1]
