"""One request, one answer. Redirects, robots.txt and delays are the caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler import clock
from crawler.errors import BrokenAnswerError, FetchError
from crawler.http.connect import Connection, Connector, Pool, Way
from crawler.http.patience import patience
from crawler.http.proxy import Proxy
from crawler.http.resolve import TIMEOUT, Resolver
from crawler.http.wire import Answer, Reading
from crawler.options import Options
from crawler.urls import port_of

_CODINGS = "gzip, deflate, br"
"""Those that fingerprints.content undoes and every server knows."""
_KEPT = 512
_IDLE = 15.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer as they went over the wire."""

    url: str
    at: datetime
    """When the request was sent, in UTC."""
    request: bytes
    answer: Answer
    address: str
    """The IP address that answered; empty behind a proxy."""
    certificate_fault: str = ""


class Client:
    """Sends requests with the crawl's limits."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._resolver = Resolver(options.dns, min(TIMEOUT, options.timeout / 2))  # the rest is for the connection
        ways: dict[Proxy | None, Proxy | None] = {None: options.proxy}
        ways.update((proxy, proxy) for proxy in options.variant_proxies.values())
        self._connectors = {way: self._connector(proxy) for way, proxy in ways.items()}
        self._pool = Pool(_KEPT, _IDLE)

    def _connector(self, proxy: Proxy | None) -> Connector:
        options = self._options
        return Connector(
            self._resolver,
            allow_private=options.allow_private,
            map_port=options.map_port,
            ca_file=str(options.ca_file) if options.ca_file else None,
            timeout=options.connect_timeout,
            proxy=proxy,
        )

    async def get(
        self,
        url: str,
        conditions: Sequence[tuple[str, str]] = (),
        most_bytes: int | None = None,
        headers: Mapping[str, str] | None = None,
        proxy: Proxy | None = None,
    ) -> Exchange:
        """Asks for one normal address (see crawler.urls).

        Args:
            url: the address.
            conditions: headers that ask for the document only if it changed (RFC 9110, section 13).
            most_bytes: of the body; those of the options, if it is not given.
            headers: as whom it is asked; the crawl's own, if they are not given.
            proxy: one of the options' variant_proxies; None goes the crawl's own way.

        Raises:
            FetchError: there is no answer; the message says why.
        """
        parts = urlsplit(url)
        key = (parts.scheme, parts.hostname or "", port_of(url), proxy)
        request = self._request(
            parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), conditions, headers
        )
        connection = self._pool.take(key)
        if connection is not None:
            try:
                return await self._exchange(url, key, request, connection, most_bytes)
            except _StaleError:
                pass  # it was closed while it waited; that says nothing about the server
        connection = await self._open(key)
        try:
            return await self._exchange(url, key, request, connection, most_bytes)
        except _StaleError as error:
            raise BrokenAnswerError(str(error)) from None

    async def _open(self, key: Way) -> Connection:
        scheme, host, port, proxy = key
        try:
            async with patience(self._options.timeout):
                return await self._connectors[proxy].open(scheme, host, port)
        except TimeoutError:
            raise _late(host, self._options.timeout) from None

    def _request(self, host: str, target: str, conditions: Sequence[tuple[str, str]], headers: Mapping[str, str] | None) -> bytes:
        own = {"User-Agent": self._options.user_agent}
        lines = (
            f"GET {target} HTTP/1.1",
            f"Host: {host}",
            *(f"{name}: {value}" for name, value in (own | dict(self._options.headers if headers is None else headers)).items()),
            f"Accept-Encoding: {_CODINGS}",
            "Connection: keep-alive",
            *(f"{name}: {value}" for name, value in conditions),
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    async def _exchange(self, url: str, key: Way, request: bytes, connection: Connection, most_bytes: int | None) -> Exchange:
        limit = most_bytes or self._options.max_bytes
        reading = Reading(connection.reader, method="GET", head_limit=self._options.head_bytes, body_limit=limit)
        at = clock.now()
        answer: Answer | None = None
        try:
            async with patience(self._options.timeout):
                connection.writer.write(request if connection.relay is None else _relayed(request, url, connection.relay))
                answer = await reading.run()
        except TimeoutError:
            answer = reading.answer("time")
            if answer is None:
                raise _late(key[1], self._options.timeout) from None
        except (OSError, EOFError) as error:
            answer = reading.answer("disconnect")
            if answer is None:
                if connection.served and not reading.received:
                    raise _StaleError from None
                raise BrokenAnswerError(f"{key[1]} broke the connection off: {error.__class__.__name__}.") from None
        except BrokenAnswerError as error:
            if connection.served and not reading.received:
                raise _StaleError(str(error)) from None
            raise
        finally:
            if answer is not None and answer.reusable:
                connection.served += 1
                self._pool.give(key, connection)
            else:
                connection.close()
        return Exchange(url, at, request, answer, connection.address, connection.certificate_fault)

    def close(self) -> None:
        """Drops all connections."""
        self._pool.close()
        self._resolver.close()


def _relayed(request: bytes, url: str, proxy: Proxy) -> bytes:
    """For an HTTP proxy: the whole address in the first line. What is archived is the request as the site gets it."""
    _, _, rest = request.partition(b"\r\n")
    return f"GET {url} HTTP/1.1\r\n{proxy.login}".encode("ascii") + rest


class _StaleError(Exception):
    """A kept connection was gone before the first byte."""


def _late(host: str, seconds: float) -> FetchError:
    error = FetchError(f"{host} did not answer within {seconds:g} s.")
    error.passing = True
    return error
