"""Connections: the address is looked up, checked and only then connected to. A certificate that does not hold is noted."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ssl
from dataclasses import dataclass
from time import monotonic

from crawler.errors import CertificateError, FetchError, NobodyThereError, NoConnectionError, RefusedError
from crawler.http.addresses import is_public
from crawler.http.patience import patience
from crawler.http.proxy import BUFFER, NoTunnelError, Proxy, dial, reach, spelled_address
from crawler.http.resolve import Resolver

_LOWEST_PORT = 1024
_WEB_PORTS = frozenset({80, 443})
_ERRORS = {
    errno.ECONNRESET: "reset the connection",
    errno.EHOSTUNREACH: "cannot be reached (no route)",
    errno.ENETUNREACH: "cannot be reached (no network for this address)",
    errno.ETIMEDOUT: "did not answer",
    errno.EADDRNOTAVAIL: "cannot be reached from this machine",
}


@dataclass(slots=True)
class Connection:
    """An open connection to one origin."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    address: str
    """The IP address connected to; empty behind a proxy, which looks names up itself."""
    relay: Proxy | None = None
    """An HTTP proxy that takes whole addresses in place of paths, as it opens no connection to port 80."""
    certificate_fault: str = ""
    """Why the certificate does not hold; empty when it does, and for http."""
    used_at: float = 0.0
    served: int = 0
    """Answers received over it."""

    def close(self) -> None:
        """Drops the connection at once."""
        transport = self.writer.transport
        if transport is not None:
            transport.abort()

    @property
    def closed(self) -> bool:
        """Whether the other side is gone."""
        return self.reader.at_eof() or self.writer.is_closing()


class Connector:
    """Opens connections."""

    def __init__(
        self,
        resolver: Resolver,
        *,
        allow_private: bool,
        map_port: dict[int, int],
        ca_file: str | None,
        timeout: float,
        verify: bool = True,
        proxy: Proxy | None = None,
    ) -> None:
        """With verify=False no certificate is looked at, so that each host is connected to once. With a proxy no name is."""
        self._proxy = proxy
        self._resolver = resolver
        self._allow_private = allow_private
        self._map_port = map_port
        self._timeout = timeout
        self._verify = verify
        self._strict = ssl.create_default_context()
        if ca_file:
            self._strict.load_verify_locations(ca_file)
        self._lax = _lax_context()
        if not verify:
            self._lax.set_alpn_protocols(["h2", "http/1.1"])  # nothing is asked over it, so the server may name its best
        self._faults: dict[str, str] = {}

    async def open(self, scheme: str, host: str, port: int) -> Connection:
        """A connection to the first of the host's addresses that answers.

        Raises:
            RefusedError: the address is not public, or the port is not a web server's.
            NoAddressError: the name has no address.
            NoConnectionError: nobody answers, or not in TLS.
        """
        if not self._allow_private and port < _LOWEST_PORT and port not in _WEB_PORTS:
            raise RefusedError(
                f"Port {port} of {host} is no web server's; only 80, 443 and ports from {_LOWEST_PORT} on are asked."
            )
        if self._proxy is not None:
            return await self._by_proxy(scheme, host, self._map_port.get(port, port))
        addresses = await self._resolver.addresses(host)
        last: FetchError | None = None
        for address in addresses:
            if not self._allow_private and not is_public(address):
                last = last or _inward(host, address)
                continue
            try:
                return await self._open(scheme, host, address, self._map_port.get(port, port))
            except NoConnectionError as error:
                last = error
        assert last is not None
        raise last

    async def _by_proxy(self, scheme: str, host: str, port: int) -> Connection:
        address = spelled_address(host)
        if address is not None and not self._allow_private and not is_public(address):
            raise _inward(host, address)
        return await self._open(scheme, host, "", port)

    async def _open(self, scheme: str, host: str, address: str, port: int) -> Connection:
        if scheme == "http":
            return await self._connect(host, address, port, None)
        fault = self._faults.get(host, "")
        if not fault and self._verify:
            try:
                return await self._connect(host, address, port, self._strict)
            except CertificateError as error:
                fault = str(error)
        connection = await self._connect(host, address, port, self._lax)
        connection.certificate_fault = fault
        if fault and len(self._faults) < 100_000:
            self._faults[host] = fault
        return connection

    async def _connect(self, host: str, address: str, port: int, context: ssl.SSLContext | None) -> Connection:
        place = f"{host} ({address})" if address else host
        try:
            async with patience(self._timeout):
                if self._proxy is not None:
                    return await self._through(self._proxy, host, port, context)
                reader, writer = await asyncio.open_connection(
                    address, port, ssl=context, server_hostname=host if context else None, limit=BUFFER
                )
        except ssl.SSLError as error:
            if context is self._strict:
                raise CertificateError(_fault(error)) from None
            raise NoConnectionError(f"{host} does not answer in TLS: {_reason(error)}.") from None
        except TimeoutError:
            raise NoConnectionError(f"{place} did not answer within {self._timeout:g} s.") from None
        except EOFError:
            raise NoConnectionError(f"The proxy {self._proxy} closed the connection for {host}.") from None
        except OSError as error:
            if error.errno == errno.ECONNREFUSED:
                raise NobodyThereError(f"{place} refused the connection.") from None
            silent = "closed the connection before TLS was agreed on" if context else "closed the connection at once"
            what = _ERRORS.get(error.errno or 0) or (f"cannot be connected to: {error}" if str(error) else silent)
            raise NoConnectionError(f"{place} {what}.") from None
        # What is connected to is what was checked: an address, no name, so that no second look-up comes between.
        return Connection(reader, writer, address, used_at=monotonic())

    async def _through(self, proxy: Proxy, host: str, port: int, context: ssl.SSLContext | None) -> Connection:
        try:
            reader, writer = await dial(proxy, host, port)
        except NoTunnelError:
            if context is not None:
                raise
            reader, writer = await reach(proxy)
            return Connection(reader, writer, "", proxy, used_at=monotonic())
        if context is not None:
            try:
                await writer.start_tls(context, server_hostname=host)
            except BaseException:
                writer.transport.abort()
                raise
        return Connection(reader, writer, "", used_at=monotonic())


def _inward(host: str, address: str) -> RefusedError:
    return RefusedError(
        f"{host} lies at {address}, which is no address of the public Internet; --allow-private asks all the same."
    )


Way = tuple[str, str, int, Proxy | None]
"""Connections that serve the same requests: scheme, host, port, and a proxy besides the crawl's own."""


class Pool:
    """Connections that wait for their next request. One origin seldom has two, as a site gets one request at a time."""

    def __init__(self, most: int, idle: float) -> None:
        """
        Args:
            most: connections that are kept over all origins.
            idle: seconds after which one is not used again; servers close theirs after 5 to 60.
        """
        self._most = most
        self._idle = idle
        self._kept: dict[Way, Connection] = {}

    def take(self, key: Way) -> Connection | None:
        """A connection to this origin that is still open, or None."""
        connection = self._kept.pop(key, None)
        if connection is None:
            return None
        if connection.closed or monotonic() - connection.used_at > self._idle:
            connection.close()
            return None
        return connection

    def give(self, key: Way, connection: Connection) -> None:
        """Keeps a connection for the next request; the oldest makes room."""
        connection.used_at = monotonic()
        previous = self._kept.pop(key, None)
        if previous is not None:
            previous.close()
        self._kept[key] = connection
        if len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept))).close()

    def close(self) -> None:
        """Drops all of them."""
        for connection in self._kept.values():
            with contextlib.suppress(OSError, RuntimeError):
                connection.close()
        self._kept.clear()


def _lax_context() -> ssl.SSLContext:
    """For servers whose certificate or protocol is old or broken: what they serve is looked at, and trusted no more than http."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with contextlib.suppress(ssl.SSLError, ValueError):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def _fault(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate does not hold: {str(error.verify_message).rstrip('.')}."
    return f"TLS is broken or out of date: {_reason(error)}."


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
