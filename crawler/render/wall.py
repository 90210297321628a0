"""A proxy that refuses everything, and notes what was wanted: for what a browser does past its own interception.

Redirected requests, workers, WebSockets and the browser's own errands would otherwise leave the machine unseen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress

_REQUEST = re.compile(rb"([A-Z]{1,20}) (\S{1,4000}) HTTP/1\.[01]\r?\n")
_LONGEST = 16384
_PATIENCE = 5.0
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TLS = b":443"


class Wall:
    """Listens on loopback. Nothing is ever passed on."""

    def __init__(self, note: Callable[[str, str], None]) -> None:
        """
        Args:
            note: takes (method, address) of each request; of one in TLS the address has no more than the host.
        """
        self._note = note
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Begins to listen, and gives the proxy's address."""
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0, limit=_LONGEST)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def close(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE):
                line = _REQUEST.match(await reader.readuntil(b"\n"))
                if line is not None:
                    self._note(line[1].decode(), _address(line[1], line[2]))
                writer.write(_REFUSED)
                await writer.drain()
        writer.close()


def _address(method: bytes, target: bytes) -> str:
    text = target.decode("latin-1")
    if method != b"CONNECT":
        return text
    return f"https://{text.removesuffix(':443')}/" if target.endswith(_TLS) else f"http://{text.removesuffix(':80')}/"
