"""Connections by way of a proxy: HTTP (CONNECT) or SOCKS5, as Tor speaks it. Names go to the proxy as names.

https://www.rfc-editor.org/rfc/rfc9110#name-connect, https://www.rfc-editor.org/rfc/rfc1928, https://www.rfc-editor.org/rfc/rfc1929
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import struct
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from crawler.errors import NobodyThereError, NoConnectionError, RefusedError

_PORTS = {"http": 8080, "socks5": 1080}
BUFFER = 1 << 18
"""Bytes of one connection that are read ahead."""
_MOST_HEAD = 65_536
_STATUS = re.compile(rb"HTTP/1\.\d (\d{3})([^\r\n]{0,100})")
_NO_CONNECT = frozenset({403, 405, 501})
"""What proxies answer that let only port 443 through: https://wiki.squid-cache.org/SquidFaq/SecurityPitfalls"""
_REPLIES = {
    1: "it failed for a reason of its own",
    2: "its rules do not allow it",
    3: "it has no network for the address",
    4: "it cannot reach the host, or knows no address of it",
    6: "the host did not answer it",
    7: "it does not connect to others",
    8: "it does not connect to such an address",
}
_REFUSED = 5


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it listens, and who we are there."""

    kind: str
    """http or socks5."""
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, address: str) -> Self:
        """From http://[user:password@]host[:port] or socks5://….

        Raises:
            ValueError: it is no such address.
        """
        parts = urlsplit(address)
        kind = {"http": "http", "socks5": "socks5", "socks5h": "socks5"}.get(parts.scheme.lower())
        if kind is None or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("write http://host:port or socks5://host:port, as in socks5://127.0.0.1:9050 for Tor")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if max(len(user.encode()), len(password.encode())) > 255:
            raise ValueError("user and password have 255 bytes at the most")
        return cls(kind, parts.hostname, parts.port or _PORTS[kind], user, password)

    def __str__(self) -> str:
        return f"{self.kind}://{self.host}:{self.port}"

    @property
    def login(self) -> str:
        """The header that an HTTP proxy is shown; empty without a user."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        return f"Proxy-Authorization: Basic {pair}\r\n" if self.user else ""


class NoTunnelError(NoConnectionError):
    """An HTTP proxy that opens no connection to this port; a request for http may be handed to it as it is."""


def spelled_address(host: str) -> str | None:
    """The IP address that a host is, in all spellings that resolvers take (0x7f.1, 2130706433); None for a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    with contextlib.suppress(OSError, ValueError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


class _Ending(asyncio.StreamReaderProtocol):
    """Over TLS that began later, asyncio does not know that nothing can be sent after the other side's end."""

    def eof_received(self) -> bool:
        super().eof_received()
        return False


async def reach(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the proxy itself.

    Raises:
        NoConnectionError: there is none.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=BUFFER, loop=loop)
    protocol = _Ending(reader, loop=loop)
    try:
        transport, _ = await loop.create_connection(lambda: protocol, proxy.host, proxy.port)
    except OSError as error:
        raise NoConnectionError(f"The proxy {proxy} cannot be connected to: {error.strerror or error}.") from None
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def dial(proxy: Proxy, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection through the proxy to this host, which the proxy looks up.

    Raises:
        FetchError: the proxy does not connect us; the message says why.
        OSError, EOFError: the connection to the proxy broke.
    """
    reader, writer = await reach(proxy)
    try:
        await (_socks if proxy.kind == "socks5" else _connect)(reader, writer, proxy, host, port)
    except BaseException:
        writer.transport.abort()
        raise
    return reader, writer


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Proxy, host: str, port: int) -> None:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{proxy.login}\r\n".encode("ascii"))
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        head = b""
    status = _STATUS.match(head[:_MOST_HEAD])
    if status is None:
        raise RefusedError(f"The proxy {proxy} does not speak HTTP.")
    code = int(status[1])
    if 200 <= code < 300:
        return
    if code == 407:
        raise RefusedError(f"The proxy {proxy} wants a user and a password: write them into its address, http://user:password@…")
    said = f"{code}{status[2].decode('latin-1').rstrip()}"
    if code in _NO_CONNECT:
        raise NoTunnelError(f"The proxy {proxy} opens no connection to port {port} of {host} ({said}).")
    raise NoConnectionError(f"The proxy {proxy} did not reach {host} ({said}).")


async def _socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Proxy, host: str, port: int) -> None:
    writer.write(b"\x05\x02\x00\x02" if proxy.user else b"\x05\x01\x00")
    version, method = await reader.readexactly(2)
    if version != 5:
        raise RefusedError(f"The proxy {proxy} does not speak SOCKS5.")
    if method == 2 and proxy.user:
        user, password = proxy.user.encode(), proxy.password.encode()
        writer.write(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
        _, status = await reader.readexactly(2)
        method = 0 if status == 0 else 255
    if method != 0:
        raise RefusedError(f"The proxy {proxy} wants a user and a password that it knows: socks5://user:password@…")
    writer.write(b"\x05\x01\x00" + _socks_address(host) + struct.pack(">H", port))
    _, reply, _, kind = await reader.readexactly(4)
    size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(size + 2)
    if reply == _REFUSED:
        raise NobodyThereError(f"{host} refused the connection of the proxy {proxy}.")
    if reply:
        raise NoConnectionError(f"The proxy {proxy} did not reach {host}: {_REPLIES.get(reply, f'code {reply}')}.")


def _socks_address(host: str) -> bytes:
    """A name goes as a name, so that it is looked up there and nowhere else."""
    try:
        packed = ip_address(host).packed
    except ValueError:
        name = host.encode("ascii")
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if len(packed) == 4 else b"\x04") + packed
