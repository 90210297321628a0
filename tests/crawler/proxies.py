"""Real proxies (pproxy), a process that tells what it connects to, and a name server that counts its packets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_EVERYWHERE_HERE = """
import socket
_ask = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: _ask("127.0.0.1", *rest, **named)
"""
"""What the proxy's process thinks of names: the sites of a test lie on this machine, as they lie on the Internet for a real proxy."""

_TELLTALE = """
import os, sys
def _tell(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        what = given[1] if event.startswith(("socket.connect", "socket.send")) else given[:2]
        os.write(_file, f"{event} {what!r}\\n".encode())
_file = os.open(os.environ["TELLTALE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.addaudithook(_tell)
"""
"""Python tells an audit hook of each connection, datagram and look-up: https://docs.python.org/3/library/audit_events.html"""


@dataclass
class Proxy:
    """A proxy that speaks HTTP and SOCKS5 on one port."""

    port: int
    log: Path

    @property
    def reached(self) -> set[str]:
        """The host:port pairs that it was asked for, names as names."""
        lines = self.log.read_text().splitlines()
        return {line.rpartition("-> ")[2].strip() for line in lines if "-> " in line}


@contextmanager
def proxying(folder: Path, login: str = "") -> Iterator[Proxy]:
    """Until the block is left. With a login (user:password) nobody else is served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "proxy").mkdir(parents=True)
    (folder / "proxy" / "sitecustomize.py").write_text(_EVERYWHERE_HERE)
    log = folder / "proxy.log"
    address = f"http+socks5://127.0.0.1:{port}" + (f"#{login}" if login else "")
    env = {**os.environ, "PYTHONPATH": str(folder / "proxy"), "PYTHONUNBUFFERED": "1"}
    with (
        log.open("wb") as out,
        subprocess.Popen([sys.executable, "-m", "pproxy", "-v", "-l", address], stdout=out, stderr=out, env=env) as process,
    ):
        try:
            _wait(port, process)
            yield Proxy(port, log)
        finally:
            process.kill()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("The proxy did not start.")


def telltale(folder: Path) -> dict[str, str]:
    """Variables with which a Python process writes down whom it connects to (see told)."""
    (folder / "tell").mkdir(parents=True, exist_ok=True)
    (folder / "tell" / "sitecustomize.py").write_text(_TELLTALE)
    root = Path(__file__).parents[2]
    return {"TELLTALE": str(folder / "told.txt"), "PYTHONPATH": f"{folder / 'tell'}{os.pathsep}{root}"}


def told(folder: Path) -> set[str]:
    """Connections, datagrams and look-ups of the process, each once."""
    return set((folder / "told.txt").read_text().splitlines())


@dataclass
class Counter:
    """A name server between the crawler and the farm's."""

    port: int
    packets: int = 0


@contextmanager
def counting(server: str) -> Iterator[Counter]:
    """Passes packets on to the farm's name server and counts them, until the block is left."""
    host, _, port = server.rpartition(":")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.05)
    counter = Counter(sock.getsockname()[1])
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            with suppress(TimeoutError, OSError):
                data, peer = sock.recvfrom(65535)
                counter.packets += 1
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as beyond:
                    beyond.settimeout(2)
                    beyond.sendto(data, (host, int(port)))
                    sock.sendto(beyond.recv(65535), peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield counter
    finally:
        stop.set()
        thread.join(5)
        sock.close()
