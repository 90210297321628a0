"""The registration probe: RDAP (RFC 9083) over the crawl's HTTP client, WHOIS (RFC 3912) where a registry has no RDAP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from crawler import clock
from crawler.errors import FetchError, NoConnectionError, RefusedError
from crawler.http.addresses import is_public
from crawler.http.client import Client, Exchange
from crawler.http.proxy import dial
from crawler.http.resolve import Resolver
from crawler.options import Options
from crawler.probes.base import Fetched, Note, Seen
from crawler.probes.bootstrap import Bootstrap
from crawler.probes.pace import Lanes
from crawler.urls import normal
from fingerprints.content import decode
from fingerprints.model import Outcome, Role
from fingerprints.probe_records import encode
from fingerprints.sites import platform_of

_MOST_WHOIS = 65_536
"""Bytes of a WHOIS answer; long ones have ten thousand, most of it terms of use."""
_MOST_RDAP = 1_000_000
"""Decoded bytes of an RDAP answer in which the registrar's address is looked for."""
_LATER = frozenset({429, 503})
_MOST_REDIRECTS = 3
_WHOIS_PORT = 43


class Registration:
    """Asks registries, one question at a time to each server."""

    def __init__(self, options: Options, client: Client, resolver: Resolver, bootstrap: Bootstrap, lanes: Lanes) -> None:
        self._options = options
        self._client = client
        self._resolver = resolver
        self._bootstrap = bootstrap
        self._lanes = lanes

    async def look_up(self, domain: str) -> AsyncIterator[Seen]:
        """What registry and registrar say, each answer as a record of its own."""
        platform = platform_of(domain)
        if platform:
            detail = f"{domain} is a name under {platform}, which its platform has registered."
            body = encode("registration", Outcome.NOT_LOOKED_AT, detail)
            yield Note(Role.REGISTRATION, f"whois:{domain}", clock.now(), body)
            return
        url = self._bootstrap.rdap(domain)
        if url is None:
            yield await self._whois(domain)
            return
        seen = await self._rdap(url)
        yield seen
        if isinstance(seen, Fetched):
            registrar = _related(seen.exchange, domain)
            if registrar and registrar != url:
                yield await self._rdap(registrar)

    async def _rdap(self, url: str) -> Seen:
        asked = url
        for _ in range(_MOST_REDIRECTS):
            try:
                exchange = await self._patient(url)
            except FetchError as error:
                return Note(Role.REGISTRATION, asked, clock.now(), encode("rdap", error.outcome, str(error)))
            target = normal(exchange.answer.header("location")) if 300 <= exchange.answer.status < 400 else None
            if target is None:
                return Fetched(Role.REGISTRATION, exchange)
            url = target
        detail = f"The chain of redirects has more than {_MOST_REDIRECTS} hops."
        return Note(Role.REGISTRATION, asked, clock.now(), encode("rdap", Outcome.FAILED, detail))

    async def _patient(self, url: str) -> Exchange:
        """The answer, or after a "later" and the pause that it asks for, the next one."""
        server = urlsplit(url).netloc
        for left in (self._options.retries, 0):
            async with self._lanes.turn(server, self._options.registry_delay):
                exchange = await self._client.get(url)
            wait = _wait(exchange)
            if exchange.answer.status not in _LATER or not left or wait > self._options.most_retry_after:
                return exchange
            self._lanes.hold(server, wait)
        return exchange

    async def _whois(self, domain: str) -> Note:
        server = self._bootstrap.whois(domain)
        at = clock.now()
        if server is None:
            detail = f"No RDAP or WHOIS server is known for {domain}."
            return Note(Role.REGISTRATION, f"whois:{domain}", at, encode("whois", Outcome.NOT_LOOKED_AT, detail))
        uri = f"whois://{server}/{domain}"
        try:
            async with self._lanes.turn(server, self._options.registry_delay):
                text = await self._ask_whois(server, domain)
        except FetchError as error:
            return Note(Role.REGISTRATION, uri, at, encode("whois", error.outcome, str(error)))
        detail = "Only the beginning of the answer was read." if len(text) > _MOST_WHOIS else ""
        return Note(Role.REGISTRATION, uri, at, encode("whois", Outcome.READ, detail, text=text[:_MOST_WHOIS]))

    async def _ask_whois(self, server: str, domain: str) -> bytes:
        received = bytearray()
        try:
            async with asyncio.timeout(self._options.timeout):
                reader, writer = await self._whois_connection(server)
                try:
                    # DENIC and others take options before the name; a plain name is what all understand.
                    writer.write(f"{domain}\r\n".encode("ascii"))
                    while len(received) <= _MOST_WHOIS and (data := await reader.read(_MOST_WHOIS)):
                        received += data
                finally:
                    writer.close()
        except TimeoutError:
            raise NoConnectionError(f"The WHOIS server {server} did not answer within {self._options.timeout:g} s.") from None
        except OSError as error:
            if not received:
                raise NoConnectionError(f"The WHOIS server {server} cannot be asked: {error.strerror or error}.") from None
        return bytes(received)

    async def _whois_connection(self, server: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self._options.map_port.get(_WHOIS_PORT, _WHOIS_PORT)
        if self._options.proxy is not None:
            return await dial(self._options.proxy, server, port)
        address = (await self._resolver.addresses(server))[0]
        if not self._options.allow_private and not is_public(address):
            raise RefusedError(f"The WHOIS server {server} lies at {address}, which is no address of the public Internet.")
        return await asyncio.open_connection(address, port)


def _related(exchange: Exchange, domain: str) -> str | None:
    """The registrar's RDAP address for the domain: registries of .com and .net have the registrant with the registrar only."""
    sent = exchange.answer
    if sent.status != 200:
        return None
    body = decode(sent.body, sent.header("transfer-encoding"), sent.header("content-encoding"), _MOST_RDAP).body
    answer: Any = None
    with suppress(ValueError, RecursionError):
        answer = json.loads(body)
    links = answer.get("links") if isinstance(answer, dict) else None
    for link in links[:20] if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "related" and isinstance(link.get("href"), str):
            url = normal(link["href"])
            if url and url.lower().rstrip("/").endswith(f"/domain/{domain}"):
                return url
    return None


def _wait(exchange: Exchange) -> float:
    text = exchange.answer.header("retry-after").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else 5.0
