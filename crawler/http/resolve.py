"""Host name → addresses, by the system's resolver or by the name server that --dns names."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from time import monotonic

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver

from crawler.errors import FetchError, NoAddressError

KEPT = 300.0
"""Seconds for which an answer is used again: shorter than a visit to a site, longer than the gap between two of its requests."""
MOST_KEPT = 20_000
MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""
TIMEOUT = 15.0
"""Seconds for one name: resolvers give up on a dead name server after 5 to 10."""
_THREADS = 64
"""Names that the system is asked for at once; it blocks a thread for each."""


class Resolver:
    """Looks names up, and remembers the answers for a while."""

    def __init__(self, server: tuple[str, int] | None = None, timeout: float = TIMEOUT) -> None:
        """
        Args:
            server: IP address and port of the name server to ask; None asks the system.
            timeout: seconds for one name.
        """
        self._timeout = timeout
        self._server = server
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._resolver: dns.asyncresolver.Resolver | None = None
        if server is not None:
            self._resolver = dns.asyncresolver.Resolver(configure=False)
            self._resolver.nameservers = [server[0]]
            self._resolver.port = server[1]
            self._resolver.lifetime = timeout

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a host, in the order in which they are to be tried. An address stands for itself.

        Raises:
            NoAddressError: the name does not exist, or has no address.
            FetchError: the name server did not answer.
        """
        try:
            return (str(ip_address(host)),)
        except ValueError:
            pass
        kept = self._kept.get(host)
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        found = await (self._ask_server(host) if self._resolver else self._ask_system(host))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[host] = (monotonic() + KEPT, found)
        return found

    async def _ask_server(self, host: str) -> tuple[str, ...]:
        assert self._resolver is not None
        found: list[str] = []
        for kind in ("A", "AAAA"):
            try:
                answer = await self._resolver.resolve(dns.name.from_text(host), kind)
                found += [record.to_text() for record in answer]
            except dns.resolver.NXDOMAIN:
                raise NoAddressError(f"The domain {host} does not exist (the name server knows no such name).") from None
            except dns.resolver.NoAnswer:
                continue
            except (dns.exception.DNSException, OSError) as error:
                if not found:
                    raise _no_server(host, str(error)) from None
            if found:
                break
        if not found:
            raise NoAddressError(f"The host {host} has no address.")
        return tuple(found[:MOST_ADDRESSES])

    async def _ask_system(self, host: str) -> tuple[str, ...]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dns")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                found = await loop.run_in_executor(self._threads, _getaddrinfo, host)
        except TimeoutError:
            raise _no_server(host, f"no answer within {self._timeout:g} s") from None
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise NoAddressError(f"The domain {host} does not exist, or has no address.") from None
            raise _no_server(host, error.strerror or str(error)) from None
        except (OSError, UnicodeError) as error:
            raise NoAddressError(f"The host {host} cannot be looked up: {error}.") from None
        return found[:MOST_ADDRESSES]

    def close(self) -> None:
        """Forgets what was asked and not yet answered."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(host: str) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _no_server(host: str, reason: str) -> FetchError:
    error = FetchError(f"The name server did not say where {host} is: {reason[:200].rstrip('.')}.")
    error.passing = True
    return error
