"""Runs the probes of many sites at once: what asks others begins when a site is opened, what asks the site itself ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from ipaddress import ip_address
from typing import Any, Protocol

from crawler import clock
from crawler.http.client import Client
from crawler.http.connect import Connector
from crawler.http.resolve import Resolver
from crawler.options import Options
from crawler.probes import jarm, names, sources
from crawler.probes.addresses import ProbeResolver
from crawler.probes.base import PASSIVE, Note, Seen
from crawler.probes.dns_client import DnsClient, system_servers
from crawler.probes.dns_message import DnsFault
from crawler.probes.files import Files
from crawler.probes.handshake import shake_hands
from crawler.probes.pace import Lanes
from crawler.probes.registration import Registration
from fingerprints.model import Outcome, Role
from fingerprints.probe_records import encode

Tell = Callable[[str, Seen], None]
Ended = Callable[[str], None]


class Probing(Protocol):
    """What a crawl needs of a prober."""

    def passive(self, site: str, hosts: Sequence[str], ended: Ended) -> None:
        """Begins to ask others about the site."""

    def active(self, site: str, host: str, ended: Ended) -> None:
        """Begins to ask the site's own server, after the pause that it is due."""


class Prober:
    """Does what Probing says. Runs in the crawl's event loop."""

    def __init__(self, options: Options, files: Files, tell: Tell) -> None:
        """
        Args:
            options: the crawl's.
            files: what crawler.probes.files.load gave for them.
            tell: takes what was seen, as soon as it was.
        """
        self._options = options
        self._table = files.table
        self._tell = tell
        self._on = frozenset(options.probes) & (PASSIVE if options.passive else frozenset(options.probes))
        self._sources = files.sources if "archives" in self._on else {}
        self.lanes = Lanes()
        self._room = asyncio.Semaphore(options.probe_sites)
        self._tasks: set[asyncio.Task[None]] = set()
        self.dns = DnsClient(_servers(options), timeout=options.dns_timeout, most=options.dns_questions)
        resolver = ProbeResolver(self.dns) if self.dns.has_servers else Resolver(options.dns)
        self._client = Client(options)
        self.connector = Connector(
            resolver,
            allow_private=options.allow_private,
            map_port=options.map_port,
            ca_file=str(options.ca_file) if options.ca_file else None,
            timeout=options.connect_timeout,
            proxy=options.proxy,
            verify=False,  # what is wrong with a certificate is read off itself, so one connection will do
        )
        self._registration = Registration(options, self._client, resolver, files.bootstrap, self.lanes)

    def passive(self, site: str, hosts: Sequence[str], ended: Ended) -> None:
        """See Probing."""
        on = self._on - PASSIVE if _is_address(site) else self._on  # an address has no zone and no registrant
        self._start(site, ended, self._ask_others(site, hosts, on))

    def active(self, site: str, host: str, ended: Ended) -> None:
        """See Probing."""
        self._start(site, ended, self._ask_site(site, host))

    def close(self) -> None:
        """Stops all of it."""
        for task in self._tasks:
            task.cancel()
        self.dns.close()
        self._client.close()

    def _start(self, site: str, ended: Ended, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

        def done(finished: asyncio.Task[None]) -> None:
            self._tasks.discard(finished)
            if not finished.cancelled():
                finished.result()
                ended(site)

        task.add_done_callback(done)

    async def _ask_others(self, site: str, hosts: Sequence[str], on: frozenset[str]) -> None:
        async with asyncio.TaskGroup() as group:
            if "dns" in on and self._options.proxy is not None:
                self._tell(site, _not_through(Role.DNS, f"dns:{site}", "name servers were not asked"))
            elif "dns" in on:
                group.create_task(self._within(site, Role.DNS, f"dns:{site}", self._ask_dns(site, hosts)))
            if "registration" in on:
                group.create_task(self._within(site, Role.REGISTRATION, f"whois:{site}", self._ask_registry(site)))
            for name, source in self._sources.items() if "archives" in on else ():
                work = self._ask_source(site, source)
                group.create_task(self._within(site, Role.ARCHIVES, f"archives:{name}/{site}", work))

    async def _within(self, site: str, role: Role, uri: str, work: Coroutine[Any, Any, None]) -> None:
        """Ends what takes too long or breaks, and says so."""
        limit = self._options.probe_seconds
        try:
            async with asyncio.timeout(limit):
                await work
        except TimeoutError:
            detail = f"The limit of {limit:g} s for the probes of one site was reached."
            body = encode(role.value, Outcome.NOT_LOOKED_AT, detail)
        except Exception as error:  # noqa: BLE001  (one probe's fault is one record, not the crawl's end)
            body = encode(role.value, Outcome.FAILED, f"The probe failed: {type(error).__name__}: {str(error)[:200]}.")
        else:
            return
        self._tell(site, Note(role, uri, clock.now(), body))

    async def _ask_dns(self, site: str, hosts: Sequence[str]) -> None:
        async with self._room:
            at = clock.now()
            body = await names.look_up(self.dns, site, hosts, self._table)
        self._tell(site, Note(Role.DNS, f"dns:{site}", at, body))

    async def _ask_registry(self, site: str) -> None:
        async for seen in self._registration.look_up(site):
            self._tell(site, seen)

    async def _ask_source(self, site: str, source: sources.Source) -> None:
        self._tell(site, await sources.ask(source, site, self._client, self.lanes))

    async def _ask_site(self, site: str, host: str) -> None:
        if not {"tls", "jarm"} & self._on:
            return
        if "jarm" in self._on and self._options.proxy is not None:
            self._tell(site, _not_through(Role.TLS, f"jarm://{host}:443", "JARM was not tried"))
        await self._within(site, Role.TLS, f"tls://{host}:443", self._shake_hands(site, host))

    async def _shake_hands(self, site: str, host: str) -> None:
        pause = self._options.delay
        self.lanes.hold(site, pause)  # its last document has just come
        async with self.lanes.turn(site, pause), self._room:
            at = clock.now()
            body, address = await shake_hands(self.connector, host)
        if "jarm" in self._on and address:
            port = self._options.map_port.get(443, 443)
            body += await jarm.look(self.lanes, site, pause, host, address, port, self._options.connect_timeout)
        self._tell(site, Note(Role.TLS, f"tls://{host}:443", at, body))


def _not_through(role: Role, uri: str, whom: str) -> Note:
    """With a proxy, what would go past it is left out, and said to be."""
    detail = f"--proxy: {whom}, as that does not go through a proxy."
    return Note(role, uri, clock.now(), encode(role.value, Outcome.NOT_LOOKED_AT, detail))


def _is_address(site: str) -> bool:
    try:
        ip_address(site)
    except ValueError:
        return False
    return True


def _servers(options: Options) -> list[tuple[str, int]]:
    if options.dns is not None:
        return [options.dns]
    try:
        return system_servers()
    except DnsFault:
        return []
